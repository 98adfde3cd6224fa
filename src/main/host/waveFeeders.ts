import { Worker } from 'node:worker_threads';
import type { Disposable } from '../../contract/disposable.ts';
import { PinwheelError } from '../../contract/errors.ts';
import type { WavePlan } from '../../contract/hardware.ts';
import type { FeederCommand, FeederEvent } from './waveFeederThread.ts';

type FeedCommand = Extract<FeederCommand, { type: 'feed' }>;

/** A stream that is being fed; disposing it ends that, and is due also after its end. */
export interface Feeding extends Disposable {
  /** How it goes on when its file is at its end. */
  plan(plan: WavePlan): void;
}

/** Hears what becomes of one feeding. */
export type FeederListener = (event: FeederEvent) => void;

/** The render thread's end of the feeder thread, which is started for the first stream that is fed. */
export class WaveFeeders implements Disposable {
  #worker: Worker | undefined;
  readonly #listeners = new Map<number, FeederListener>();
  #next = 1;

  feed(command: Omit<FeedCommand, 'type' | 'stream'>, listener: FeederListener): Feeding {
    const stream = this.#next++;
    this.#listeners.set(stream, listener);
    const worker = (this.#worker ??= this.#start());
    this.#post(worker, { type: 'feed', stream, ...command });
    return {
      plan: (plan) => {
        if (this.#listeners.has(stream)) this.#post(worker, { type: 'plan', stream, plan });
      },
      dispose: () => {
        if (this.#listeners.delete(stream)) this.#post(worker, { type: 'release', stream });
      },
    };
  }

  /** While it is there. */
  get thread(): Worker | undefined {
    return this.#worker;
  }

  /** Ends the thread if it feeds nobody. */
  rest(): void {
    if (this.#listeners.size === 0) this.dispose();
  }

  dispose(): void {
    this.#listeners.clear();
    void this.#worker?.terminate();
    this.#worker = undefined;
  }

  #post(worker: Worker, command: FeederCommand): void {
    worker.postMessage(command);
  }

  #start(): Worker {
    const worker = new Worker(new URL('./waveFeederThread.ts', import.meta.url), { name: 'wave feeder' });
    worker.on('message', (event: FeederEvent) => this.#listeners.get(event.stream)?.(event));
    worker.on('error', (error) => this.#died(worker, error));
    // Streams that play keep the process alive, not the thread that waits for them.
    worker.unref();
    return worker;
  }

  #died(worker: Worker, cause: unknown): void {
    if (this.#worker === worker) this.#worker = undefined;
    const error = PinwheelError.recordOf(cause);
    for (const [stream, listener] of this.#listeners) listener({ type: 'failed', stream, error });
    this.#listeners.clear();
  }
}
