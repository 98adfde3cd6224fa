import type { ReferenceTime } from '../../../contract/units.ts';
import type { SongEvents } from '../smf/song.ts';
import { CHANNELS, ChannelValues } from './channelValues.ts';

const NOTE_OFF = 0x80;
const NOTE_ON = 0x90;

/** Walks through a song with what is heard of it: what its channels are set to, and how loud their keys are struck. */
export class SongFollower {
  readonly #events: SongEvents;
  readonly values = new ChannelValues();
  /** Velocity by channel and key, 0 = up. */
  readonly #held = new Uint8Array(CHANNELS * 128);
  /** Loudest key that went down since it was asked last, by channel. */
  readonly #struck = new Uint8Array(CHANNELS);
  #next = 0;

  constructor(events: SongEvents) {
    this.#events = events;
  }

  /** First event that has not sounded. */
  get next(): number {
    return this.#next;
  }

  /** `visit` gets every event that sounded on the way. */
  moveTo(time: ReferenceTime, visit?: (event: number) => void): void {
    const { count, times, offsets, data } = this.#events;
    for (; this.#next < count && times[this.#next]! <= time; this.#next++) {
      const offset = offsets[this.#next]!;
      const status = data[offset]!;
      const kind = status & 0xf0;
      if (kind === NOTE_ON || kind === NOTE_OFF) {
        const velocity = kind === NOTE_ON ? data[offset + 2]! : 0;
        const channel = status & 0x0f;
        this.#held[(channel << 7) | data[offset + 1]!] = velocity;
        if (velocity > this.#struck[channel]!) this.#struck[channel] = velocity;
      } else {
        this.values.follow(data, offset, offsets[this.#next + 1]! - offset);
      }
      visit?.(this.#next);
    }
  }

  /** Loudest velocity of the keys that are down, or were since the last time, by channel. */
  takeVelocities(into: Uint8Array): void {
    for (let channel = 0; channel < CHANNELS; channel++) {
      let loudest = this.#struck[channel]!;
      for (let key = channel << 7; key < (channel + 1) << 7; key++) {
        if (this.#held[key]! > loudest) loudest = this.#held[key]!;
      }
      into[channel] = loudest;
    }
    this.#struck.fill(0);
  }
}
