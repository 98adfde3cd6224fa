/** The part of an AudioParam that a ramp needs. */
export type RampParam = Pick<AudioParam, 'setValueAtTime' | 'linearRampToValueAtTime'> & { value: number };

/** Short enough to follow a hand on a fader, long enough not to click. */
export const RAMP_SECONDS = 0.015;

/**
 * One channel of a gain register. Ramps follow each other without overlapping: a value that arrives during a ramp
 * waits for its end, and only the newest one is kept. So every ramp starts exactly at the value that the one before
 * reached, no automation ever has to be taken back, and a fader dragged at any rate makes no step.
 */
export class GainChannel {
  #param: RampParam;
  #value: number;
  #rampEnd = 0;
  #pending: number | undefined;

  /** `gain` holds from the first frame on. */
  constructor(param: RampParam, gain: number) {
    this.#param = param;
    this.#value = gain;
    param.value = gain;
  }

  set(gain: number): void {
    this.#pending = gain;
  }

  /**
   * Starts the next ramp if there is one to start. To be called regularly.
   *
   * @param earliest context time that is certainly still ahead when the library sees it, in seconds.
   */
  update(earliest: number): void {
    if (this.#pending === undefined || this.#rampEnd > earliest) return;
    const target = this.#pending;
    this.#pending = undefined;
    if (target === this.#value) return;
    this.#param.setValueAtTime(this.#value, earliest);
    this.#param.linearRampToValueAtTime(target, earliest + RAMP_SECONDS);
    this.#value = target;
    this.#rampEnd = earliest + RAMP_SECONDS;
  }

  /** The newest value holds from context time `at` on: nothing that is heard comes before. */
  settle(at: number): void {
    const target = this.#pending;
    if (target === undefined || this.#rampEnd > at) return;
    this.#pending = undefined;
    this.#param.setValueAtTime(target, at);
    this.#value = target;
  }
}

/** A gain register: one gain per channel. */
export class GainRegister {
  readonly channels: readonly GainChannel[];

  constructor(channels: readonly GainChannel[]) {
    this.channels = channels;
  }

  /** One gain per channel; a missing one is that of the channel before. */
  set(gains: readonly number[]): void {
    let gain = 1;
    this.channels.forEach((channel, index) => {
      gain = gains[index] ?? gain;
      channel.set(gain);
    });
  }

  update(earliest: number): void {
    for (const channel of this.channels) channel.update(earliest);
  }

  settle(at: number): void {
    for (const channel of this.channels) channel.settle(at);
  }
}
