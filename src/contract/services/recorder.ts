import * as v from 'valibot';
import type { ErrorRecord } from '../errors.ts';
import { event, method } from '../service.ts';

/** Inputs of the card's capture switch. */
export const recorderInputSchema = v.picklist(['microphone', 'aux', 'what-you-hear']);
export type RecorderInput = v.InferOutput<typeof recorderInputSchema>;

const recordingRequestSchema = v.strictObject({
  /**
   * Absolute path on the machine that the engine runs on; it ends in .wav or .flac. A file that is there is replaced.
   * Or the kind of a new file in `folder`, named after date and time.
   */
  file: v.union([v.pipe(v.string(), v.nonEmpty()), v.strictObject({ create: v.picklist(['wav', 'flac']) })]),
  /** Switches to it; null leaves the switch as it is. */
  input: v.nullable(recorderInputSchema),
  /** Frames per second; null = what the input has. */
  sampleRate: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(8_000), v.maxValue(192_000))),
  channels: v.picklist([1, 2]),
  /** Bits of a sample; `float` = 32-bit floats, in WAV files only. */
  samples: v.picklist(['16', '24', 'float']),
});
export type RecordingRequest = v.InferOutput<typeof recordingRequestSchema>;

export interface RecorderState {
  /** `finishing`: the file is being completed. */
  phase: 'stopped' | 'recording' | 'finishing';
  /** The input that the switch is at. */
  input: RecorderInput;
  /** Why that input gives nothing at the moment; empty when it does, or is not open. */
  inputFault: string;
  /** Where new files go. */
  folder: string;
  /** The file that is written, or was written last. */
  file: string | null;
  sampleRate: number;
  seconds: number;
  /** Of the file so far. */
  bytes: number;
  /** Frames that are missing in the file, because the disk was too slow. */
  lostFrames: number;
  /** Why the last recording ended before it was to. What was recorded until then is in the file. */
  error: ErrorRecord | null;
}

export const recorderService = {
  name: 'recorder',
  methods: {
    getState: method<RecorderState>()(v.strictTuple([])),
    /** The capture switch; a recording goes on with what it is at then. */
    setInput: method<void>()(v.strictTuple([recorderInputSchema])),
    /** Refused with `bad-state` while something is recorded. */
    start: method<void>()(v.strictTuple([recordingRequestSchema])),
    /** Resolves when the file is complete. Nothing happens when nothing is recorded. */
    stop: method<RecorderState>()(v.strictTuple([])),
  },
  events: {
    onState: event<RecorderState>(),
  },
} as const;
