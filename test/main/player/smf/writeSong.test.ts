import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PinwheelError } from '../../../../src/contract/errors.ts';
import { referenceTime } from '../../../../src/contract/units.ts';
import { readSong } from '../../../../src/main/player/smf/readSong.ts';
import { writeSong, type RecordedEvent } from '../../../../src/main/player/smf/writeSong.ts';
import { propertyRuns } from '../../engine/portcls/dmus/support.ts';
import { fuzz } from '../../../support/fuzzing.ts';
import { listEvents } from './support.ts';

const at = (milliseconds: number, ...bytes: number[]): RecordedEvent => ({
  time: referenceTime(milliseconds * 10_000),
  bytes: Uint8Array.from(bytes),
});

/** 500 ticks a quarter of half a second: a tick is a millisecond. */
const MILLISECONDS = { ticksPerQuarter: 500, microsecondsPerQuarter: 500_000 };

const data = fc.integer({ min: 0, max: 127 });
const sysexBody = fc.uint8Array({ max: 127, maxLength: 300 });
const message = fc.oneof(
  fc.tuple(fc.constantFrom(0x80, 0x90, 0xa0, 0xb0, 0xe5), data, data).map((bytes) => [bytes]),
  fc.tuple(fc.constantFrom(0xc0, 0xd1), data).map((bytes) => [bytes]),
  fc.constantFrom([[0xf8]], [[0xfe]], [[0xf2, 1, 2]]),
  sysexBody.map((body) => [[0xf0, ...body, 0xf7]]),
  fc
    .tuple(
      sysexBody,
      sysexBody.filter(({ length }) => length > 0),
    )
    .map(([first, second]) => [
      [0xf0, ...first],
      [...second, 0xf7],
    ]),
);

describe('writeSong', () => {
  it('writes format 0 with tempo, name and running status', () => {
    const bytes = writeSong([[at(0, 0x90, 60, 1), at(200, 0x90, 60, 0)]], {
      format: 0,
      name: 'Take 1',
      ...MILLISECONDS,
    });
    const song = readSong('take.mid', bytes);
    expect([song.format, song.trackCount, song.tracks[0]!.name]).toEqual([0, 1, 'Take 1']);
    expect(song.tempoMap.microsecondsPerQuarter).toEqual(Float64Array.of(500_000));
    expect([...bytes.subarray(-9)]).toEqual([1, 0x81, 0x48, 60, 0, 0, 0xff, 0x2f, 0]);
  });

  it('writes format 1 with a track for the tempo', () => {
    const song = readSong(
      'take.mid',
      writeSong([[at(10, 0x90, 60, 1)], [at(5, 0x91, 61, 1)]], { format: 1, ...MILLISECONDS }),
    );
    expect([song.format, song.trackCount]).toEqual([1, 3]);
    expect(listEvents(song)).toEqual([
      { seconds: 0.005, track: 2, bytes: [0x91, 61, 1] },
      { seconds: 0.01, track: 1, bytes: [0x90, 60, 1] },
    ]);
  });

  it('refuses what a file cannot say', () => {
    const write =
      (event: RecordedEvent, options: object = {}) =>
      () =>
        writeSong([[event]], { format: 0, ...options });
    for (const act of [
      write(at(0, 0xf8), { ticksPerQuarter: 0x8000 }),
      write(at(0, 0xf8), { microsecondsPerQuarter: 0 }),
      write(at(-1000, 0xf8)),
      write(at(1e12, 0xf8)),
    ]) {
      expect(act).toThrow(PinwheelError);
    }
  });

  it('what is written is read back: every event, in order, on its tick', { tags: 'fuzz' }, async () => {
    const events = fc.array(fc.tuple(fc.integer({ min: 0, max: 5_000 }), message), { maxLength: 30 });
    const tempo = fc.record({
      format: fc.constantFrom(0 as const, 1 as const),
      ticksPerQuarter: fc.integer({ min: 1, max: 0x7fff }),
      microsecondsPerQuarter: fc.integer({ min: 1_000, max: 0xff_ffff }),
    });
    await fuzz(
      'smf/written',
      fc.property(events, tempo, (list, options) => {
        let milliseconds = 0;
        const recorded = list.flatMap(([delta, pieces]) =>
          pieces.map((bytes) => at((milliseconds += delta), ...bytes)),
        );
        const read = listEvents(readSong('round.mid', writeSong([recorded], options)));
        expect(read.map(({ bytes }) => bytes)).toEqual(recorded.map(({ bytes }) => [...bytes]));
        const halfTick = options.microsecondsPerQuarter / options.ticksPerQuarter / 2e6 + 1e-6;
        for (const [index, { seconds }] of read.entries()) {
          expect(Math.abs(seconds - recorded[index]!.time / 1e7)).toBeLessThanOrEqual(halfTick);
        }
      }),
      propertyRuns,
    );
  });
});
