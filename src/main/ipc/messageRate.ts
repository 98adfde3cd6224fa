import type { Disposable } from '../../contract/disposable.ts';

/** Messages a second that a client is held to, in the long run. */
export const MESSAGES_PER_SECOND = 2_000;
/** Messages that may come at once after a quiet time: a panel that opens, a fader that is drawn. */
export const MESSAGE_BURST = 1_000;

/** The byte stream that messages come from. */
export interface PausableStream {
  pause(): void;
  resume(): void;
}

/**
 * Holds a client to a rate by not reading from it for a while. Nothing that it sends is lost, it only waits at its own
 * end, and main has time for everybody else.
 */
export class MessageRate implements Disposable {
  readonly #stream: PausableStream;
  /** Messages that may still come at once. */
  #left = MESSAGE_BURST;
  #countedAt = performance.now();
  #timer: NodeJS.Timeout | undefined;

  constructor(stream: PausableStream) {
    this.#stream = stream;
  }

  /** A message came. */
  count(): void {
    this.#refill();
    this.#left--;
    if (this.#left >= 0 || this.#timer !== undefined) return;
    this.#stream.pause();
    this.#resumeLater();
  }

  /** What the client still has to say is read: its farewell is among it. */
  dispose(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#stream.resume();
  }

  #refill(): void {
    const now = performance.now();
    const earned = ((now - this.#countedAt) * MESSAGES_PER_SECOND) / 1_000;
    this.#left = Math.min(MESSAGE_BURST, this.#left + earned);
    this.#countedAt = now;
  }

  /** What had been read already comes while it is paused, and is waited for as well. */
  #resumeLater(): void {
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        this.#refill();
        if (this.#left < 1) this.#resumeLater();
        else this.#stream.resume();
      },
      ((1 - this.#left) * 1_000) / MESSAGES_PER_SECOND,
    );
  }
}
