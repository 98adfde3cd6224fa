import { squareLaw, type Channel } from './channel.ts';
import type { EnvelopeShape } from './timbres.ts';
import { octaveFor, TABLE_LENGTH, type TimbreTables, type WavetableBank } from './wavetables.ts';

/** Level under which a voice is inaudible and ends: -86 dB of its peak. */
const INAUDIBLE = 5e-5;
/** Seconds in which a stolen or silenced voice fades out. */
const FADE_SECONDS = 0.005;
/** Peak of a single note at velocity and volume 100: -14.5 dBFS. */
export const NOTE_LEVEL = 0.19;

/**
 * One sounding note: a dull and a bright wavetable read in phase, each with an envelope, placed between two channels.
 *
 * Levels are worked out once per tick and ramped between; pitch, start and end are exact to the sample.
 */
export class Voice {
  active = false;
  /** Fading out fast: no message reaches the voice any more, and it does not count for polyphony. */
  dying = false;
  /** The key is down. */
  keyDown = false;
  /** The key is up but the pedal holds the note. */
  pedalHeld = false;
  releasing = false;
  channel = 0;
  key = 0;
  /** Number of the note-on: the lower, the older. */
  order = 0;
  /** Level of the envelope at the end of the present tick. */
  #level = 0;

  readonly #sampleRate: number;
  readonly #bank: WavetableBank;
  #tables: TimbreTables;
  #dullTable: Float32Array;
  #brightTable: Float32Array;
  /** Tables faded out during the present tick, when the bandwidth changed. */
  #oldDull: Float32Array;
  #oldBright: Float32Array;
  #octave = 0;
  /** Share of the new tables, 1 unless they are being changed. */
  #blend = 1;
  #blendStep = 0;

  #phase = 0;
  #increment = 0;
  #frequency = 0;
  /** Frames since the note started; whole numbers, so that the sound does not depend on how blocks are cut. */
  #age = 0;
  #releaseAge = 0;
  #decayScale = 1;
  #velocityGain = 0;
  #brightness = 1;
  #fade = 1;

  #dull = 0;
  #bright = 0;
  #left = 0;
  #right = 0;
  #dullStep = 0;
  #brightStep = 0;
  #leftStep = 0;
  #rightStep = 0;

  constructor(bank: WavetableBank, sampleRate: number) {
    this.#sampleRate = sampleRate;
    this.#bank = bank;
    this.#tables = bank.programs[0]!;
    this.#dullTable = this.#brightTable = this.#oldDull = this.#oldBright = bank.silence;
  }

  /** How much the voice would be missed. */
  get loudness(): number {
    return this.#level * this.#velocityGain;
  }

  /** Starts a note on the frame rendered next; `untilTick` frames remain until the next tick. */
  start(
    channelNumber: number,
    channel: Channel,
    key: number,
    velocity: number,
    order: number,
    untilTick: number,
  ): void {
    const tables = this.#bank.programs[channel.program]!;
    this.active = true;
    this.dying = false;
    this.keyDown = true;
    this.pedalHeld = false;
    this.releasing = false;
    this.channel = channelNumber;
    this.key = key;
    this.order = order;
    this.#tables = tables;
    this.#phase = 0;
    this.#age = 0;
    this.#fade = 1;
    this.#blend = 1;
    this.#blendStep = 0;
    this.#decayScale = Math.pow(2, (tables.timbre.keyScaling * (key - 60)) / 12);
    this.#velocityGain = squareLaw(velocity) * NOTE_LEVEL;
    // Hard notes are brighter.
    this.#brightness = Math.min(1.25, velocity / 100);
    this.retune(channel);
    this.#octave = this.#octaveNow();
    this.#dullTable = this.#tableOf(tables.dull.octaves);
    this.#brightTable = this.#tableOf(tables.bright.octaves);
    this.#dull = 0;
    this.#bright = 0;
    this.#left = channel.left * this.#velocityGain;
    this.#right = channel.right * this.#velocityGain;
    this.#aim(channel, untilTick);
  }

  /** The key went up or the pedal let go: the release starts on the frame rendered next. */
  release(channel: Channel, untilTick: number): void {
    this.keyDown = false;
    this.pedalHeld = false;
    if (this.releasing || this.dying) return;
    this.releasing = true;
    this.#releaseAge = this.#age;
    this.#aim(channel, untilTick);
  }

  /** Fades out in some milliseconds. `scale` continues a factor applied to the output so far. */
  fadeOut(scale: number, untilTick: number): void {
    this.#left *= scale;
    this.#right *= scale;
    this.#velocityGain *= scale;
    if (scale === 0) {
      this.active = false;
      return;
    }
    if (this.dying) {
      this.#leftStep *= scale;
      this.#rightStep *= scale;
      return;
    }
    this.keyDown = false;
    this.pedalHeld = false;
    this.dying = true;
    // The fade falls from here; place and pitch stay as they are.
    this.#fade = 1;
    this.#aimFade(untilTick);
  }

  /** The channel's pitch changed: effective on the frame rendered next. */
  retune(channel: Channel): void {
    if (this.dying) return;
    this.#frequency = 440 * Math.pow(2, (this.key - 69 + channel.pitch) / 12);
    // Above half the sample rate the tables are silent; the phase just has to stay inside them.
    this.#increment = Math.min((this.#frequency * TABLE_LENGTH) / this.#sampleRate, TABLE_LENGTH / 2);
  }

