import { toDisposable, type Disposable } from '../../../contract/disposable.ts';
import { REFERENCE_TIME_PER_MILLISECOND, type ReferenceTime } from '../../../contract/units.ts';

/** When things run that do not run at once: deferred procedure calls and timers. Injected, so that tests own time. */
export interface Scheduler {
  /** Runs `task` soon, after the present call has returned: a DPC. */
  queue(task: () => void): void;
  /** Runs `task` once after `delay`, 100 ns, until disposed. */
  after(delay: ReferenceTime, task: () => void): Disposable;
}

/** The event loop's own. */
export const systemScheduler: Scheduler = {
  queue: (task) => queueMicrotask(task),
  after(delay, task) {
    const timer = setTimeout(task, delay / REFERENCE_TIME_PER_MILLISECOND);
    return toDisposable(() => clearTimeout(timer));
  },
};

/** Runs `task`; what it throws surfaces on its own and keeps nobody else from being called. */
export function runGuarded(task: () => void): void {
  try {
    task();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
