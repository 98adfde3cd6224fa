import { readlinkSync, writeFileSync } from 'node:fs';

/** Limits of what is left for spinning, ms. */
const LEAST_MARGIN = 0.02;
const MOST_MARGIN = 0.2;
const STEP_UP = 0.01;
const STEP_DOWN = 0.0005;
/** Sleeping for less is not worth a call to the system. */
const LEAST_SLEEP = 0.01;
/** What Linux may add to a sleep of this thread, ns; 50,000 by default. */
const TIMER_SLACK_NS = 1_000;

/**
 * Waits for a point in time as precisely as a thread can that does nothing else: sleeps until a little before, spins
 * for the rest. How much is left for spinning follows how late the system wakes this thread. A signal ends the wait.
 */
export class PreciseWait {
  readonly #signal: Int32Array<SharedArrayBuffer>;
  #margin = 0.1;

  /** `signal[0]` is counted up and notified by whoever wants the thread's attention. */
  constructor(signal: Int32Array<SharedArrayBuffer>) {
    this.#signal = signal;
  }

  /** The signal's value; to be read before looking for what it may stand for. */
  get signal(): number {
    return Atomics.load(this.#signal, 0);
  }

  /** Returns at `dueMs` on the clock of `performance.now`, or when the signal is not `seen` any more. Allocates nothing. */
  until(dueMs: number, seen: number): void {
    for (;;) {
      const now = performance.now();
      if (now >= dueMs) return;
      const sleep = dueMs - now - this.#margin;
      if (sleep > LEAST_SLEEP) {
        if (Atomics.wait(this.#signal, 0, seen, sleep) !== 'timed-out') return;
        const overslept = performance.now() - now - sleep;
        const step = overslept > this.#margin ? STEP_UP : -STEP_DOWN;
        this.#margin = Math.min(MOST_MARGIN, Math.max(LEAST_MARGIN, this.#margin + step));
      } else if (Atomics.load(this.#signal, 0) !== seen) {
        return;
      }
    }
  }
}

/** This thread's id for the system; undefined where that is not to be found out. */
export function systemThreadId(): number | undefined {
  try {
    return Number(readlinkSync('/proc/thread-self').split('/').pop());
  } catch {
    return undefined;
  }
}

/** Asks Linux to wake the calling thread when its time has come, and not when it is convenient. */
export function refuseTimerSlack(): void {
  const id = systemThreadId();
  try {
    if (id !== undefined) writeFileSync(`/proc/${id}/timerslack_ns`, String(TIMER_SLACK_NS));
  } catch {
    // The margin for spinning grows instead.
  }
}
