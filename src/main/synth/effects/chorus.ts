import type { Disposable } from '../../../contract/disposable.ts';
import * as at from '../kernel/layout.ts';
import type { KernelMemory } from '../kernel/memory.ts';

/** What a chorus is to sound like. */
export interface ChorusSetting {
  /** Mean delay and how far the taps wander from it, in milliseconds. */
  readonly delayMs: number;
  readonly depthMs: number;
  readonly rateHertz: number;
  /** Share of the output that goes back in, -0.9 to 0.9. */
  readonly feedback: number;
}

/** GS chorus macros 0 to 7: four choruses, feedback chorus, flanger, short delay, short delay with feedback. */
export const CHORUS_MACROS: readonly ChorusSetting[] = [
  { delayMs: 10, depthMs: 1.2, rateHertz: 0.4, feedback: 0 },
  { delayMs: 10, depthMs: 2.4, rateHertz: 0.45, feedback: 0.04 },
  { delayMs: 10, depthMs: 3, rateHertz: 0.4, feedback: 0.06 },
  { delayMs: 12, depthMs: 4, rateHertz: 0.8, feedback: 0.06 },
  { delayMs: 12, depthMs: 4, rateHertz: 0.4, feedback: 0.5 },
  { delayMs: 4, depthMs: 2, rateHertz: 0.2, feedback: 0.7 },
  { delayMs: 35, depthMs: 0.1, rateHertz: 0.2, feedback: 0 },
  { delayMs: 35, depthMs: 0.1, rateHertz: 0.2, feedback: 0.5 },
];
/** Chorus 3, the choice of GS and GM2 after a reset. */
export const STANDARD_CHORUS: ChorusSetting = CHORUS_MACROS[2]!;

const LONGEST_SECONDS = 0.06;
/** Taps are doubled by the kernel; the four together are as loud as a send of 100 % would be dry. */
const OUTPUT = 0.5 * 0.7;
/** Where the taps stand, 0 left to 1 right. */
const PLACES = [0, 1, 0.3, 0.7];

/** The chorus of one synthesizer: its record in the kernel's memory. The algorithm: kernel/assembly/chorus.ts. */
export class Chorus implements Disposable {
  readonly record: number;
  readonly #memory: KernelMemory;
  readonly #sampleRate: number;
  readonly #ring: number;
  readonly #ringFrames: number;

  constructor(memory: KernelMemory, sampleRate: number) {
    this.#memory = memory;
    this.#sampleRate = sampleRate;
    this.#ringFrames = 2 ** Math.ceil(Math.log2(LONGEST_SECONDS * sampleRate + 8));
    this.record = memory.allocate(at.CHORUS_BYTES);
    this.#ring = memory.allocate((this.#ringFrames + 4) * 4);
    const word = this.record / 4;
    const { i32, u32, f32 } = memory;
    i32[word + at.CHORUS_MASK / 4] = this.#ringFrames - 1;
    u32[word + at.CHORUS_RING / 4] = this.#ring;
    for (let tap = 0; tap < 4; tap++) {
      f32[word + at.CHORUS_SINE / 4 + tap] = Math.sin((tap * Math.PI) / 2);
      f32[word + at.CHORUS_COSINE / 4 + tap] = Math.cos((tap * Math.PI) / 2);
    }
    this.set(STANDARD_CHORUS);
    this.setLevel(1);
  }

  /** Seconds after which nothing of the last sound is left. */
  get tailSeconds(): number {
    return 0.5;
  }

  set(setting: ChorusSetting): void {
    const { f32 } = this.#memory;
    const word = this.record / 4;
    const rate = this.#sampleRate;
    f32[word + at.CHORUS_DELAY / 4] = (setting.delayMs / 1000) * rate;
    f32[word + at.CHORUS_DEPTH / 4] = (setting.depthMs / 1000) * rate;
    f32[word + at.CHORUS_ROTATION / 4] = (2 * Math.PI * setting.rateHertz) / rate;
    // The tap that is fed back is doubled, too.
    f32[word + at.CHORUS_FEEDBACK / 4] = setting.feedback / 2;
  }

  /** Factor on what comes out; 1 by default. */
  setLevel(level: number): void {
    const { f32 } = this.#memory;
    const word = this.record / 4;
    PLACES.forEach((place, tap) => {
      f32[word + at.CHORUS_TO_LEFT / 4 + tap] = OUTPUT * level * Math.cos((place * Math.PI) / 2);
      f32[word + at.CHORUS_TO_RIGHT / 4 + tap] = OUTPUT * level * Math.sin((place * Math.PI) / 2);
    });
  }

  /** Forgets what it sounds of. */
  clear(): void {
    const { f32 } = this.#memory;
    f32.fill(0, this.#ring / 4, this.#ring / 4 + this.#ringFrames + 4);
    f32[(this.record + at.CHORUS_LAST) / 4] = 0;
  }

  dispose(): void {
    this.#memory.free(this.record);
    this.#memory.free(this.#ring);
  }
}
