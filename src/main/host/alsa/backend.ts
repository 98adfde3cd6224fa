import type { Disposable } from '../../../contract/disposable.ts';
import type { AlsaCard } from '../../../contract/alsaHardware.ts';

/** ALSA's control interface as the host uses it. */
export interface AlsaBackend {
  /** Numbers of the cards there are. */
  cards(): number[];
  /** @throws Error when the card cannot be opened, perhaps not yet */
  open(card: number): AlsaControls;
  /** Resolves when there is news: of open cards, or of the device files of any. One at a time. */
  wait(): Promise<{ devices: boolean }>;
  /** Ends the wait. Resolves when nothing is open any more; cards are to be disposed before. */
  dispose(): Promise<void>;
}

/** What happened to a card since the last look. */
export interface AlsaChanges {
  /** Elements that have other values. */
  readonly numids: ReadonlySet<number>;
  /** There are other elements, or they have other bounds. */
  readonly elements: boolean;
}

/** An open card. Whatever is asked of one that is gone throws. */
export interface AlsaControls extends Disposable {
  describe(): AlsaCard;
  read(numid: number): number[];
  /** @throws Error with the driver's reason */
  write(numid: number, values: readonly number[]): void;
  /** Does not wait. */
  changes(): AlsaChanges;
}

/** @throws Error with the reason where ALSA is not to be had */
export type OpenAlsaBackend = () => AlsaBackend;
