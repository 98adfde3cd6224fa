import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Disposable } from '../../contract/disposable.ts';
import { PinwheelError } from '../../contract/errors.ts';
import { unpacked } from '../../contract/unpacked.ts';
import type { DescribeAnswer, DescribedFile, DescribeRequest } from './describeWorker.ts';

interface Waiting {
  readonly file: string;
  resolve(info: DescribedFile): void;
  reject(error: PinwheelError): void;
}

/** No file takes longer, on whatever disk; one that does has hung its reader. */
const LIMIT_MS = 60_000;

/** What sound files say of themselves, found by a thread that is started for the first of them. */
export class WaveFiles implements Disposable {
  #worker: Worker | undefined;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;

  /**
   * `file` is an absolute path. With `sends`, what could be sent over S/PDIF or decoded is sent.
   *
   * @throws PinwheelError `bad-input` with file and offset, `not-supported`
   */
  async describe(file: string, sends = false): Promise<DescribedFile> {
    const worker = (this.#worker ??= this.#start());
    const id = this.#nextId++;
    const answer = new Promise<DescribedFile>((resolve, reject) => {
      this.#waiting.set(id, { file, resolve, reject });
    });
    worker.postMessage({ id, file, sends } satisfies DescribeRequest);
    const limit = setTimeout(() => this.#end(worker, 'it takes too long to read'), LIMIT_MS);
    try {
      return await answer;
    } finally {
      clearTimeout(limit);
    }
  }

  dispose(): void {
    if (this.#worker) this.#end(this.#worker, 'Pinwheel ends');
  }

  #start(): Worker {
    const worker = new Worker(unpacked(fileURLToPath(new URL('./describeWorker.ts', import.meta.url))), {
      name: 'wave files',
    });
    worker.on('message', ({ id, ...answer }: DescribeAnswer) => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if ('info' in answer) waiting?.resolve(answer.info);
      else waiting?.reject(new PinwheelError(answer.error));
    });
    worker.on('error', (error) => this.#end(worker, error instanceof Error ? error.message : String(error)));
    // Whoever waits has a timer; the thread by itself keeps nothing alive.
    worker.unref();
    return worker;
  }

  #end(worker: Worker, why: string): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    void worker.terminate();
    for (const { file, reject } of this.#waiting.values()) {
      const message = `“${path.basename(file)}” cannot be read: ${why}.`;
      reject(new PinwheelError({ code: 'bad-input', message, subject: file }));
    }
    this.#waiting.clear();
  }
}
