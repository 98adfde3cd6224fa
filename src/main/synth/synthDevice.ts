import type { Disposable } from '../../contract/disposable.ts';
import { CollectionSynth, type CollectionSynthOptions } from './collectionSynth.ts';
import type { Collection } from './collections/model.ts';
import type { Kernel } from './kernel/kernel.ts';
import { KernelMemory } from './kernel/memory.ts';
import { createWasmKernel } from './kernel/wasmKernel.ts';
import { LoadedCollection } from './loadedCollection.ts';

/**
 * What the synthesizers of one thread share: the kernel, its memory, and the collections that are loaded, each of
 * them once however many clients play it.
 */
export class SynthDevice implements Disposable {
  readonly memory = new KernelMemory();
  readonly kernel: Kernel = createWasmKernel(this.memory);
  #collections: readonly LoadedCollection[] = [];
  readonly #synths = new Set<CollectionSynth>();

  get collections(): readonly LoadedCollection[] {
    return this.#collections;
  }

  /**
   * Loads the collections that all clients play, the first one first. What sounds from those before sounds to its
   * end. @throws PinwheelError `bad-state` with STATUS_NO_MEMORY; nothing has changed then
   */
  setCollections(collections: readonly Collection[]): void {
    const before = this.#collections;
    const kept = new Map(before.map((loaded) => [loaded.collection, loaded]));
    const added: LoadedCollection[] = [];
    try {
      this.#collections = collections.map((collection) => {
        const known = kept.get(collection);
        if (known !== undefined) return known;
        const loaded = new LoadedCollection(collection, this.memory);
        added.push(loaded);
        return loaded;
      });
    } catch (error) {
      for (const loaded of added) loaded.dispose();
      throw error;
    }
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
      onDispose: () => this.#synths.delete(synth),
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
