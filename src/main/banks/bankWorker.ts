/**
 * Worker thread that reads a bank of sounds: the file into shared memory, the collection out of it. It answers with
 * one message after the other, none of them long to take in, so that whoever waits for them is not held up; it is
 * ended to cancel it.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { PinwheelError, type ErrorRecord } from '../../contract/errors.ts';
import type { Collection, Instrument } from '../synth/collections/model.ts';
import { loadCollection } from '../synth/collections/readCollection.ts';

/** A file, or what one holds under the name it has. */
export type BankWorkerData =
  { readonly file: string } | { readonly name: string; readonly bytes: Uint8Array<SharedArrayBuffer> };

export type BankMessage =
  /** 0 to 1. */
  | { type: 'progress'; done: number }
  /** The collection without its instruments, which follow. */
  | { type: 'collection'; collection: Collection }
  | { type: 'instruments'; instruments: readonly Instrument[] }
  | { type: 'loaded' }
  | { type: 'failed'; error: ErrorRecord };

/** What reading the file is of the whole; the rest is reading its contents. */
const FILE_SHARE = 0.4;
/** Bytes read at a time. */
const PIECE_BYTES = 8 * 1024 * 1024;
/** Regions in a message: about a millisecond to take in. */
const REGIONS_PER_MESSAGE = 200;
/** No bank is larger; the format's sizes end at 4 GB. */
const LARGEST_FILE = 2 * 1024 * 1024 * 1024;

const port = parentPort!;
const send = (message: BankMessage, transfer: readonly ArrayBuffer[] = []): void => {
  port.postMessage(message, transfer);
};

// On Linux priority is a thread's own, and this one has it from the render thread, which comes first.
if (process.platform === 'linux') os.setPriority(os.constants.priority.PRIORITY_NORMAL);

try {
  const data = workerData as BankWorkerData;
  const name = 'file' in data ? path.basename(data.file) : data.name;
  const bytes = 'file' in data ? await readShared(data.file) : data.bytes;
  // An .sf3 is read first, and decoded then: both go from 0 to 1.
  const phases = path.extname(name).toLowerCase() === '.sf3' ? 2 : 1;
  let phase = 0;
  let last = 0;
  const collection = await loadCollection(name, bytes, {
    onProgress: (done) => {
      if (done < last) phase = 1;
      last = done;
      const contents = Math.min(1, (phase + done) / phases);
      send({ type: 'progress', done: FILE_SHARE + (1 - FILE_SHARE) * contents });
    },
  });
  sendCollection(collection, bytes.buffer);
} catch (error) {
  send({ type: 'failed', error: PinwheelError.recordOf(error) });
}

/** The file in memory that threads share: sample data are views of it and are not copied between them. */
async function readShared(file: string): Promise<Uint8Array<SharedArrayBuffer>> {
  const handle = await open(file);
  try {
    const stat = await handle.stat();
    const { size } = stat;
    if (!stat.isFile()) throw refusal(file, 'is not a file');
    if (size > LARGEST_FILE) throw refusal(file, `has ${size} bytes; a bank may have ${LARGEST_FILE}`);
    const bytes = new Uint8Array(new SharedArrayBuffer(size));
    for (let at = 0; at < size;) {
      const { bytesRead } = await handle.read(bytes, at, Math.min(PIECE_BYTES, size - at), at);
      if (bytesRead === 0) return bytes.subarray(0, at);
      at += bytesRead;
      send({ type: 'progress', done: (FILE_SHARE * at) / size });
    }
    return bytes;
  } finally {
    await handle.close();
  }
}

function refusal(file: string, reason: string): PinwheelError {
  return new PinwheelError({
    code: 'bad-input',
    message: `“${path.basename(file)}” ${reason}.`,
    subject: file,
    advice: 'Choose a DLS collection (.dls) or a SoundFont (.sf2, .sf3).',
  });
}

async function open(file: string): Promise<fs.promises.FileHandle> {
  try {
    return await fs.promises.open(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new PinwheelError({
      code: code === 'ENOENT' ? 'not-found' : 'bad-input',
      message: `“${path.basename(file)}” cannot be opened: ${code ?? String(error)}.`,
      subject: file,
      advice: 'Choose another bank in the settings.',
    });
  }
}

function sendCollection(collection: Collection, file: ArrayBufferLike): void {
  const { instruments, ...rest } = collection;
  const own = new Set<ArrayBuffer>();
  for (const { data } of collection.samples) {
    if (data !== undefined && data.buffer !== file && data.buffer instanceof ArrayBuffer)
      own.add(data.buffer);
  }
  send({ type: 'collection', collection: { ...rest, instruments: [] } }, [...own]);
  let batch: Instrument[] = [];
  let regions = 0;
  for (const instrument of instruments) {
    batch.push(instrument);
    regions += instrument.regions.length;
    if (regions < REGIONS_PER_MESSAGE) continue;
    send({ type: 'instruments', instruments: batch });
    batch = [];
    regions = 0;
  }
  send({ type: 'instruments', instruments: batch });
  send({ type: 'loaded' });
}
