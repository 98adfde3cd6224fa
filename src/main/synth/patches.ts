import type { LoadedCollection, PlayableInstrument } from './loadedCollection.ts';
import { CC, type MidiChannel } from './voices/midiChannel.ts';
import type { Mode } from './voices/systemExclusive.ts';

/** An instrument and the collection it is of. */
export interface Patch {
  readonly collection: LoadedCollection;
  readonly instrument: PlayableInstrument;
}

/** Which instrument each channel plays: the collections, and bank select by the rules of the mode. */
export class Patches {
  /** Whose rules of bank select hold. */
  mode: Mode = 'plain';
  readonly #collections: LoadedCollection[];
  /** Of each channel that has been asked for; null when there is none. */
  readonly #chosen = new Map<MidiChannel, Patch | null>();

  /** `collections` are searched in this order. */
  constructor(collections: readonly LoadedCollection[]) {
    this.#collections = [...collections];
  }

  /** What a channel plays; null when no collection has it. */
  of(channel: MidiChannel): Patch | null {
    let patch = this.#chosen.get(channel);
    if (patch === undefined) {
      patch = this.#find(channel);
      this.#chosen.set(channel, patch);
    }
    return patch;
  }

  /** It is to be found anew. */
  forget(channel: MidiChannel): void {
    this.#chosen.delete(channel);
  }

  forgetAll(): void {
    this.#chosen.clear();
  }

  /** In front of all others. */
  add(collection: LoadedCollection): void {
    this.#collections.unshift(collection);
    for (const [channel, patch] of this.#chosen) {
      // A channel without an instrument gets one only if it is the very one it asks for.
      if (patch !== null || collection.exact(channel) !== undefined) this.#chosen.delete(channel);
    }
  }

  /**
   * A channel that plays it is silent until its next program change: no other instrument takes its place.
   * Specification 4.8.
   */
  remove(collection: LoadedCollection): void {
    const place = this.#collections.indexOf(collection);
    if (place >= 0) this.#collections.splice(place, 1);
    for (const [channel, patch] of this.#chosen)
      if (patch?.collection === collection) this.#chosen.set(channel, null);
  }

  /** All of them, in the order in which they are searched. */
  set(collections: readonly LoadedCollection[]): void {
    this.#collections.splice(0, this.#collections.length, ...collections);
    this.forgetAll();
  }

  /** A program change takes over the bank that was selected before it, by the rules of the mode. */
  selectBank(channel: MidiChannel): void {
    const msb = channel.controllers[CC.bankMsb]!;
    const lsb = channel.controllers[CC.bankLsb]!;
    channel.bankMsb = msb;
    channel.bankLsb = lsb;
    switch (this.mode) {
      case 'gm':
        channel.bankMsb = 0;
        channel.bankLsb = 0;
        break;
      case 'gs':
        // The LSB chooses the map of an older model, which is not told apart here.
        channel.bankLsb = 0;
        break;
      case 'gm2':
        channel.isDrum = msb === 120 || (msb !== 121 && channel.isDrum);
        if (msb === 120) channel.bankMsb = channel.bankLsb = 0;
        break;
      case 'xg':
        // 127 and 126 are drums; 64 is a bank of its own; with 0 the LSB is the variation.
        channel.isDrum = msb === 127 || msb === 126 || (channel.number === 9 && msb === 0);
        if (channel.isDrum) channel.bankMsb = channel.bankLsb = 0;
        break;
      case 'plain':
        break;
    }
    this.forget(channel);
  }

  #find(channel: MidiChannel): Patch | null {
    const { bankMsb, bankLsb, program, isDrum } = channel;
    const address = { bankMsb, bankLsb, program, isDrum };
    // SoundFonts have XG's variations in the bank of their LSB.
    const variation = { bankMsb: bankLsb, bankLsb: 0, program, isDrum };
    for (const collection of this.#collections) {
      const instrument =
        collection.exact(address) ??
        (this.mode === 'xg' && bankMsb === 0 ? collection.exact(variation) : undefined);
      if (instrument !== undefined) return { collection, instrument };
    }
    for (const collection of this.#collections) {
      const instrument = collection.find(address);
      if (instrument !== undefined) return { collection, instrument };
    }
    return null;
  }
}
