import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Output } from '../../../src/main/cli/output.ts';
import { renderVerb } from '../../../src/main/cli/renderVerb.ts';
import { writeDls } from '../../../src/main/synth/collections/dls/writeDls.ts';
import { readWav } from '../../support/audio/wav.ts';
import { smf, writeSmf } from '../../support/smf.ts';
import { collection, instrument, region } from '../synth/testCollection.ts';

describe('pinwheel render', () => {
  let folder = '';
  const file = (name: string) => path.join(folder, name);
  beforeAll(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pinwheel-render-'));
    // 480 ticks a second.
    const events = [smf.noteOn(480, 0, 60, 127), smf.noteOff(960, 0, 60)];
    fs.writeFileSync(file('song.mid'), writeSmf({ division: 240, tracks: [events] }));
    const regions = [region({ volumeRelease: -3000 })];
    fs.writeFileSync(file('bank.dls'), writeDls(collection([instrument(regions)])));
  });
  afterAll(() => fs.rmSync(folder, { recursive: true }));

  async function render(...args: string[]) {
    const lines: string[] = [];
    const out: Output = {
      line: (text) => lines.push(text),
      json: (value) => lines.push(JSON.stringify(value)),
      progress: () => undefined,
      note: (text) => lines.push(text),
    };
    const engine = {} as Parameters<typeof renderVerb.run>[0]['engine'];
    await renderVerb.run({ args, out, engine, stop: new AbortController().signal });
    return lines;
  }

  it('writes the song, every note on its frame, and says how it went', async () => {
    for (const rate of [44_100, 48_000, 96_000]) {
      const [line] = await render(
        file('song.mid'),
        '-o',
        file('out.wav'),
        '--bank',
        file('bank.dls'),
        '--rate',
        String(rate),
        '--json',
      );
      const report = JSON.parse(line!) as Record<string, number>;
      expect(report).toMatchObject({
        sampleRate: rate,
        events: 2,
        peakVoices: 1,
        lostNotes: 0,
        clippedSamples: 0,
      });
      const sound = readWav(fs.readFileSync(file('out.wav')));
      expect(sound.rate).toBe(rate);
      const [left, right] = sound.channels;
      const first = left!.findIndex((sample) => sample !== 0);
      // The attack of 1 ms begins below what 16 bits hold.
      expect(first).toBeGreaterThanOrEqual(rate);
      expect(first).toBeLessThan(rate + 4);
      expect(Math.max(...left!.subarray(rate, 2 * rate))).toBeGreaterThan(0.1);
      expect(right).toEqual(left);
      expect(report['seconds']).toBeCloseTo(sound.channels[0]!.length / rate, 2);
    }
  });

  it('refuses what it cannot do, and leaves no half file', async () => {
    await expect(render(file('song.mid'))).rejects.toThrow(/needs “-o/);
    await expect(render(file('song.mid'), '-o', file('x.wav'), '--synth', 'fm')).rejects.toThrow(/FM/);
    await expect(render(file('song.mid'), '-o', file('x.wav'), '--rate', '7')).rejects.toThrow(/--rate/);
    await expect(render(file('none.mid'), '-o', file('x.wav'))).rejects.toThrow(/no such file/);
    const asBank = render(file('song.mid'), '-o', file('x.wav'), '--bank', file('song.mid'));
    await expect(asBank).rejects.toMatchObject({ code: 'bad-input' });
    expect(fs.existsSync(file('x.wav'))).toBe(false);
  });
});
