/** Low-frequency oscillator: silent for its delay, then a triangle that rises from 0. SoundFont 2.04 8.1.2. */
export class Lfo {
  /** -1 to 1, at the place `advanceTo` went to. */
  value = 0.5;
  /** Frame of the note it stands at. */
  #at = 0.5;
  /** Cycles. */
  #phase = 0.5;
  /** Cycles per frame. */
  #step = 0.5;

  /** `delay` in frames, `step` in cycles per frame. */
  start(delay: number, step: number): void {
    this.value = 0;
    this.#at = Math.max(0, delay);
    this.#phase = 0;
    this.#step = step;
  }

  setStep(step: number): void {
    this.#step = step;
  }

  /** Goes to frame `frame` of the note. */
  advanceTo(frame: number): void {
    if (frame <= this.#at) return;
    const moved = this.#phase + this.#step * (frame - this.#at);
    const phase = moved - Math.floor(moved);
    this.#at = frame;
    this.#phase = phase;
    this.value = phase < 0.25 ? 4 * phase : phase < 0.75 ? 2 - 4 * phase : 4 * phase - 4;
  }
}
