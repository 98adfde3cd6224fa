import type { Disposable } from '../../../contract/disposable.ts';
import * as at from '../kernel/layout.ts';
import type { KernelMemory } from '../kernel/memory.ts';

/** What a reverb is to sound like. */
export interface ReverbSetting {
  /** Seconds in which the sound falls by 60 dB. */
  readonly decaySeconds: number;
  /** Hertz above which it falls faster. */
  readonly dampingHertz: number;
  /** Length of the room against the standard one: factor on the delay lines. */
  readonly size: number;
  /** Factor on what comes out. */
  readonly level: number;
}

/** GS reverb macros 0 to 7; the last two, delays in hardware, are halls here. */
export const REVERB_MACROS: readonly ReverbSetting[] = [
  { decaySeconds: 0.8, dampingHertz: 5000, size: 0.6, level: 1 },
  { decaySeconds: 1, dampingHertz: 6000, size: 0.7, level: 1 },
  { decaySeconds: 1.3, dampingHertz: 7000, size: 0.85, level: 1 },
  { decaySeconds: 1.8, dampingHertz: 6500, size: 1, level: 1 },
  { decaySeconds: 2.2, dampingHertz: 7500, size: 1.2, level: 1 },
  { decaySeconds: 1.6, dampingHertz: 10_000, size: 0.7, level: 1 },
  { decaySeconds: 1.8, dampingHertz: 6500, size: 1, level: 0.8 },
  { decaySeconds: 1.8, dampingHertz: 6500, size: 1, level: 0.8 },
];
/** Hall 2 is GS's and GM2's choice after a reset; its tail is kept shorter here, as in most software. */
export const STANDARD_REVERB: ReverbSetting = REVERB_MACROS[3]!;

/** Milliseconds of the eight lines: no two have a common divisor worth hearing. */
const LINES = [31.3, 35.9, 39.7, 44.1, 49.3, 54.7, 59.9, 66.1];
/** Milliseconds of the diffusers. */
const DIFFUSERS = [3.1, 5.3, 8.9, 12.7];
const DIFFUSION = 0.6;
/** Milliseconds by which a line's length wanders, and how often a second. */
const WANDER = 0.12;
const WANDER_HERTZ = 0.7;
const LARGEST_SIZE = 1.5;
/**
 * The lines' sum 9 dB below what a send of 100 % would be dry: between the rooms of other synthesizers, some of which
 * are 3 dB louder and some 9 dB softer.
 */
const OUTPUT = 0.17;

/** Signs by which the lines reach the two sides, as different as can be. */
const TO_LEFT = [1, -1, 1, -1, 1, 1, -1, -1];
const TO_RIGHT = [1, 1, -1, -1, -1, 1, 1, -1];

/** The reverb of one synthesizer: its record in the kernel's memory. The algorithm: kernel/assembly/reverb.ts. */
export class Reverb implements Disposable {
  readonly record: number;
  readonly #memory: KernelMemory;
  readonly #sampleRate: number;
  readonly #ring: number;
  readonly #diffusers: number;
  readonly #ringFrames: number;
  #level = 1;
  #setting = STANDARD_REVERB;

  constructor(memory: KernelMemory, sampleRate: number) {
    this.#memory = memory;
    this.#sampleRate = sampleRate;
    const longest = ((LINES.at(-1)! * LARGEST_SIZE + 2 * WANDER) / 1000) * sampleRate + 2;
    this.#ringFrames = 2 ** Math.ceil(Math.log2(longest));
    this.record = memory.allocate(at.REVERB_BYTES);
    this.#ring = memory.allocate(this.#ringFrames * 32);
    this.#diffusers = memory.allocate(at.DIFFUSERS * at.DIFFUSER_FRAMES * 4);
    const { i32, u32, f32 } = memory;
    const word = this.record / 4;
    i32[word + at.REVERB_MASK / 4] = this.#ringFrames - 1;
    u32[word + at.REVERB_RING / 4] = this.#ring;
    u32[word + at.REVERB_DIFFUSERS / 4] = this.#diffusers;
    f32[word + at.REVERB_DIFFUSION / 4] = DIFFUSION;
    f32[word + at.REVERB_ROTATION / 4] = (2 * Math.PI * WANDER_HERTZ) / sampleRate;
    for (let index = 0; index < at.DIFFUSERS; index++) {
      i32[word + at.REVERB_DIFFUSER_LENGTHS / 4 + index] = Math.min(
        at.DIFFUSER_FRAMES - 1,
        Math.round((DIFFUSERS[index]! / 1000) * sampleRate),
      );
      f32[word + at.REVERB_SINE / 4 + index] = Math.sin((index * Math.PI) / 4);
      f32[word + at.REVERB_COSINE / 4 + index] = Math.cos((index * Math.PI) / 4);
    }
    this.set(STANDARD_REVERB);
  }

  /** Seconds after which nothing of the last sound is left. */
  get tailSeconds(): number {
    return 2 * this.#setting.decaySeconds;
  }

  set(setting: ReverbSetting): void {
    this.#setting = setting;
    const { f32 } = this.#memory;
    const word = this.record / 4;
    const rate = this.#sampleRate;
    const size = Math.min(LARGEST_SIZE, setting.size);
    f32[word + at.REVERB_OPENNESS / 4] = 1 - Math.exp((-2 * Math.PI * setting.dampingHertz) / rate);
    LINES.forEach((milliseconds, line) => {
      const seconds = (milliseconds / 1000) * size;
      f32[word + at.REVERB_DELAY / 4 + line] = seconds * rate;
      f32[word + at.REVERB_DEPTH / 4 + line] = ((line % 2 === 0 ? WANDER : -WANDER) / 1000) * rate;
      f32[word + at.REVERB_FEEDBACK / 4 + line] = Math.pow(10, (-3 * seconds) / setting.decaySeconds);
    });
    this.#setOutput();
  }

  /** Factor on what comes out; 1 by default. GS reverb level, XG reverb return. */
  setLevel(level: number): void {
    this.#level = level;
    this.#setOutput();
  }

  /** Forgets what it sounds of. */
  clear(): void {
    const { f32 } = this.#memory;
    f32.fill(0, this.#ring / 4, this.#ring / 4 + this.#ringFrames * 8);
    f32.fill(0, this.#diffusers / 4, this.#diffusers / 4 + at.DIFFUSERS * at.DIFFUSER_FRAMES);
    f32.fill(0, (this.record + at.REVERB_LOWPASS) / 4, (this.record + at.REVERB_LOWPASS) / 4 + 8);
  }

  dispose(): void {
    for (const address of [this.record, this.#ring, this.#diffusers]) this.#memory.free(address);
  }

  #setOutput(): void {
    const { f32 } = this.#memory;
    const word = this.record / 4;
    const output = OUTPUT * this.#level * this.#setting.level;
    for (let line = 0; line < 8; line++) {
      f32[word + at.REVERB_TO_LEFT / 4 + line] = TO_LEFT[line]! * output;
      f32[word + at.REVERB_TO_RIGHT / 4 + line] = TO_RIGHT[line]! * output;
    }
  }
}
