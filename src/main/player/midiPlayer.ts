import { Emitter } from '../../contract/emitter.ts';
import { DisposableStore, type Disposable } from '../../contract/disposable.ts';
import { PinwheelError } from '../../contract/errors.ts';
import { encodePosition } from '../../contract/frames.ts';
import type { ServiceImplementation } from '../../contract/service.ts';
import type {
  PlayerPhase,
  PlayerState,
  PlayerSynth,
  QueueEntry,
  playerService,
} from '../../contract/services/player.ts';
import {
  referenceTime,
  referenceTimeToSeconds,
  secondsToReferenceTime,
  type ReferenceTime,
} from '../../contract/units.ts';
import type { MasterClock } from '../engine/ks/clock.ts';
import type { MidiClient } from '../engine/wdmaud/midiClient.ts';
import { loadBank } from '../banks/loadBank.ts';
import { writeDownloads } from '../synth/collections/dls/writeDownloads.ts';
import { hasEmbeddedCollection } from '../synth/collections/readCollection.ts';
import { readSong } from './smf/readSong.ts';
import type { Song } from './smf/song.ts';
import { SongPlayback } from './songPlayback.ts';

export interface MidiPlayerOptions {
  clock: MasterClock;
  /** Opens a pin of what is to play. @throws PinwheelError when none can be had */
  openClient(target: PlayerTarget): MidiClient;
  /** “dls” if not given. */
  synth?: PlayerSynth;
  /** Resolves when the synthesizer has its sounds; undefined when it has them. */
  soundsReady?(synth: PlayerSynth): Promise<void> | undefined;
}

/** What plays: the MIDI output of this name, or the synthesizer when it is null. */
export type PlayerTarget = Pick<PlayerState, 'synth' | 'output'>;

interface Entry {
  readonly info: QueueEntry;
  readonly song: Song;
  /** Download buffers of the bank inside the file; undefined without one, or until it was read. */
  ownBank: readonly Uint8Array[] | undefined;
  /** Reads it. @throws PinwheelError `bad-input` */
  readonly reading: Promise<void> | undefined;
}

/**
 * The player: a queue of songs, one of which plays. When the device is lost under it, it keeps its place and goes on
 * from there once `deviceArrived` says that sound is back.
 */
export class MidiPlayer implements ServiceImplementation<typeof playerService>, Disposable {
  readonly #options: MidiPlayerOptions;
  readonly #emitter = new Emitter<PlayerState>();
  readonly #queue: Entry[] = [];
  #nextId = 1;
  #current: Entry | undefined;
  #playback: SongPlayback | undefined;
  #playbackStore = new DisposableStore();
  #phase: PlayerPhase = 'stopped';
  #loop = false;
  #synth: PlayerSynth;
  #output: string | null = null;
  /** Song time to go on from while nothing is open. */
  #restAt: ReferenceTime = referenceTime(0);
  #lastFrame = -1;
  /** Counts what ended or began playing. */
  #commands = 0;
  readonly onState = this.#emitter.event;

  constructor(options: MidiPlayerOptions) {
    this.#options = options;
    this.#synth = options.synth ?? 'dls';
  }

  getState(): PlayerState {
    return {
      phase: this.#phase,
      queue: this.#queue.map((entry) => entry.info),
      currentId: this.#current?.info.id ?? null,
      positionSeconds: this.#positionSeconds(),
      durationSeconds: this.#current?.info.durationSeconds ?? 0,
      loop: this.#loop,
      synth: this.#synth,
      output: this.#output,
    };
  }

  add(file: { name: string; bytes: Uint8Array }): QueueEntry {
    const song = readSong(file.name, file.bytes);
    const info: QueueEntry = {
      id: this.#nextId++,
      name: file.name,
      durationSeconds: song.durationSeconds,
      detail: `${count(song.noteCount, 'note')} · ${count(song.trackCount, 'track')}`,
    };
    const entry: Entry = {
      info,
      song,
      ownBank: undefined,
      reading: hasEmbeddedCollection(file.name, file.bytes)
        ? loadBank(file).then((collection) => void (entry.ownBank = writeDownloads(collection)))
        : undefined,
    };
    // Whoever plays it is told.
    entry.reading?.catch(() => undefined);
    this.#queue.push(entry);
    this.#changed();
    return info;
  }

