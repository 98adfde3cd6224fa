import { open } from 'node:fs/promises';
import path from 'node:path';
import { Emitter } from '../../contract/emitter.ts';
import { DisposableStore, type Disposable } from '../../contract/disposable.ts';
import { PinwheelError, type ErrorRecord } from '../../contract/errors.ts';
import { encodePosition } from '../../contract/frames.ts';
import type { WaveFeed, WaveFormatRecord, WavePlan } from '../../contract/hardware.ts';
import type { ServiceImplementation } from '../../contract/service.ts';
import type {
  PlayerFailure,
  PlayerPhase,
  PlayerState,
  PlayerSynth,
  QueueEntry,
  playerService,
} from '../../contract/services/player.ts';
import {
  referenceTime,
  referenceTimeToFrames,
  referenceTimeToSeconds,
  secondsToReferenceTime,
  type ReferenceTime,
} from '../../contract/units.ts';
import { isSameFormat } from '../decoding/decodedFile.ts';
import { recogniseWave } from '../decoding/waveContainers.ts';
import type { WaveFileInfo, WaveTags } from '../decoding/decodedSource.ts';
import type { MasterClock } from '../engine/ks/clock.ts';
import type { MidiClient } from '../engine/wdmaud/midiClient.ts';
import type { WaveClient } from '../engine/wdmaud/waveClient.ts';
import { songItem, waveItem, type QueueItem, type SongItem, type WaveItem } from './queueItem.ts';
import { isSong, LARGEST_FILE_BYTES } from './smf/readSong.ts';
import { SongPlayback } from './songPlayback.ts';
import { Spool } from './spool.ts';
import { isBursts } from '../wave/iec61937/codedFormat.ts';
import { WavePlayback } from './wavePlayback.ts';

export interface PlayerOptions {
  clock: MasterClock;
  /** Opens a pin of what is to play. @throws PinwheelError when none can be had */
  openClient(target: PlayerTarget): MidiClient;
  /** Opens a stream of that format. @throws PinwheelError when none can be had */
  openWave(format: WaveFormatRecord): WaveClient;
  /** What a sound file says of itself. @throws PinwheelError `bad-input`, `not-supported` */
  describe(file: string): Promise<WaveFileInfo & WaveTags>;
  /** “dls” if not given. */
  synth?: PlayerSynth;
  /** Resolves when the synthesizer has its sounds; undefined when it has them. */
  soundsReady?(synth: PlayerSynth): Promise<void> | undefined;
}

/** What plays: the MIDI output of this name, or the synthesizer when it is null. */
export type PlayerTarget = Pick<PlayerState, 'synth' | 'output'>;

/** How long before its turn a file of another format is opened, s: it begins in the block in which the other ends. */
const PREPARED_SECONDS = 5;
/** The output stays open behind the last sound: a server that is behind has some of it yet. */
const TAIL_MS = 300;
/** Files that follow the present one without a gap and are named to it beforehand. */
const PLANNED_AHEAD = 8;

/**
 * The player: a queue of songs and sound files, one of which plays. Sound files of one format follow each other on one
 * stream, without a gap. When the device is lost under it, it keeps its place and goes on
 * from there once `deviceArrived` says that sound is back.
 */
export class Player implements ServiceImplementation<typeof playerService>, Disposable {
  readonly #options: PlayerOptions;
  readonly #emitter = new Emitter<PlayerState>();
  readonly #failures = new Emitter<PlayerFailure>();
  readonly #spool = new Spool(checkHead);
  readonly #queue: QueueItem[] = [];
  #nextId = 1;
  #current: QueueItem | undefined;
  #playback: SongPlayback | WavePlayback | undefined;
  #playbackStore = new DisposableStore();
  /** What follows in another format; undefined playback: it could not be opened, and is told so when its turn comes. */
  #prepared: { readonly item: WaveItem; playback: WavePlayback | undefined } | undefined;
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
  readonly onFailure = this.#failures.event;

  constructor(options: PlayerOptions) {
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
    return this.#append(songItem(this.#nextId++, file));
  }

