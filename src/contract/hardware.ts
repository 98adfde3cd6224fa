import type { ErrorRecord } from './errors.ts';
import type { FmChoice } from './fmSynth.ts';
import type { CardMixing, LatencySetting } from './services/settings.ts';
import type { DevicePower } from './services/topology.ts';
import type { ReferenceTime } from './units.ts';
import type { SoundListener, WaveMix } from './waveMix.ts';

/**
 * The hardware contract between the engine's process and the device host: registers to set, buffers to fill,
 * interrupts that come back. Messages are structured-cloneable and travel in order.
 *
 * Time: both processes read the same monotonic clock (`process.hrtime`); `epochNs` makes it engine time.
 *
 * The card's signal path is described by main when the host is opened, so that the host knows nothing of filters:
 * every outgoing synth or wave pin is one *input* of the card, each with its row of stages; all inputs are summed and
 * run through the master stages to the output device.
 */

export type StageDescription =
  /** A gain per channel: a volume node (any factor) or a mute node (0 or 1). */
  | { kind: 'gain'; register: number }
  /** A peak meter tap. */
  | { kind: 'meter'; meter: number };

export interface CardDescription {
  channels: 2;
  /**
   * Analog, as when it is not said: each input is converted, and the stages are behind the queue of rendered blocks.
   * Digital: the stages and the sum are in the rendered blocks, and the sum is converted.
   */
  mixing?: CardMixing;
  inputs: { id: string; stages: StageDescription[] }[];
  master: StageDescription[];
  /** Undefined: the card cannot record. */
  capture?: CaptureDescription;
}

/**
 * The capture side of the card: several inputs, each through its stages to a switch, from there through the stages
 * behind it to the converter, whose streams all get the same sound. Its meters are numbered by themselves; its
 * registers are among the card's.
 */
export interface CaptureDescription {
  /** `device`: fed by an input device of the machine; `loopback`: what the card itself plays. */
  inputs: { id: string; kind: 'device' | 'loopback'; stages: StageDescription[] }[];
  /** Register whose first value is the index of the input that is recorded. */
  mux: number;
  /** Behind the switch. */
  stages: StageDescription[];
  /** An input that is heard through one of the card's, while a gain register of that lets anything through. */
  monitor: { input: string; through: string; register: number };
}

/** An input device: a source of the sound server by name, recorded at its own rate. */
export interface CaptureSource {
  name: string;
  /** Frames per second. */
  rate: number;
}

/** The devices behind the capture inputs, by input; one without a device gives nothing. */
export type CaptureSources = Record<string, CaptureSource | null>;

/** A file that a capture stream is written to, in the stream's format. */
export interface WaveRecording {
  /** Absolute path; a file that is there is replaced. */
  file: string;
  container: RecordingContainer;
}

/** `flac`: of integers of up to 24 bits. */
export type RecordingContainer = 'wav' | 'flac';

/** How far a recording is. */
export interface RecordingProgress {
  frames: number;
  /** Of the file so far. */
  bytes: number;
  /** Frames that could not be written in time and are missing in the file. */
  lostFrames: number;
}

/** Which output device to open. */
export type OutputRequest =
  /** Sound server sink by name; without a name the server's default, followed when it changes. */
  | {
      kind: 'sink';
      name?: string;
      sampleRate?: number;
      /** What is played is data: the server is asked to run at its rate, and nothing is ever ramped. */
      exact?: boolean;
    }
  /**
   * A PCM, for machines without a sound server: by ALSA's name, `hw:CARD=AC97,DEV=0`, as the labels of several may be
   * the same; elsewhere by the audio library's label; without either the system's default.
   */
  | { kind: 'pcm'; name?: string; label?: string }
  /** Keeps time, discards the sound. */
  | { kind: 'null'; reason: string };

export type RegisterValues = { register: number; gains: number[] }[];

/** KSSTATE of a stream. */
export type StreamState = 'STOP' | 'ACQUIRE' | 'PAUSE' | 'RUN';

