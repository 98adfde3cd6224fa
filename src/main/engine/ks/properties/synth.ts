import { KSPROPSETID } from '../guid.ts';
import { INPUT, property, type InputLayout } from '../property.ts';
import { KsError } from '../status.ts';
import {
  BOOL,
  concat,
  fixedText,
  GUID_LAYOUT,
  HANDLE,
  LONG,
  NOTHING,
  padding,
  struct,
  ULONG,
  ULONGLONG,
} from '../wire/layout.ts';
import { waveFormatLayout } from '../wire/formats.ts';

/** The property sets of synthesizer nodes. Specification 4.8. */

/** Flags of SYNTHCAPS; UNCONFIRMED: the values are those of the matching DMUS_PC_*. */
export const SYNTH_PC = {
  DLS: 1,
  EXTERNAL: 2,
  SOFTWARESYNTH: 4,
  MEMORYSIZEFIXED: 8,
  GMINHARDWARE: 0x10,
  GSINHARDWARE: 0x20,
  XGINHARDWARE: 0x40,
  DLS2: 0x200,
} as const;
/** Effect flags of SYNTHCAPS and SYNTH_PORTPARAMS. */
export const SYNTH_EFFECT = { NONE: 0, REVERB: 1, CHORUS: 2, DELAY: 4 } as const;
/** MemorySize of a synthesizer that uses system memory. */
export const SYNTH_SYSTEM_MEMORY = 0x7fffffff;
/** Valid bits of SYNTH_PORTPARAMS. */
export const SYNTH_PORTPARAMS = {
  VOICES: 1,
  CHANNELGROUPS: 2,
  AUDIOCHANNELS: 4,
  SAMPLERATE: 8,
  EFFECTS: 0x20,
  SHARE: 0x40,
} as const;
/** Valid bits of SYNTH_STATS. */
export const SYNTH_STATS = {
  VOICES: 1,
  TOTAL_CPU: 2,
  CPU_PER_VOICE: 4,
  LOST_NOTES: 8,
  PEAK_VOLUME: 0x10,
  FREE_MEMORY: 0x20,
} as const;

const capsLayout = struct('SYNTHCAPS', {
  guid: GUID_LAYOUT,
  /** OR of `SYNTH_PC`. */
  flags: ULONG,
  memorySize: ULONG,
  maxChannelGroups: ULONG,
  maxVoices: ULONG,
  maxAudioChannels: ULONG,
  effectFlags: ULONG,
  description: fixedText(128),
});
export type SynthCaps = Readonly<ReturnType<typeof capsLayout.decode>>;

const portParamsLayout = struct('SYNTH_PORTPARAMS', {
  /** OR of `SYNTH_PORTPARAMS` bits: which of the fields are meant. */
  validParams: ULONG,
  voices: ULONG,
  channelGroups: ULONG,
  audioChannels: ULONG,
  sampleRate: ULONG,
  effectsFlags: ULONG,
  share: ULONG,
});
export type SynthPortParams = Readonly<ReturnType<typeof portParamsLayout.decode>>;

const statsLayout = struct('SYNTH_STATS', {
  size: ULONG,
  /** OR of `SYNTH_STATS` bits. */
  validStats: ULONG,
  voices: ULONG,
  totalCpu: ULONG,
  cpuPerVoice: ULONG,
  lostNotes: ULONG,
  freeMemory: ULONG,
  peakVolume: LONG,
});
export type SynthStats = Readonly<ReturnType<typeof statsLayout.decode>>;

/** SYNTHVOICEPRIORITY_INSTANCE */
export interface VoicePriorityInstance {
  readonly channelGroup: number;
  readonly channel: number;
}

const portParamsInput: InputLayout<SynthPortParams> = {
  name: 'KSNODEPROPERTY + SYNTH_PORTPARAMS',
  node: true,
  instance: portParamsLayout,
};
const voicePriorityInput: InputLayout<VoicePriorityInstance> = {
  name: 'KSNODEPROPERTY + SYNTHVOICEPRIORITY_INSTANCE',
  node: true,
  instance: struct('SYNTHVOICEPRIORITY_INSTANCE', { channelGroup: ULONG, channel: ULONG }),
};

// UNCONFIRMED: ids 2 and up are the order of the enumeration as commonly listed; no header that could be read has it.
const SYNTH = KSPROPSETID.Synth;

