import * as v from 'valibot';
import type { ErrorRecord } from '../errors.ts';
import { event, method } from '../service.ts';
import { uploadChunkSchema, uploadIdSchema, uploadSchema } from '../upload.ts';
import { bankSettingSchema } from './settings.ts';

/** A bank of sounds that this machine has. */
export interface Bank {
  /** Absolute path. */
  file: string;
  name: string;
  /** `added`: by a panel, into a folder of Pinwheel's own. */
  origin: 'builtIn' | 'system' | 'user' | 'added';
  bytes: number;
  /** What the system itself calls its General MIDI bank. */
  isSystemDefault: boolean;
}

/** An instrument or a drum kit of a bank, and what chooses it. */
export interface BankInstrument {
  name: string;
  /** Controllers 0 and 32, and the program, 0 to 127. */
  bankMsb: number;
  bankLsb: number;
  program: number;
  /** On the percussion channel. */
  isDrum: boolean;
}

/** The card's wavetable synthesizer and what it plays. */
export interface SynthState {
  /** The choice that is kept: `auto`, `built-in` or a file. */
  selected: string;
  /** File of the bank that notes play. */
  playing: string;
  /** The bank that is to take its place. */
  loading: { file: string; /** 0 to 1. */ done: number } | null;
  /** Why the last choice could not be loaded; `playing` plays on. */
  error: ErrorRecord | null;
}

export interface SynthStatistics {
  /** Voices that sound. */
  voices: number;
  /** Processor time of the device host, in percent of one core. */
  cpuPercent: number;
  /** Queue plus device latency in milliseconds. */
  latencyMs: number;
}

export const synthService = {
  name: 'synth',
  methods: {
    getState: method<SynthState>()(v.strictTuple([])),
    /** The built-in bank first, then the system's, then the user's. */
    listBanks: method<Bank[]>()(v.strictTuple([])),
    /**
     * Plays another bank: `auto`, `built-in` or an absolute path. Answers when notes play it; the one before plays on
     * until then. Refused with `bad-input` (with the byte offset), `not-found` or `cancelled`, and nothing changes.
     * With `keep`, it is the choice from now on, otherwise until the program ends.
     */
    chooseBank: method<SynthState>()(
      v.strictTuple([bankSettingSchema, v.strictObject({ keep: v.boolean() })]),
    ),
    /** Of the bank that plays: instruments by program, then drum kits. */
    listInstruments: method<BankInstrument[]>()(v.strictTuple([])),
    /**
     * Adds a bank whose bytes the client has, in pieces as the player's `beginUpload`: it is read, kept and listed, and
     * not chosen. Refused with `bad-input` and the byte offset.
     */
    beginUpload: method<number>()(v.strictTuple([uploadSchema])),
    upload: method<void>()(v.strictTuple([uploadIdSchema, uploadChunkSchema])),
    finishUpload: method<Bank>()(v.strictTuple([uploadIdSchema])),
    cancelUpload: method<void>()(v.strictTuple([uploadIdSchema])),
    /** Deletes a bank that was added so; refused with `bad-state` while it plays. */
    removeBank: method<void>()(v.strictTuple([v.pipe(v.string(), v.nonEmpty())])),
    /** Ends loading. */
    cancelLoading: method<void>()(v.strictTuple([])),
    getStatistics: method<SynthStatistics>()(v.strictTuple([])),
  },
  events: {
    onState: event<SynthState>(),
    /** The list of banks is another. */
    onBanks: event<void>(),
  },
} as const;