/**
 * A part of the card that has power of its own: the output device, the synthesizers, what feeds wave streams, and what
 * records. In D1 and D2 the output's device stands still and is kept; in D3 a part gives back what it held. What open
 * streams hold is kept in every state, so that they go on as they were.
 */
export type CardPart = 'output' | 'wavetable' | 'fm' | 'wave' | 'capture';
export const CARD_PARTS: readonly CardPart[] = ['output', 'wavetable', 'fm', 'wave', 'capture'];
export type CardPower = Record<CardPart, DevicePower>;

export type HostCommand =
  | {
      type: 'open';
      output: OutputRequest;
      latency: LatencySetting;
      card: CardDescription;
      /** Values of the gain registers from the first frame on, without a ramp. */
      registers: RegisterValues;
      /** Engine time 0 on the monotonic clock, in nanoseconds. */
      epochNs: bigint;
      /** Parts that have no power to begin with; without the output's there is no device, and no `opened` yet. */
      power?: Partial<CardPower>;
    }
  /** Answered by `powered` when it is done. The parts' streams are in PAUSE or below on the way down. */
  | { type: 'setPower'; part: CardPart; state: DevicePower }
  /** Gains are reached by a short ramp without a click. `gains` has one entry per channel. */
  | { type: 'setRegisters'; values: RegisterValues }
  /** Opens a DirectMusic render stream whose events play on the synthesizer behind `input`. Its state is STOP. */
  | { type: 'openStream'; stream: number; input: string; synth: SynthRequest }
  /** Opens a wave stream behind `input`, silent until it is fed. Its state is STOP. */
  | { type: 'openWave'; stream: number; input: string; format: WaveFormatRecord }
  /** Once for each wave stream, below RUN: what fills its cyclic buffer. RUN begins when the first data is there. */
  | { type: 'feedWave'; stream: number; feed: WaveFeed; plan?: WavePlan }
  /**
   * Once for a wave stream that is fed and below RUN: it runs from the end of another one on, in the same block, so that
   * streams of two formats follow each other without a gap. Its state is still set when that has ended.
   */
  | { type: 'chainWave'; stream: number; after: number }
  /** What is done at the end of the file a wave stream is fed with; nothing when it has gone on to another already. */
  | { type: 'planWave'; stream: number; plan: WavePlan }
  /** All of it is heard from the same frame on, by ramps where a stream plays. Unknown streams are passed over. */
  | { type: 'mixWaves'; listener?: SoundListener; streams: { stream: number; mix: WaveMix }[] }
  /** Which devices are behind the capture inputs from now on. */
  | { type: 'setCaptureSources'; sources: CaptureSources }
  /** Opens a stream of the capture converter. Its state is STOP. */
  | { type: 'openCapture'; stream: number; format: WaveFormatRecord }
  /** Once for each capture stream: the file that it is written to. */
  | { type: 'recordWave'; stream: number; recording: WaveRecording }
  /** Answered by `recordingFinished` when the file is complete. A stream that is closed finishes its file, too. */
  | { type: 'finishRecording'; stream: number }
  /** The capture side's meters. They see only what is recorded or monitored. */
  | { type: 'setCaptureMetering'; on: boolean }
  | { type: 'setStreamState'; stream: number; state: StreamState }
  /** DMUS_EVENTHEADER records; `startTime` is the presentation time the first `rtDelta` is relative to. */
  | { type: 'writeStream'; stream: number; startTime: ReferenceTime; records: Uint8Array }
  | { type: 'closeStream'; stream: number }
  /** To the synthesizer behind a stream; carried out at once in any state, between two blocks. */
  | { type: 'synthCommand'; stream: number; command: SynthCommand }
  /**
   * Loads a bank of sounds that all streams play in place of the one they have, which plays on meanwhile. Answered by
   * `bankProgress`, then by `bankLoaded` or `bankFailed`, under the number `load`. The next one cancels it.
   */
  | { type: 'loadBank'; load: number; file: string }
  | { type: 'cancelBank' }
  /** The output is let fall to silence, and rises again. */
  | { type: 'setSilent'; silent: boolean }
  /** Meters on or off; off costs nothing. */
  | { type: 'setMetering'; on: boolean }
  /** Orderly end: ramps to silence, closes the device, exits. */
  | { type: 'close' };

