import { squareLaw, type Channel } from './channel.ts';
import { NOTE_LEVEL } from './voice.ts';
import { TABLE_LENGTH, type WavetableBank } from './wavetables.ts';

/** How a percussion key sounds: a sine with falling pitch and filtered noise, each with its decay. */
export interface DrumSound {
  /** Hz at the stroke and after the pitch has fallen; time constant of the fall in seconds. */
  tone: { from: number; to: number; fall: number; level: number; decay: number } | undefined;
  /** Noise through a state-variable filter at `frequency` Hz with resonance `q`. */
  noise: { pass: 'high' | 'band'; frequency: number; q: number; level: number; decay: number } | undefined;
  /** -1 left, 1 right. */
  place: number;
  /** Sounds of one group cut each other off. 0 = none. */
  group: number;
}

type Tone = NonNullable<DrumSound['tone']>;
type Noise = NonNullable<DrumSound['noise']>;

const tone = (from: number, to: number, fall: number, level: number, decay: number): Tone => ({
  from,
  to,
  fall,
  level,
  decay,
});
const high = (frequency: number, level: number, decay: number, q = 0.7): Noise => ({
  pass: 'high',
  frequency,
  q,
  level,
  decay,
});
const band = (frequency: number, level: number, decay: number, q = 1): Noise => ({
  pass: 'band',
  frequency,
  q,
  level,
  decay,
});
const drum = (toneOf: Tone | undefined, noise: Noise | undefined, place = 0, group = 0): DrumSound => ({
  tone: toneOf,
  noise,
  place,
  group,
});

const tom = (frequency: number, place: number): DrumSound =>
  drum(tone(frequency * 1.6, frequency, 0.05, 1.3, 0.22), band(frequency * 6, 0.25, 0.03), place);
const skin = (frequency: number, decay: number, place: number): DrumSound =>
  drum(tone(frequency * 1.25, frequency, 0.02, 1.1, decay), band(frequency * 4, 0.4, 0.02), place);
const metal = (frequency: number, decay: number, place: number): DrumSound =>
  drum(tone(frequency, frequency, 1, 0.8, decay), band(frequency * 2.7, 0.4, decay * 0.5, 8), place);
const wood = (frequency: number, decay: number, place: number): DrumSound =>
  drum(tone(frequency, frequency, 1, 1, decay), band(frequency * 1.6, 0.8, decay * 0.4, 3), place);

const KICK = drum(tone(150, 48, 0.03, 2, 0.16), band(2200, 0.5, 0.006));
const KICK_2 = drum(tone(130, 42, 0.04, 2, 0.2), band(1600, 0.4, 0.008));
const SNARE = drum(tone(260, 185, 0.02, 0.9, 0.09), high(1400, 0.75, 0.13));
const SNARE_2 = drum(tone(300, 215, 0.02, 0.8, 0.07), high(1800, 0.8, 0.1));
const SIDE_STICK = wood(820, 0.025, 0);
const CLAP = drum(undefined, band(1300, 2.2, 0.11, 1.4), 0.1);

