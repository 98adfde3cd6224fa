import { EventEmitter } from 'node:events';
import type { WebContents } from 'electron';
import { beforeEach, describe, expect, it } from 'vitest';
import { recoverRenderer, type RendererCrash } from '../../../src/main/shell/recovery.ts';

/** The members of WebContents that recovery uses. */
class Contents extends EventEmitter {
  reloads = 0;
  destroyed = false;
  forced = 0;
  forcefullyCrashRenderer(): void {
    this.forced++;
    this.crash('killed');
  }
  reload(): void {
    this.reloads++;
  }
  isDestroyed(): boolean {
    return this.destroyed;
  }
  crash(reason: string): void {
    this.emit('render-process-gone', {}, { reason, exitCode: 5 });
  }
}

describe('recovery of the panel’s process', () => {
  let contents: Contents;
  let crashes: RendererCrash[];
  let time: number;
  let givenUp: number;
  let handle: { dispose(): void };
  beforeEach(() => {
    contents = new Contents();
    crashes = [];
    time = 0;
    givenUp = 0;
    handle = recoverRenderer(contents as unknown as WebContents, {
      onCrash: (crash) => crashes.push(crash),
      giveUp: () => givenUp++,
      now: () => time,
      patienceMs: 20,
    });
  });

  it('reloads three times, and then shows something else', () => {
    for (const reason of ['crashed', 'oom', 'crashed', 'crashed']) {
      contents.crash(reason);
      time += 1_000;
    }
    expect([contents.reloads, givenUp]).toEqual([3, 1]);
    expect(crashes.map(({ reason, restarted }) => [reason, restarted])).toEqual([
      ['crashed', true],
      ['oom', true],
      ['crashed', true],
      ['crashed', false],
    ]);
  });

  it('reloads again when the crashes before were long ago', () => {
    for (let crash = 0; crash < 10; crash++) {
      contents.crash('crashed');
      time += 100_001;
    }
    expect([contents.reloads, givenUp]).toEqual([10, 0]);
  });

  it('ends a page that does not answer, and leaves one that does so again in time', async () => {
    contents.emit('unresponsive');
    contents.emit('responsive');
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(contents.forced).toBe(0);
    contents.emit('unresponsive');
    await expect.poll(() => crashes).toEqual([{ reason: 'hung', restarted: true }]);
    expect([contents.forced, contents.reloads]).toEqual([1, 1]);
    contents.crash('crashed');
    expect(crashes[1]!.reason).toBe('crashed');
  });

  it('leaves an orderly end and a closed window alone', () => {
    contents.crash('clean-exit');
    expect(crashes).toEqual([]);
    contents.destroyed = true;
    contents.crash('crashed');
    expect(contents.reloads).toBe(0);
    contents.destroyed = false;
    handle.dispose();
    contents.crash('crashed');
    expect(crashes).toHaveLength(1);
  });
});
