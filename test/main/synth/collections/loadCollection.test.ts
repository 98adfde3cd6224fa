import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { PinwheelError } from '../../../../src/contract/errors.ts';
import type { Collection } from '../../../../src/main/synth/collections/model.ts';
import {
  loadCollection,
  readCollection,
  readCollectionSteps,
} from '../../../../src/main/synth/collections/readCollection.ts';
import { SFGenerator } from '../../../../src/main/synth/collections/soundFont/generators.ts';
import { readOggVorbis } from '../../../../src/main/synth/collections/vorbis.ts';
import { requires } from '../../../support/requirements.ts';
import { makeDls, makeSoundFont, type SampleEntry } from './support.ts';

function compressedBank(streams: readonly Uint8Array[]): Uint8Array {
  const samples: SampleEntry[] = [];
  const smpl: number[] = [];
  for (const stream of streams) {
    const start = smpl.length;
    smpl.push(...stream);
    samples.push({ start, end: smpl.length, loopStart: 1000, loopEnd: 5000, type: 0x11 });
  }
  return makeSoundFont({
    version: [3, 1],
    presets: [{ zones: [{ generators: [[SFGenerator.instrument, 0]] }] }],
    instruments: [
      {
        zones: samples.map((_, index) => ({
          generators: [
            [SFGenerator.sampleModes, 1],
            [SFGenerator.sampleID, index],
          ],
        })),
      },
    ],
    samples,
    smpl: Uint8Array.from(smpl),
  });
}

/** A SoundFont of 140 MB: many presets over a long silence. */
function hugeBank(): Uint8Array {
  return makeSoundFont({
    presets: Array.from({ length: 200 }, (_, program) => ({
      program,
      zones: [{ generators: [[SFGenerator.instrument, 0]] }],
    })),
    instruments: [
      { zones: Array.from({ length: 100 }, () => ({ generators: [[SFGenerator.sampleID, 0]] })) },
    ],
    samples: [{ start: 0, end: 70_000_000 }],
    smpl: new Uint8Array(140_000_000),
  });
}

describe('loading a collection', () => {
  it('gives the same as reading it, with progress that ends at 1', async () => {
    const bytes = makeDls({ regions: [[]] });
    const progress: number[] = [];
    const loaded = await loadCollection('a.dls', bytes, { onProgress: (done) => progress.push(done) });
    expect(loaded).toEqual(readCollection('a.dls', bytes));
    expect(progress.at(-1)).toBe(1);
  });

  it('of 140 MB takes steps, none of which is long, and copies no samples', () => {
    const bytes = hugeBank();
    const steps = readCollectionSteps('huge.sf2', bytes);
    let count = 0;
    let last = 0;
    let collection: Collection | undefined;
    while (collection === undefined) {
      const step = steps.next();
      if (step.done === true) {
        collection = step.value;
      } else {
        expect(step.value).toBeGreaterThanOrEqual(last);
        last = step.value;
        count++;
      }
    }
    // Each step reads one preset: 100 regions.
    expect(count).toBeGreaterThanOrEqual(200);
    expect(collection.instruments.reduce((sum, { regions }) => sum + regions.length, 0)).toBe(20_000);
    expect(collection.samples[0]!.data!.buffer).toBe(bytes.buffer);
  });

  it('can be cancelled, before and between its steps', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const loading = loadCollection('a.dls', makeDls({ regions: [[]] }), { signal });
    controller.abort();
    await expect(loading).rejects.toMatchObject({ code: 'cancelled', subject: 'a.dls' });
    await expect(loadCollection('b.dls', makeDls({ regions: [[]] }), { signal })).rejects.toBeInstanceOf(
      PinwheelError,
    );
  });
});

requires('ffmpeg')('Vorbis samples', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pinwheel-sf3-'));
  afterAll(() => {
    fs.rmSync(folder, { recursive: true, force: true });
  });
  const file = path.join(folder, 'tone.ogg');
  const source = 'sine=frequency=441:sample_rate=22050:duration=0.5';
  execFileSync('ffmpeg', [
    '-v',
    'error',
    '-f',
    'lavfi',
    '-i',
    source,
    '-c:a',
    'libvorbis',
    '-q:a',
    '6',
    '-y',
    file,
  ]);
  const stream = new Uint8Array(fs.readFileSync(file));

  it('say how long they are before they are decoded', () => {
    expect(readOggVorbis(stream)).toMatchObject({ channels: 1, rate: 22_050, frames: 11_025 });
    const [sample] = readCollection('a.sf3', compressedBank([stream])).samples;
    expect(sample).toMatchObject({ frames: 11_025, data: undefined });
    expect(sample!.compressed).toEqual(stream);
  });

  it('are decoded while loading, and loop where the header says', async () => {
    const collection = await loadCollection('a.sf3', compressedBank([stream, stream]));
    expect(collection.format).toBe('sf3');
    const { data } = collection.samples[1]!;
    expect(data).toHaveLength(11_025);
    expect(collection.instruments[0]!.regions[1]!.loop).toEqual({
      start: 1000,
      end: 5000,
      mode: 'continuous',
    });
    // ffmpeg's sine has an amplitude of 1/8; Vorbis keeps it within some hundredths.
    let peak = 0;
    let crossings = 0;
    for (let frame = 1001; frame < 10_000; frame++) {
      peak = Math.max(peak, Math.abs(data![frame]!));
      if (data![frame - 1]! < 0 && data![frame]! >= 0) crossings++;
    }
    expect(peak / 4096).toBeGreaterThan(0.95);
    expect(peak / 4096).toBeLessThan(1.05);
    expect(crossings).toBeGreaterThanOrEqual(179);
    expect(crossings).toBeLessThanOrEqual(181);
  });

  it('are decoded only where wanted', async () => {
    const collection = await loadCollection('a.sf3', compressedBank([stream, stream]), { decode: () => [1] });
    expect(collection.samples.map(({ data }) => data?.length)).toEqual([undefined, 11_025]);
    expect(collection.samples[0]!.compressed).toBeDefined();
  });

  it('are refused where there is no stream, and silent where the stream is damaged', async () => {
    expect(() => readCollection('a.sf3', compressedBank([new Uint8Array(100)]))).toThrow(
      'should hold the Vorbis stream of sample “Sample 0”',
    );
    const damaged = stream.slice();
    // The end of the setup header, in front of the third page: modes and mappings.
    const third = Buffer.from(damaged).indexOf('OggS', 100);
    damaged.fill(0xff, third - 24, third);
    const collection = await loadCollection('a.sf3', compressedBank([damaged]));
    expect(collection.samples[0]!.data).toEqual(new Int16Array(11_025));
  });

  it('cannot claim more sound than their packets hold', () => {
    const long = stream.slice();
    // The last page's position.
    const page = Buffer.from(long).lastIndexOf('OggS');
    long.set([0xff, 0xff, 0xff, 0x7f], page + 6);
    expect(readOggVorbis(long)!.frames).toBeLessThan(200_000);
  });
});