/** General MIDI percussion, key 27 to 87; other keys are silent. Groups: 1 hi-hat, 2 whistle, 3 guiro, 4 cuica, 5 triangle. */
const SOUNDS: Readonly<Record<number, DrumSound>> = {
  27: drum(tone(1400, 500, 0.05, 0.8, 0.08), undefined),
  28: CLAP,
  29: drum(undefined, band(2500, 1.2, 0.05, 2), 0.2),
  30: drum(undefined, band(1800, 1.2, 0.06, 2), 0.2),
  31: SIDE_STICK,
  32: wood(1600, 0.015, 0),
  33: wood(1000, 0.03, 0),
  34: metal(2000, 0.15, 0),
  35: KICK_2,
  36: KICK,
  37: SIDE_STICK,
  38: SNARE,
  39: CLAP,
  40: SNARE_2,
  41: tom(72, 0.5),
  42: drum(undefined, high(7500, 0.9, 0.035), -0.3, 1),
  43: tom(86, 0.35),
  44: drum(undefined, high(6500, 0.6, 0.05), -0.3, 1),
  45: tom(105, 0.2),
  46: drum(undefined, high(7000, 0.65, 0.28), -0.3, 1),
  47: tom(125, 0),
  48: tom(150, -0.2),
  49: drum(undefined, high(4200, 1, 0.7), 0.4),
  50: tom(180, -0.4),
  51: drum(metal(5200, 0.3, 0).tone, high(6500, 0.4, 0.45), -0.4),
  52: drum(undefined, band(4200, 1.2, 0.6, 1.2), 0.4),
  53: drum(metal(3100, 0.4, 0).tone, high(7000, 0.25, 0.3), -0.4),
  54: drum(undefined, high(8000, 0.7, 0.12, 2), 0.3),
  55: drum(undefined, high(5500, 0.7, 0.4), 0.2),
  56: metal(560, 0.16, 0.3),
  57: drum(undefined, high(4800, 1, 0.65), -0.4),
  58: drum(tone(110, 90, 0.1, 0.6, 0.3), band(1500, 0.9, 0.25, 6), 0.3),
  59: drum(metal(4700, 0.3, 0).tone, high(6000, 0.4, 0.5), -0.4),
  60: skin(420, 0.07, 0.4),
  61: skin(300, 0.1, 0.4),
  62: skin(330, 0.04, 0.4),
  63: skin(280, 0.16, 0.4),
  64: skin(190, 0.16, 0.4),
  65: skin(440, 0.2, 0.3),
  66: skin(300, 0.24, 0.3),
  67: metal(1100, 0.12, -0.3),
  68: metal(780, 0.14, -0.3),
  69: drum(undefined, high(5500, 0.6, 0.05), -0.4),
  70: drum(undefined, high(6500, 0.6, 0.04), -0.4),
  71: drum(tone(2300, 2250, 0.1, 0.7, 0.09), undefined, -0.3, 2),
  72: drum(tone(2250, 2150, 0.2, 0.7, 0.35), undefined, -0.3, 2),
  73: drum(undefined, band(3000, 1.4, 0.06, 3), 0.3, 3),
  74: drum(undefined, band(2600, 1.4, 0.25, 3), 0.3, 3),
  75: wood(2400, 0.035, 0.2),
  76: wood(900, 0.05, 0.3),
  77: wood(680, 0.06, 0.3),
  78: drum(tone(420, 650, 0.06, 0.8, 0.07), undefined, 0.3, 4),
  79: drum(tone(650, 380, 0.08, 0.8, 0.14), undefined, 0.3, 4),
  80: metal(4400, 0.06, -0.3),
  81: metal(4400, 0.7, -0.3),
  82: drum(undefined, high(6000, 0.6, 0.05), 0.2),
  83: drum(undefined, high(7500, 0.5, 0.3, 4), 0.2),
  84: metal(3400, 0.9, 0.2),
  85: wood(1900, 0.02, 0.2),
  86: skin(110, 0.1, -0.2),
  87: skin(90, 0.3, -0.2),
};

/** The sound of a percussion key, undefined for a silent one. */
export function drumSound(key: number): DrumSound | undefined {
  return SOUNDS[key];
}

const ATTACK_SECONDS = 0.0008;
const FADE_SECONDS = 0.005;
const INAUDIBLE = 5e-5;
/** Percussion adds up less than chords do, but its tone and noise do. */
const DRUM_LEVEL = 0.75 * NOTE_LEVEL;

/** One stroke of percussion. It rings out by itself: the note-off does not end it. */
export class DrumVoice {
  active = false;
  dying = false;
  channel = 9;
  key = 0;
  group = 0;
  order = 0;

  #level = 0;
  readonly #sampleRate: number;
  readonly #sine: Float32Array;
  #sound: DrumSound = KICK;
  /** Frames since the stroke. */
  #age = 0;
  #velocityGain = 0;
  #placeLeft = 1;
  #placeRight = 1;
  #fade = 1;

  #phase = 0;
  #increment = 0;
  #incrementStep = 0;
  #tone = 0;
  #toneStep = 0;
  #noise = 0;
  #noiseStep = 0;
  #left = 0;
  #right = 0;
  #leftStep = 0;
  #rightStep = 0;

  #seed = 1;
  // State-variable filter, trapezoidal form.
  #g1 = 0;
  #g2 = 0;
  #g3 = 0;
  #k = 0;
  #isHighPass = false;
  #state1 = 0;
  #state2 = 0;

  constructor(bank: WavetableBank, sampleRate: number) {
    this.#sampleRate = sampleRate;
    this.#sine = bank.sine;
  }

