import type { PlayableInstrument } from '../loadedCollection.ts';
import type { MidiChannel } from './midiChannel.ts';
import type { Voice } from './voice.ts';
import type { VoicePool } from './voicePool.ts';

/** What keys, pedals and controllers of a channel do to its notes that sound. */
export class SoundingNotes {
  readonly #pool: VoicePool;

  constructor(pool: VoicePool) {
    this.#pool = pool;
  }

  noteOff(channel: MidiChannel, key: number): void {
    const pool = this.#pool;
    for (let index = 0; index < pool.count; index++) {
      const voice = pool.at(index);
      if (voice.channel === channel && voice.key === key && voice.keyDown && voice.active)
        this.#liftKey(voice);
    }
  }

  /** Ends what a new note is not to sound together with. */
  endRivals(channel: MidiChannel, instrument: PlayableInstrument, key: number, velocity: number): void {
    const pool = this.#pool;
    for (let index = 0; index < pool.count; index++) {
      const voice = pool.at(index);
      if (voice.channel !== channel || voice.dying || !voice.active) continue;
      const held = voice.keyDown || voice.pedalHeld;
      if (voice.key === key && held) {
        if (voice.region.region.isSelfExclusive) pool.end(voice);
        // The key was pressed without having been let go: the old note ends as if it had been.
        else if (voice.keyDown) this.#liftKey(voice);
      } else if (channel.isMono && voice.keyDown) this.#liftKey(voice);
      const { exclusiveClass } = voice.region.region;
      if (exclusiveClass === 0 || voice.instrument !== instrument || voice.dying) continue;
      for (const { region } of instrument.regions) {
        if (
          region.exclusiveClass === exclusiveClass &&
          key >= region.keys.low &&
          key <= region.keys.high &&
          velocity >= region.velocities.low &&
          velocity <= region.velocities.high
        ) {
          pool.end(voice);
          break;
        }
      }
    }
  }

  /** Controller 66 was pressed: keys that are down are held. */
  holdSostenuto(channel: MidiChannel): void {
    const pool = this.#pool;
    for (let index = 0; index < pool.count; index++) {
      const voice = pool.at(index);
      if (voice.channel === channel && voice.keyDown) voice.sostenutoHeld = true;
    }
  }

  /** Releases what no pedal holds any more. */
  pedalsMoved(channel: MidiChannel): void {
    const pool = this.#pool;
    for (let index = 0; index < pool.count; index++) {
      const voice = pool.at(index);
      if (voice.channel !== channel || voice.dying || !voice.active) continue;
      if (!channel.sostenuto) voice.sostenutoHeld = false;
      if (voice.pedalHeld && !channel.sustain && !voice.sostenutoHeld) pool.release(voice);
    }
  }

  /** Controller 123: as if every key were let go. */
  allNotesOff(channel: MidiChannel): void {
    const pool = this.#pool;
    for (let index = 0; index < pool.count; index++) {
      const voice = pool.at(index);
      if (voice.channel === channel && voice.keyDown && voice.active) this.#liftKey(voice);
    }
  }

  /** Controller 120: ends notes whatever holds them. */
  shutDown(channel: MidiChannel): void {
    const pool = this.#pool;
    for (let index = 0; index < pool.count; index++) {
      const voice = pool.at(index);
      if (voice.channel === channel && !voice.dying && voice.active) pool.end(voice);
    }
  }

  /** A source of modulators moved, by its number in `ArticulationProgram`. */
  sourceMoved(channel: MidiChannel, source: number): void {
    const pool = this.#pool;
    for (let index = 0; index < pool.count; index++) {
      const voice = pool.at(index);
      if (voice.channel === channel) voice.sourceMoved(source);
    }
  }

  /** Everything is to be worked out again. */
  markStale(channel: MidiChannel): void {
    const pool = this.#pool;
    for (let index = 0; index < pool.count; index++) {
      const voice = pool.at(index);
      if (voice.channel === channel) voice.markStale();
    }
  }

  #liftKey(voice: Voice): void {
    voice.keyDown = false;
    if (voice.channel.sustain || voice.sostenutoHeld) voice.pedalHeld = true;
    else this.#pool.release(voice);
  }
}
