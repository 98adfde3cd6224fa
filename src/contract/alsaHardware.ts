/**
 * The hardware contract between the engine's process and the ALSA host: the machine's cards with their control
 * elements, values that are written, values that change. Messages are structured-cloneable and travel in order.
 *
 * An element is known by its numid, which is the card's own number for it and is not used again while the card is
 * there; a card by its index, which the next card may get.
 */

/** What an element's values are. Booleans are 0 and 1, enumerations count from 0, the last two are bytes. */
export type AlsaElementType = 'boolean' | 'integer' | 'integer64' | 'enumerated' | 'bytes' | 'iec958';

/** A stretch of an element's values and how loud they are. */
export interface AlsaScale {
  /** First and last value. */
  readonly from: number;
  readonly to: number;
  /** Even steps in decibels, or even steps of the amplitude. */
  readonly law: 'decibels' | 'amplitude';
  /** Decibels at the first and at the last value. */
  readonly lowest: number;
  readonly highest: number;
  /** The first value lets nothing through. */
  readonly mutes: boolean;
}

/** One control element. */
export interface AlsaElement {
  readonly numid: number;
  /** What it belongs to, as in `amixer contents`: `CARD`, `HWDEP`, `MIXER`, `PCM`, `RAWMIDI`, `TIMER`, `SEQUENCER`. */
  readonly iface: string;
  readonly name: string;
  /** Tells elements of one name apart. */
  readonly index: number;
  readonly device: number;
  readonly subdevice: number;
  readonly type: AlsaElementType;
  readonly readable: boolean;
  readonly writable: boolean;
  /** How many values it has: one per channel, or one for all of them. */
  readonly count: number;
  /** Bounds and step of an integer; a step of 0 is none. */
  readonly minimum: number;
  readonly maximum: number;
  readonly step: number;
  /** Choices of an enumeration. */
  readonly items: readonly string[];
  /** By ascending values; empty when the driver tells no decibels. */
  readonly scale: readonly AlsaScale[];
  /** Empty when it cannot be read. */
  readonly values: readonly number[];
}

export interface AlsaPcm {
  readonly device: number;
  readonly name: string;
  readonly playback: boolean;
  readonly capture: boolean;
}

export interface AlsaCard {
  /** ALSA's number of the card at the moment. */
  readonly index: number;
  /** ALSA's name for it, as in `hw:CARD=AC97`: the same after it was plugged in again, as a rule. */
  readonly id: string;
  readonly name: string;
  readonly longName: string;
  readonly driver: string;
  readonly elements: readonly AlsaElement[];
  readonly pcms: readonly AlsaPcm[];
}

/** Whether ALSA can be looked at; `reason` says why not. */
export type AlsaSystemStatus = { available: true } | { available: false; reason: string };

export type AlsaHostCommand =
  /** The first command: reports the cards, and what becomes of them from now on. */
  | { type: 'start' }
  /** Writes all values of an element. */
  | { type: 'write'; request: number; card: number; numid: number; values: number[] }
  /** Orderly end: everything is closed, the process exits. */
  | { type: 'close' };

export type AlsaHostEvent =
  /** All cards there are, once, before other news. */
  | { type: 'ready'; system: AlsaSystemStatus; cards: AlsaCard[] }
  /** A card came, or its elements are others than before. */
  | { type: 'card'; card: AlsaCard }
  | { type: 'cardGone'; card: number }
  /** Somebody, perhaps we, changed values. */
  | { type: 'values'; card: number; numid: number; values: number[] }
  /** A write is done; `values` is what the element has now. */
  | { type: 'written'; request: number; values: number[] }
  /** A write could not be carried out. */
  | { type: 'refused'; request: number; message: string }
  /** Twice a second: the host answers. */
  | { type: 'alive' };
