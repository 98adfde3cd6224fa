import { describe, expect, it } from 'vitest';
import { parseDlsDownload } from '../../../../../src/main/engine/portcls/dmus/dlsDownload.ts';
import { seededRandom } from '../../../../support/smfRandom.ts';
import { instrumentDownload, waveDownload } from '../../../../support/dlsDownloads.ts';

describe('download buffers', () => {
  const wave = waveDownload(7, Int16Array.of(1, -2, 3, -4), 22_050);
  const instrument = instrumentDownload(
    9,
    0x80000005,
    [
      { keys: [0, 59], wave: 7 },
      { keys: [60, 127], wave: 8, unityNote: 72, loop: [2, 100] },
    ],
    [[4, 0, 1, -0x10000]],
  );

  it('are read to what was written', () => {
    const read = parseDlsDownload(wave);
    expect(read).toMatchObject({
      kind: 'wave',
      id: 7,
      channels: 1,
      bitsPerSample: 16,
      samplesPerSecond: 22_050,
    });
    expect(read.kind === 'wave' && [...read.data]).toEqual([1, 0, 0xfe, 0xff, 3, 0, 0xfc, 0xff]);
    expect(parseDlsDownload(instrument)).toMatchObject({
      kind: 'instrument',
      id: 9,
      patch: 0x80000005,
      regions: [
        { keyLow: 0, keyHigh: 59, wave: 7, waveSample: { unityNote: 60, loop: undefined } },
        { keyLow: 60, keyHigh: 127, wave: 8, waveSample: { unityNote: 72, loop: { start: 2, length: 100 } } },
      ],
      articulation: {
        kind: 'connections',
        connections: [{ source: 4, control: 0, destination: 1, scale: -0x10000 }],
      },
    });
  });

  it('are refused with the offset when something is missing', () => {
    for (let length = 0; length < wave.length; length += 3)
      expect(() => parseDlsDownload(wave.slice(0, length))).toThrow(/byte \d+/);
    const unknown = Uint8Array.from(wave);
    unknown[0] = 5;
    expect(() => parseDlsDownload(unknown)).toThrow(/type 5/);
  });

  it('never hang, crash or read beyond their end, whatever they say', () => {
    const random = seededRandom(99);
    for (let round = 0; round < 5000; round++) {
      const mutated = Uint8Array.from(random.pick([wave, instrument]));
      for (let count = random.between(1, 4); count > 0; count--)
        mutated[random.between(0, mutated.length - 1)] = random.between(0, 255);
      try {
        parseDlsDownload(mutated);
      } catch (error) {
        expect(error).toMatchObject({ code: 'bad-input', status: 'STATUS_UNSUCCESSFUL' });
      }
    }
  });
});