/** KSPROPSETID_Synth, all on the pin handle. */
export const KSPROPERTY_SYNTH = {
  /** 1/100 dB. A node property whose request carries no node id. */
  VOLUME: property(SYNTH, 0, 'KSPROPERTY_SYNTH_VOLUME', INPUT.K, LONG),
  /** 1/100 dB */
  VOLUMEBOOST: property(SYNTH, 1, 'KSPROPERTY_SYNTH_VOLUMEBOOST', INPUT.N, LONG),
  CAPS: property(SYNTH, 2, 'KSPROPERTY_SYNTH_CAPS', INPUT.N, capsLayout),
  /** A get that configures: the input carries the wish, the output the grant. */
  PORTPARAMETERS: property<SynthPortParams, SynthPortParams>(
    SYNTH,
    3,
    'KSPROPERTY_SYNTH_PORTPARAMETERS',
    portParamsInput,
    portParamsLayout,
  ),
  CHANNELGROUPS: property(SYNTH, 4, 'KSPROPERTY_SYNTH_CHANNELGROUPS', INPUT.N, ULONG),
  VOICEPRIORITY: property<VoicePriorityInstance, number>(
    SYNTH,
    5,
    'KSPROPERTY_SYNTH_VOICEPRIORITY',
    voicePriorityInput,
    ULONG,
  ),
  /** 100 ns */
  LATENCYCLOCK: property(SYNTH, 6, 'KSPROPERTY_SYNTH_LATENCYCLOCK', INPUT.N, ULONGLONG),
  RUNNINGSTATS: property(SYNTH, 7, 'KSPROPERTY_SYNTH_RUNNINGSTATS', INPUT.N, statsLayout),
} as const;

const bufferHead = struct('SYNTH_BUFFER', {
  bufferSize: ULONG,
  alignment: padding(4),
  bufferAddress: HANDLE,
});

/** SYNTH_BUFFER: a download buffer, beginning with its DMUS_DOWNLOADINFO. */
export interface SynthBuffer {
  readonly data: Uint8Array;
}

/**
 * SYNTH_BUFFER in bytes. An address means nothing outside its process, so `BufferAddress` is 0 and the data follows
 * the structure.
 */
const bufferInput: InputLayout<SynthBuffer> = {
  name: 'KSNODEPROPERTY + SYNTH_BUFFER',
  node: true,
  instance: {
    name: bufferHead.name,
    size: undefined,
    encode: ({ data }) => concat([bufferHead.encode({ bufferSize: data.length, bufferAddress: 0 }), data]),
    decode(bytes) {
      const { bufferSize } = bufferHead.decode(bytes);
      const rest = bytes.subarray(bufferHead.size);
      if (rest.length < bufferSize) {
        throw new KsError(
          'STATUS_INVALID_PARAMETER',
          `${rest.length} bytes hold no buffer of ${bufferSize}.`,
        );
      }
      return { data: rest.slice(0, bufferSize) };
    },
  },
};

// UNCONFIRMED ids: the order in which the vendor lists the set.
const DLS = KSPROPSETID.SynthDls;

/** KSPROPSETID_Synth_Dls, all on the pin handle. */
export const KSPROPERTY_SYNTH_DLS = {
  /** A get: the answer is the download's handle; `free` TRUE = the client may release its buffer now. */
  DOWNLOAD: property(
    DLS,
    0,
    'KSPROPERTY_SYNTH_DLS_DOWNLOAD',
    bufferInput,
    struct('SYNTHDOWNLOAD', { downloadHandle: HANDLE, free: BOOL, alignment: padding(4) }),
  ),
  UNLOAD: property(DLS, 1, 'KSPROPERTY_SYNTH_DLS_UNLOAD', INPUT.N, HANDLE),
  COMPACT: property(DLS, 2, 'KSPROPERTY_SYNTH_DLS_COMPACT', INPUT.N, NOTHING),
  /** Bytes a client leaves free behind its data. */
  APPEND: property(DLS, 3, 'KSPROPERTY_SYNTH_DLS_APPEND', INPUT.N, ULONG),
  WAVEFORMAT: property(DLS, 4, 'KSPROPERTY_SYNTH_DLS_WAVEFORMAT', INPUT.N, waveFormatLayout),
} as const;

/** KSPROPSETID_SynthClock: on the filter handle, without a node id, answered by the DMus port. */
export const KSPROPERTY_SYNTHCLOCK = {
  /** 100 ns */
  MASTERCLOCK: property(KSPROPSETID.SynthClock, 0, 'KSPROPERTY_SYNTH_MASTERCLOCK', INPUT.K, ULONGLONG),
} as const;
