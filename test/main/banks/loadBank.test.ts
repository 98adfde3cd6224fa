import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadBank } from '../../../src/main/banks/loadBank.ts';
import { readCollection } from '../../../src/main/synth/collections/readCollection.ts';
import { SFGenerator } from '../../../src/main/synth/collections/soundFont/generators.ts';
import { makeDls, makeSoundFont } from '../synth/collections/support.ts';

describe('loading a bank in a worker', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pinwheel-bank-'));
  afterAll(() => {
    fs.rmSync(folder, { recursive: true, force: true });
  });
  const write = (name: string, bytes: Uint8Array): string => {
    const file = path.join(folder, name);
    fs.writeFileSync(file, bytes);
    return file;
  };
  const huge = write(
    'huge.sf2',
    makeSoundFont({
      presets: Array.from({ length: 150 }, (_, index) => ({
        program: index % 128,
        bank: index >> 7,
        zones: [{ generators: [[SFGenerator.instrument, 0]] }],
      })),
      instruments: [
        { zones: Array.from({ length: 100 }, () => ({ generators: [[SFGenerator.sampleID, 0]] })) },
      ],
      samples: [{ start: 10, end: 70_000_000 }],
      smpl: new Uint8Array(140_000_000),
    }),
  );

  it('gives what reading the file gives', async () => {
    const bytes = makeDls({ regions: [[], []] });
    expect(await loadBank(write('small.dls', bytes))).toEqual(readCollection('small.dls', bytes));
  });

  it('of 140 MB leaves the calling thread free, tells its progress, and shares the samples', async () => {
    const progress: number[] = [];
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const collection = await loadBank(huge, { onProgress: (done) => progress.push(done) });
    clearInterval(timer);
    expect(collection.instruments).toHaveLength(150);
    expect(collection.instruments.at(-1)!.regions).toHaveLength(100);
    const { data } = collection.samples[0]!;
    expect(data!.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(data).toHaveLength(69_999_990);
    expect(progress.length).toBeGreaterThan(10);
    // A thread that read the file itself would have come to none.
    expect(turns).toBeGreaterThan(5);
  });

  it('can be cancelled', async () => {
    const controller = new AbortController();
    const loading = loadBank(huge, {
      signal: controller.signal,
      onProgress: () => {
        controller.abort();
      },
    });
    await expect(loading).rejects.toMatchObject({ code: 'cancelled', subject: huge });
    await expect(loadBank(huge, { signal: controller.signal })).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('reports what is wrong with a file as reading it does', async () => {
    const damaged = makeDls({ regions: [[]] }).slice(0, -10);
    await expect(loadBank(write('damaged.dls', damaged))).rejects.toMatchObject({
      code: 'bad-input',
      subject: 'damaged.dls',
      offset: 0,
    });
    await expect(loadBank(path.join(folder, 'missing.dls'))).rejects.toMatchObject({ code: 'not-found' });
    await expect(loadBank(folder)).rejects.toMatchObject({ code: 'bad-input', subject: folder });
  });
});
