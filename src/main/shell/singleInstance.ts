import { app } from 'electron';
import { receivedRequest, type LaunchRequest } from './launchRequest.ts';

/**
 * True for the first instance. Every further one hands it what it was asked for, and must end at once.
 */
export function becomeSingleInstance(
  request: LaunchRequest,
  onSecond: (request: LaunchRequest) => void,
): boolean {
  if (!app.requestSingleInstanceLock({ ...request })) return false;
  app.on('second-instance', (_event, _argv, _directory, data) => onSecond(receivedRequest(data)));
  return true;
}
