import type { Disposable } from '../../../../contract/disposable.ts';
import type { LayoutRequest } from './layoutTopology.ts';
import type { LayoutAnswer } from './layoutWorker.ts';

/** Asks the layout worker. Of several requests only the newest is answered. */
export class LayoutClient implements Disposable {
  readonly #worker: Worker;
  #serial = 0;
  #answered: ((answer: LayoutAnswer) => void) | undefined;

  constructor() {
    this.#worker = new Worker(new URL('./layoutWorker.ts', import.meta.url), { type: 'module' });
    this.#worker.addEventListener('message', ({ data }: MessageEvent<LayoutAnswer>) => {
      if (data.serial === this.#serial) this.#answered?.(data);
    });
  }

  request(request: LayoutRequest, answered: (answer: LayoutAnswer) => void): void {
    this.#answered = answered;
    this.#worker.postMessage({ serial: ++this.#serial, request });
  }

  dispose(): void {
    this.#answered = undefined;
    this.#worker.terminate();
  }
}
