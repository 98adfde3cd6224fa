import { PinwheelError, type ErrorRecord } from '../../contract/errors.ts';
import { Emitter } from '../../contract/emitter.ts';
import type {
  ChannelStripPatch,
  PlayerState,
  PlayerSynth,
  SongChannels,
  SongLine,
} from '../../contract/services/player.ts';
import { LatestWins } from './latestWins.ts';
import type { Link } from './link.svelte.ts';
import { upload } from './uploading.ts';

/** A bank of sounds, which plays songs. */
export const BANK = /\.(?:dls|sf2|sf3)$/i;
const SONG = /\.(?:midi?|kar|rmi)$/i;
/** No Standard MIDI File is larger; refusing here keeps a dropped film from being read into memory. */
const LARGEST_FILE_BYTES = 32 * 1024 * 1024;
const MOST_FAILURES = 4;

const EMPTY: PlayerState = {
  phase: 'stopped',
  queue: [],
  currentId: null,
  positionSeconds: 0,
  durationSeconds: 0,
  loop: false,
  tempo: 1,
  synth: 'dls',
  output: null,
};

/** A request that was refused. */
export interface Failure {
  id: number;
  /** The file that was to be added or played; empty when it was about something else. */
  name: string;
  /** It is in the queue, and could not be played. */
  played: boolean;
  error: ErrorRecord;
}

/** A file the user gave that is not in the queue yet: being read and sent, or waiting for the connection. */
export interface WaitingFile {
  id: number;
  name: string;
  file: File;
}

/** What is asked of one channel. */
interface ChannelRequests {
  push(patch: ChannelStripPatch): void;
  readonly unanswered: ChannelStripPatch;
}

export class PlayerStore {
  state = $state.raw<PlayerState>(EMPTY);
  failures = $state.raw<readonly Failure[]>([]);
  waiting = $state.raw<readonly WaitingFile[]>([]);
  /** What was sent of the first of them, 0 to 1. */
  sent = $state(0);
  /** Playing, or cut off by a lost output and about to go on by itself. */
  readonly sounding = $derived(this.state.phase === 'playing' || this.state.phase === 'interrupted');
  readonly current = $derived(this.state.queue.find((entry) => entry.id === this.state.currentId));
  /** Whole seconds for text; whatever moves smoothly listens to `onPosition`. */
  seconds = $state(0);
  /** Not reactive: changes with every frame. */
  position = 0;
  readonly #position = new Emitter<number>();
  readonly onPosition = this.#position.event;
  channels = $state.raw<SongChannels>({ entryId: null, channels: [] });
  /** Words of the current entry. */
  lines = $state.raw<readonly SongLine[]>([]);
  /** Not reactive: what is heard on the channels of a song, 0 to 127, with every frame. */
  readonly #activity = new Emitter<Uint8Array>();
  readonly onActivity = this.#activity.event;
  #linesOf: number | null = null;
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  readonly #strips = new Map<number, ChannelRequests>();
  #link: Link;
  #nextId = 1;
  #adding = false;
  readonly #pathOf: (file: File) => string;

