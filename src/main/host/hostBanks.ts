import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { PinwheelError } from '../../contract/errors.ts';
import type { Disposable } from '../../contract/disposable.ts';
import type { BankEvent, LoadBankCommand } from '../../contract/hardware.ts';
import { builtInBank } from '../banks/builtInBank.ts';
import { loadBank } from '../banks/loadBank.ts';
import type { Collection } from '../synth/collections/model.ts';
import { readCollection } from '../synth/collections/readCollection.ts';
import { LoadedCollection } from '../synth/loadedCollection.ts';
import { SynthDevice } from '../synth/synthDevice.ts';

/** Copying into the synthesizer's memory gives way to rendering after this long. */
const SLICE_MS = 1;
/** What reading the bank is of the whole; the rest is copying it. */
const READING_SHARE = 0.8;
/** Progress is told in steps of this. */
const PROGRESS_STEP = 0.01;

/**
 * The bank of sounds that all synthesizers of a host play. Another one is read by a worker and taken into the
 * synthesizers' memory in slices between two blocks, so that loading it is never heard; what sounds from the one
 * before sounds to its end.
 */
export class HostBanks implements Disposable {
  readonly device: SynthDevice;
  #cancelLoading: (() => void) | undefined;

  /** Starts without a bank: `loadBuiltIn` or `load` follows. `unused`: called when no stream plays it any more. */
  constructor(unused?: () => void) {
    this.device = new SynthDevice(unused);
  }

  /** The built-in bank, at once: while nothing plays yet. */
  readBuiltIn(): void {
    const file = builtInBank();
    const collection = readCollection(path.basename(file), new Uint8Array(readFileSync(file)));
    this.device.setCollections([LoadedCollection.load(collection, this.device.memory)]);
  }

  /** The built-in bank, beside what plays, unless another one is loaded meanwhile. */
  async loadBuiltIn(): Promise<void> {
    await this.load({ type: 'loadBank', load: 0, file: builtInBank() }, () => undefined);
  }

  /** Loads a bank, in place of one that is being loaded. Tells how it goes and never throws. */
  async load({ load, file }: LoadBankCommand, tell: (event: BankEvent) => void): Promise<void> {
    this.cancel();
    const loading = new AbortController();
    const { signal } = loading;
    const cancel = (): void => loading.abort(cancelled(file));
    this.#cancelLoading = cancel;
    let told = 0;
    const onProgress = (done: number): void => {
      if (signal.aborted || done < told + PROGRESS_STEP) return;
      told = done;
      tell({ type: 'bankProgress', load, done });
    };
    try {
      const collection = await loadBank(file, {
        signal,
        onProgress: (done) => onProgress(READING_SHARE * done),
      });
      const loaded = await this.#take(collection, signal, (done) =>
        onProgress(READING_SHARE + (1 - READING_SHARE) * done),
      );
      this.device.setCollections([loaded]);
      const { name, format, instruments } = collection;
      const { sampleBytes } = loaded;
      const bank = { name, format, instruments: instruments.length, sampleBytes };
      tell({ type: 'bankLoaded', load, bank });
    } catch (error) {
      tell({ type: 'bankFailed', load, error: PinwheelError.recordOf(error) });
      const hasNone = this.device.collections.length === 0 && this.#cancelLoading === cancel;
      if (hasNone && file !== builtInBank()) await this.loadBuiltIn();
    } finally {
      if (this.#cancelLoading === cancel) this.#cancelLoading = undefined;
    }
  }

  /** Ends loading; it fails with `cancelled`. */
  cancel(): void {
    this.#cancelLoading?.();
  }

  dispose(): void {
    this.cancel();
    this.device.dispose();
  }

  async #take(
    collection: Collection,
    signal: AbortSignal,
    onProgress: (done: number) => void,
  ): Promise<LoadedCollection> {
    const steps = LoadedCollection.loadSteps(collection, this.device.memory);
    for (;;) {
      // What was copied so far is given back.
      if (signal.aborted) steps.throw(signal.reason);
      const sliceEnd = performance.now() + SLICE_MS;
      let step = steps.next();
      while (step.done !== true && performance.now() < sliceEnd) step = steps.next();
      if (step.done === true) return step.value;
      onProgress(step.value);
      await nextTurn();
    }
  }
}

function cancelled(file: string): PinwheelError {
  return new PinwheelError({
    code: 'cancelled',
    message: `Loading “${path.basename(file)}” was cancelled.`,
    subject: file,
  });
}
