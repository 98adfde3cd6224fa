import { gainToDecibels } from '../../../contract/units.ts';
import { pcmFormat } from '../../engine/ks/format.ts';
import { guid } from '../../engine/ks/guid.ts';
import {
  KSPROPERTY_SYNTH as SYNTH,
  KSPROPERTY_SYNTH_DLS as DLS,
  SYNTH_PC,
  SYNTH_STATS,
  SYNTH_SYSTEM_MEMORY,
  type SynthCaps,
  type SynthStats,
} from '../../engine/ks/properties/synth.ts';
import { AutomationTable, propertyItem, Qualified, type PropertyContext } from '../../engine/ks/property.ts';
import { KsError } from '../../engine/ks/status.ts';
import { isSameGrant, SYNTH_LIMITS } from './synthLimits.ts';
import { SynthPin } from './synthPin.ts';

/** Identity of the card's synthesizer. */
const SYNTH_GUID = guid('5C3B1F0E-8A6D-4B57-9E02-2D41C7A9F310');
/** Bytes of SYNTH_STATS. */
const STATS_BYTES = 32;
/** Peak of silence, 1/100 dB. */
const SILENT_PEAK = -9_600;
const OUTPUT_BITS = 32;

const CAPS: SynthCaps = {
  guid: SYNTH_GUID,
  description: 'Pinwheel Wavetable',
  flags: SYNTH_PC.DLS | SYNTH_PC.DLS2 | SYNTH_PC.SOFTWARESYNTH,
  memorySize: SYNTH_SYSTEM_MEMORY,
  maxChannelGroups: SYNTH_LIMITS.channelGroups,
  maxVoices: SYNTH_LIMITS.voices,
  maxAudioChannels: SYNTH_LIMITS.audioChannels,
  effectFlags: SYNTH_LIMITS.effects,
};

/** What the SYNTHESIZER node answers on a pin handle. Specification 4.8. */
export const SYNTH_NODE_AUTOMATION = new AutomationTable([
  propertyItem({ property: SYNTH.CAPS, perPin: true, get: () => CAPS }),
  propertyItem({
    property: SYNTH.PORTPARAMETERS,
    perPin: true,
    get: (wish, context) => {
      const granted = pinOf(context).configure(wish);
      return isSameGrant(granted, wish) ? granted : new Qualified(granted, 'STATUS_NOT_ALL_ASSIGNED');
    },
  }),
  // Its request names no node; the pin handle answers it all the same.
  propertyItem({
    property: SYNTH.VOLUME,
    perPin: true,
    get: (_instance, context) => pinOf(context).volume,
    set: (_instance, value, context) => void (pinOf(context).volume = value),
  }),
  propertyItem({
    property: SYNTH.VOLUMEBOOST,
    perPin: true,
    get: (_instance, context) => pinOf(context).volumeBoost,
    set: (_instance, value, context) => void (pinOf(context).volumeBoost = value),
  }),
  propertyItem({
    property: SYNTH.CHANNELGROUPS,
    perPin: true,
    get: (_instance, context) => pinOf(context).channelGroups,
    set: (_instance, value, context) => void (pinOf(context).channelGroups = value),
  }),
  propertyItem({
    property: SYNTH.VOICEPRIORITY,
    perPin: true,
    get: ({ channelGroup, channel }, context) => pinOf(context).priority(channelGroup, channel),
    set: ({ channelGroup, channel }, value, context) =>
      pinOf(context).setPriority(channelGroup, channel, value),
  }),
  propertyItem({
    property: SYNTH.LATENCYCLOCK,
    perPin: true,
    get: (_instance, context) => pinOf(context).latencyClock,
  }),
  propertyItem({
    property: SYNTH.RUNNINGSTATS,
    perPin: true,
    get: (_instance, context) => statsOf(pinOf(context)),
  }),
  propertyItem({
    property: DLS.DOWNLOAD,
    perPin: true,
    // The data is copied: the client may have its buffer back.
    get: ({ data }, context) => ({ downloadHandle: pinOf(context).download(data), free: true }),
  }),
  propertyItem({
    property: DLS.UNLOAD,
    perPin: true,
    set: (_instance, handle, context) => pinOf(context).unload(handle),
  }),
  propertyItem({
    property: DLS.COMPACT,
    perPin: true,
    set: (_instance, _value, context) => pinOf(context).compact(),
  }),
  // Interpolation past the data's end is the synthesizer's own affair: clients leave nothing free.
  propertyItem({ property: DLS.APPEND, perPin: true, get: () => 0 }),
  propertyItem({
    property: DLS.WAVEFORMAT,
    perPin: true,
    get: (_instance, context) =>
      pcmFormat(SYNTH_LIMITS.audioChannels, pinOf(context).sampleRate, OUTPUT_BITS).wave!,
  }),
]);

function pinOf({ minorTarget }: PropertyContext): SynthPin {
  if (minorTarget instanceof SynthPin) return minorTarget;
  throw new KsError('STATUS_INVALID_DEVICE_REQUEST', 'Synthesizer properties are asked of a pin handle.');
}

function statsOf(pin: SynthPin): SynthStats {
  const { statistics } = pin;
  const { voices = 0, lostNotes = 0, peak = 0, cpuPercent = 0 } = statistics ?? {};
  // Percent times 100.
  const totalCpu = Math.round(cpuPercent * 100);
  return {
    size: STATS_BYTES,
    validStats: Object.values(SYNTH_STATS).reduce((bits, bit) => bits | bit, 0),
    voices,
    totalCpu,
    cpuPerVoice: voices === 0 ? 0 : Math.round(totalCpu / voices),
    lostNotes,
    freeMemory: pin.freeMemory,
    peakVolume: peak === 0 ? SILENT_PEAK : Math.round(gainToDecibels(peak) * 100),
  };
}
