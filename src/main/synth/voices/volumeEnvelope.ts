import { FULL_FALL } from './conversions.ts';

type Stage = 'attack' | 'hold' | 'decay' | 'sustain' | 'release' | 'ended';

/** Amplitude that nobody hears: -100 dB. */
const INAUDIBLE = 1e-5;

/**
 * Volume envelope: silence, a linear rise of the amplitude, the peak, an exponential fall to the sustain level, and
 * after release an exponential fall to nothing. SoundFont 2.04 8.1.2; DLS level 2 1.5.
 *
 * Levels are exact where `advance` ends; between those places the caller draws a straight line.
 */
export class VolumeEnvelope {
  /** Amplitude, 0 to 1, at the place `advance` went to. */
  level = 0.5;
  /** The same where the last `advance` began. */
  previous = 0.5;
  #stage: Stage = 'ended';
  /** Frames left in the attack or hold stage. */
  #left = 0.5;
  #attackFrames = 0.5;
  #attackStep = 0.5;
  #holdFrames = 0.5;
  /** Natural logarithm of what a frame of decay or release does to the amplitude. */
  #decay = -0.5;
  #release = -0.5;
  /** What the last stretch of decay and of release did, which is mostly what the next one does. */
  #decayFactor = 0.5;
  #decayFrames = 0.5;
  #releaseFactor = 0.5;
  #releaseFrames = 0.5;
  #sustain = 0.5;

  /** Silent, and not going to sound any more. */
  get ended(): boolean {
    return this.#stage === 'ended';
  }

  get released(): boolean {
    return this.#stage === 'release' || this.#stage === 'ended';
  }

  /** Before its peak. */
  get rising(): boolean {
    return this.#stage === 'attack';
  }

  /** The level does not move until the key is let go. */
  get steady(): boolean {
    return this.#stage === 'sustain' && this.previous === this.level;
  }

  /** Times in frames; `decay` and `release` are those of a fall by 96 dB; `sustain` is an amplitude. */
  set(attack: number, hold: number, decay: number, sustain: number, release: number): void {
    this.#attackFrames = attack;
    this.#attackStep = attack > 0 ? 1 / attack : 1;
    this.#holdFrames = hold;
    this.#decay = FULL_FALL / Math.max(decay, 1e-3);
    this.#decayFrames = NaN;
    this.#sustain = sustain;
    this.setRelease(release);
  }

  /** Frames of a fall by 96 dB. */
  setRelease(release: number): void {
    this.#release = FULL_FALL / Math.max(release, 1e-3);
    this.#releaseFrames = NaN;
  }

  /** The sustain level moves while the note is held. */
  setSustain(sustain: number): void {
    if (this.#stage === 'sustain' && sustain !== this.#sustain) this.#stage = 'decay';
    this.#sustain = sustain;
  }

  /** Begins; the delay stage is the caller's, because nothing sounds in it. */
  start(): void {
    if (this.#attackFrames < 1) {
      // Nothing rises: the note is there from its first frame on.
      this.#startHold();
    } else {
      this.level = 0;
      this.#stage = 'attack';
      this.#left = this.#attackFrames;
    }
    this.previous = this.level;
  }

  advance(frames: number): void {
    this.previous = this.level;
    let left = frames;
    let passed = 0;
    while (left > 0) {
      switch (this.#stage) {
        case 'attack':
          passed = Math.min(left, this.#left);
          this.#left -= passed;
          left -= passed;
          this.level = 1 - this.#left * this.#attackStep;
          if (this.#left <= 0) this.#startHold();
          break;
        case 'hold':
          passed = Math.min(left, this.#left);
          this.#left -= passed;
          left -= passed;
          if (this.#left <= 0) this.#stage = 'decay';
          break;
        case 'decay':
          if (left !== this.#decayFrames) this.#setDecayFrames(left);
          this.level *= this.#decayFactor;
          left = 0;
          if (this.level <= this.#sustain) {
            this.level = this.#sustain;
            this.#stage = this.#sustain < INAUDIBLE ? 'ended' : 'sustain';
          }
          break;
        case 'release':
          if (left !== this.#releaseFrames) this.#setReleaseFrames(left);
          this.level *= this.#releaseFactor;
          left = 0;
          if (this.level < INAUDIBLE) {
            this.level = 0;
            this.#stage = 'ended';
          }
          break;
        case 'ended':
          this.level = 0;
          left = 0;
          break;
        case 'sustain':
          left = 0;
          break;
      }
    }
  }

  /**
   * Goes into release `left` of `segment` frames before the place of the last `advance`, and advances to that place
   * again.
   */
  release(left: number, segment: number): void {
    if (this.#stage === 'ended') return;
    if (segment > 0) this.level += ((this.previous - this.level) * left) / segment;
    if (this.level < INAUDIBLE) {
      this.level = 0;
      this.#stage = 'ended';
      return;
    }
    this.#stage = 'release';
    this.advance(left);
  }

  #setDecayFrames(frames: number): void {
    this.#decayFrames = frames;
    this.#decayFactor = Math.exp(this.#decay * frames);
  }

  #setReleaseFrames(frames: number): void {
    this.#releaseFrames = frames;
    this.#releaseFactor = Math.exp(this.#release * frames);
  }

  #startHold(): void {
    this.level = 1;
    this.#left = this.#holdFrames;
    this.#stage = this.#left > 0 ? 'hold' : 'decay';
  }
}
