import { Emitter } from '../../../contract/emitter.ts';
import type { Disposable } from '../../../contract/disposable.ts';
import { PinwheelError } from '../../../contract/errors.ts';
import { encodeChannels } from '../../../contract/frames.ts';
import type { MidiMessage } from '../../../contract/services/midi.ts';
import type { ChannelStripPatch, SongChannels } from '../../../contract/services/player.ts';
import { referenceTimeToSeconds } from '../../../contract/units.ts';
import type { MasterClock } from '../../engine/ks/clock.ts';
import type { SongItem } from '../queueItem.ts';
import type { SongPlayback } from '../songPlayback.ts';
import { CHANNELS } from './channelValues.ts';

/** The current song, and what plays it; undefined where there is none. */
export interface SongOnDesk {
  readonly item: SongItem | undefined;
  readonly playback: SongPlayback | undefined;
}

/** The channel strips of the current song, what is heard on each channel, and the messages that are. */
export class SongDesk implements Disposable {
  readonly #current: () => SongOnDesk;
  readonly #clock: MasterClock;
  readonly #channels = new Emitter<SongChannels>();
  readonly #messages = new Emitter<MidiMessage[]>();
  readonly #velocities = new Uint8Array(CHANNELS);
  readonly #sent = new Uint8Array(CHANNELS);
  #programChanges = -1;
  #shown: SongItem | undefined;
  readonly onChannels = this.#channels.event;
  readonly onMessages = this.#messages.event;

  constructor(clock: MasterClock, current: () => SongOnDesk) {
    this.#clock = clock;
    this.#current = current;
  }

  get state(): SongChannels {
    const { item, playback } = this.#current();
    if (!item) return { entryId: null, channels: [] };
    const { strips, openingPrograms } = item;
    const values = playback?.follow().values;
    return {
      entryId: item.info.id,
      channels: Array.from({ length: CHANNELS }, (_, channel) => ({
        channel: channel + 1,
        used: openingPrograms.has(channel),
        songProgram: values?.programs[channel] ?? openingPrograms.get(channel) ?? 0,
        bankMsb: values?.bankMsbs[channel] ?? 0,
        bankLsb: values?.bankLsbs[channel] ?? 0,
        ...strips.at(channel),
      })),
    };
  }

  /** `channel`: 1 to 16. @throws PinwheelError `bad-state` without a song */
  change(channel: number, patch: ChannelStripPatch): void {
    const { item, playback } = this.#current();
    if (!item) {
      throw new PinwheelError({
        code: 'bad-state',
        message: 'No song is current: sound files have no channels.',
        advice: 'Play a MIDI file first.',
      });
    }
    const { channels, programs } = item.strips.change(channel - 1, patch);
    playback?.stripsChanged(channels, programs);
    this.changed();
  }

  /** The song as it is written. */
  reset(): void {
    const { item, playback } = this.#current();
    item?.strips.reset();
    playback?.stripsChanged([...Array(CHANNELS).keys()], true);
    this.changed();
  }

  /** It may be another song. */
  currentChanged(): void {
    const { item } = this.#current();
    if (item === this.#shown) return;
    this.#shown = item;
    this.#programChanges = -1;
    this.changed();
  }

  changed(): void {
    if (this.#channels.hasListeners) this.#channels.fire(this.state);
  }

  /** Brings what is heard up to now: messages to those who listen, programs where the song has changed one. */
  follow(): void {
    const { item, playback } = this.#current();
    if (!item || !playback) return;
    const messages: MidiMessage[] = [];
    const seconds = referenceTimeToSeconds(this.#clock.now());
    const { data, offsets } = item.song.events;
    const visit = (event: number): void => {
      const bytes = [...data.subarray(offsets[event], offsets[event + 1])];
      messages.push({ port: item.info.name, seconds, bytes });
    };
    const { programChanges } = playback.follow(this.#messages.hasListeners ? visit : undefined).values;
    if (messages.length > 0) this.#messages.fire(messages);
    if (programChanges === this.#programChanges) return;
    this.#programChanges = programChanges;
    this.changed();
  }

  /** A frame with what is heard on the channels; undefined while it does not change. */
  frame(): Uint8Array | undefined {
    this.follow();
    const { item, playback } = this.#current();
    const velocities = this.#velocities.fill(0);
    if (item && playback?.running) {
      playback.follow().takeVelocities(velocities);
      for (let channel = 0; channel < CHANNELS; channel++) {
        velocities[channel]! *= item.strips.isSilent(channel) ? 0 : item.strips.at(channel).level;
      }
    }
    if (velocities.every((velocity, channel) => velocity === this.#sent[channel])) return undefined;
    this.#sent.set(velocities);
    return encodeChannels(velocities);
  }

  dispose(): void {
    this.#channels.dispose();
    this.#messages.dispose();
  }
}
