import { EventEmitter } from 'node:events';
import type { WebContents } from 'electron';
import { beforeEach, describe, expect, it } from 'vitest';
import { recoverRenderer, type RendererCrash } from '../../../src/main/shell/recovery.ts';

/** The members of WebContents that recovery uses. */
class Contents extends EventEmitter {
  reloads = 0;
  destroyed = false;
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
  let handle: { dispose(): void };
  beforeEach(() => {
    contents = new Contents();
    crashes = [];
    time = 0;
    handle = recoverRenderer(
      contents as unknown as WebContents,
      (crash) => crashes.push(crash),
      () => time,
    );
  });

  it('reloads after a crash, but not after one that follows at once', () => {
    contents.crash('crashed');
    time = 59_000;
    contents.crash('oom');
    expect(contents.reloads).toBe(1);
    expect(crashes).toEqual([
      { reason: 'crashed', restarted: true },
      { reason: 'oom', restarted: false },
    ]);
  });

  it('reloads again when the crash before was long ago', () => {
    contents.crash('crashed');
    time = 61_000;
    contents.crash('crashed');
    expect(contents.reloads).toBe(2);
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
