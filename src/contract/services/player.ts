import * as v from 'valibot';
import type { ErrorRecord } from '../errors.ts';
import { event, method } from '../service.ts';
import { uploadChunkSchema, uploadIdSchema, uploadSchema } from '../upload.ts';
import type { MidiMessage } from './midi.ts';

export interface QueueEntry {
  id: number;
  /** A MIDI file, or recorded sound. */
  kind: 'song' | 'wave';
  /** File name without its folder. */
  name: string;
  /** From the file's tags; null without. */
  title: string | null;
  artist: string | null;
  durationSeconds: number;
  /** What a person would like to know of the file: notes, tracks, meter and key; kind, rate, width and channels. */
  detail: string;
}

/** An entry that could not be played to its end; the player went on with the one behind it. */
export interface PlayerFailure {
  id: number;
  name: string;
  error: ErrorRecord;
}

/** What a listener makes of one channel of a song; it stays with the queue's entry. */
export interface ChannelStrip {
  /** 0 to 1 of the song's own volume. */
  level: number;
  /** -1 to 1, beside the song's own: 0 is as the song has it. */
  pan: number;
  muted: boolean;
  /** Only channels with this are heard, where one has it. */
  solo: boolean;
  /** 0 to 127, in the place of the song's own; null = the song's. */
  program: number | null;
}

export const channelStripPatchSchema = v.partial(
  v.strictObject({
    level: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
    pan: v.pipe(v.number(), v.minValue(-1), v.maxValue(1)),
    muted: v.boolean(),
    solo: v.boolean(),
    program: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(127))),
  }),
);
export type ChannelStripPatch = v.InferOutput<typeof channelStripPatchSchema>;

export interface SongChannel extends ChannelStrip {
  /** 1 to 16. */
  channel: number;
  /** The song has notes on it. */
  used: boolean;
  /** What the song has chosen where it is heard. */
  songProgram: number;
  bankMsb: number;
  bankLsb: number;
}

/** Channels of the current entry; none where it is no song. */
export interface SongChannels {
  entryId: number | null;
  channels: SongChannel[];
}

/** Words of a song, by time. */
export interface SongLine {
  kind: 'lyric' | 'marker' | 'cuePoint' | 'text';
  seconds: number;
  text: string;
}

/** Part of the speed that is written in a song. */
export const tempoSchema = v.pipe(v.number(), v.minValue(0.25), v.maxValue(4));

/** `interrupted`: playing was cut off by the loss of the output and goes on by itself when sound is back. */
export type PlayerPhase = 'stopped' | 'playing' | 'paused' | 'interrupted';

/** The synthesizer songs are played on: the wavetable one with its collections, or the FM one. */
export const playerSynthSchema = v.picklist(['dls', 'fm']);
export type PlayerSynth = v.InferOutput<typeof playerSynthSchema>;

export interface PlayerState {
  phase: PlayerPhase;
  queue: QueueEntry[];
  currentId: number | null;
  /** Position at the moment this state was sent; live positions come as frames. */
  positionSeconds: number;
  durationSeconds: number;
  loop: boolean;
  /** Songs are played so many times as fast as they are written; positions are those of the song. */
  tempo: number;
  synth: PlayerSynth;
  /** Name of the MIDI output it plays to; null = the built-in synthesizer. */
  output: string | null;
}

const entryId = v.pipe(v.number(), v.integer());

export const playerService = {
  name: 'player',
  methods: {
    getState: method<PlayerState>()(v.strictTuple([])),
    /**
     * Adds a file to the end of the queue. A file that cannot be read as MIDI is refused with `bad-input`,
     * its name and the byte offset; the queue stays as it was.
     */
    add: method<QueueEntry>()(
      v.strictTuple([
        v.strictObject({
          name: v.pipe(v.string(), v.nonEmpty()),
          bytes: v.instance(Uint8Array<ArrayBufferLike>),
        }),
      ]),
    ),
    /**
     * Adds the file with this absolute path to the end of the queue: a MIDI file, or sound, which is read from there
     * while it plays. What cannot be played is refused with `bad-input` or `not-supported`, its name and the byte
     * offset; the queue stays as it was.
     */
    addFile: method<QueueEntry>()(
      v.strictTuple([v.strictObject({ path: v.pipe(v.string(), v.nonEmpty()) })]),
    ),
    /**
     * For files whose bytes the client has and not their path: they are kept in a temporary file while they are in the
     * queue. Answers the number of the upload, which is dropped when nothing comes for a minute.
     */
    beginUpload: method<number>()(v.strictTuple([uploadSchema])),
    /** The next bytes of it; the one before is waited for. */
    upload: method<void>()(v.strictTuple([uploadIdSchema, uploadChunkSchema])),
    /** All of it came: adds it as `addFile` does. */
    finishUpload: method<QueueEntry>()(v.strictTuple([uploadIdSchema])),
    cancelUpload: method<void>()(v.strictTuple([uploadIdSchema])),
    /** Plays the entry, or goes on with the current one, or starts the first. */
    play: method<void>()(v.strictTuple([v.nullable(entryId)])),
    pause: method<void>()(v.strictTuple([])),
    stop: method<void>()(v.strictTuple([])),
    seek: method<void>()(v.strictTuple([v.pipe(v.number(), v.finite(), v.minValue(0))])),
    next: method<void>()(v.strictTuple([])),
    previous: method<void>()(v.strictTuple([])),
    remove: method<void>()(v.strictTuple([entryId])),
    clear: method<void>()(v.strictTuple([])),
    setLoop: method<void>()(v.strictTuple([v.boolean()])),
    /** Of songs, those that play included. */
    setTempo: method<void>()(v.strictTuple([tempoSchema])),
    getChannels: method<SongChannels>()(v.strictTuple([])),
    /** A channel of the current song, 1 to 16: heard at once. Refused with `bad-state` where none is current. */
    setChannel: method<void>()(
      v.strictTuple([
        v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(16)),
        channelStripPatchSchema,
      ]),
    ),
    /** The current song as it is written. */
    resetChannels: method<void>()(v.strictTuple([])),
    /** Lyrics, markers and other words of an entry, by time; at most 10,000. */
    getLines: method<SongLine[]>()(v.strictTuple([entryId])),
    /** Ends every note of the song that sounds, whatever holds it. */
    panic: method<void>()(v.strictTuple([])),
    /** Until the setting of that name changes. What plays goes on where it is, on the other synthesizer. */
    setSynth: method<void>()(v.strictTuple([playerSynthSchema])),
    /** Plays to a MIDI output from now on, which may be away at the moment; null = the built-in synthesizer. */
    setOutput: method<void>()(v.strictTuple([v.nullable(v.pipe(v.string(), v.nonEmpty()))])),
  },
  events: {
    onState: event<PlayerState>(),
    onChannels: event<SongChannels>(),
    /** What is heard of songs, as they were written. */
    onMessages: event<MidiMessage[]>(),
    onFailure: event<PlayerFailure>(),
  },
} as const;
