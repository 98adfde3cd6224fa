import { processorWaitMs } from './processorPressure.ts';
import type { RenderPhase } from './progress.ts';

export const WATCH_INTERVAL_MS = 50;
/**
 * With the interval, the time between two wakeups of the render thread at low and normal, and the way to main, the engine
 * knows within 500 ms of the device's last frame.
 */
export const STALL_LIMIT_MS = 340;
/** On a machine with more work than processors the threads that carry sound may just not have had their turn. */
export const CROWDED_STALL_LIMIT_MS = 1_000;
/** Share of the time in which some thread waited for a processor that makes a machine crowded. */
const CROWDED_SHARE = 0.5;
export const OPENING_LIMIT_MS = 15_000;

/** More than this between two checks is time in which this process did not run, so the device cannot be blamed for it. */
const LONGEST_CHECK_MS = 2 * WATCH_INTERVAL_MS;
/** More than this is no busy machine but one that slept, or a process that was stopped: the device did too. */
const PAUSE_MS = 1_000;

export type WatchVerdict = { fault: 'none' } | { fault: 'stalled' | 'opening-timeout'; milliseconds: number };

const NO_FAULT: WatchVerdict = { fault: 'none' };

/**
 * Judges from the render thread's progress whether the device still runs. Opening has a long limit, a running device
 * must take frames all the time, a suspended one is not watched. The machine's sleep, or a stop of the whole process,
 * does not count; while it has more work than processors, the device has longer.
 */
export class Watchdog {
  #phase: RenderPhase | undefined;
  #frame = 0;
  #stillMs = 0;
  #lastCheckMs: number | undefined;
  /** At the first check that saw no progress. */
  #still: { readonly atMs: number; readonly waitMs: number | undefined } = { atMs: 0, waitMs: undefined };
  readonly #processorWaitMs: () => number | undefined;

  /** `waitMs` as `processorWaitMs`. */
  constructor(waitMs: () => number | undefined = processorWaitMs) {
    this.#processorWaitMs = waitMs;
  }

  /** To be called every `WATCH_INTERVAL_MS`. `nowMs` = monotonic milliseconds. */
  check(phase: RenderPhase, frame: number, nowMs: number): WatchVerdict {
    const sinceMs = nowMs - (this.#lastCheckMs ?? nowMs);
    const elapsedMs = sinceMs > PAUSE_MS ? 0 : Math.min(sinceMs, LONGEST_CHECK_MS);
    this.#lastCheckMs = nowMs;
    const moved = phase !== this.#phase || (phase === 'running' && frame !== this.#frame);
    this.#phase = phase;
    this.#frame = frame;
    if (moved || phase === 'suspended' || phase === 'closed') {
      this.#stillMs = 0;
      return NO_FAULT;
    }
    if (this.#stillMs === 0 && phase === 'running')
      this.#still = { atMs: nowMs, waitMs: this.#processorWaitMs() };
    this.#stillMs += elapsedMs;
    if (phase === 'opening') {
      return this.#stillMs >= OPENING_LIMIT_MS
        ? { fault: 'opening-timeout', milliseconds: this.#stillMs }
        : NO_FAULT;
    }
    if (this.#stillMs < STALL_LIMIT_MS) return NO_FAULT;
    if (this.#stillMs < CROWDED_STALL_LIMIT_MS && this.#isCrowded(nowMs)) return NO_FAULT;
    return { fault: 'stalled', milliseconds: this.#stillMs };
  }

  /** Whether threads waited for a processor for much of the time since the first check without progress. */
  #isCrowded(nowMs: number): boolean {
    const { atMs, waitMs } = this.#still;
    const nowWaitMs = this.#processorWaitMs();
    if (waitMs === undefined || nowWaitMs === undefined) return false;
    return nowWaitMs - waitMs >= CROWDED_SHARE * (nowMs - atMs);
  }
}
