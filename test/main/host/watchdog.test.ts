import { describe, expect, it } from 'vitest';
import type { RenderPhase } from '../../../src/main/host/progress.ts';
import {
  CROWDED_STALL_LIMIT_MS,
  OPENING_LIMIT_MS,
  STALL_LIMIT_MS,
  WATCH_INTERVAL_MS,
  Watchdog,
} from '../../../src/main/host/watchdog.ts';

/** Checks every 50 ms until a fault is found or `limitMs` is over; answers the time of the fault. */
function watch(
  watchdog: Watchdog,
  fromMs: number,
  limitMs: number,
  device: (nowMs: number) => { phase: RenderPhase; frame: number },
): { fault: string; atMs: number } | undefined {
  for (let nowMs = fromMs; nowMs <= fromMs + limitMs; nowMs += WATCH_INTERVAL_MS) {
    const { phase, frame } = device(nowMs);
    const verdict = watchdog.check(phase, frame, nowMs);
    if (verdict.fault !== 'none') return { fault: verdict.fault, atMs: nowMs };
  }
  return undefined;
}

/** No thread ever waits for a processor. */
const quiet = () => 0;

describe('Watchdog', () => {
  it('notices within 500 ms that a running device takes no more frames', () => {
    const watchdog = new Watchdog(quiet);
    expect(watch(watchdog, 0, 5_000, (nowMs) => ({ phase: 'running', frame: nowMs * 48 }))).toBeUndefined();
    const fault = watch(watchdog, 5_050, 5_000, () => ({ phase: 'running', frame: 5_000 * 48 }));
    expect(fault?.fault).toBe('stalled');
    expect(fault!.atMs - 5_000).toBeGreaterThanOrEqual(STALL_LIMIT_MS);
    expect(fault!.atMs - 5_000).toBeLessThan(500);
  });

  it('does not mind a clock that advances in bursts', () => {
    const burst = (nowMs: number) => Math.floor(nowMs / 300) * 14_400;
    expect(
      watch(new Watchdog(quiet), 0, 10_000, (nowMs) => ({ phase: 'running', frame: burst(nowMs) })),
    ).toBeUndefined();
  });

  it('gives a device 15 seconds to open', () => {
    const fault = watch(new Watchdog(quiet), 0, 60_000, () => ({ phase: 'opening', frame: 0 }));
    expect(fault).toEqual({ fault: 'opening-timeout', atMs: OPENING_LIMIT_MS });
  });

  it.each(['suspended', 'closed'] as const)('does not watch a device that is %s', (phase) => {
    expect(watch(new Watchdog(quiet), 0, 60_000, () => ({ phase, frame: 7 }))).toBeUndefined();
  });

  it('watches again from the moment the device runs', () => {
    const watchdog = new Watchdog(quiet);
    watch(watchdog, 0, 14_000, () => ({ phase: 'opening', frame: 0 }));
    const fault = watch(watchdog, 14_050, 5_000, () => ({ phase: 'running', frame: 0 }));
    expect(fault).toEqual({
      fault: 'stalled',
      atMs: 14_050 + WATCH_INTERVAL_MS * Math.ceil(STALL_LIMIT_MS / WATCH_INTERVAL_MS),
    });
  });

  it('takes a pause of the whole machine for no fault of the device', () => {
    const watchdog = new Watchdog(quiet);
    watch(watchdog, 0, 1_000, (nowMs) => ({ phase: 'running', frame: nowMs }));
    // An hour's sleep; the device needs a moment to go on.
    expect(watchdog.check('running', 1_000, 3_600_000).fault).toBe('none');
    expect(watch(watchdog, 3_600_050, 200, () => ({ phase: 'running', frame: 1_000 }))).toBeUndefined();
    expect(
      watch(watchdog, 3_600_300, 5_000, (nowMs) => ({ phase: 'running', frame: nowMs })),
    ).toBeUndefined();
  });

  it('gives a device longer while threads wait for a processor', () => {
    let nowMs = 0;
    // Of each 100 ms, 60 ms.
    const watchdog = new Watchdog(() => 0.6 * nowMs);
    const still = (frame: number) => (atMs: number) => {
      nowMs = atMs;
      return { phase: 'running' as const, frame };
    };
    expect(watch(watchdog, 0, 900, still(1))).toBeUndefined();
    expect(watch(watchdog, 950, 900, still(2))).toBeUndefined();
    const fault = watch(watchdog, 1_900, 5_000, still(3));
    expect(fault).toEqual({ fault: 'stalled', atMs: 1_900 + CROWDED_STALL_LIMIT_MS });
  });

  it('is not misled by a machine that was crowded before', () => {
    let nowMs = 0;
    const watchdog = new Watchdog(() => Math.min(nowMs, 1_000));
    const device = (atMs: number) => {
      nowMs = atMs;
      return { phase: 'running' as const, frame: Math.min(atMs, 1_000) };
    };
    const fault = watch(watchdog, 0, 5_000, device);
    expect(fault?.fault).toBe('stalled');
    expect(fault!.atMs - 1_000).toBeLessThan(500);
  });

  it('keeps to the short limit where the system does not tell who waits', () => {
    const fault = watch(new Watchdog(() => undefined), 0, 5_000, () => ({ phase: 'running', frame: 7 }));
    expect(fault!.atMs).toBeLessThan(500);
  });
});
