import { DisposableStore, type Disposable } from '../../../contract/disposable.ts';
import type { Event } from '../../../contract/emitter.ts';

const IDLE_MS = 2_000;

/** The meters of one side of the card. */
export interface MeterHardware {
  readonly onMeters: Event<Float32Array>;
  setMetering(on: boolean): void;
}

/**
 * The card's peak registers: the highest peak of each channel since it was last taken. The hardware measures only
 * while somebody reads; the first read after a pause starts it and answers 0.
 */
export class CardMeters implements Disposable {
  readonly #hardware: MeterHardware;
  readonly #channels: number;
  readonly #store = new DisposableStore();
  #peaks = new Float32Array(0);
  #idle: ReturnType<typeof setTimeout> | undefined;
  #readSinceCheck = false;

  constructor(hardware: MeterHardware, channels: number) {
    this.#hardware = hardware;
    this.#channels = channels;
    this.#store.add(hardware.onMeters((peaks) => this.#accumulate(peaks)));
  }

  /** Linear peak since the last take; taking resets it. */
  take(meter: number, channel: number): number {
    this.#readSinceCheck = true;
    if (!this.#idle) this.#start();
    const index = meter * this.#channels + channel;
    const peak = this.#peaks[index] ?? 0;
    if (index < this.#peaks.length) this.#peaks[index] = 0;
    return peak;
  }

  dispose(): void {
    clearTimeout(this.#idle);
    this.#store.dispose();
  }

  #start(): void {
    this.#hardware.setMetering(true);
    const check = (): void => {
      if (this.#readSinceCheck) {
        this.#readSinceCheck = false;
        this.#idle = setTimeout(check, IDLE_MS);
      } else {
        this.#idle = undefined;
        this.#peaks.fill(0);
        this.#hardware.setMetering(false);
      }
    };
    this.#idle = setTimeout(check, IDLE_MS);
  }

  #accumulate(peaks: Float32Array): void {
    if (this.#peaks.length !== peaks.length) this.#peaks = new Float32Array(peaks.length);
    for (let index = 0; index < peaks.length; index++) {
      if (peaks[index]! > this.#peaks[index]!) this.#peaks[index] = peaks[index]!;
    }
  }
}
