import type { Disposable } from '../../../../contract/disposable.ts';
import type { LayoutRequest, LayoutResult } from './layoutTopology.ts';
import type { LayoutAnswer } from './layoutWorker.ts';

/** Asks the layout worker. Of several requests only the newest is answered. */
export class LayoutClient implements Disposable {
  readonly #worker: Worker;
  #serial = 0;
  #answered: ((result: LayoutResult) => void) | undefined;

  constructor() {
    this.#worker = new Worker(new URL('./layoutWorker.ts', import.meta.url), { type: 'module' });
    this.#worker.addEventListener('message', ({ data }: MessageEvent<LayoutAnswer>) => {
      performance.measure('topology layout', { end: performance.now(), duration: data.milliseconds });
      if (data.serial === this.#serial) this.#answered?.(data.result);
    });
  }

  request(request: LayoutRequest, answered: (result: LayoutResult) => void): void {
    this.#answered = answered;
    this.#worker.postMessage({ serial: ++this.#serial, request });
  }

  dispose(): void {
    this.#answered = undefined;
    this.#worker.terminate();
  }
}