  async play(id: number | null): Promise<void> {
    const wanted = id === null ? (this.#current ?? this.#queue[0]) : this.#find(id);
    if (!wanted) {
      throw new PinwheelError({
        code: 'bad-state',
        message: 'There is nothing to play.',
        advice: 'Drop a MIDI file on the player first.',
      });
    }
    if (wanted === this.#current && this.#playback) {
      this.#playback.run();
      this.#enter('playing');
      return;
    }
    const startAt = wanted === this.#current ? this.#restAt : referenceTime(0);
    await this.#startWhenReady(wanted, startAt);
  }

  pause(): void {
    if (this.#phase === 'playing') {
      this.#playback?.pause();
      this.#enter('paused');
    } else if (this.#phase === 'interrupted') {
      // Nobody waits for the device any more.
      this.#enter('paused');
    }
  }

  stop(): void {
    this.#close();
    this.#restAt = referenceTime(0);
    this.#enter('stopped');
  }

  seek(positionSeconds: number): void {
    if (!this.#current) {
      throw new PinwheelError({
        code: 'bad-state',
        message: 'There is no song to seek in.',
        advice: 'Play one first.',
      });
    }
    const to = secondsToReferenceTime(Math.min(positionSeconds, this.#current.info.durationSeconds));
    if (this.#phase === 'playing') return this.#start(this.#current, to);
    this.#close();
    this.#restAt = to;
    this.#changed();
  }

  next(): void {
    this.#skip(1);
  }

  previous(): void {
    // As every player does: back to the start first, to the song before on the second press.
    if (this.#positionSeconds() > 3) this.seek(0);
    else this.#skip(-1);
  }

  remove(id: number): void {
    const entry = this.#find(id);
    if (entry === this.#current) {
      this.stop();
      this.#current = undefined;
    }
    this.#queue.splice(this.#queue.indexOf(entry), 1);
    this.#changed();
  }

  clear(): void {
    this.stop();
    this.#current = undefined;
    this.#queue.length = 0;
    this.#changed();
  }

  setLoop(loop: boolean): void {
    this.#loop = loop;
    this.#changed();
  }

  setSynth(synth: PlayerSynth): void {
    if (synth === this.#synth) return;
    this.#synth = synth;
    this.#openElsewhere();
  }

  setOutput(output: string | null): void {
    if (output === this.#output) return;
    this.#output = output;
    this.#openElsewhere();
  }

  /** What it plays to is back: the MIDI output of this name, or the sound. What was interrupted goes on. */
  async deviceArrived(output: string | null = null): Promise<void> {
    if (this.#phase !== 'interrupted' || !this.#current || output !== this.#output) return;
    try {
      await this.#startWhenReady(this.#current, this.#restAt);
    } catch (error) {
      // The device may be gone again already; the next arrival is another chance.
      if (!(error instanceof PinwheelError)) throw error;
      this.#enter('interrupted');
    }
  }

  /** A frame with the position; undefined while it does not move. */
  positionFrame(): Uint8Array | undefined {
    const position = this.#positionSeconds();
    if (position === this.#lastFrame) return undefined;
    this.#lastFrame = position;
    return encodePosition(position);
  }

  dispose(): void {
    this.#close();
    this.#emitter.dispose();
  }

  #openElsewhere(): void {
    if (this.#phase === 'playing' && this.#current) {
      return this.#start(this.#current, secondsToReferenceTime(this.#positionSeconds()));
    }
    // What is paused is opened again when it goes on.
    this.#close();
    this.#changed();
  }

  /** A song does not begin with other sounds than it goes on with; whoever uses the player meanwhile is obeyed. */
  async #startWhenReady(entry: Entry, at: ReferenceTime): Promise<void> {
    const ready = this.#output === null ? this.#options.soundsReady?.(this.#synth) : undefined;
    const isRead = entry.ownBank !== undefined || entry.reading === undefined;
    if (ready !== undefined || !isRead) {
      const commands = this.#commands;
      await ready;
      await entry.reading;
      if (commands !== this.#commands) return;
    }
    this.#start(entry, at);
  }

  #start(entry: Entry, at: ReferenceTime): void {
    this.#close();
    this.#current = entry;
    this.#restAt = at;
    let playback: SongPlayback;
    try {
      playback = new SongPlayback(this.#openClient(entry), entry.song, this.#options.clock, at);
    } catch (error) {
      this.#enter('stopped');
      throw error;
    }
    this.#playback = playback;
    this.#playbackStore.add(playback);
    this.#playbackStore.add(playback.onEnded(() => this.#songEnded()));
    this.#playbackStore.add(playback.onLost(() => this.#interrupted()));
    playback.run();
    this.#enter('playing');
  }

  /** With the song's own sounds, where it brings some. */
  #openClient({ ownBank = [] }: Entry): MidiClient {
    const client = this.#options.openClient({ synth: this.#synth, output: this.#output });
    // Only the wavetable synthesizer takes them.
    if (this.#synth !== 'dls' || this.#output !== null) return client;
    try {
      for (const data of ownBank) client.download(data);
    } catch (error) {
      client.dispose();
      throw error;
    }
    return client;
  }

  #songEnded(): void {
    if (this.#loop && this.#current) return this.#start(this.#current, referenceTime(0));
    const following = this.#queue[this.#queue.indexOf(this.#current!) + 1];
    if (following) void this.#startWhenReady(following, referenceTime(0)).catch(() => this.stop());
    else this.stop();
  }

  #interrupted(): void {
    const wasPlaying = this.#phase === 'playing';
    const position = secondsToReferenceTime(this.#positionSeconds());
    this.#close();
    this.#restAt = position;
    this.#enter(wasPlaying ? 'interrupted' : this.#phase);
  }

  #skip(step: number): void {
    const at = this.#current ? this.#queue.indexOf(this.#current) : -1;
    const target = this.#queue[Math.max(0, at + step)];
    if (!target || target === this.#current) {
      if (step < 0 && this.#current) this.seek(0);
      return;
    }
    if (this.#phase === 'playing') return this.#start(target, referenceTime(0));
    this.#close();
    this.#current = target;
    this.#restAt = referenceTime(0);
    this.#enter('stopped');
  }

  #close(): void {
    this.#commands++;
    if (this.#playback) this.#restAt = secondsToReferenceTime(this.#positionSeconds());
    this.#playbackStore.dispose();
    this.#playbackStore = new DisposableStore();
    this.#playback = undefined;
  }

  #positionSeconds(): number {
    const at = referenceTimeToSeconds(this.#playback?.position ?? this.#restAt);
    return Math.min(at, this.#current?.info.durationSeconds ?? 0);
  }

  #find(id: number): Entry {
    const entry = this.#queue.find((each) => each.info.id === id);
    if (entry) return entry;
    throw new PinwheelError({ code: 'not-found', message: 'This song is not in the queue any more.' });
  }

  #enter(phase: PlayerPhase): void {
    this.#phase = phase;
    this.#changed();
  }

  #changed(): void {
    this.#emitter.fire(this.getState());
  }
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
