import { app } from 'electron';

/**
 * True for the first instance. Every further one tells the first, which then shows itself, and must end at once.
 */
export function becomeSingleInstance(onSecond: () => void): boolean {
  if (!app.requestSingleInstanceLock()) return false;
  app.on('second-instance', onSecond);
  return true;
}
