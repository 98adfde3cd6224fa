import { Emitter } from '../../contract/emitter.ts';
import { DisposableStore } from '../../contract/disposable.ts';
import { referenceTime, secondsToReferenceTime, type ReferenceTime } from '../../contract/units.ts';
import type { MasterClock } from '../engine/ks/clock.ts';
import { EventRecordWriter } from '../engine/portcls/dmus/eventRecords.ts';
import type { MidiClient } from '../engine/wdmaud/midiClient.ts';
import type { ChannelStrips } from './channels/channelStrips.ts';
import { CHANNELS, ChannelValues } from './channels/channelValues.ts';
import { SongFollower } from './channels/songFollower.ts';
import type { Playback } from './playback.ts';
import type { Song } from './smf/song.ts';

/** How far events are written ahead of what sounds: longer than this process may ever be kept from running. */
const WRITE_AHEAD = secondsToReferenceTime(2);
const PUMP_MS = 250;
/** A stream that runs tells its position four times a second; without news, as in a part's sleep, it does not go on. */
const LONGEST_GUESS = secondsToReferenceTime(1);
/** Records per buffer; a dense passage takes several. */
const MAX_RECORDS = 2_000;
/** Time for the last notes to ring out. */
const TAIL = secondsToReferenceTime(1);

const NOTE_OFF = 0x80;
const NOTE_ON = 0x90;
const POLY_PRESSURE = 0xa0;
const CONTROL_CHANGE = 0xb0;
const PROGRAM_CHANGE = 0xc0;
const SYSTEM_EXCLUSIVE = 0xf0;
const PERCUSSION = 9;
/** Earlier than everything that is rendered from now on: a late event plays at once. */
const AT_ONCE = referenceTime(0);
/** Pedal up, all sound off, all notes off. */
const PANIC = [64, 120, 123];

export interface SongPlaybackOptions {
  /** Owned from here on. */
  readonly client: MidiClient;
  readonly song: Song;
  readonly clock: MasterClock;
  /** Song time to begin at. */
  readonly startAt: ReferenceTime;
  readonly strips: ChannelStrips;
  /** Seconds of the song that pass in one second. */
  readonly tempo: number;
}

/**
 * One song playing on one client: writes its events ahead as time-stamped records and knows where it is.
 *
 * Presentation time 0 is song time `startAt`; from there on song time passes `tempo` times as fast.
 */
export class SongPlayback implements Playback {
  readonly #client: MidiClient;
  readonly #song: Song;
  readonly #clock: MasterClock;
  readonly #startAt: ReferenceTime;
  readonly #strips: ChannelStrips;
  readonly #tempo: number;
  readonly #follower: SongFollower;
  /** What the song has set its channels to where it is written; the follower's are what is heard. */
  readonly #written = new ChannelValues();
  readonly #adjusted = new Uint8Array(3);
  readonly #writer = new EventRecordWriter();
  readonly #store = new DisposableStore();
  readonly #ended = new Emitter<void>();
  readonly #lost = new Emitter<string>();
  readonly #progress = new Emitter<void>();
  #nextEvent = 0;
  #timer: NodeJS.Timeout | undefined;
  /** Presentation time the device reported last, and when. */
  #reported: ReferenceTime = referenceTime(0);
  #reportedAt: ReferenceTime;
  /** The device tells the position at all. */
  readonly #tells: boolean;
  #running = false;

  /** The song and its last notes are over. */
  readonly onEnded = this.#ended.event;
  /** Four times a second while it runs. */
  readonly onProgress = this.#progress.event;
  /** The device was removed under it. */
  readonly onLost = this.#lost.event;

  /** Nothing sounds before `run`. */
  constructor({ client, song, clock, startAt, strips, tempo }: SongPlaybackOptions) {
    this.#client = client;
    this.#song = song;
    this.#clock = clock;
    this.#startAt = startAt;
    this.#strips = strips;
    this.#tempo = tempo;
    this.#follower = new SongFollower(song.events);
    this.#reportedAt = clock.now();
    this.#store.add(client);
    this.#store.add(client.onRemoved((reason) => this.#lost.fire(reason)));
    const reports = client.onPosition?.(({ position }) => {
      this.#reported = position;
      this.#reportedAt = clock.now();
    });
    this.#tells = reports !== undefined;
    if (reports) this.#store.add(reports);
    client.setState('PAUSE');
    this.#chase();
    this.#pump();
  }

