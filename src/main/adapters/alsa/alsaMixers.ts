import type { AlsaCard } from '../../../contract/alsaHardware.ts';
import type { Event } from '../../../contract/emitter.ts';

/** ALSA's cards as their driver sees them; the ALSA host is behind it. */
export interface AlsaMixers {
  readonly cards: readonly AlsaCard[];
  readonly onArrived: Event<AlsaCard>;
  /** The card has other elements than before. */
  readonly onChanged: Event<AlsaCard>;
  readonly onRemoved: Event<AlsaCard>;
  /** An element has other values, whoever set them. */
  readonly onValues: Event<{ card: number; numid: number; values: readonly number[] }>;
  /** Writes all values of an element; resolves to those it then has. Rejects when the card refuses. */
  write(card: number, numid: number, values: readonly number[]): Promise<readonly number[]>;
}
