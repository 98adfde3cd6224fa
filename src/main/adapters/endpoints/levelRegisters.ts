import {
  decibelsToKsLevel,
  gainToDecibels,
  ksLevel,
  ksLevelToGain,
  type KsLevel,
} from '../../../contract/units.ts';
import type { LevelRangeDescription } from '../../engine/ks/nodes/level.ts';
import { NewestWrite } from '../newestWrite.ts';

/** From what the server calls silence up to what its own mixers offer as the most. */
export const LEVEL_RANGE: LevelRangeDescription = {
  minimum: decibelsToKsLevel(-96),
  maximum: decibelsToKsLevel(11),
  step: ksLevel(0x8000),
};

/** What the server says of something that has a volume and a mute. */
export interface Levels {
  readonly volume: readonly number[];
  readonly mute: boolean;
}

/** Asks the server for new values. */
export interface LevelRequests {
  setGains(gains: readonly number[]): Promise<void>;
  setMute(mute: boolean): Promise<void>;
}

/**
 * Volume and mute of a device or stream of the sound server, as registers that can be read and written at once. While
 * a write is on its way the written value counts, and what the server still says of the old one does not: a fader
 * under the finger does not jump back. Of many writes only the newest waits behind the one on its way.
 */
export class LevelRegisters {
  #levels: KsLevel[];
  #muted: boolean;
  readonly #gainWrites: NewestWrite<readonly number[]>;
  readonly #muteWrites: NewestWrite<boolean>;

  /** `refused`: a request failed; what the server says next is right. */
  constructor(first: Levels, requests: LevelRequests, refused: () => void) {
    this.#levels = first.volume.map(levelOfGain);
    this.#muted = first.mute;
    this.#gainWrites = new NewestWrite((gains) => requests.setGains(gains), { refused });
    this.#muteWrites = new NewestWrite((mute) => requests.setMute(mute), { refused });
  }

  get channels(): number {
    return this.#levels.length;
  }

  level(channel: number): KsLevel {
    return this.#levels[channel] ?? LEVEL_RANGE.minimum;
  }

  /** The lowest level of the range is silence. */
  setLevel(channel: number, level: KsLevel): void {
    this.#levels[channel] = level;
    this.#gainWrites.write(
      this.#levels.map((each) => (each <= LEVEL_RANGE.minimum ? 0 : ksLevelToGain(each))),
    );
  }

  get muted(): boolean {
    return this.#muted;
  }

  set muted(muted: boolean) {
    this.#muted = muted;
    this.#muteWrites.write(muted);
  }

  /** Takes over what the server says. Answers what of it is news. */
  update({ volume, mute }: Levels): { level: boolean; mute: boolean } {
    const changed = { level: false, mute: false };
    const levels = volume.map(levelOfGain);
    const differs =
      levels.length !== this.#levels.length || levels.some((each, at) => each !== this.#levels[at]);
    if (!this.#gainWrites.busy && differs) {
      this.#levels = levels;
      changed.level = true;
    }
    if (!this.#muteWrites.busy && mute !== this.#muted) {
      this.#muted = mute;
      changed.mute = true;
    }
    return changed;
  }
}

function levelOfGain(gain: number): KsLevel {
  return gain > 0 ? decibelsToKsLevel(Math.max(-96, gainToDecibels(gain))) : LEVEL_RANGE.minimum;
}