  run(): void {
    if (this.#running) return;
    this.#client.setState('RUN');
    this.#running = true;
    this.#reportedAt = this.#clock.now();
    this.#timer = setInterval(() => this.#tick(), PUMP_MS);
  }

  pause(): void {
    if (!this.#running) return;
    this.#reported = this.#presentationTime(this.position);
    this.#running = false;
    clearInterval(this.#timer);
    this.#client.setState('PAUSE');
  }

  /** Song time that is sounding. */
  get position(): ReferenceTime {
    const since = this.#running ? this.#clock.now() - this.#reportedAt : 0;
    const guess = this.#tells ? Math.min(LONGEST_GUESS, since) : since;
    return referenceTime(this.#startAt + this.#tempo * (this.#reported + Math.max(0, guess)));
  }

  get running(): boolean {
    return this.#running;
  }

  /** What is heard of the song, brought up to now; `visit` gets the events on the way. */
  follow(visit?: (event: number) => void): SongFollower {
    this.#follower.moveTo(this.position, visit);
    return this.#follower;
  }

  /** Strips of these channels changed: what was written ahead is overtaken, value by value. */
  stripsChanged(channels: readonly number[], programs: boolean): void {
    const { values: heard, next } = this.follow();
    const values = new ChannelValues();
    values.copyFrom(heard);
    this.#writer.begin(AT_ONCE);
    for (const channel of channels) this.#appendStrip(channel, values, AT_ONCE, programs);
    this.#flush();
    const { times, offsets, data } = this.#song.events;
    for (let event = next; event < this.#nextEvent; event++) {
      const offset = offsets[event]!;
      const status = data[offset]!;
      values.follow(data, offset, offsets[event + 1]! - offset);
      const isMeant = channels.includes(status & 0x0f) && isAdjustable(status);
      if (!isMeant && status !== SYSTEM_EXCLUSIVE) continue;
      const time = this.#presentationTime(times[event]!);
      this.#writer.begin(time);
      if (isMeant) this.#appendMessage(event, time);
      else for (const channel of channels) this.#appendStrip(channel, values, time, programs);
      this.#flush();
    }
  }

  /** Ends what sounds, whatever keeps it sounding. */
  panic(): void {
    this.#writer.begin(AT_ONCE);
    for (let channel = 0; channel < CHANNELS; channel++) {
      for (const controller of PANIC) {
        this.#writer.append(AT_ONCE, Uint8Array.of(CONTROL_CHANGE | channel, controller, 0));
      }
    }
    this.#flush();
  }

  dispose(): void {
    clearInterval(this.#timer);
    this.#running = false;
    this.#store.dispose();
    this.#ended.dispose();
    this.#lost.dispose();
    this.#progress.dispose();
  }

  #tick(): void {
    this.#pump();
    this.#progress.fire();
    if (this.position >= secondsToReferenceTime(this.#song.durationSeconds) + TAIL) {
      clearInterval(this.#timer);
      this.#ended.fire();
    }
  }

  /**
   * Brings the synthesizer into the state the song has at the start position: programs, controllers, bends and SysEx
   * in their order, then the notes that are being held there. Percussion is not held.
   */
  #chase(): void {
    const { events } = this.#song;
    const held = new Map<number, number>();
    this.#writer.begin(referenceTime(0));
    while (this.#nextEvent < events.count && events.times[this.#nextEvent]! < this.#startAt) {
      const offset = events.offsets[this.#nextEvent]!;
      const status = events.data[offset]!;
      const kind = status & 0xf0;
      if (kind === NOTE_ON || kind === NOTE_OFF) {
        const note = ((status & 0x0f) << 7) | events.data[offset + 1]!;
        if (kind === NOTE_ON && events.data[offset + 2]! > 0 && (status & 0x0f) !== PERCUSSION) {
          held.set(note, this.#nextEvent);
        } else {
          held.delete(note);
        }
      } else if (kind !== POLY_PRESSURE) {
        this.#append(this.#nextEvent, referenceTime(0));
      }
      this.#nextEvent++;
    }
    this.#appendStrips(referenceTime(0));
    for (const noteOn of held.values()) this.#append(noteOn, referenceTime(0));
    this.#flush();
  }

  #pump(): void {
    const { events } = this.#song;
    const until = this.position + this.#tempo * WRITE_AHEAD;
    while (this.#nextEvent < events.count && events.times[this.#nextEvent]! <= until) {
      const time = this.#presentationTime(events.times[this.#nextEvent]!);
      if (this.#writer.count === 0) this.#writer.begin(time);
      this.#append(this.#nextEvent, time);
      this.#nextEvent++;
    }
    this.#flush();
  }

  #append(event: number, time: ReferenceTime): void {
    const { data, offsets } = this.#song.events;
    const offset = offsets[event]!;
    this.#written.follow(data, offset, offsets[event + 1]! - offset);
    this.#appendMessage(event, time);
    // It may have set channels to something else.
    if (data[offset] === SYSTEM_EXCLUSIVE) this.#appendStrips(time);
    if (this.#writer.count >= MAX_RECORDS) {
      this.#flush();
      this.#writer.begin(time);
    }
  }

  /** The event as its channel's strip has it. */
  #appendMessage(event: number, time: ReferenceTime): void {
    const { data, offsets } = this.#song.events;
    const offset = offsets[event]!;
    const length = offsets[event + 1]! - offset;
    const status = data[offset]!;
    if (!isAdjustable(status) || length < 2) {
      this.#writer.append(time, data, offset, length);
      return;
    }
    const message = this.#adjusted;
    for (let index = 0; index < length; index++) message[index] = data[offset + index]!;
    message[length - 1] = this.#strips.adjust(status, message[1]!, message[length - 1]!);
    this.#writer.append(time, message, 0, length);
  }

  /** Strips that change something, over what was written. */
  #appendStrips(time: ReferenceTime): void {
    for (let channel = 0; channel < CHANNELS; channel++) {
      if (this.#strips.isNeutral(channel)) continue;
      this.#appendStrip(channel, this.#written, time, this.#strips.at(channel).program !== null);
    }
  }

  #appendStrip(channel: number, values: ChannelValues, time: ReferenceTime, withProgram: boolean): void {
    for (const message of this.#strips.messagesFor(channel, values, withProgram)) {
      this.#writer.append(time, message);
    }
  }

  #presentationTime(songTime: number): ReferenceTime {
    return referenceTime(Math.round((songTime - this.#startAt) / this.#tempo));
  }

  #flush(): void {
    if (this.#writer.count === 0) return;
    const start = this.#writer.startTime;
    this.#client.write(start, this.#writer.take());
  }
}

/** A strip may give it another value. */
function isAdjustable(status: number): boolean {
  const kind = status & 0xf0;
  return kind === CONTROL_CHANGE || kind === PROGRAM_CHANGE;
}