/** Coded sound that goes over S/PDIF as IEC 61937 bursts. `mpeg`: layers I and II. */
export type BurstCoding = 'ac3' | 'eac3' | 'dts' | 'mpeg' | 'wmaPro';

/** WAVEFORMATEXTENSIBLE of a stream. */
export interface WaveFormatRecord {
  /** Of a coding: bursts as 2 channels of 16-bit words at the rate of the link. */
  encoding: 'pcm' | 'float' | BurstCoding;
  /** 1 to 8 */
  channels: number;
  /** Frames per second. */
  sampleRate: number;
  /** 8, 16, 24 or 32; of floats 32. */
  containerBits: number;
  validBits: number;
  /** SPEAKER_*; 0 = the usual ones of the channel count. */
  channelMask: number;
}

/** A sound file whose samples have the stream's format once they are decoded, read by a thread of the host. */
export interface WaveFeed {
  /** Number of the sender's choice, by which segments name it. */
  id: number;
  /** Absolute path. */
  file: string;
  /** Frame of the file to begin with. */
  firstFrame: number;
}

/** How a stream goes on, without a gap, when the file with the number `feed` is at its end. */
export interface WavePlan {
  feed: number;
  /** Played over and over: from frame `first` up to, and without, `end`, or to the end of the file. */
  loop: { first: number; end: number | null } | null;
  /** Without a loop: the files that follow, each in the stream's format. */
  next: WaveFeed[];
}

/**
 * Which frame of a file is at which frame of its stream: it holds from there on, until the next segment. By these, a
 * position in a stream becomes one in a file.
 */
export interface WaveSegment {
  /** Number of the feed. */
  feed: number;
  streamFrame: number;
  fileFrame: number;
}

/** Which synthesizer a stream opens. */
export type SynthRequest =
  /** `limiter`: its sound is kept below full scale, 1.5 ms later. */
  { kind: 'wavetable'; limiter?: boolean } | ({ kind: 'fm' } & FmChoice);

/** What the properties of a synthesizer node do to its stream half. Groups and channels count from 0. */
export type SynthCommand =
  /** Linear factor on the stream's sound. */
  | { kind: 'volume'; gain: number }
  | { kind: 'portParameters'; voices: number; channelGroups: number; reverb: boolean; chorus: boolean }
  | { kind: 'voicePriority'; channelGroup: number; channel: number; priority: number }
  /** A DLS download buffer, found to be in order, under a handle of the sender's choice. */
  | { kind: 'download'; handle: number; data: Uint8Array }
  /** Answered by `unloaded`. */
  | { kind: 'unload'; handle: number }
  | { kind: 'compact' };

/** What a bank of sounds says of itself. */
export interface LoadedBank {
  /** Its title; empty when it has none. */
  name: string;
  format: 'dls' | 'sf2' | 'sf3';
  instruments: number;
  /** Of samples in the synthesizer's memory. */
  sampleBytes: number;
}

/** What RUNNINGSTATS tell of a stream's synthesizer, since it entered RUN. */
export interface SynthStatistics {
  voices: number;
  lostNotes: number;
  /** Largest magnitude of the output, 1 = full scale. */
  peak: number;
  /** Percent of one core that rendering the stream takes. */
  cpuPercent: number;
}

export type LoadBankCommand = Extract<HostCommand, { type: 'loadBank' }>;

/** How loading a bank goes. */
export type BankEvent =
  /** 0 to 1. */
  | { type: 'bankProgress'; load: number; done: number }
  /** It is what notes play from now on. */
  | { type: 'bankLoaded'; load: number; bank: LoadedBank }
  /** The bank before plays on. */
  | { type: 'bankFailed'; load: number; error: ErrorRecord };