  /** `pathOf`: where a file lies on this machine, which is where it is read from then; empty: its bytes are sent. */
  constructor(link: Link, pathOf: (file: File) => string = () => '') {
    this.#link = link;
    this.#pathOf = pathOf;
    link.attach(async ({ services }, subscriptions) => {
      subscriptions.add(services.player.onState((state) => this.#accept(state)));
      subscriptions.add(services.player.onFailure(({ name, error }) => this.#fail(name, error, true)));
      subscriptions.add(services.player.onChannels((channels) => this.#acceptChannels(channels)));
      this.#linesOf = null;
      this.#accept(await services.player.getState());
      this.#acceptChannels(await services.player.getChannels());
      void this.#addWaiting();
    });
  }

  /** Adds files to the end of the queue in their order; those that are refused become `failures`. */
  add(files: Iterable<File>): void {
    const added = [...files].map((file) => ({ id: this.#nextId++, name: file.name, file }));
    this.waiting = [...this.waiting, ...added];
    void this.#addWaiting();
  }

  dismissFailure(id: number): void {
    this.failures = this.failures.filter((failure) => failure.id !== id);
  }

  play(id: number | null = null): Promise<void> {
    return this.#call(() => this.#link.services.player.play(id));
  }

  pause(): Promise<void> {
    return this.#call(() => this.#link.services.player.pause());
  }

  toggle(): Promise<void> {
    return this.sounding ? this.pause() : this.play();
  }

  stop(): Promise<void> {
    return this.#call(() => this.#link.services.player.stop());
  }

  next(): Promise<void> {
    return this.#call(() => this.#link.services.player.next());
  }

  previous(): Promise<void> {
    return this.#call(() => this.#link.services.player.previous());
  }

  remove(id: number): Promise<void> {
    return this.#call(() => this.#link.services.player.remove(id));
  }

  clear(): Promise<void> {
    return this.#call(() => this.#link.services.player.clear());
  }

  setLoop(loop: boolean): Promise<void> {
    return this.#call(() => this.#link.services.player.setLoop(loop));
  }

  setTempo(tempo: number): Promise<void> {
    return this.#call(() => this.#link.services.player.setTempo(tempo));
  }

  /** What songs are played on: a synthesizer, or the MIDI output of this name. */
  async setInstrument(synth: PlayerSynth, output: string | null): Promise<void> {
    await this.#call(async () => {
      const { player } = this.#link.services;
      await player.setOutput(output);
      if (output === null) await player.setSynth(synth);
    });
  }

  /** Shown at once; of what a hand sends faster than it is answered only the newest values are sent. */
  setChannel(channel: number, patch: ChannelStripPatch): void {
    const { entryId, channels } = this.channels;
    const given = patch as Partial<SongChannels['channels'][number]>;
    this.channels = {
      entryId,
      channels: channels.map((each) => (each.channel === channel ? { ...each, ...given } : each)),
    };
    let strip = this.#strips.get(channel);
    if (!strip) this.#strips.set(channel, (strip = this.#strip(channel)));
    strip.push(patch);
  }

  resetChannels(): Promise<void> {
    return this.#call(() => this.#link.services.player.resetChannels());
  }

  /** Ends every note that sounds, of songs and of whatever is played live. */
  panic(): Promise<void> {
    return this.#call(() => this.#link.services.hotkeys.perform({ kind: 'panic' }));
  }

  /** Velocities that came with a frame. */
  sound(velocities: Uint8Array): void {
    this.#activity.fire(velocities);
  }

  seek(seconds: number): Promise<void> {
    const target = Math.min(this.state.durationSeconds, Math.max(0, seconds));
    this.moveTo(target);
    return this.#call(() => this.#link.services.player.seek(target));
  }

  /** A position that came from the player, or where the user just put it. */
  moveTo(seconds: number): void {
    this.position = seconds;
    this.seconds = Math.floor(seconds);
    this.#position.fire(seconds);
  }

  /** What was set here and is not answered yet is newer than what comes. */
  #acceptChannels({ entryId, channels }: SongChannels): void {
    this.channels = {
      entryId,
      channels: channels.map((each) => ({
        ...each,
        ...(this.#strips.get(each.channel)?.unanswered as object),
      })),
    };
  }

  #accept(state: PlayerState): void {
    this.state = state;
    this.moveTo(state.positionSeconds);
    void this.#readLines(state.currentId);
  }

  async #readLines(id: number | null): Promise<void> {
    if (id === this.#linesOf) return;
    this.#linesOf = id;
    this.lines = [];
    if (id === null) return;
    try {
      const lines = await this.#link.services.player.getLines(id);
      if (this.#linesOf === id) this.lines = lines;
    } catch {
      // It left the queue meanwhile.
    }
  }

  /** Runs a request; its refusal becomes a message beside the queue, never an unhandled rejection. */
  async #call(request: () => Promise<void>): Promise<void> {
    try {
      await request();
    } catch (error) {
      this.#fail('', error);
    }
  }

  #strip(channel: number): ChannelRequests {
    let waiting: ChannelStripPatch = {};
    let sent: ChannelStripPatch = {};
    const requests = new LatestWins<void, void>(
      async () => {
        sent = waiting;
        waiting = {};
        try {
          await this.#link.services.player.setChannel(channel, sent);
        } finally {
          sent = {};
        }
      },
      () => undefined,
      (error) => this.#fail('', error),
    );
    return {
      push: (patch) => {
        waiting = { ...waiting, ...patch };
        requests.push();
      },
      get unanswered() {
        return { ...sent, ...waiting };
      },
    };
  }

  async #addWaiting(): Promise<void> {
    if (this.#adding) return;
    this.#adding = true;
    try {
      while (this.waiting[0]) {
        const next = this.waiting[0];
        try {
          await this.#addOne(next.file);
        } catch (error) {
          // Without a connection the files stay and are added when there is one again.
          if (error instanceof PinwheelError && error.code === 'disconnected') return;
          this.#fail(next.name, error);
        }
        this.waiting = this.waiting.filter((file) => file !== next);
      }
    } finally {
      this.#adding = false;
    }
  }

  async #addOne(file: File): Promise<void> {
    const { player } = this.#link.services;
    this.sent = 0;
    const sent = (part: number) => (this.sent = part);
    if (BANK.test(file.name)) {
      const { synth } = this.#link.services;
      const bank = await upload(synth, file, sent);
      await synth.chooseBank(bank.file, { keep: true });
      return;
    }
    const path = this.#pathOf(file);
    if (path !== '') return void (await player.addFile({ path }));
    if (!SONG.test(file.name)) return void (await upload(player, file, sent));
    if (file.size > LARGEST_FILE_BYTES) {
      throw new PinwheelError({
        code: 'bad-input',
        message: `“${file.name}” is larger than any MIDI file.`,
        subject: file.name,
        advice: 'Choose a file that ends in .mid.',
      });
    }
    await player.add({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) });
  }

  #fail(name: string, error: unknown, played = false): void {
    const failure: Failure = { id: this.#nextId++, name, played, error: PinwheelError.recordOf(error) };
    this.failures = [...this.failures, failure].slice(-MOST_FAILURES);
  }
}
