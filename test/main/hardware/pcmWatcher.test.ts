import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PcmWatcher } from '../../../src/main/hardware/pcmWatcher.ts';

describe('PcmWatcher', () => {
  let dir: string;
  let watcher: PcmWatcher;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'pcm-'));
  });
  afterEach(async () => {
    watcher.dispose();
    await rm(dir, { recursive: true });
  });

  it('sees a sound card come', async () => {
    watcher = new PcmWatcher({ folder: dir, pollMs: 5, platform: 'linux' });
    await watcher.ready();
    expect(watcher.playback).toBe(false);
    const changed = new Promise<void>((resolve) => watcher.onChange(resolve));
    await writeFile(join(dir, 'pcm'), '00-00: ALC257 Analog : ALC257 Analog : playback 1 : capture 1\n');
    await changed;
    expect(watcher.playback).toBe(true);
  });

  it('does not take a microphone for an output', async () => {
    await writeFile(join(dir, 'pcm'), '01-00: USB Audio : USB Audio : capture 1\n');
    watcher = new PcmWatcher({ folder: dir, pollMs: 5, platform: 'linux' });
    await watcher.ready();
    expect(watcher.playback).toBe(false);
  });

  it('names what can play as ALSA does, with labels that differ', async () => {
    await writeFile(
      join(dir, 'cards'),
      ` 0 [PCH            ]: HDA-Intel - HDA Intel PCH
                      HDA Intel PCH at 0xf7c10000 irq 30
 1 [Device         ]: USB-Audio - USB Audio Device
                      C-Media USB Audio Device at usb-0000:00:14.0-1, full speed
 2 [Device_1       ]: USB-Audio - USB Audio Device
                      C-Media USB Audio Device at usb-0000:00:14.0-2, full speed
`,
    );
    await writeFile(
      join(dir, 'pcm'),
      `00-00: ALC257 Analog : ALC257 Analog : playback 1 : capture 1
00-03: HDMI 0 : HDMI 0 : playback 1
00-06: DMIC : DMIC : capture 1
01-00: USB Audio : USB Audio : playback 1 : capture 1
02-00: USB Audio : USB Audio : playback 1 : capture 1
`,
    );
    watcher = new PcmWatcher({ folder: dir, pollMs: 5, platform: 'linux' });
    await watcher.ready();
    expect(watcher.list).toEqual([
      { name: 'hw:CARD=PCH,DEV=0', label: 'HDA Intel PCH, ALC257 Analog' },
      { name: 'hw:CARD=PCH,DEV=3', label: 'HDA Intel PCH, HDMI 0' },
      { name: 'hw:CARD=Device,DEV=0', label: 'USB Audio Device, USB Audio (hw:CARD=Device,DEV=0)' },
      { name: 'hw:CARD=Device_1,DEV=0', label: 'USB Audio Device, USB Audio (hw:CARD=Device_1,DEV=0)' },
    ]);
  });

  it('relies on the default device of other systems', async () => {
    watcher = new PcmWatcher({ folder: dir, platform: 'darwin' });
    await watcher.ready();
    expect(watcher.playback).toBe(true);
  });
});
