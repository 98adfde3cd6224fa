import { Worker } from 'node:worker_threads';
import { PinwheelError } from '../../contract/errors.ts';
import type { Collection, Instrument } from '../synth/collections/model.ts';
import type { BankMessage, BankWorkerData } from './bankWorker.ts';

export interface BankLoadOptions {
  /** 0 to 1. */
  onProgress?: (done: number) => void;
  /** Ends loading at once, with `cancelled`. */
  signal?: AbortSignal;
}

/**
 * Loads a DLS collection or SoundFont, or what is embedded in an RMID file, in a worker thread: a file, or its bytes
 * under its name. The calling thread only takes the parts in, each within a
 * millisecond or so; sample data lie in memory that both share.
 *
 * Throws `bad-input` with chunk path and byte offset, `not-found`, and `cancelled`; `bad-input` also when the bank
 * needs more memory than there is.
 */
export async function loadBank(
  source: string | { readonly name: string; readonly bytes: Uint8Array },
  options: BankLoadOptions = {},
): Promise<Collection> {
  const { onProgress, signal } = options;
  const file = typeof source === 'string' ? source : source.name;
  const data: BankWorkerData =
    typeof source === 'string' ? { file } : { name: file, bytes: sharedCopy(source.bytes) };
  const worker = new Worker(new URL('./bankWorker.ts', import.meta.url), { workerData: data, name: 'bank' });
  let cancel = (): void => {};
  try {
    return await new Promise<Collection>((resolve, reject) => {
      let collection: Collection | undefined;
      const instruments: Instrument[] = [];
      cancel = () => {
        reject(
          new PinwheelError({
            code: 'cancelled',
            message: `Loading “${file}” was cancelled.`,
            subject: file,
          }),
        );
      };
      if (signal?.aborted === true) cancel();
      signal?.addEventListener('abort', cancel);
      worker.on('message', (message: BankMessage) => {
        switch (message.type) {
          case 'progress':
            onProgress?.(message.done);
            break;
          case 'collection':
            collection = message.collection;
            break;
          case 'instruments':
            instruments.push(...message.instruments);
            break;
          case 'loaded':
            if (collection !== undefined) resolve({ ...collection, instruments });
            break;
          case 'failed':
            reject(new PinwheelError(message.error));
        }
      });
      worker.on('error', (error) => {
        reject(failure(file, error instanceof Error ? error.message : String(error)));
      });
      worker.on('exit', () => {
        reject(failure(file, 'its reader ended early'));
      });
    });
  } finally {
    signal?.removeEventListener('abort', cancel);
    await worker.terminate();
  }
}

/** The thread died, which a file can bring about by asking for too much memory only. */
function failure(file: string, reason: string): PinwheelError {
  return new PinwheelError({
    code: 'bad-input',
    message: `“${file}” cannot be loaded: ${reason}.`,
    subject: file,
    advice: 'Choose a smaller bank.',
  });
}

function sharedCopy(bytes: Uint8Array): Uint8Array<SharedArrayBuffer> {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}
