import { Emitter } from '../../contract/emitter.ts';
import { DisposableStore } from '../../contract/disposable.ts';
import { referenceTime, secondsToReferenceTime, type ReferenceTime } from '../../contract/units.ts';
import type { MasterClock } from '../engine/ks/clock.ts';
import { EventRecordWriter } from '../engine/portcls/dmus/eventRecords.ts';
import type { MidiClient } from '../engine/wdmaud/midiClient.ts';
import type { Playback } from './playback.ts';
import type { Song } from './smf/song.ts';

/** How far events are written ahead of what sounds: longer than this process may ever be kept from running. */
const WRITE_AHEAD = secondsToReferenceTime(2);
const PUMP_MS = 250;
/** Records per buffer; a dense passage takes several. */
const MAX_RECORDS = 2_000;
/** Time for the last notes to ring out. */
const TAIL = secondsToReferenceTime(1);

const NOTE_OFF = 0x80;
const NOTE_ON = 0x90;
const POLY_PRESSURE = 0xa0;
const PERCUSSION = 9;

/**
 * One song playing on one client: writes its events ahead as time-stamped records and knows where it is.
 *
 * Song time and presentation time differ by where playing started: presentation time 0 is song time `startAt`.
 */
export class SongPlayback implements Playback {
  readonly #client: MidiClient;
  readonly #song: Song;
  readonly #clock: MasterClock;
  readonly #startAt: ReferenceTime;
  readonly #writer = new EventRecordWriter();
  readonly #store = new DisposableStore();
  readonly #ended = new Emitter<void>();
  readonly #lost = new Emitter<string>();
  #nextEvent = 0;
  #timer: NodeJS.Timeout | undefined;
  /** Presentation time the device reported last, and when. */
  #reported: ReferenceTime = referenceTime(0);
  #reportedAt: ReferenceTime;
  #running = false;

  /** The song and its last notes are over. */
  readonly onEnded = this.#ended.event;
  /** The device was removed under it. */
  readonly onLost = this.#lost.event;

  /** The client is owned from here on. Nothing sounds before `run`. */
  constructor(client: MidiClient, song: Song, clock: MasterClock, startAt: ReferenceTime) {
    this.#client = client;
    this.#song = song;
    this.#clock = clock;
    this.#startAt = startAt;
    this.#reportedAt = clock.now();
    this.#store.add(client);
    this.#store.add(client.onRemoved((reason) => this.#lost.fire(reason)));
    const reports = client.onPosition?.(({ position }) => {
      this.#reported = position;
      this.#reportedAt = clock.now();
    });
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
    this.#reported = referenceTime(this.position - this.#startAt);
    this.#running = false;
    clearInterval(this.#timer);
    this.#client.setState('PAUSE');
  }

  /** Song time that is sounding. */
  get position(): ReferenceTime {
    const since = this.#running ? this.#clock.now() - this.#reportedAt : 0;
    return referenceTime(this.#startAt + this.#reported + Math.max(0, since));
  }

  dispose(): void {
    clearInterval(this.#timer);
    this.#running = false;
    this.#store.dispose();
    this.#ended.dispose();
    this.#lost.dispose();
  }

  #tick(): void {
    this.#pump();
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
    for (const noteOn of held.values()) this.#append(noteOn, referenceTime(0));
    this.#flush();
  }

  #pump(): void {
    const { events } = this.#song;
    const until = this.position + WRITE_AHEAD;
    while (this.#nextEvent < events.count && events.times[this.#nextEvent]! <= until) {
      const time = referenceTime(events.times[this.#nextEvent]! - this.#startAt);
      if (this.#writer.count === 0) this.#writer.begin(time);
      this.#append(this.#nextEvent, time);
      this.#nextEvent++;
    }
    this.#flush();
  }

  #append(event: number, time: ReferenceTime): void {
    const { data, offsets } = this.#song.events;
    const offset = offsets[event]!;
    this.#writer.append(time, data, offset, offsets[event + 1]! - offset);
    if (this.#writer.count >= MAX_RECORDS) {
      this.#flush();
      this.#writer.begin(time);
    }
  }

  #flush(): void {
    if (this.#writer.count === 0) return;
    const start = this.#writer.startTime;
    this.#client.write(start, this.#writer.take());
  }
}
