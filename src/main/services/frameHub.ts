import { Emitter, type Event } from '../../contract/emitter.ts';
import { toDisposable, type Disposable } from '../../contract/disposable.ts';

/** Gives the frame to send now, or undefined when nothing changed since the last one. */
export type FrameSource = () => Uint8Array | undefined;

/** Display rate of meters and positions. */
const PERIOD_MS = 33;

/** Sends meter and position frames to whoever listens, and does nothing while nobody does. */
export class FrameHub implements Disposable {
  readonly #sources: readonly FrameSource[];
  readonly #emitter = new Emitter<Uint8Array>();
  #timer: NodeJS.Timeout | undefined;

  constructor(sources: readonly FrameSource[]) {
    this.#sources = sources;
  }

  readonly onFrame: Event<Uint8Array> = (listener) => {
    const handle = this.#emitter.event(listener);
    this.#timer ??= setInterval(() => this.#tick(), PERIOD_MS);
    return toDisposable(() => {
      handle.dispose();
      if (!this.#emitter.hasListeners) this.dispose();
    });
  };

  dispose(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #tick(): void {
    for (const source of this.#sources) {
      const frame = source();
      if (frame) this.#emitter.fire(frame);
    }
  }
}
