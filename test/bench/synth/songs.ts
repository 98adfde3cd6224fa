import { seededRandom } from '../../support/smfRandom.ts';
import { smf, writeSmf, type SmfEvent } from '../../support/smf.ts';

export interface BenchSong {
  readonly name: string;
  readonly seconds: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Ticks per second at 120 quarters a minute. */
const TICKS = 960;
const PERCUSSION = 9;
const PROGRAMS = [0, 48, 24, 33, 56, 73, 19, 11, 40, 52, 61, 80, 88, 4, 66, 49];

/** Notes on all 16 channels, with pitch bends, vibrato and moving volumes in between. */
export function benchSong(
  name: string,
  seconds: number,
  notesPerSecond: number,
  held: [number, number],
): BenchSong {
  const random = seededRandom(4711);
  const between = (low: number, high: number) => low + random.next() * (high - low);
  const events: SmfEvent[] = [];
  for (let channel = 0; channel < 16; channel++)
    if (channel !== PERCUSSION) events.push(smf.program(0, channel, PROGRAMS[channel]!));
  for (let count = 0; count < seconds * notesPerSecond; count++) {
    const at = Math.round((count / notesPerSecond) * TICKS);
    const channel = Math.floor(random.next() * 16);
    const key = Math.floor(channel === PERCUSSION ? between(35, 82) : between(36, 84));
    events.push(smf.noteOn(at, channel, key, Math.floor(between(50, 127))));
    events.push(smf.noteOff(at + Math.round(between(...held) * TICKS), channel, key));
    if (count % 5 === 0) events.push(smf.controller(at, channel, 1, Math.floor(between(0, 60))));
    if (count % 7 === 0) events.push(smf.pitchBend(at, channel, Math.floor(between(6400, 10_000))));
    if (count % 11 === 0) events.push(smf.controller(at, channel, 11, Math.floor(between(70, 127))));
  }
  return { name, seconds, bytes: writeSmf({ division: TICKS / 2, tracks: [events] }) };
}
