/**
 * How a peak meter moves: up at once, down at 20 dB/s, with a mark that stays at the highest peak for 1.5 s before
 * it falls as well. Levels are dBFS. `advance` runs once per drawn frame and allocates nothing.
 */

export const FLOOR_DECIBELS = -100;
const FALL_DECIBELS_PER_MS = 20 / 1000;
const HOLD_MS = 1500;

export class MeterBallistics {
  readonly channels: number;
  /** Bar of each channel, dBFS. */
  readonly level: Float64Array;
  /** Held peak of each channel, dBFS. */
  readonly hold: Float64Array;
  #fed: Float64Array;
  #holdUntil: Float64Array;
  #last = -1;

  constructor(channels: number) {
    this.channels = channels;
    this.level = new Float64Array(channels).fill(FLOOR_DECIBELS);
    this.hold = new Float64Array(channels).fill(FLOOR_DECIBELS);
    this.#fed = new Float64Array(channels).fill(FLOOR_DECIBELS);
    this.#holdUntil = new Float64Array(channels);
  }

  /** Highest sample of `channel` since the last call, linear. */
  feed(channel: number, peak: number): void {
    if (channel >= this.channels || !(peak > 0)) return;
    const decibels = 20 * Math.log10(peak);
    if (decibels > this.#fed[channel]!) this.#fed[channel] = decibels;
  }

  /** Moves to `now` (ms). False when every channel rests at the floor, so that nothing is left to draw. */
  advance(now: number): boolean {
    const fall = this.#last < 0 ? 0 : Math.max(0, now - this.#last) * FALL_DECIBELS_PER_MS;
    this.#last = now;
    let moving = false;
    for (let channel = 0; channel < this.channels; channel++) {
      const level = Math.max(this.#fed[channel]!, this.level[channel]! - fall, FLOOR_DECIBELS);
      this.#fed[channel] = FLOOR_DECIBELS;
      this.level[channel] = level;
      if (level >= this.hold[channel]!) {
        this.hold[channel] = level;
        this.#holdUntil[channel] = now + HOLD_MS;
      } else if (now > this.#holdUntil[channel]!) {
        this.hold[channel] = Math.max(level, this.hold[channel]! - fall);
      }
      if (this.hold[channel]! > FLOOR_DECIBELS) moving = true;
    }
    // After a rest the next peak must not fall by the time spent resting.
    if (!moving) this.#last = -1;
    return moving;
  }
}
