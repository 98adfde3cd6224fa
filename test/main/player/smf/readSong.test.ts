import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PinwheelError } from '../../../../src/contract/errors.ts';
import { referenceTime } from '../../../../src/contract/units.ts';
import { LARGEST_FILE_BYTES, readSong } from '../../../../src/main/player/smf/readSong.ts';
import { firstEventAt, type Song } from '../../../../src/main/player/smf/song.ts';
import { cases } from '../../../support/duration.ts';
import { mutateBytes, mutateChunks, mutated } from '../../../support/mutations.ts';
import { measuresPeakMemory, peakMemory } from '../../../support/peakMemory.ts';
import { damaged, randomSong, scale, smf, truncate, writeSmf } from '../../../support/smf.ts';
import { fuzz } from '../../../support/fuzzing.ts';
import { END, listEvents, rawFile, riffFile } from './support.ts';

/** Bytes for a hundred files of some hundred bytes, and the garbage of a test. */
const MOST_MEMORY = 100_000_000;

function refusal(bytes: Uint8Array, name = 'song.mid'): PinwheelError {
  try {
    readSong(name, bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(PinwheelError);
    return error as PinwheelError;
  }
  throw new Error('The file was read.');
}

/** What holds for every song that was read, whatever the file. */
function expectSound(song: Song): void {
  const { events } = song;
  expect([events.times.length, events.offsets.length, events.tracks.length]).toEqual([
    events.count,
    events.count + 1,
    events.count,
  ]);
  expect(events.offsets[events.count]).toBe(events.data.length);
  expect(song.durationSeconds * 1e7).toBeCloseTo(song.duration, 0);
  let isOrdered = true;
  for (let index = 0; index < events.count; index++) {
    isOrdered &&= events.offsets[index]! < events.offsets[index + 1]!;
    isOrdered &&= Number.isSafeInteger(events.times[index]) && events.times[index]! <= song.duration;
    isOrdered &&= index === 0 || events.times[index - 1]! <= events.times[index]!;
    isOrdered &&= events.tracks[index]! < song.trackCount;
  }
  expect(isOrdered).toBe(true);
}

describe('readSong', () => {
  it.each([0, 1] as const)('reads a scale of format %d', (format) => {
    const { bytes, notes } = scale({ format });
    const song = readSong('scale.mid', bytes);
    expectSound(song);
    expect(song).toMatchObject({
      name: 'scale.mid',
      format,
      trackCount: format + 1,
      noteCount: notes.length,
    });
    expect(song.tracks[0]!.name).toBe('Scale');
    const ons = listEvents(song).filter(({ bytes: [status] }) => status === 0x90);
    expect(ons.map(({ seconds, bytes: [, key] }) => [seconds, key])).toEqual(
      notes.map(({ startSeconds, key }) => [startSeconds, key]),
    );
    expect(song.durationSeconds).toBeCloseTo(notes.at(-1)!.endSeconds, 6);
  });

  it('follows tempo changes of any track, to the tenth of a microsecond', () => {
    const song = readSong(
      'x.mid',
      writeSmf({
        format: 1,
        division: 96,
        tracks: [
          [smf.tempo(0, 500_000), smf.tempo(192, 1_000_000)],
          [
            smf.noteOn(96, 0, 60, 1),
            smf.noteOn(192, 0, 61, 1),
            smf.noteOn(288, 0, 62, 1),
            smf.noteOn(384, 0, 63, 1),
          ],
          [smf.tempo(288, 250_000)],
        ],
      }),
    );
    expect(listEvents(song).map(({ seconds }) => seconds)).toEqual([0.5, 1, 2, 2.25]);
    expect([...song.tempoMap.microsecondsPerQuarter]).toEqual([500_000, 1_000_000, 250_000]);
    expect([...song.tempoMap.times]).toEqual([0, 10_000_000, 20_000_000]);
  });

  it('takes the last of several tempos at a tick, ignores a tempo of 0, starts at 120 beats a minute', () => {
    const song = readSong(
      'x.mid',
      writeSmf({
        format: 0,
        division: 100,
        tracks: [
          [smf.tempo(100, 900_000), smf.tempo(100, 250_000), smf.tempo(150, 0), smf.noteOn(200, 0, 60, 1)],
        ],
      }),
    );
    expect(listEvents(song)[0]!.seconds).toBe(0.75);
  });

  it.each([
    ['24 frames', 0xe850, 24 * 80],
    ['25 frames, a tick a millisecond', 0xe728, 1000],
    ['29.97 frames', 0xe364, (30_000 / 1001) * 100],
    ['30 frames', 0xe20a, 300],
  ])('counts SMPTE time of %s, whatever the tempo', (_what, division, ticksPerSecond) => {
    const song = readSong(
      'x.mid',
      writeSmf({ format: 0, division, tracks: [[smf.tempo(0, 100_000), smf.noteOn(5000, 0, 60, 1)]] }),
    );
    expect(listEvents(song)[0]!.seconds).toBeCloseTo(5000 / ticksPerSecond, 6);
  });

  it('plays the tracks of format 2 one after the other, each under its own tempo', () => {
    const track = (key: number, ...tempo: number[]): number[] => [
      ...tempo,
      ...[96, 0x90, key, 1],
      ...[96, 0xff, 0x2f, 0],
    ];
    const song = readSong(
      'x.mid',
      rawFile({
        format: 2,
        division: 96,
        tracks: [track(60, 0, 0xff, 0x51, 3, 0x0f, 0x42, 0x40), track(61)],
      }),
    );
    expect(song.format).toBe(2);
    expect(listEvents(song).map(({ seconds }) => seconds)).toEqual([1, 2.5]);
    expect(song.durationSeconds).toBe(3);
  });

  it('reads RMID', () => {
    const { bytes } = scale();
    const plain = readSong('x.rmi', bytes);
    const wrapped = readSong('x.rmi', riffFile(bytes));
    expect(listEvents(wrapped)).toEqual(listEvents(plain));
  });

  it('skips chunks of other kinds and a longer header', () => {
    const file = [...rawFile({ format: 0, tracks: [[0, 0x90, 60, 1, ...END]] })];
    file.splice(14, 0, 0xaa, 0xbb, ...[0x58, 0x46, 0x49, 0x48, 0, 0, 0, 3, 1, 2, 3]);
    file[7] = 8;
    expect(readSong('x.mid', Uint8Array.from(file)).noteCount).toBe(1);
  });

  it('expands running status, also behind a meta event', () => {
    const song = readSong(
      'x.mid',
      rawFile({
        tracks: [[0, 0x90, 60, 1, 0, 61, 1, 0, 0xff, 1, 1, 0x41, 0, 62, 1, 0, 0xc0, 5, 0, 6, ...END]],
      }),
    );
    expect(listEvents(song).map(({ bytes }) => bytes)).toEqual([
      [0x90, 60, 1],
      [0x90, 61, 1],
      [0x90, 62, 1],
      [0xc0, 5],
      [0xc0, 6],
    ]);
  });

  it('keeps SysEx whole, divided, and escaped bytes as they are', () => {
    const song = readSong(
      'x.mid',
      rawFile({
        tracks: [
          [0, 0xf0, 4, 1, 2, 3, 0xf7, 1, 0xf0, 2, 4, 5, 1, 0xf7, 2, 6, 0xf7, 1, 0xf7, 1, 0xfa, ...END],
        ],
      }),
    );
    expect(listEvents(song).map(({ bytes }) => bytes)).toEqual([
      [0xf0, 1, 2, 3, 0xf7],
      [0xf0, 4, 5],
      [6, 0xf7],
      [0xfa],
    ]);
  });

  it('keeps words: UTF-8 where it is, otherwise Latin-1', () => {
    const text = (type: number, ...bytes: number[]): number[] => [96, 0xff, type, bytes.length, ...bytes];
    const song = readSong(
      'x.mid',
      rawFile({
        division: 96,
        tracks: [
          [...text(3, 0x42, 0xc3, 0xa9), ...text(5, 0x4c, 0x61), ...END],
          [...text(6, 0x42, 0xe9, 0x00), ...END],
        ],
      }),
    );
    expect(song.texts).toEqual([
      { kind: 'trackName', time: 5_000_000, track: 0, text: 'Bé' },
      { kind: 'marker', time: 5_000_000, track: 1, text: 'Bé' },
      { kind: 'lyric', time: 10_000_000, track: 0, text: 'La' },
    ]);
    expect(song.tracks.map(({ name }) => name)).toEqual(['Bé', '']);
  });

  it('keeps meters and keys, without those that do not exist', () => {
    const meta = (type: number, ...bytes: number[]): number[] => [96, 0xff, type, bytes.length, ...bytes];
    const song = readSong(
      'x.mid',
      rawFile({
        division: 96,
        tracks: [
          [...meta(0x58, 3, 2, 24, 8), ...meta(0x58, 0, 2, 24, 8), ...meta(0x58, 12, 3, 36, 8), ...END],
          [...meta(0x59, 0xfd, 1), ...meta(0x59, 8, 0), ...meta(0x59, 2, 2), ...meta(0x59, 7, 0), ...END],
          [...meta(0x58, 6), ...meta(0x59), ...meta(0x58, 2, 1), ...END],
        ],
      }),
    );
    expect(song.timeSignatures).toEqual([
      { time: 5_000_000, track: 0, numerator: 3, denominator: 4 },
      { time: 15_000_000, track: 0, numerator: 12, denominator: 8 },
      { time: 15_000_000, track: 2, numerator: 2, denominator: 2 },
    ]);
    expect(song.keySignatures).toEqual([
      { time: 5_000_000, track: 1, sharps: -3, mode: 'minor' },
      { time: 20_000_000, track: 1, sharps: 7, mode: 'major' },
    ]);
  });

  it('ends a track at its end-of-track event and counts silence up to it', () => {
    const song = readSong(
      'x.mid',
      rawFile({ tracks: [[0, 0x90, 60, 1, 0x83, 0x60, 0xff, 0x2f, 0, 1, 2, 3]] }),
    );
    expect([song.events.count, song.durationSeconds]).toEqual([1, 0.5]);
  });

  it('agrees with the writer on random songs', { tags: 'fuzz' }, () => {
    for (let seed = 1; seed <= cases({ normal: 40, fuzz: 5000 }); seed++) {
      const { bytes, notes } = randomSong(seed);
      const song = readSong(`seed ${seed}`, bytes);
      expectSound(song);
      expect(song.noteCount).toBe(notes.length);
      const found = listEvents(song)
        .filter(({ bytes: [status, , velocity] }) => (status! & 0xf0) === 0x90 && velocity! > 0)
        .map(({ seconds, bytes: [status, key, velocity] }) => ({ seconds, status, key, velocity }));
      const expected = notes.map(({ startSeconds, channel, key, velocity }) => ({
        seconds: expect.closeTo(startSeconds, 6) as number,
        status: 0x90 | channel,
        key: key,
        velocity: velocity,
      }));
      // Notes that start together may stand in another order.
      const order = (a: (typeof found)[number], b: (typeof found)[number]): number =>
        a.status! * 128 + a.key! - b.status! * 128 - b.key!;
      expect(found.sort(order)).toEqual(expected.sort(order));
    }
  });
});

describe('readSong refuses', () => {
  it.each([
    ['an empty file', [], 0, '“song.mid” is not a MIDI file: expected “MThd” at byte 0.'],
    [
      'text',
      [...new TextEncoder().encode('#!/bin/sh\n')],
      0,
      '“song.mid” is not a MIDI file: expected “MThd” at byte 0.',
    ],
    ['a cut magic', [0x4d, 0x54, 0x68], 0, '“song.mid” is not a MIDI file: expected “MThd” at byte 0.'],
    [
      'a WAVE file',
      [...new TextEncoder().encode('RIFF\0\0\0\0WAVE')],
      8,
      '“song.mid” is not a MIDI file: expected “RMID” at byte 8.',
    ],
    [
      'RMID without data',
      [...new TextEncoder().encode('RIFF\0\0\0\0RMIDDISP'), 0xff, 0xff, 0xff, 0xff],
      20,
      '“song.mid” ends at byte 20 without a “data” chunk.',
    ],
    [
      'a cut header',
      [...rawFile({ tracks: [] }).subarray(0, 12)],
      12,
      '“song.mid” ends at byte 12 inside the header.',
    ],
    [
      'format 3',
      [...rawFile({ format: 3, tracks: [END] })],
      8,
      '“song.mid” has format 3 at byte 8; only 0, 1 and 2 exist.',
    ],
    ['no tracks', [...rawFile({ tracks: [] })], 10, '“song.mid” has no tracks, says byte 10.'],
    [
      'no ticks',
      [...rawFile({ division: 0, tracks: [END] })],
      12,
      '“song.mid” has 0 ticks per quarter note at byte 12.',
    ],
    [
      'a frame rate that does not exist',
      [...rawFile({ division: 0xe528, tracks: [END] })],
      12,
      '“song.mid” counts time in 27 frames of 40 ticks at byte 12; 24, 25, 29 and 30 frames exist.',
    ],
    [
      'missing tracks',
      [...rawFile({ trackCount: 3, tracks: [END] })],
      26,
      '“song.mid” ends at byte 26 before track 2 of 3.',
    ],
    [
      'a cut track',
      [...rawFile({ tracks: [END, [0, 0x90, 60, 1, ...END]] }).subarray(0, 37)],
      37,
      '“song.mid” ends at byte 37 inside track 2 of 2.',
    ],
    [
      'a cut track header',
      [...rawFile({ tracks: [END, END] }).subarray(0, 31)],
      31,
      '“song.mid” ends at byte 31 inside the start of track 2 of 2.',
    ],
    [
      'an event past its track',
      [...rawFile({ tracks: [[0, 0x90, 60], END] })],
      22,
      '“song.mid” has an event at byte 22 that runs past the end of track 1 at byte 25.',
    ],
    [
      'SysEx past its track',
      [...rawFile({ tracks: [[0, 0xf0, 0xff, 0xff, 0xff, 0x7f, 1]] })],
      22,
      '“song.mid” has an event at byte 22 that runs past the end of track 1 at byte 29.',
    ],
    [
      'data without status',
      [...rawFile({ tracks: [[0, 0x40, 1, ...END]] })],
      23,
      '“song.mid” has a data byte 0x40 without a status at byte 23 in track 1.',
    ],
    [
      'status inside an event',
      [...rawFile({ tracks: [[0, 0x90, 60, 0x80, ...END]] })],
      25,
      '“song.mid” has the status byte 0x80 inside an event at byte 25 in track 1.',
    ],
    [
      'a system status',
      [...rawFile({ tracks: [[0, 0xf8, ...END]] })],
      23,
      '“song.mid” has the status byte 0xF8, which no file may have, at byte 23 in track 1.',
    ],
    [
      'an endless number',
      [...rawFile({ tracks: [[0x80, 0x80, 0x80, 0x80, 0, ...END]] })],
      22,
      '“song.mid” has a number of more than four bytes at byte 22 in track 1.',
    ],
  ] as [string, number[], number, string][])('%s', (_what, bytes, offset, message) => {
    const error = refusal(Uint8Array.from(bytes));
    expect(error).toMatchObject({ code: 'bad-input', subject: 'song.mid', offset, message });
    expect(error.advice).toMatch(/\.$/);
  });

  it('a file that says it lasts for years', () => {
    const wait = [0xff, 0xff, 0xff, 0x7f, 0xff, 1, 1, 0x41];
    const slow = [0, 0xff, 0x51, 3, 0xff, 0xff, 0xff];
    const error = refusal(rawFile({ division: 1, tracks: [[...slow, ...wait, ...END]] }));
    expect(error.message).toBe('“song.mid” says that it lasts longer than a month.');
  });

  it('a file beyond all measure, without reading it', () => {
    expect(refusal(new Uint8Array(LARGEST_FILE_BYTES + 1)).message).toMatch(
      /33554433 bytes; a MIDI file may have/,
    );
  });

  it('every truncation of a song, naming the file and a byte within it', () => {
    const { bytes } = scale({ format: 1 });
    for (let length = 0; length < bytes.length; length++) {
      const error = refusal(truncate(bytes, length));
      expect(error.code).toBe('bad-input');
      expect(error.message).toContain('song.mid');
      expect(error.offset).toBeGreaterThanOrEqual(0);
      expect(error.offset).toBeLessThanOrEqual(length);
    }
  });

  it('damaged files, or reads them soundly, in little memory', { tags: 'fuzz' }, () => {
    for (let seed = 1; seed <= cases({ normal: 15, fuzz: 100 }); seed++) {
      const { bytes } = randomSong(seed, { notesPerTrack: 12 });
      const readAll = (): void => {
        for (const { what, bytes: broken } of damaged(seed % 3 === 0 ? riffFile(bytes) : bytes, seed, 100)) {
          try {
            expectSound(readSong('x.mid', broken));
          } catch (error) {
            expect(error, `seed ${seed}: ${what}`).toBeInstanceOf(PinwheelError);
          }
        }
      };
      if (measuresPeakMemory) expect(peakMemory(readAll), `seed ${seed}`).toBeLessThan(MOST_MEMORY);
      else readAll();
    }
  });

  it('files whose structure was changed, or reads them soundly', { tags: 'fuzz' }, async () => {
    const input = mutated((pick) => {
      const { bytes } = randomSong(1 + pick(500), { notesPerTrack: 12 });
      const how = pick(4);
      const song = how === 0 ? bytes : mutateChunks(bytes, pick, { bigEndian: true });
      const file = pick(4) === 0 ? mutateChunks(riffFile(song), pick) : song;
      return how < 2 ? mutateBytes(file, pick) : file;
    });
    let read = 0;
    await fuzz(
      'smf/damaged',
      fc.property(input, (bytes) => {
        try {
          expectSound(readSong('x.mid', bytes));
          read++;
        } catch (error) {
          expect(error).toBeInstanceOf(PinwheelError);
        }
      }),
      { normal: 200, fuzz: 60_000 },
    );
    expect(read).toBeGreaterThan(10);
  });

  it('random tracks, or reads them soundly', { tags: 'fuzz' }, async () => {
    const byte = fc.oneof(
      fc.integer({ min: 0, max: 255 }),
      fc.constantFrom(0, 0x90, 0x80, 0xf0, 0xf7, 0xff, 0x51, 0x2f, 0x7f),
    );
    await fuzz(
      'smf/random-tracks',
      fc.property(fc.array(fc.array(byte, { maxLength: 60 }), { minLength: 1, maxLength: 4 }), (tracks) => {
        try {
          expectSound(readSong('x.mid', rawFile({ tracks })));
        } catch (error) {
          expect(error).toBeInstanceOf(PinwheelError);
        }
      }),
      { normal: 300, fuzz: 100_000 },
    );
  });
});

describe('firstEventAt', () => {
  it('finds where to go on from', () => {
    const { events } = readSong('x.mid', scale({ steps: 4 }).bytes);
    expect(firstEventAt(events, referenceTime(0))).toBe(0);
    expect(firstEventAt(events, referenceTime(1))).toBe(2);
    expect(firstEventAt(events, referenceTime(2_500_000))).toBe(3);
    expect(firstEventAt(events, referenceTime(1e9))).toBe(events.count);
  });
});
