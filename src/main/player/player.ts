import { Emitter } from '../../contract/emitter.ts';
import { DisposableStore, type Disposable } from '../../contract/disposable.ts';
import { PinwheelError, type ErrorRecord } from '../../contract/errors.ts';
import { encodePosition } from '../../contract/frames.ts';
import type { WaveFormatRecord } from '../../contract/hardware.ts';
import type { ServiceImplementation } from '../../contract/service.ts';
import type {
  ChannelStripPatch,
  PlayerFailure,
  PlayerPhase,
  PlayerState,
  PlayerSynth,
  QueueEntry,
  SongChannels,
  SongLine,
  playerService,
} from '../../contract/services/player.ts';
import {
  referenceTime,
  referenceTimeToFrames,
  referenceTimeToSeconds,
  secondsToReferenceTime,
  type ReferenceTime,
} from '../../contract/units.ts';
import type { WaveFileInfo, WaveTags } from '../decoding/decodedSource.ts';
import type { MasterClock } from '../engine/ks/clock.ts';
import type { MidiClient } from '../engine/wdmaud/midiClient.ts';
import type { WaveClient } from '../engine/wdmaud/waveClient.ts';
import { SongDesk } from './channels/songDesk.ts';
import { PlayQueue } from './playQueue.ts';
import type { QueueItem, SongItem, WaveItem } from './queueItem.ts';
import { songLines } from './songLines.ts';
import { SongPlayback } from './songPlayback.ts';
import { feedOf, planFor, Succession } from './succession.ts';
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

/** The output stays open behind the last sound: a server that is behind has some of it yet. */
const TAIL_MS = 300;

/**
 * The player: a queue of songs and sound files, one of which plays. Sound files of one format follow each other on one
 * stream, without a gap. When the device is lost under it, it keeps its place and goes on
 * from there once `deviceArrived` says that sound is back.
 *
 * One file, although it is long: what may be done next follows from the queue, the phase and what plays together. Each of
 * these, the channel strips and what follows on a stream, are apart.
 */
export class Player implements ServiceImplementation<typeof playerService>, Disposable {
  readonly #options: PlayerOptions;
  readonly #emitter = new Emitter<PlayerState>();
  readonly #failures = new Emitter<PlayerFailure>();
  readonly #queue: PlayQueue;
  #current: QueueItem | undefined;
  #playback: SongPlayback | WavePlayback | undefined;
  #playbackStore = new DisposableStore();
  readonly #succession = new Succession((item, after) => this.#openWave(item, referenceTime(0), after));
  readonly #desk: SongDesk;
  #phase: PlayerPhase = 'stopped';
  #loop = false;
  #tempo = 1;
  #synth: PlayerSynth;
  #output: string | null = null;
  /** Song time to go on from while nothing is open. */
  #restAt: ReferenceTime = referenceTime(0);
  #lastFrame = -1;
  /** Counts what ended or began playing. */
  #commands = 0;
  readonly onState = this.#emitter.event;
  readonly onFailure = this.#failures.event;
  readonly onChannels: SongDesk['onChannels'];
  readonly onMessages: SongDesk['onMessages'];