  async addFile({ path: file }: { path: string }): Promise<QueueEntry> {
    if (!path.isAbsolute(file)) {
      const message = `“${file}” is no absolute path.`;
      throw new PinwheelError({ code: 'bad-input', message, subject: file });
    }
    return await this.#addFrom(file);
  }

  beginUpload({ name, size }: { name: string; size: number }): Promise<number> {
    return this.#spool.begin(name, size);
  }

  upload(id: number, bytes: Uint8Array): Promise<void> {
    return this.#spool.write(id, bytes);
  }

  async finishUpload(id: number): Promise<QueueEntry> {
    const spooled = await this.#spool.finish(id);
    try {
      return await this.#addFrom(spooled.file, spooled);
    } catch (error) {
      spooled.dispose();
      throw error;
    }
  }

  cancelUpload(id: number): Promise<void> {
    return this.#spool.cancel(id);
  }

  async play(id: number | null): Promise<void> {
    const wanted = id === null ? (this.#current ?? this.#queue[0]) : this.#find(id);
    if (!wanted) {
      throw new PinwheelError({
        code: 'bad-state',
        message: 'There is nothing to play.',
        advice: 'Drop a file on the player first.',
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
        message: 'There is nothing to seek in.',
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
    release(entry);
    this.#replan();
    this.#changed();
  }

  clear(): void {
    this.stop();
    this.#current = undefined;
    this.#queue.splice(0).forEach(release);
    this.#changed();
  }

  setLoop(loop: boolean): void {
    this.#loop = loop;
    this.#replan();
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
    if (this.#phase !== 'interrupted' || !this.#current) return;
    // Sound files have an output of their own.
    if (output !== (this.#current.kind === 'wave' ? null : this.#output)) return;
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
    void this.#spool.dispose();
    this.#emitter.dispose();
    this.#failures.dispose();
  }

  async #addFrom(file: string, spooled?: Disposable): Promise<QueueEntry> {
    const name = path.basename(file);
    const bytes = await readSongFile(file);
    if (bytes) {
      const song = this.add({ name, bytes });
      spooled?.dispose();
      return song;
    }
    const wave = await this.#options.describe(file);
    return this.#append(waveItem(this.#nextId++, { name, file, wave, spooled }));
  }

  #append(item: QueueItem): QueueEntry {
    this.#queue.push(item);
    this.#replan();
    this.#changed();
    return item.info;
  }

  /** Sound files have an output of their own. */
  #openElsewhere(): void {
    if (this.#current?.kind === 'wave') return this.#changed();
    if (this.#phase === 'playing' && this.#current) {
      return this.#start(this.#current, secondsToReferenceTime(this.#positionSeconds()));
    }
    // What is paused is opened again when it goes on.
    this.#close();
    this.#changed();
  }

  /** A song does not begin with other sounds than it goes on with; whoever uses the player meanwhile is obeyed. */
  async #startWhenReady(entry: QueueItem, at: ReferenceTime): Promise<void> {
    if (entry.kind === 'song') {
      const ready = this.#output === null ? this.#options.soundsReady?.(this.#synth) : undefined;
      const isRead = entry.ownBank !== undefined || entry.reading === undefined;
      if (ready !== undefined || !isRead) {
        const commands = this.#commands;
        await ready;
        await entry.reading;
        if (commands !== this.#commands) return;
      }
    }
    this.#start(entry, at);
  }

  #start(entry: QueueItem, at: ReferenceTime): void {
    this.#close();
    this.#current = entry;
    this.#restAt = at;
    let playback: SongPlayback | WavePlayback;
    try {
      playback = entry.kind === 'song' ? this.#openSong(entry, at) : this.#openWave(entry, at);
    } catch (error) {
      this.#enter('stopped');
      throw error;
    }
    this.#adopt(playback);
  }

  #adopt(playback: SongPlayback | WavePlayback): void {
    this.#playback = playback;
    const store = this.#playbackStore;
    store.add(playback);
    store.add(playback.onEnded(() => this.#entryEnded()));
    store.add(playback.onLost(() => this.#interrupted()));
    if (playback instanceof WavePlayback) {
      store.add(playback.onAdvanced((id) => this.#advanced(id)));
      store.add(playback.onFailed((error) => this.#entryFailed(error)));
      store.add(playback.onProgress(() => this.#prepare()));
    }
    playback.run();
    this.#enter('playing');
  }

  #openSong(item: SongItem, at: ReferenceTime): SongPlayback {
    return new SongPlayback(this.#openClient(item), item.song, this.#options.clock, at);
  }

  #openWave(item: WaveItem, at: ReferenceTime, after?: WavePlayback): WavePlayback {
    const { format } = item.wave;
    return new WavePlayback({
      client: this.#options.openWave(format),
      sampleRate: format.sampleRate,
      clock: this.#options.clock,
      feed: { ...feedOf(item), firstFrame: Math.round(referenceTimeToFrames(at, format.sampleRate)) },
      plan: this.#planFor(item),
      after,
    });
  }

  /** Opens what follows in another format when its turn is near, so that it begins where this one ends. */
  #prepare(): void {
    const following = this.#following;
    if (this.#prepared || this.#loop || following?.kind !== 'wave') return;
    if (this.#current?.kind !== 'wave' || !(this.#playback instanceof WavePlayback)) return;
    const formats = [this.#current.wave.format, following.wave.format] as const;
    // What is sent takes the device away from what is played, and waits until that is over.
    if (isSameFormat(...formats) || formats.some(isBursts)) return;
    if (this.#current.info.durationSeconds - this.#positionSeconds() > PREPARED_SECONDS) return;
    this.#prepared = { item: following, playback: undefined };
    try {
      const playback = this.#openWave(following, referenceTime(0), this.#playback);
      this.#prepared.playback = playback;
      playback.onFailed(() => this.#unprepare(playback));
      playback.onLost(() => this.#unprepare(playback));
    } catch (error) {
      if (!(error instanceof PinwheelError)) throw error;
    }
  }

  /** Whoever is to follow is opened in its turn. */
  #unprepare(playback: WavePlayback): void {
    if (this.#prepared?.playback !== playback) return;
    this.#prepared.playback = undefined;
    playback.dispose();
  }

  #dropPrepared(): void {
    this.#prepared?.playback?.dispose();
    this.#prepared = undefined;
  }

  get #following(): QueueItem | undefined {
    return this.#current && this.#queue[this.#indexOf(this.#current.info.id) + 1];
  }

  /** What follows a sound file without a gap: itself, or those of its format behind it. */
  #planFor({ info, wave }: WaveItem): WavePlan {
    if (this.#loop) {
      return { feed: info.id, loop: wave.loop ?? { first: 0, end: null }, next: [] };
    }
    const next: WaveFeed[] = [];
    for (const item of this.#queue.slice(this.#indexOf(info.id) + 1)) {
      if (item.kind !== 'wave' || !isSameFormat(item.wave.format, wave.format)) break;
      if (next.push(feedOf(item)) === PLANNED_AHEAD) break;
    }
    return { feed: info.id, loop: null, next };
  }

  /** The queue or the loop is another: so is what follows. */
  #replan(): void {
    if (this.#prepared && (this.#loop || this.#prepared.item !== this.#following)) this.#dropPrepared();
    if (this.#playback instanceof WavePlayback && this.#current?.kind === 'wave') {
      this.#playback.plan(this.#planFor(this.#current));
    }
  }

  /** The stream is at another file of the queue. */
  #advanced(id: number): void {
    const following = this.#following;
    // It had read on already when the queue changed.
    if (!following || following.info.id !== id) return this.#entryEnded();
    this.#current = following;
    this.#replan();
    this.#changed();
  }

  #entryFailed(error: ErrorRecord): void {
    const { id, name } = this.#current!.info;
    this.#failures.fire({ id, name, error });
    this.#goOn();
  }

  /** With the song's own sounds, where it brings some. */
  #openClient({ ownBank = [] }: SongItem): MidiClient {
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

  #entryEnded(): void {
    if (this.#loop && this.#current) return this.#start(this.#current, referenceTime(0));
    this.#goOn();
  }

  /** With the entry behind the present one, which is over. */
  #goOn(): void {
    const following = this.#following;
    const prepared = this.#prepared;
    if (prepared?.playback && prepared.item === following) {
      this.#prepared = undefined;
      this.#close();
      this.#current = following;
      this.#restAt = referenceTime(0);
      this.#adopt(prepared.playback);
      return this.#replan();
    }
    if (following) return void this.#startWhenReady(following, referenceTime(0)).catch(() => this.stop());
    if (this.#current?.kind === 'song') return this.stop();
    const commands = this.#commands;
    setTimeout(() => commands === this.#commands && this.stop(), TAIL_MS).unref();
  }

  #interrupted(): void {
    const wasPlaying = this.#phase === 'playing';
    const position = secondsToReferenceTime(this.#positionSeconds());
    this.#close();
    this.#restAt = position;
    this.#enter(wasPlaying ? 'interrupted' : this.#phase);
  }

  #skip(step: number): void {
    const at = this.#current ? this.#indexOf(this.#current.info.id) : -1;
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
    this.#dropPrepared();
    this.#playbackStore.dispose();
    this.#playbackStore = new DisposableStore();
    this.#playback = undefined;
  }

  #positionSeconds(): number {
    const at = referenceTimeToSeconds(this.#playback?.position ?? this.#restAt);
    return Math.min(at, this.#current?.info.durationSeconds ?? 0);
  }

  #indexOf(id: number): number {
    return this.#queue.findIndex(({ info }) => info.id === id);
  }

  #find(id: number): QueueItem {
    const entry = this.#queue.find((each) => each.info.id === id);
    if (entry) return entry;
    throw new PinwheelError({ code: 'not-found', message: 'This file is not in the queue any more.' });
  }

  #enter(phase: PlayerPhase): void {
    this.#phase = phase;
    this.#changed();
  }

  #changed(): void {
    this.#emitter.fire(this.getState());
  }
}

/** @throws PinwheelError `bad-input` for what begins neither as a song nor as sound */
function checkHead(name: string, head: Uint8Array): void {
  if (isSong(head.subarray(0, 12))) return;
  recogniseWave({
    name,
    length: head.length,
    read(offset, into) {
      const part = head.subarray(offset, offset + into.length);
      into.set(part);
      return part.length;
    },
  });
}

function release(item: QueueItem): void {
  if (item.kind === 'wave') item.spooled?.dispose();
}

function feedOf({ info, file }: WaveItem): WaveFeed {
  return { id: info.id, file, firstFrame: 0 };
}

/** A MIDI file's bytes; undefined for what is none. @throws PinwheelError `bad-input` for what cannot be read */
async function readSongFile(file: string): Promise<Uint8Array | undefined> {
  const handle = await open(file).catch((error: NodeJS.ErrnoException) => {
    throw unreadable(file, error);
  });
  try {
    const head = new Uint8Array(12);
    const { bytesRead } = await handle.read(head, 0, head.length, 0);
    if (!isSong(head.subarray(0, bytesRead))) return undefined;
    const { size } = await handle.stat();
    if (size <= LARGEST_FILE_BYTES) return new Uint8Array(await handle.readFile());
    const message = `“${path.basename(file)}” is larger than any MIDI file.`;
    throw new PinwheelError({ code: 'bad-input', message, subject: file });
  } catch (error) {
    throw error instanceof PinwheelError ? error : unreadable(file, error as NodeJS.ErrnoException);
  } finally {
    await handle.close();
  }
}

function unreadable(file: string, error: NodeJS.ErrnoException): PinwheelError {
  const why =
    error.code === 'ENOENT'
      ? 'there is no such file'
      : error.code === 'EISDIR'
        ? 'it is a folder'
        : String(error.code);
  const message = `“${file}” cannot be read: ${why}.`;
  return new PinwheelError({ code: 'bad-input', message, subject: file }, { cause: error });
}
