import { toDisposable, type Disposable } from '../../contract/disposable.ts';
import type { Log } from './logging.ts';

/** What of Node's `process` it needs. */
export interface FaultSource {
  on(name: FaultName, listener: (fault: unknown) => void): unknown;
  off(name: FaultName, listener: (fault: unknown) => void): unknown;
}

type FaultName = 'uncaughtException' | 'unhandledRejection' | 'warning';

/**
 * What nobody caught is written down, with its stack, and the program goes on: it is a mistake of one listener or
 * request, and sound, devices and settings are not to pay for it. Node's own warnings are written down too.
 */
export function logProcessFaults(log: Log, source: FaultSource = process): Disposable {
  const faults = {
    uncaughtException: (fault: unknown) => log.error(`nobody caught: ${stackOf(fault)}`),
    unhandledRejection: (fault: unknown) => log.error(`nobody handled: ${stackOf(fault)}`),
    warning: (fault: unknown) => log.warn(stackOf(fault)),
  };
  const names = Object.keys(faults) as FaultName[];
  for (const name of names) source.on(name, faults[name]);
  return toDisposable(() => {
    for (const name of names) source.off(name, faults[name]);
  });
}

/** Where something was thrown, as far as it says so, and what it was thrown for. */
export function stackOf(fault: unknown): string {
  if (!(fault instanceof Error)) return String(fault);
  const stack = fault.stack ?? `${fault.name}: ${fault.message}`;
  return fault.cause === undefined ? stack : `${stack}\ncaused by ${stackOf(fault.cause)}`;
}
