import type { Disposable } from '../../../contract/disposable.ts';

/** How fast a bar falls, of its whole length in a second. */
const FALL_PER_SECOND = 3;
const REDUCED_INTERVAL_MS = 250;

/** Draws how loud the keys of each channel are struck: bars that fall, moved by one loop that sleeps in silence. */
export class ActivityLoop implements Disposable {
  readonly #bars = new Map<number, HTMLElement>();
  readonly #target = new Float32Array(16);
  readonly #shown = new Float32Array(16);
  readonly #isReduced: () => boolean;
  #handle = 0;
  #last = 0;

  constructor(isReduced: () => boolean) {
    this.#isReduced = isReduced;
  }

  /** `channel` from 1. */
  add(channel: number, bar: HTMLElement): Disposable {
    this.#bars.set(channel - 1, bar);
    return { dispose: () => this.#bars.delete(channel - 1) };
  }

  /** 0 to 127 each. */
  feed(velocities: Uint8Array): void {
    for (let channel = 0; channel < 16; channel++) this.#target[channel] = velocities[channel]! / 127;
    if (this.#handle !== 0) return;
    this.#last = performance.now();
    this.#handle = requestAnimationFrame(this.#frame);
  }

  dispose(): void {
    cancelAnimationFrame(this.#handle);
    this.#handle = 0;
  }

  #frame = (now: number): void => {
    const passed = now - this.#last;
    if (this.#isReduced() && passed < REDUCED_INTERVAL_MS) {
      this.#handle = requestAnimationFrame(this.#frame);
      return;
    }
    this.#last = now;
    let moving = false;
    for (const [channel, bar] of this.#bars) {
      const before = this.#shown[channel]!;
      const target = this.#target[channel]!;
      const next = Math.max(target, before - (FALL_PER_SECOND * passed) / 1000);
      if (next > target) moving = true;
      if (next === before) continue;
      this.#shown[channel] = next;
      bar.style.transform = `scaleX(${next})`;
    }
    this.#handle = moving ? requestAnimationFrame(this.#frame) : 0;
  };
}