export type HostEvent =
  /** The device runs and the first chunk was scheduled. */
  | {
      type: 'opened';
      output: { kind: 'device' | 'null'; label: string; reason: string };
      sampleRate: number;
      chunkFrames: number;
      /** Engine time at which the device takes the first block. */
      at: ReferenceTime;
    }
  /**
   * A part's power is what was asked for. `at`: of the output in D0, engine time at which the device takes the first
   * block that is rendered from now on.
   */
  | { type: 'powered'; part: CardPart; state: DevicePower; at?: ReferenceTime }
  /** While a PCM is opened: labels of all PCMs the audio library could open instead. */
  | { type: 'pcms'; labels: string[] }
  | { type: 'openFailed'; code: 'no-device' | 'device-busy' | 'timeout' | 'failed'; message: string }
  /** About four times a second while running. */
  | { type: 'status'; status: HostStatus }
  /** At display rate while metering is on: peaks since the last one, all meters of the card, channel by channel. */
  | { type: 'meters'; peaks: Float32Array }
  /**
   * Presentation time that has been rendered, of a wave stream that is heard: for streams in RUN, with every status,
   * and when a wave stream enters or leaves RUN.
   */
  | {
      type: 'streamPosition';
      stream: number;
      position: ReferenceTime;
      /** Engine time of that, from hosts that tell it. */
      at?: ReferenceTime;
      eventsPlayed: number;
    }
  /** The device clock stood still for the watch time; the process must be replaced. */
  | { type: 'stalled'; milliseconds: number }
  /** With every status, for streams in RUN. */
  | { type: 'synthStatistics'; stream: number; statistics: SynthStatistics }
  /** Nothing uses the download any more, its memory is free. */
  | { type: 'unloaded'; stream: number; handle: number }
  | BankEvent
  /** Of a wave stream, before its first frame is heard. */
  | { type: 'streamSegment'; stream: number; segment: WaveSegment }
  /** The last frame of what feeds a wave stream was heard. */
  | { type: 'streamEnded'; stream: number }
  /** As `meters`, of the capture side. */
  | { type: 'captureMeters'; peaks: Float32Array }
  /** About four times a second. */
  | { type: 'recordingProgress'; stream: number; progress: RecordingProgress }
  | { type: 'recordingFinished'; stream: number; progress: RecordingProgress }
  /** The device behind a capture input gives nothing, and why; it is tried again. Empty: it gives sound again. */
  | { type: 'captureInput'; input: string; fault: string }
  /**
   * Nothing feeds a wave stream any more, as with a file that cannot be read; silence follows. Of a capture stream: its
   * file cannot be written any further, and has what was recorded until then.
   */
  | { type: 'streamFailed'; stream: number; error: ErrorRecord }
  /** The data of a wave stream came too late; there was silence in its place, and nothing is missing after it. */
  | { type: 'streamUnderrun'; stream: number }
  /** A stream's request could not be carried out; the stream stays as it was. */
  | { type: 'streamError'; stream: number; message: string };

export interface HostStatus {
  /** Frames rendered since the device was opened. */
  frames: number;
  sampleRate: number;
  /** Queue plus device latency in milliseconds. */
  latencyMs: number;
  /** The device's own part, as it was when the device was opened: the times that blocks are told have it in them. */
  outputLatencyMs: number;
  /** Processor time of the whole host process, percent of one core. */
  cpuPercent: number;
  underruns: number;
  voices: number;
  /** From hosts that measure it. */
  work?: HostWork;
}

/** What the parts of the card take of the host; what is not here, they share. */
export interface HostWork {
  /** Of one core. */
  cpuPercent: {
    /** Rendering the streams behind each input. */
    inputs: Record<string, number>;
    /** The thread that reads and decodes sound files for wave streams. */
    feeding: number;
    /** The thread of the capture side. */
    capturing: number;
  };
  bytes: {
    /** Resident memory of the host process. */
    resident: number;
    /** The wavetable synthesizer's: samples of its banks, voices, effects. */
    wavetable: number;
    /** The FM synthesizer's library with its chips. */
    fm: number;
    /** Cyclic buffers of wave streams. */
    waves: number;
    /** What the capture side has captured and nobody has taken yet; it stays while that sleeps. */
    capture: number;
  };
}

/** Chunk length of each latency setting, in frames. */
export const CHUNK_FRAMES: Readonly<Record<LatencySetting, number>> = { low: 128, normal: 512, saving: 2048 };
