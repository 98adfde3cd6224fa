import * as v from 'valibot';
import type { ErrorRecord } from '../errors.ts';
import { event, method } from '../service.ts';
import { bankSettingSchema } from './settings.ts';

/** A bank of sounds that this machine has. */
export interface Bank {
  /** Absolute path. */
  file: string;
  name: string;
  origin: 'builtIn' | 'system' | 'user';
  bytes: number;
  /** What the system itself calls its General MIDI bank. */
  isSystemDefault: boolean;
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
    /** Ends loading. */
    cancelLoading: method<void>()(v.strictTuple([])),
    getStatistics: method<SynthStatistics>()(v.strictTuple([])),
  },
  events: {
    onState: event<SynthState>(),
  },
} as const;
