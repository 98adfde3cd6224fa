import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeTracks } from '../../../../src/main/player/smf/mergeTracks.ts';
import { TrackEvents } from '../../../../src/main/player/smf/trackEvents.ts';
import { fuzz } from '../../../support/fuzzing.ts';

const ON_A = [0x90, 60, 100];
const OFF_A = [0x80, 60, 0];
const ZERO_A = [0x90, 60, 0];
const ON_B = [0x90, 62, 100];
const OFF_B = [0x80, 62, 0];
const OFF_A_CHANNEL_2 = [0x81, 60, 0];
const VOLUME = [0xb0, 7, 100];
const BANK = [0xb0, 0, 1];
const PROGRAM = [0xc0, 5];
const PEDAL = [0xb0, 64, 127];

function merged(tracks: readonly (readonly { tick: number; bytes: readonly number[] }[])[]): string[] {
  const read = tracks.map((events) => {
    const track = new TrackEvents();
    for (const { tick, bytes } of events) track.add(tick, 0, Uint8Array.from(bytes), 0, bytes.length);
    return track;
  });
  const order: string[] = [];
  mergeTracks(read, (track, event) => order.push(`${track}.${event}`));
  return order;
}

const atOnce = (...tracks: number[][][]): string =>
  merged(tracks.map((events) => events.map((bytes) => ({ tick: 0, bytes })))).join(' ');

describe('mergeTracks', () => {
  // Events of one tick, track by track; then the order as track.event.
  it.each<[string, number[][][], string]>([
    ['one track keeps its order, whatever it is', [[ON_A, VOLUME, OFF_A, PROGRAM]], '0.0 0.1 0.2 0.3'],
    [
      'programs and controllers of later tracks come before notes',
      [[ON_A], [BANK, PROGRAM], [VOLUME]],
      '1.0 1.1 2.0 0.0',
    ],
    ['equals go by track', [[ON_A], [ON_B], [ON_A]], '0.0 1.0 2.0'],
    ['controllers go by track', [[VOLUME], [BANK], [PEDAL]], '0.0 1.0 2.0'],
    ['a note-off of a later track comes before the note-on of its key', [[ON_A], [OFF_A]], '1.0 0.0'],
    ['so does a note-on of velocity 0', [[ON_A], [ZERO_A]], '1.0 0.0'],
    ['even from behind another note-on', [[ON_A], [ON_B, OFF_A]], '1.0 1.1 0.0'],
    [
      'from behind a note-on that waits itself',
      [[ON_A], [ON_B, OFF_A], [PEDAL, [0x90, 64, 1], OFF_B]],
      '2.0 2.1 2.2 1.0 1.1 0.0',
    ],
    [
      'a chain of waiting tracks resolves',
      [[ON_A], [ON_B, OFF_A], [[0x90, 64, 1], OFF_B]],
      '2.0 2.1 1.0 1.1 0.0',
    ],
    ['a note-off behind its own note-on is not waited for', [[ON_A], [ON_A, OFF_A]], '0.0 1.0 1.1'],
    ['a zero-length note stays one', [[ON_A, OFF_A], [VOLUME]], '1.0 0.0 0.1'],
    ['note-offs of another channel are not waited for', [[ON_A], [ON_B, OFF_A_CHANNEL_2]], '0.0 1.0 1.1'],
    ['two note-offs are both waited for', [[ON_A], [ON_B, OFF_A], [ON_B, OFF_A]], '1.0 1.1 2.0 2.1 0.0'],
    [
      'tracks that wait for each other go in their order',
      [
        [ON_A, OFF_B],
        [ON_B, OFF_A],
      ],
      '0.0 0.1 1.0 1.1',
    ],
    ['a pedal before a note-off of its own track stays before', [[ON_B], [PEDAL, OFF_A]], '1.0 1.1 0.0'],
  ])('%s', (_what, tracks, order) => {
    expect(atOnce(...tracks)).toBe(order);
  });

  it('goes by tick first', () => {
    expect(
      merged([
        [
          { tick: 10, bytes: ON_A },
          { tick: 30, bytes: OFF_A },
        ],
        [
          { tick: 20, bytes: VOLUME },
          { tick: 30, bytes: ON_B },
        ],
        [],
      ]),
    ).toEqual(['0.0', '1.0', '0.1', '1.1']);
  });

  it('keeps the laws for any tracks', { tags: 'fuzz' }, async () => {
    const event = fc.record({
      tick: fc.integer({ min: 0, max: 2 }),
      bytes: fc.constantFrom(ON_A, OFF_A, ON_B, OFF_B, ZERO_A, VOLUME, PROGRAM),
    });
    const track = fc
      .array(event, { maxLength: 8 })
      .map((events) => [...events].sort((a, b) => a.tick - b.tick));
    await fuzz(
      'smf/merged-tracks',
      fc.property(fc.array(track, { maxLength: 5 }), (tracks) => {
        const order = merged(tracks);
        expect(order).toHaveLength(tracks.reduce((sum, events) => sum + events.length, 0));
        const position = new Map(order.map((name, index) => [name, index]));
        const at = (trackIndex: number, index: number): number => position.get(`${trackIndex}.${index}`)!;
        tracks.forEach((events, trackIndex) => {
          // Every event once, and those of a track in its order.
          for (let index = 1; index < events.length; index++) {
            expect(at(trackIndex, index)).toBeGreaterThan(at(trackIndex, index - 1));
          }
        });
        const ticks = order.map((name) => {
          const [trackIndex, index] = name.split('.').map(Number);
          return tracks[trackIndex!]![index!]!.tick;
        });
        expect(ticks).toEqual([...ticks].sort((a, b) => a - b));
      }),
      { normal: 300, fuzz: 100_000 },
    );
  });

  it('handles as many tracks as a file can declare, all of which wait at one tick', () => {
    const tracks = Array.from({ length: 0xffff }, (_, index) => {
      const note = (offset: number): [number, number] => [
        ((index + offset) >> 7) % 16,
        (index + offset) % 128,
      ];
      const [channel, key] = note(0);
      const [nextChannel, nextKey] = note(1);
      return [
        { tick: 0, bytes: [0x90 | channel, key, 1] },
        { tick: 0, bytes: [0x80 | nextChannel, nextKey, 0] },
      ];
    });
    // Every key is awaited from some track, so the tracks go in their order.
    const order = merged(tracks);
    expect(order).toHaveLength(2 * 0xffff);
    expect(order.slice(0, 4)).toEqual(['0.0', '0.1', '1.0', '1.1']);
  });
});
