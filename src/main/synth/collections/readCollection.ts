/** Reading a bank of any supported format, in steps or at once. */
import { PinwheelError } from '../../../contract/errors.ts';
import { readDls } from './dls/readDls.ts';
import type { Collection, Sample } from './model.ts';
import { RiffFile, type Chunk } from './riff.ts';
import { readSoundFont } from './soundFont/readSoundFont.ts';
import { createVorbisDecoder, decodeSample } from './vorbis.ts';

/**
 * Reads a DLS collection, a SoundFont, or the collection inside an RMID file. Yields progress, 0 to 1, often enough
 * that a caller can do something else between the steps. Sample data are views of `bytes` where possible, so these
 * must not change afterwards; Vorbis samples are not decoded.
 *
 * Memory and time are bounded by the file's size whatever its counts say. Throws `bad-input` naming the file, the
 * chunk's path and the byte offset.
 */
export function* readCollectionSteps(name: string, bytes: Uint8Array): Generator<number, Collection, void> {
  const file = new RiffFile(name, bytes);
  const root = file.root();
  switch (root.type) {
    case 'sfbk':
      return yield* readSoundFont(file, root);
    case 'DLS ':
      return yield* readDls(file, root);
    case 'RMID': {
      const bank = findEmbedded(file, root);
      if (bank === undefined)
        throw file.error(root, root.offset, 'has no collection inside', NOT_A_BANK_ADVICE);
      return yield* bank.type === 'sfbk' ? readSoundFont(file, bank) : readDls(file, bank);
    }
    default:
      throw file.error(root, 8, 'is neither a DLS collection nor a SoundFont', NOT_A_BANK_ADVICE);
  }
}

/** As `readCollectionSteps`, in one go: for small files and for tests. */
export function readCollection(name: string, bytes: Uint8Array): Collection {
  const steps = readCollectionSteps(name, bytes);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Whether an RMID file has a collection inside: it is to sound with that one. */
export function hasEmbeddedCollection(name: string, bytes: Uint8Array): boolean {
  try {
    const file = new RiffFile(name, bytes);
    const root = file.root();
    return root.type === 'RMID' && findEmbedded(file, root) !== undefined;
  } catch {
    // A damaged file is the song reader's to complain about.
    return false;
  }
}

function findEmbedded(file: RiffFile, root: Chunk): Chunk | undefined {
  return file.find(root, 'RIFF', 'DLS ') ?? file.find(root, 'RIFF', 'sfbk');
}

const NOT_A_BANK_ADVICE = 'Choose a DLS collection (.dls) or a SoundFont (.sf2, .sf3).';

export interface LoadOptions {
  /** Called at most once per time slice with 0 to 1: first for reading, then, in an .sf3, again for decoding. */
  onProgress?: (done: number) => void;
  /** Ends loading with `cancelled`. */
  signal?: AbortSignal;
  /** Indices of the Vorbis samples to decode; by default all. */
  decode?: (collection: Collection) => Iterable<number>;
}

/** The loader gives way to other work after this long. */
const SLICE_MILLISECONDS = 8;

/**
 * Reads a collection in slices of some milliseconds and decodes its Vorbis samples. Throws as `readCollectionSteps`,
 * and `cancelled`.
 */
export async function loadCollection(
  name: string,
  bytes: Uint8Array,
  options: LoadOptions = {},
): Promise<Collection> {
  const slices = new Slices(name, options);
  await slices.pause();
  const steps = readCollectionSteps(name, bytes);
  for (;;) {
    const step = steps.next();
    if (step.done === true) {
      const collection = step.value;
      if (collection.format === 'sf3') return await decodeSamples(collection, slices, options);
      options.onProgress?.(1);
      return collection;
    }
    await slices.pass(step.value);
  }
}

async function decodeSamples(
  collection: Collection,
  slices: Slices,
  options: LoadOptions,
): Promise<Collection> {
  const decoder = await createVorbisDecoder();
  const samples = [...collection.samples];
  const wanted = options.decode?.(collection) ?? samples.keys();
  const indices = [...new Set(wanted)].filter((index) => samples[index]?.compressed !== undefined);
  const total = indices.reduce((sum, index) => sum + samples[index]!.frames, 0);
  let done = 0;
  // Several headers may share one stream.
  const decoded = new Map<number, Sample>();
  for (const index of indices) {
    await slices.pass(done / Math.max(1, total));
    const sample = samples[index]!;
    const place = sample.compressed!.byteOffset;
    const same = decoded.get(place);
    if (same?.frames === sample.frames) {
      samples[index] = { ...sample, data: same.data, compressed: undefined };
    } else {
      samples[index] = decodeSample(decoder, sample);
      decoded.set(place, samples[index]);
    }
    done += sample.frames;
  }
  options.onProgress?.(1);
  return { ...collection, samples };
}

/** Divides work into time slices, with progress and cancelling between them. */
class Slices {
  readonly #name: string;
  readonly #options: LoadOptions;
  #start = performance.now();

  constructor(name: string, options: LoadOptions) {
    this.#name = name;
    this.#options = options;
  }

  async pass(done: number): Promise<void> {
    if (performance.now() - this.#start < SLICE_MILLISECONDS) return;
    this.#options.onProgress?.(done);
    await this.pause();
  }

  async pause(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve));
    if (this.#options.signal?.aborted === true) {
      const message = `Loading “${this.#name}” was cancelled.`;
      throw new PinwheelError({ code: 'cancelled', message, subject: this.#name });
    }
    this.#start = performance.now();
  }
}
