/** Which instrument of a collection a channel's bank and program name. */
import type { Collection, Instrument } from './model.ts';

/** Bank select and program change of a channel. */
export interface PatchAddress {
  /** Controller 0. */
  readonly bankMsb: number;
  /** Controller 32. */
  readonly bankLsb: number;
  readonly program: number;
  /** The channel is a percussion channel. */
  readonly isDrum: boolean;
}

/**
 * Finds instruments of one collection. What a bank does not have is looked for in General MIDI's order: the bank
 * without its LSB, the standard bank; for drum kits the standard kit, and for kits of a family (GS: 8 to a family) its
 * first.
 */
export class InstrumentFinder {
  readonly #byAddress = new Map<number, Instrument>();

  constructor(collection: Collection) {
    for (const instrument of collection.instruments) {
      const key = keyOf(instrument.isDrum, instrument.bankMsb, instrument.bankLsb, instrument.program);
      // Of two with the same address the first counts.
      if (!this.#byAddress.has(key)) this.#byAddress.set(key, instrument);
    }
  }

  /** Exactly this instrument. */
  exact(address: PatchAddress): Instrument | undefined {
    return this.#byAddress.get(keyOf(address.isDrum, address.bankMsb, address.bankLsb, address.program));
  }

  /** The instrument, or the one that General MIDI players take in its place; undefined when there is none either. */
  find(address: PatchAddress): Instrument | undefined {
    const { isDrum, bankMsb, bankLsb, program } = address;
    const byAddress = this.#byAddress;
    return (
      byAddress.get(keyOf(isDrum, bankMsb, bankLsb, program)) ??
      byAddress.get(keyOf(isDrum, bankMsb, 0, program)) ??
      byAddress.get(keyOf(isDrum, 0, 0, program)) ??
      (isDrum
        ? (byAddress.get(keyOf(true, 0, 0, program & ~7)) ?? byAddress.get(keyOf(true, 0, 0, 0)))
        : undefined)
    );
  }
}

function keyOf(isDrum: boolean, bankMsb: number, bankLsb: number, program: number): number {
  return ((isDrum ? 1 : 0) << 21) | (bankMsb << 14) | (bankLsb << 7) | program;
}
