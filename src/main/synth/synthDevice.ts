import type { Disposable } from '../../contract/disposable.ts';
import { CollectionSynth, type CollectionSynthOptions } from './collectionSynth.ts';
import type { Kernel } from './kernel/kernel.ts';
import { KernelMemory } from './kernel/memory.ts';
import { createWasmKernel } from './kernel/wasmKernel.ts';
import type { LoadedCollection } from './loadedCollection.ts';

/**
 * What the synthesizers of one thread share: the kernel, its memory, and the collections that are loaded, each of
 * them once however many clients play it.
 */
export class SynthDevice implements Disposable {
  readonly memory = new KernelMemory();
  readonly kernel: Kernel = createWasmKernel(this.memory);
  #collections: readonly LoadedCollection[] = [];
  readonly #synths = new Set<CollectionSynth>();
  readonly #unused: () => void;

  /** `unused`: called when the last client has closed. */
  constructor(unused: () => void = () => undefined) {
    this.#unused = unused;
  }

  /** A client is open. */
  get inUse(): boolean {
    return this.#synths.size > 0;
  }

  get collections(): readonly LoadedCollection[] {
    return this.#collections;
  }

  /**
   * What all clients play from here on, the first one first; the device disposes of them. What sounds from those
   * before sounds to its end.
   */
  setCollections(collections: readonly LoadedCollection[]): void {
    const before = this.#collections;
    this.#collections = [...collections];
    for (const synth of this.#synths) synth.setCollections(this.#collections);
    for (const loaded of before) if (!this.#collections.includes(loaded)) loaded.dispose();
  }

  /** A synthesizer for one client. The caller disposes of it. */
  open(options: Omit<CollectionSynthOptions, 'memory' | 'kernel' | 'collections'>): CollectionSynth {
    const { memory, kernel } = this;
    const synth = new CollectionSynth({
      ...options,
      memory,
      kernel,
      collections: this.#collections,
      onDispose: () => {
        this.#synths.delete(synth);
        if (!this.inUse) this.#unused();
      },
    });
    this.#synths.add(synth);
    return synth;
  }

  dispose(): void {
    for (const synth of this.#synths) synth.dispose();
    for (const loaded of this.#collections) loaded.dispose();
    this.#collections = [];
  }
}
