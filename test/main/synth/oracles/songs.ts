import { smf, writeSmf, type SmfEvent } from '../../../support/smf.ts';
import { seededRandom } from '../../../support/smfRandom.ts';
import { RATE } from './render.ts';

/**
 * Both oracles begin what is due at their next block of 64 frames, this project's on its own frame: two notes that
 * beat against each other would do so differently. So the songs' events all fall 8 frames behind the start of such a
 * block, and every oracle is 56 frames late with each of them. A tick is 8 frames.
 */
const TICK_FRAMES = 8;
const BLOCK_TICKS = 8;
export const ORACLE_DELAY_FRAMES = (BLOCK_TICKS - 1) * TICK_FRAMES;
const DIVISION = 480;
const MICROSECONDS_PER_QUARTER = Math.round((DIVISION * TICK_FRAMES * 1e6) / RATE);
/** Ticks of a second, in whole blocks. */
const SECOND = BLOCK_TICKS * Math.round(RATE / TICK_FRAMES / BLOCK_TICKS);
const PERCUSSION = 9;
/** Volume, pan, expression, modulation, sustain. */
const CONTROLLERS = [7, 10, 11, 1, 64] as const;
const MODULATION = 1;

export interface SongOptions {
  /** Every part says how much of it goes to reverb and chorus: what it does without is every synthesizer's own. */
  readonly sends?: boolean;
  /**
   * Neither vibrato by a controller, which a DLS file by SpessaSynth does not have, nor a key that is struck again, which
   * cuts itself off there; SpessaSynth itself plays neither so.
   */
  readonly plain?: boolean;
}

/**
 * A generated song for General MIDI: four to eight parts of any program and percussion, each with notes of its own
 * register, lengths and loudness, chords, and controllers that move.
 */
export function generatedSong(
  seed: number,
  seconds: number,
  { sends = false, plain = false }: SongOptions = {},
): Uint8Array<ArrayBuffer> {
  const random = seededRandom(seed);
  const parts = random.between(4, 8);
  const tracks = Array.from({ length: parts }, (_none, part): SmfEvent[] => {
    const channel = part === parts - 1 ? PERCUSSION : part;
    const isDrums = channel === PERCUSSION;
    const lowest = isDrums ? 35 : random.between(30, 60);
    const highest = isDrums ? 59 : lowest + random.between(12, 28);
    const every = SECOND / random.pick([1, 2, 3, 4, 6]);
    const length = every * random.pick([0.5, 0.9, 2]);
    const events = [
      smf.program(0, channel, isDrums ? 0 : random.between(0, 119)),
      smf.controller(0, channel, 7, random.between(60, 127)),
      smf.controller(0, channel, 10, random.between(20, 108)),
    ];
    if (sends) {
      events.push(smf.controller(0, channel, 91, random.between(0, 80)));
      events.push(smf.controller(0, channel, 93, random.between(0, 24)));
    }
    const struck = new Set<number>();
    const end = (seconds - 0.5) * SECOND;
    for (let tick = random.between(0, every); tick < end; tick += every) {
      if (random.next() < 0.2) continue;
      const notes = random.next() < 0.2 && !isDrums ? random.between(2, 4) : 1;
      for (let note = 0; note < notes; note++) {
        const key = random.between(lowest, highest);
        if (plain && struck.has(key)) continue;
        struck.add(key);
        events.push(smf.noteOn(tick, channel, key, random.between(40, 127)));
        events.push(smf.noteOff(tick + Math.round(length), channel, key));
      }
      if (random.next() < 0.1) {
        const controller = random.pick(CONTROLLERS);
        const value = random.between(0, 127);
        if (!plain || controller !== MODULATION)
          events.push(smf.controller(tick, channel, controller, value));
        if (controller === 64) events.push(smf.controller(tick + every, channel, 64, 0));
      }
      if (random.next() < 0.1 && !isDrums) {
        events.push(smf.pitchBend(tick, channel, random.between(0, 16_383)));
        events.push(smf.pitchBend(tick + every, channel, 8192));
      }
    }
    return events;
  });
  const onGrid = (event: SmfEvent): SmfEvent => ({
    ...event,
    tick: BLOCK_TICKS * Math.round(event.tick / BLOCK_TICKS) + 1,
  });
  return writeSmf({
    division: DIVISION,
    tracks: [[smf.tempo(0, MICROSECONDS_PER_QUARTER)], ...tracks.map((track) => track.map(onGrid))],
  });
}
