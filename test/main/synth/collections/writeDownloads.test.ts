import { expect, it } from 'vitest';
import { parseDlsDownload } from '../../../../src/main/engine/portcls/dmus/dlsDownload.ts';
import { writeDls } from '../../../../src/main/synth/collections/dls/writeDls.ts';
import { writeDownloads } from '../../../../src/main/synth/collections/dls/writeDownloads.ts';
import { readCollection } from '../../../../src/main/synth/collections/readCollection.ts';
import { Downloads } from '../../../../src/main/synth/downloads.ts';
import { collection, instrument, play, region, synthOf } from '../testCollection.ts';

const bank = collection([
  instrument([
    region({ volumeSustain: 12, pitch: 30, filterCutoff: 9000 }, { keys: { low: 0, high: 59 } }),
    region({ volumeRelease: -2400, attenuation: 6 }, { keys: { low: 60, high: 127 }, exclusiveClass: 3 }),
  ]),
  instrument([region({ pan: 20 }, { loop: undefined })], { isDrum: true }),
]);

it('a collection as downloads sounds as the same one in a file, to the bit', () => {
  const notes = [
    [0, 0x90, 50, 100],
    [500, 0x90, 64, 90],
    [900, 0x99, 38, 120],
    [3000, 0x80, 64, 0],
  ] as const;
  const file = synthOf(readCollection('bank.dls', writeDls(bank)));
  const expected = play(file.synth, notes, 6000);
  const { synth, memory } = synthOf(collection([]));
  const downloads = new Downloads(memory, synth, () => undefined);
  writeDownloads(bank).forEach((data, handle) => downloads.add(handle, parseDlsDownload(data)));
  const heard = play(synth, notes, 6000);
  expect(Math.max(...heard.left)).toBeGreaterThan(0.01);
  expect(heard).toEqual(expected);
});
