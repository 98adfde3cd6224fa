import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PcmWatcher } from '../../../src/main/hardware/pcmWatcher.ts';

describe('PcmWatcher', () => {
  let dir: string;
  let path: string;
  let watcher: PcmWatcher;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'pcm-'));
    path = join(dir, 'pcm');
  });
  afterEach(async () => {
    watcher.dispose();
    await rm(dir, { recursive: true });
  });

  it('sees a sound card come', async () => {
    watcher = new PcmWatcher({ path, pollMs: 5, platform: 'linux' });
    await watcher.ready();
    expect(watcher.playback).toBe(false);
    const changed = new Promise<void>((resolve) => watcher.onChange(resolve));
    await writeFile(path, '00-00: ALC257 Analog : ALC257 Analog : playback 1 : capture 1\n');
    await changed;
    expect(watcher.playback).toBe(true);
  });

  it('does not take a microphone for an output', async () => {
    await writeFile(path, '01-00: USB Audio : USB Audio : capture 1\n');
    watcher = new PcmWatcher({ path, pollMs: 5, platform: 'linux' });
    await watcher.ready();
    expect(watcher.playback).toBe(false);
  });

  it('relies on the default device of other systems', async () => {
    watcher = new PcmWatcher({ path, platform: 'darwin' });
    await watcher.ready();
    expect(watcher.playback).toBe(true);
  });
});