  /** A tick of `tickFrames` frames begins: the levels at its end become the target. */
  tick(channel: Channel, tickFrames: number): void {
    if (
      this.#fade <= 0 ||
      (this.#level < INAUDIBLE && (this.releasing || this.#age > this.#sampleRate / 10))
    ) {
      // The levels of the tick that just ended were ramped to zero.
      this.active = false;
      return;
    }
    this.#blend = 1;
    this.#blendStep = 0;
    if (this.dying) {
      this.#aimFade(tickFrames);
    } else {
      if (channel.hasVibrato) this.retune(channel);
      this.#aim(channel, tickFrames);
      this.#followBandwidth(tickFrames);
    }
  }

  /** Adds `frames` frames, not beyond the next tick. */
  render(left: Float32Array, right: Float32Array, offset: number, frames: number): void {
    const end = offset + frames;
    const dullTable = this.#dullTable;
    const brightTable = this.#brightTable;
    const increment = this.#increment;
    let phase = this.#phase;
    let dull = this.#dull;
    let bright = this.#bright;
    let leftGain = this.#left;
    let rightGain = this.#right;
    const dullStep = this.#dullStep;
    const brightStep = this.#brightStep;
    const leftStep = this.#leftStep;
    const rightStep = this.#rightStep;
    if (this.#blend === 1) {
      for (let frame = offset; frame < end; frame++) {
        const index = phase | 0;
        const fraction = phase - index;
        const d = dullTable[index]!;
        const b = brightTable[index]!;
        const sample =
          dull * (d + (dullTable[index + 1]! - d) * fraction) +
          bright * (b + (brightTable[index + 1]! - b) * fraction);
        left[frame]! += sample * leftGain;
        right[frame]! += sample * rightGain;
        dull += dullStep;
        bright += brightStep;
        leftGain += leftStep;
        rightGain += rightStep;
        phase += increment;
        if (phase >= TABLE_LENGTH) phase -= TABLE_LENGTH;
      }
    } else {
      const oldDull = this.#oldDull;
      const oldBright = this.#oldBright;
      const blendStep = this.#blendStep;
      let blend = this.#blend;
      for (let frame = offset; frame < end; frame++) {
        const index = phase | 0;
        const fraction = phase - index;
        const d = dullTable[index]! * blend + oldDull[index]! * (1 - blend);
        const d1 = dullTable[index + 1]! * blend + oldDull[index + 1]! * (1 - blend);
        const b = brightTable[index]! * blend + oldBright[index]! * (1 - blend);
        const b1 = brightTable[index + 1]! * blend + oldBright[index + 1]! * (1 - blend);
        const sample = dull * (d + (d1 - d) * fraction) + bright * (b + (b1 - b) * fraction);
        left[frame]! += sample * leftGain;
        right[frame]! += sample * rightGain;
        blend += blendStep;
        dull += dullStep;
        bright += brightStep;
        leftGain += leftStep;
        rightGain += rightStep;
        phase += increment;
        if (phase >= TABLE_LENGTH) phase -= TABLE_LENGTH;
      }
      this.#blend = blend;
    }
    this.#phase = phase;
    this.#dull = dull;
    this.#bright = bright;
    this.#left = leftGain;
    this.#right = rightGain;
    this.#age += frames;
  }

  /** Sets the ramps so that the levels `frames` frames ahead are met. */
  #aim(channel: Channel, frames: number): void {
    const timbre = this.#tables.timbre;
    const age = (this.#age + frames) / this.#sampleRate;
    let release = 1;
    if (this.releasing) {
      release = Math.exp(-(this.#age + frames - this.#releaseAge) / (timbre.release * this.#sampleRate));
    }
    let dull = envelopeAt(timbre.dullEnvelope, age, this.#decayScale) * release;
    let bright = envelopeAt(timbre.brightEnvelope, age, this.#decayScale) * release;
    this.#level = Math.max(dull, bright);
    bright *= this.#brightness;
    if (this.#level < INAUDIBLE) dull = bright = 0;
    this.#dullStep = (dull - this.#dull) / frames;
    this.#brightStep = (bright - this.#bright) / frames;
    this.#leftStep = (channel.left * this.#velocityGain - this.#left) / frames;
    this.#rightStep = (channel.right * this.#velocityGain - this.#right) / frames;
  }

  /** The same for a dying voice: only the fade moves. */
  #aimFade(frames: number): void {
    const next = Math.max(0, this.#fade - frames / (FADE_SECONDS * this.#sampleRate));
    const target = next / this.#fade;
    this.#leftStep = (this.#left * (target - 1)) / frames;
    this.#rightStep = (this.#right * (target - 1)) / frames;
    this.#dullStep = 0;
    this.#brightStep = 0;
    this.#fade = next;
  }

  #octaveNow(): number {
    return octaveFor(this.#frequency, this.#sampleRate);
  }

  #tableOf(octaves: readonly Float32Array[]): Float32Array {
    return this.#octave >= 0 ? octaves[this.#octave]! : this.#bank.silence;
  }

  /** Bend or vibrato left the octave of the tables: fades over to those of the new one. */
  #followBandwidth(frames: number): void {
    const octave = this.#octaveNow();
    if (octave === this.#octave) return;
    this.#oldDull = this.#dullTable;
    this.#oldBright = this.#brightTable;
    this.#octave = octave;
    this.#dullTable = this.#tableOf(this.#tables.dull.octaves);
    this.#brightTable = this.#tableOf(this.#tables.bright.octaves);
    this.#blend = 0;
    this.#blendStep = 1 / frames;
  }
}

function envelopeAt(shape: EnvelopeShape, age: number, decayScale: number): number {
  if (age < shape.attack) return age / shape.attack;
  return shape.sustain + (1 - shape.sustain) * Math.exp((-(age - shape.attack) * decayScale) / shape.decay);
}
