import { describe, expect, it } from 'vitest';
import { InterruptSync, type InterruptSyncMode } from '../../../../src/main/engine/portcls/interruptSync.ts';
import { statusOf } from '../../../fixtures/statusOf.ts';

/** Routines that answer from their scripts, then that the interrupt is not theirs; `calls` counts all calls. */
function lineWith(mode: InterruptSyncMode, ...scripts: boolean[][]) {
  const sync = new InterruptSync(mode);
  const calls: number[] = [];
  scripts.forEach((script, index) => {
    const answers = [...script];
    sync.registerServiceRoutine(() => {
      calls.push(index + 1);
      return answers.shift() ?? false;
    }, false);
  });
  sync.connect();
  return { sync, calls };
}

const F = false;
const S = true;

describe('interrupt sync', () => {
  it('104: F, S, S: Normal calls two', () => {
    const { sync, calls } = lineWith('Normal', [F], [S], [S]);
    expect(sync.interrupt()).toBe(true);
    expect(calls).toEqual([1, 2]);
  });

  it('104: F, S, S: All calls three', () => {
    const { sync, calls } = lineWith('All', [F], [S], [S]);
    expect(sync.interrupt()).toBe(true);
    expect(calls).toEqual([1, 2, 3]);
  });

  it('104: F, S, S: Repeat goes on until a pass without success', () => {
    const { sync, calls } = lineWith('Repeat', [F, F], [S, F], [S, S]);
    expect(sync.interrupt()).toBe(true);
    expect(calls).toEqual([1, 2, 3, 1, 2, 3, 1, 2, 3]);
  });

  it.each(['Normal', 'All', 'Repeat'] as const)('F, F, F: %s calls each once and is unsuccessful', (mode) => {
    const { sync, calls } = lineWith(mode, [F], [F], [F]);
    expect(sync.interrupt()).toBe(false);
    expect(calls).toEqual([1, 2, 3]);
  });

  it('First puts a routine at the head of the list', () => {
    const { sync, calls } = lineWith('Normal', [S]);
    sync.registerServiceRoutine(() => {
      calls.push(0);
      return false;
    }, true);
    sync.interrupt();
    expect(calls).toEqual([0, 1]);
  });

  it('a synchronized routine excludes the service routines, which run right after it', () => {
    const { sync, calls } = lineWith('Normal', [S]);
    const answer = sync.callSynchronizedRoutine(() => {
      expect(sync.interrupt()).toBeUndefined();
      expect(calls).toEqual([]);
      expect(statusOf(() => sync.callSynchronizedRoutine(() => 0))).toBe('STATUS_INVALID_DEVICE_STATE');
      return 7;
    });
    expect(answer).toBe(7);
    expect(calls).toEqual([1]);
  });

  it('a line that is not connected has no interrupts', () => {
    const { sync, calls } = lineWith('Normal', [S, S]);
    sync.disconnect();
    expect(sync.interrupt()).toBeUndefined();
    expect(calls).toEqual([]);
  });
});
