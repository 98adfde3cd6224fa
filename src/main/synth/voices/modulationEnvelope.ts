import { shape } from '../collections/modulator.ts';

type Stage = 'delay' | 'attack' | 'hold' | 'decay' | 'sustain' | 'release' | 'ended';

/** Modulation envelope: linear throughout, but for an attack that may be convex. SoundFont 2.04 8.1.2. */
export class ModulationEnvelope {
  /** 0 to 1, at the place `advance` went to. */
  level = 0.5;
  #stage: Stage = 'ended';
  #left = 0.5;
  #attackFrames = 0.5;
  #holdFrames = 0.5;
  /** Fall per frame. */
  #decay = 0.5;
  #release = 0.5;
  #sustain = 0.5;
  #isConvex = false;
  #previous = 0.5;

  /** The level does not move any more. */
  get steady(): boolean {
    return (this.#stage === 'sustain' || this.#stage === 'ended') && this.#previous === this.level;
  }

  /** Times in frames; `decay` and `release` are those of a fall from 1 to 0. */
  set(
    attack: number,
    hold: number,
    decay: number,
    sustain: number,
    release: number,
    isConvex: boolean,
  ): void {
    this.#attackFrames = attack;
    this.#holdFrames = hold;
    this.#decay = 1 / Math.max(decay, 1e-3);
    this.#sustain = sustain;
    this.#release = 1 / Math.max(release, 1e-3);
    this.#isConvex = isConvex;
  }

  start(delay: number): void {
    this.level = this.#previous = 0;
    this.#left = delay;
    this.#stage = delay > 0 ? 'delay' : 'attack';
    if (delay <= 0) this.#startAttack();
  }

  advance(frames: number): void {
    this.#previous = this.level;
    let left = frames;
    let passed = 0;
    while (left > 0) {
      switch (this.#stage) {
        case 'delay':
          passed = Math.min(left, this.#left);
          this.#left -= passed;
          left -= passed;
          if (this.#left <= 0) this.#startAttack();
          break;
        case 'attack': {
          passed = Math.min(left, this.#left);
          this.#left -= passed;
          left -= passed;
          const place = 1 - this.#left / this.#attackFrames;
          this.level = this.#isConvex ? shape('convex', false, false, place) : place;
          if (this.#left <= 0) this.#startHold();
          break;
        }
        case 'hold':
          passed = Math.min(left, this.#left);
          this.#left -= passed;
          left -= passed;
          if (this.#left <= 0) this.#stage = 'decay';
          break;
        case 'decay':
          this.level -= this.#decay * left;
          left = 0;
          if (this.level <= this.#sustain) {
            this.level = this.#sustain;
            this.#stage = 'sustain';
          }
          break;
        case 'release':
          this.level -= this.#release * left;
          left = 0;
          if (this.level <= 0) {
            this.level = 0;
            this.#stage = 'ended';
          }
          break;
        case 'sustain':
        case 'ended':
          left = 0;
          break;
      }
    }
  }

  /** As VolumeEnvelope.release. */
  release(left: number, segment: number): void {
    if (segment > 0) this.level += ((this.#previous - this.level) * left) / segment;
    this.#stage = 'release';
    this.advance(left);
  }

  #startAttack(): void {
    if (this.#attackFrames < 1) return this.#startHold();
    this.#stage = 'attack';
    this.#left = this.#attackFrames;
  }

  #startHold(): void {
    this.level = 1;
    this.#left = this.#holdFrames;
    this.#stage = this.#left > 0 ? 'hold' : 'decay';
  }
}
