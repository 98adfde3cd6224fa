import type { StreamState } from '../../contract/hardware.ts';
import { referenceTime, type ReferenceTime } from '../../contract/units.ts';
import type { RenderStream } from './renderStream.ts';

/**
 * A stream that is still being made: keeps what it is told, in order, and renders silence until the real one takes it
 * over. What fails meanwhile is thrown by the next `render`.
 */
export class PendingStream implements RenderStream {
  readonly #onDispose: () => void;
  #stream: RenderStream | undefined;
  #waiting: ((stream: RenderStream) => void)[] = [];
  #failure: { error: unknown } | undefined;
  #isDisposed = false;

  constructor(opening: Promise<RenderStream>, onDispose: () => void) {
    this.#onDispose = onDispose;
    opening.then(
      (stream) => this.#opened(stream),
      (error: unknown) => (this.#failure = { error }),
    );
  }

  get position(): ReferenceTime {
    return this.#stream?.position ?? referenceTime(0);
  }

  get eventsPlayed(): number {
    return this.#stream?.eventsPlayed ?? 0;
  }

  get activeVoices(): number {
    return this.#stream?.activeVoices ?? 0;
  }

  get idle(): boolean {
    if (this.#failure) return false;
    return this.#stream?.idle ?? this.#waiting.length === 0;
  }

  setState(state: StreamState, latencyClock: ReferenceTime): void {
    this.#pass((stream) => stream.setState(state, latencyClock));
  }

  write(startTime: ReferenceTime, records: Uint8Array): void {
    this.#pass((stream) => stream.write(startTime, records));
  }

  render(left: Float32Array, right: Float32Array, frames: number, blockTime: ReferenceTime): void {
    if (this.#failure) throw this.#failure.error;
    this.#stream?.render(left, right, frames, blockTime);
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#waiting = [];
    this.#stream?.dispose();
    this.#onDispose();
  }

  #pass(action: (stream: RenderStream) => void): void {
    if (this.#stream) action(this.#stream);
    else this.#waiting.push(action);
  }

  #opened(stream: RenderStream): void {
    if (this.#isDisposed) return stream.dispose();
    this.#stream = stream;
    try {
      for (const action of this.#waiting) action(stream);
    } catch (error) {
      this.#failure = { error };
    }
    this.#waiting = [];
  }
}