  start(
    channelNumber: number,
    channel: Channel,
    key: number,
    sound: DrumSound,
    velocity: number,
    order: number,
    untilTick: number,
  ): void {
    this.active = true;
    this.dying = false;
    this.channel = channelNumber;
    this.key = key;
    this.group = sound.group;
    this.order = order;
    this.#sound = sound;
    this.#age = 0;
    this.#fade = 1;
    this.#velocityGain = squareLaw(velocity) * DRUM_LEVEL;
    const place = ((sound.place + 1) * Math.PI) / 4;
    this.#placeLeft = Math.SQRT2 * Math.cos(place);
    this.#placeRight = Math.SQRT2 * Math.sin(place);
    this.#phase = 0;
    this.#tone = 0;
    this.#noise = 0;
    this.#increment = this.#incrementAt(0);
    // Every stroke has noise of its own, the same in every performance.
    this.#seed = Math.imul(order + 1, 0x9e3779b1) | 1;
    this.#state1 = 0;
    this.#state2 = 0;
    const noise = sound.noise;
    if (noise !== undefined) {
      const g = Math.tan((Math.PI * Math.min(noise.frequency, this.#sampleRate * 0.4)) / this.#sampleRate);
      this.#k = 1 / noise.q;
      this.#g1 = 1 / (1 + g * (g + this.#k));
      this.#g2 = g * this.#g1;
      this.#g3 = g * this.#g2;
      this.#isHighPass = noise.pass === 'high';
    }
    this.#left = channel.left * this.#velocityGain * this.#placeLeft;
    this.#right = channel.right * this.#velocityGain * this.#placeRight;
    this.#aim(channel, untilTick);
  }

  /** Fades out in some milliseconds. `scale` continues a factor applied to the output so far. */
  fadeOut(scale: number, untilTick: number): void {
    this.#left *= scale;
    this.#right *= scale;
    if (scale === 0) {
      this.active = false;
      return;
    }
    if (this.dying) {
      this.#leftStep *= scale;
      this.#rightStep *= scale;
      return;
    }
    this.dying = true;
    this.#fade = 1;
    this.#aim(null, untilTick);
  }

  /** A tick of `tickFrames` frames begins. */
  tick(channel: Channel, tickFrames: number): void {
    if (this.#fade <= 0 || this.#level < INAUDIBLE) {
      this.active = false;
      return;
    }
    this.#aim(this.dying ? null : channel, tickFrames);
  }

  /** Adds `frames` frames, not beyond the next tick. */
  render(left: Float32Array, right: Float32Array, offset: number, frames: number): void {
    const end = offset + frames;
    const sine = this.#sine;
    const g1 = this.#g1;
    const g2 = this.#g2;
    const g3 = this.#g3;
    const k = this.#k;
    const isHighPass = this.#isHighPass;
    const toneStep = this.#toneStep;
    const noiseStep = this.#noiseStep;
    const leftStep = this.#leftStep;
    const rightStep = this.#rightStep;
    const incrementStep = this.#incrementStep;
    let phase = this.#phase;
    let increment = this.#increment;
    let toneGain = this.#tone;
    let noiseGain = this.#noise;
    let leftGain = this.#left;
    let rightGain = this.#right;
    let seed = this.#seed;
    let state1 = this.#state1;
    let state2 = this.#state2;
    for (let frame = offset; frame < end; frame++) {
      const index = phase | 0;
      const s = sine[index]!;
      let sample = toneGain * (s + (sine[index + 1]! - s) * (phase - index));
      seed = (Math.imul(seed, 1664525) + 1013904223) | 0;
      const white = seed * 4.656612873077393e-10;
      const v3 = white - state2;
      const v1 = g1 * state1 + g2 * v3;
      const v2 = state2 + g2 * state1 + g3 * v3;
      state1 = 2 * v1 - state1;
      state2 = 2 * v2 - state2;
      sample += noiseGain * (isHighPass ? white - k * v1 - v2 : k * v1);
      left[frame]! += sample * leftGain;
      right[frame]! += sample * rightGain;
      toneGain += toneStep;
      noiseGain += noiseStep;
      leftGain += leftStep;
      rightGain += rightStep;
      phase += increment;
      if (phase >= TABLE_LENGTH) phase -= TABLE_LENGTH;
      increment += incrementStep;
    }
    this.#phase = phase;
    this.#increment = increment;
    this.#tone = toneGain;
    this.#noise = noiseGain;
    this.#left = leftGain;
    this.#right = rightGain;
    this.#seed = seed;
    this.#state1 = state1;
    this.#state2 = state2;
    this.#age += frames;
  }

  /** Sets the ramps for the next `frames` frames; without a channel the voice only fades. */
  #aim(channel: Channel | null, frames: number): void {
    const age = (this.#age + frames) / this.#sampleRate;
    const attack = Math.min(1, age / ATTACK_SECONDS);
    const { tone: toneOf, noise } = this.#sound;
    const toneLevel = toneOf === undefined ? 0 : attack * toneOf.level * Math.exp(-age / toneOf.decay);
    const noiseLevel = noise === undefined ? 0 : attack * noise.level * Math.exp(-age / noise.decay);
    this.#level = Math.max(toneLevel, noiseLevel);
    const silent = this.#level < INAUDIBLE;
    this.#toneStep = ((silent ? 0 : toneLevel) - this.#tone) / frames;
    this.#noiseStep = ((silent ? 0 : noiseLevel) - this.#noise) / frames;
    this.#incrementStep = (this.#incrementAt(age) - this.#increment) / frames;
    if (channel !== null) {
      this.#leftStep = (channel.left * this.#velocityGain * this.#placeLeft - this.#left) / frames;
      this.#rightStep = (channel.right * this.#velocityGain * this.#placeRight - this.#right) / frames;
      return;
    }
    const next = Math.max(0, this.#fade - frames / (FADE_SECONDS * this.#sampleRate));
    this.#leftStep = (this.#left * (next / this.#fade - 1)) / frames;
    this.#rightStep = (this.#right * (next / this.#fade - 1)) / frames;
    this.#fade = next;
  }

  #incrementAt(age: number): number {
    const toneOf = this.#sound.tone;
    if (toneOf === undefined) return 0;
    const frequency = toneOf.to + (toneOf.from - toneOf.to) * Math.exp(-age / toneOf.fall);
    return (frequency * TABLE_LENGTH) / this.#sampleRate;
  }
}