  constructor(options: PlayerOptions) {
    this.#options = options;
    this.#desk = new SongDesk(options.clock, () => ({
      item: this.#current?.kind === 'song' ? this.#current : undefined,
      playback: this.#playback instanceof SongPlayback ? this.#playback : undefined,
    }));
    ({ onChannels: this.onChannels, onMessages: this.onMessages } = this.#desk);
    this.#synth = options.synth ?? 'dls';
    this.#queue = new PlayQueue({
      describe: options.describe,
      added: () => {
        this.#replan();
        this.#changed();
      },
    });
  }

  getState(): PlayerState {
    return {
      phase: this.#phase,
      queue: this.#queue.items.map(({ info }) => info),
      currentId: this.#current?.info.id ?? null,
      positionSeconds: this.#positionSeconds(),
      durationSeconds: this.#current?.info.durationSeconds ?? 0,
      loop: this.#loop,
      tempo: this.#tempo,
      synth: this.#synth,
      output: this.#output,
    };
  }

  add(file: { name: string; bytes: Uint8Array }): QueueEntry {
    return this.#queue.addSong(file);
  }

  addFile({ path }: { path: string }): Promise<QueueEntry> {
    return this.#queue.addFile(path);
  }

  beginUpload({ name, size }: { name: string; size: number }): Promise<number> {
    return this.#queue.spool.begin(name, size);
  }

  upload(id: number, bytes: Uint8Array): Promise<void> {
    return this.#queue.spool.write(id, bytes);
  }

  finishUpload(id: number): Promise<QueueEntry> {
    return this.#queue.addUpload(id);
  }

  cancelUpload(id: number): Promise<void> {
    return this.#queue.spool.cancel(id);
  }

  async play(id: number | null): Promise<void> {
    const wanted = id === null ? (this.#current ?? this.#queue.items[0]) : this.#queue.find(id);
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
    const entry = this.#queue.find(id);
    if (entry === this.#current) {
      this.stop();
      this.#current = undefined;
    }
    this.#queue.remove(entry);
    this.#replan();
    this.#changed();
  }

  clear(): void {
    this.stop();
    this.#current = undefined;
    this.#queue.clear();
    this.#changed();
  }

  setLoop(loop: boolean): void {
    this.#loop = loop;
    this.#replan();
    this.#changed();
  }

  setTempo(tempo: number): void {
    if (tempo === this.#tempo) return;
    // Where it is is told in the song's time, in which the old tempo has a say.
    this.#openElsewhere(() => (this.#tempo = tempo));
  }

  getChannels(): SongChannels {
    return this.#desk.state;
  }

  setChannel(channel: number, patch: ChannelStripPatch): void {
    this.#desk.change(channel, patch);
  }

  resetChannels(): void {
    this.#desk.reset();
  }

  getLines(id: number): SongLine[] {
    const item = this.#queue.find(id);
    return item.kind === 'song' ? songLines(item.song) : [];
  }

  panic(): void {
    if (this.#playback instanceof SongPlayback) this.#playback.panic();
  }

  setSynth(synth: PlayerSynth): void {
    if (synth !== this.#synth) this.#openElsewhere(() => (this.#synth = synth));
  }

  setOutput(output: string | null): void {
    if (output !== this.#output) this.#openElsewhere(() => (this.#output = output));
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

  /** A frame with what is heard on the channels of a song; undefined while it does not change. */
  channelFrame(): Uint8Array | undefined {
    return this.#desk.frame();
  }

  dispose(): void {
    this.#close();
    this.#desk.dispose();
    this.#queue.dispose();
    this.#emitter.dispose();
    this.#failures.dispose();
  }

  /** Songs go on where they are after the change; sound files have an output of their own. */
  #openElsewhere(change: () => void): void {
    const position = secondsToReferenceTime(this.#positionSeconds());
    change();
    if (this.#current?.kind === 'wave') return this.#changed();
    if (this.#phase === 'playing' && this.#current) return this.#start(this.#current, position);
    // What is paused is opened again when it goes on.
    this.#close();
    this.#restAt = position;
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
    } else {
      store.add(playback.onProgress(() => this.#desk.follow()));
    }
    playback.run();
    this.#enter('playing');
  }

  #openSong(item: SongItem, at: ReferenceTime): SongPlayback {
    return new SongPlayback({
      client: this.#openClient(item),
      song: item.song,
      clock: this.#options.clock,
      startAt: at,
      strips: item.strips,
      tempo: this.#tempo,
    });
  }

  #openWave(item: WaveItem, at: ReferenceTime, after?: WavePlayback): WavePlayback {
    const { format } = item.wave;
    return new WavePlayback({
      client: this.#options.openWave(format),
      sampleRate: format.sampleRate,
      clock: this.#options.clock,
      feed: { ...feedOf(item), firstFrame: Math.round(referenceTimeToFrames(at, format.sampleRate)) },
      plan: planFor(item, this.#queue.behind(item), this.#loop),
      after,
    });
  }

  #prepare(): void {
    const current = this.#current;
    if (this.#loop || current?.kind !== 'wave' || !(this.#playback instanceof WavePlayback)) return;
    const left = current.info.durationSeconds - this.#positionSeconds();
    this.#succession.prepare(current, this.#playback, this.#following, left);
  }

  get #following(): QueueItem | undefined {
    return this.#current && this.#queue.behind(this.#current)[0];
  }

  /** The queue or the loop is another: so is what follows. */
  #replan(): void {
    this.#succession.keepOnly(this.#loop ? undefined : this.#following);
    if (this.#playback instanceof WavePlayback && this.#current?.kind === 'wave') {
      this.#playback.plan(planFor(this.#current, this.#queue.behind(this.#current), this.#loop));
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
    const prepared = this.#succession.take(following);
    if (prepared) {
      this.#close();
      this.#current = following;
      this.#restAt = referenceTime(0);
      this.#adopt(prepared);
      return this.#replan();
    }
    if (following) {
      const { id, name } = following.info;
      this.#startWhenReady(following, referenceTime(0)).catch((cause: unknown) => {
        this.#failures.fire({ id, name, error: PinwheelError.recordOf(cause) });
        this.stop();
      });
      return;
    }
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
    const at = this.#current ? this.#queue.indexOf(this.#current) : -1;
    const target = this.#queue.items[Math.max(0, at + step)];
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
    this.#succession.drop();
    this.#playbackStore.dispose();
    this.#playbackStore = new DisposableStore();
    this.#playback = undefined;
  }

  #positionSeconds(): number {
    const at = referenceTimeToSeconds(this.#playback?.position ?? this.#restAt);
    return Math.min(at, this.#current?.info.durationSeconds ?? 0);
  }

  #enter(phase: PlayerPhase): void {
    this.#phase = phase;
    this.#changed();
  }

  #changed(): void {
    this.#emitter.fire(this.getState());
    this.#desk.currentChanged();
  }
}
