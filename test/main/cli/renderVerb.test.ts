import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Output } from '../../../src/main/cli/output.ts';
import { renderVerb } from '../../../src/main/cli/renderVerb.ts';
import { writeDls } from '../../../src/main/synth/collections/dls/writeDls.ts';
import { readWav } from '../../support/audio/wav.ts';
import { smf, writeSmf } from '../../support/smf.ts';
import { peakOf } from '../synth/support.ts';
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

  it("renders on the FM synthesizer, with the bank and the chip of one's choice", async () => {
    const sound = async (...args: string[]) => {
      const [line] = await render(file('song.mid'), '-o', file('fm.wav'), '--synth', 'fm', '--json', ...args);
      const { channels } = readWav(fs.readFileSync(file('fm.wav')));
      return { report: JSON.parse(line!) as Record<string, unknown>, left: channels[0]! };
    };
    const { report, left } = await sound();
    expect(report).toMatchObject({
      synth: 'fm',
      bank: 'WOPL (DMXOPL3 bank by Sneakernets)',
      sampleRate: 48_000,
      events: 2,
      lostNotes: null,
    });
    const first = left.findIndex((sample) => Math.abs(sample) > 0.001);
    expect(first).toBeGreaterThan(48_000);
    expect(first).toBeLessThan(48_000 + 240);
    expect(peakOf(left)).toBeGreaterThan(0.02);
    const other = await sound('--fm-bank', 'jamie');
    expect(other.report).toMatchObject({ bank: "SB (Jamie O'Connell's bank)" });
    expect(other.left).not.toEqual(left);
    expect((await sound('--fm-chip', 'opl2')).left).not.toEqual(left);
  });

  it('refuses what it cannot do, and leaves no half file', async () => {
    await expect(render(file('song.mid'))).rejects.toThrow(/needs “-o/);
    const refused = (...args: string[]) =>
      expect(render(file('song.mid'), '-o', file('x.wav'), ...args)).rejects;
    await refused('--synth', 'xg').toThrow(/dls or fm/);
    await refused('--synth', 'fm', '--bank', file('bank.dls')).toThrow(/does not go with/);
    await refused('--fm-bank', '3').toThrow(/does not go with/);
    await refused('--synth', 'fm', '--fm-bank', '79').toThrow(/0 to 78/);
    await refused('--synth', 'fm', '--fm-bank', 'Descent').toThrow(/2 HMI/);
    await refused('--synth', 'fm', '--fm-chip', 'opl4').toThrow(/opl3 or opl2/);
    await expect(render(file('song.mid'), '-o', file('x.wav'), '--rate', '7')).rejects.toThrow(/--rate/);
    await expect(render(file('none.mid'), '-o', file('x.wav'))).rejects.toThrow(/no such file/);
    const asBank = render(file('song.mid'), '-o', file('x.wav'), '--bank', file('song.mid'));
    await expect(asBank).rejects.toMatchObject({ code: 'bad-input' });
    expect(fs.existsSync(file('x.wav'))).toBe(false);
  });
});
