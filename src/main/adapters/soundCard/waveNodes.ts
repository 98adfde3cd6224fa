import type { NodeDescriptor } from '../../engine/ks/descriptor.ts';
import { guid, KSNODETYPE } from '../../engine/ks/guid.ts';
import { qualityItem, samplingRateItem } from '../../engine/ks/nodes/converter.ts';
import { cpuResourcesItem } from '../../engine/ks/nodes/cpuResources.ts';
import { volumeLevelItem } from '../../engine/ks/nodes/level.ts';
import { sound3dItems } from '../../engine/ks/nodes/sound3d.ts';
import { channelConfigItem, SPEAKER_CONFIG } from '../../engine/ks/nodes/speakers.ts';
import { supermixItems } from '../../engine/ks/nodes/supermix.ts';
import { KSPROPERTY_AUDIO } from '../../engine/ks/properties/audio.ts';
import { DS3DALG, KSPROPERTY_DIRECTSOUND3DBUFFER } from '../../engine/ks/properties/sound3d.ts';
import {
  AutomationTable,
  propertyItem,
  Qualified,
  type PropertyContext,
  type PropertyItem,
} from '../../engine/ks/property.ts';
import { KsError } from '../../engine/ks/status.ts';
import {
  MIX_OUTPUTS,
  MIX_RANGE,
  MOST_CHANNELS,
  RATES,
  STREAM_RANGE,
  type WaveInstance,
  type WaveMixer,
} from './waveMixer.ts';
import { WavePinStream } from './wavePinStream.ts';

/** Node ids of the wave filter, in the direction of the data: what a pin with hardware mixing has. Specification 2.5. */
export const WAVE_NODE = { VOLUME: 0, SPACE: 1, SUPERMIX: 2, PAN: 3, RATE: 4, SUM: 5 } as const;

/** Names of the two volume nodes; no KSAUDFNAME means them. */
const STREAM_VOLUME_NAME = guid('2B0C7B51-64D1-4E0F-9B63-0A4C1D6F2E01');
const STREAM_PAN_NAME = guid('2B0C7B51-64D1-4E0F-9B63-0A4C1D6F2E02');

/** All but the sum exist once per pin instance. `changed` is told the node whose control has a new value. */
export function waveNodes(mixer: WaveMixer, changed: (node: number) => void): NodeDescriptor[] {
  const tell = ({ node }: PropertyContext) => changed(node);
  const automation = (...items: PropertyItem[]) =>
    new AutomationTable([...items, cpuResourcesItem('NOT_HOST_CPU')]);
  return [
    {
      type: KSNODETYPE.VOLUME,
      name: STREAM_VOLUME_NAME,
      nameText: 'Stream Volume',
      automation: automation(
        volumeLevelItem({
          channels: MOST_CHANNELS,
          channelsOf: (context) => channelsOf(context),
          perPin: true,
          range: STREAM_RANGE,
          read: (channel, context) => instanceOf(context).level(channel),
          write: (channel, level, context) => instanceOf(context).setLevel(channel, level),
          writeDefault: (channel, level) => (mixer.defaults.levels[channel] = level),
          changed: tell,
        }),
      ),
    },
    {
      type: KSNODETYPE.EFFECTS_3D,
      name: null,
      automation: automation(
        ...sound3dItems(mixer.listener, (context) => instanceOf(context).buffer, tell).map(monoOnly),
        algorithmItem(tell),
        channelConfigItem({
          masks: [SPEAKER_CONFIG.STEREO],
          read: () => mixer.speakers,
          write: (mask) => (mixer.speakers = mask),
        }),
      ),
    },
    {
      type: KSNODETYPE.SUPERMIX,
      name: null,
      automation: automation(
        ...supermixItems({
          shapeOf: (context) => shapeOf(channelsOf(context)),
          read: (input, output, context) => instanceOf(context).mixLevel(input, output),
          write: (input, output, level, context) => instanceOf(context).setMixLevel(input, output, level),
          changed: tell,
        }),
      ),
    },
    {
      type: KSNODETYPE.VOLUME,
      name: STREAM_PAN_NAME,
      nameText: 'Stream Pan',
      automation: automation(
        volumeLevelItem({
          channels: MIX_OUTPUTS,
          perPin: true,
          range: STREAM_RANGE,
          read: (side, context) => instanceOf(context).pan(side),
          write: (side, level, context) => instanceOf(context).setPan(side, level),
          writeDefault: (side, level) => (mixer.defaults.pan[side] = level),
          changed: tell,
        }),
      ),
    },
    {
      type: KSNODETYPE.SRC,
      name: null,
      automation: automation(
        qualityItem({
          perPin: true,
          read: (context) => instanceOf(context).quality,
          write: (quality, context) => (instanceOf(context).quality = quality),
          writeDefault: (quality) => (mixer.defaults.quality = quality),
          changed: tell,
        }),
        samplingRateItem({
          perPin: true,
          rates: RATES,
          read: (context) => instanceOf(context).rate,
          write: (rate, context) => (instanceOf(context).rate = rate),
          changed: tell,
        }),
      ),
    },
    { type: KSNODETYPE.SUM, name: null },
  ];
}

/** KSPROPERTY_AUDIO_3D_INTERFACE: what places a stream; a get tells when another was asked for and none was free. */
function algorithmItem(changed: (context: PropertyContext) => void): PropertyItem {
  const known = Object.values(DS3DALG) as readonly string[];
  return propertyItem({
    property: KSPROPERTY_AUDIO.ALGORITHM_3D,
    perPin: true,
    get: (_instance, context) => {
      const { algorithm, algorithmSubstituted } = instanceOf(context);
      return algorithmSubstituted ? new Qualified(algorithm, 'STATUS_NOT_ALL_ASSIGNED') : algorithm;
    },
    set: (_instance, algorithm, context) => {
      if (!known.includes(algorithm)) {
        throw new KsError('STATUS_INVALID_PARAMETER', `${algorithm} is no DS3DALG_*.`, {
          advice: `There are ${Object.keys(DS3DALG).join(', ')}.`,
        });
      }
      instanceOf(context).askForAlgorithm(algorithm);
      changed(context);
    },
  });
}

/** Switching a place on, alone or with everything else, is refused to streams of more than one channel. */
function monoOnly(item: PropertyItem): PropertyItem {
  const { ALL, MODE } = KSPROPERTY_DIRECTSOUND3DBUFFER;
  const { set } = item;
  const modeOf = (value: unknown): unknown => {
    if (item.property === MODE) return value;
    return item.property === ALL ? (value as { mode: unknown }).mode : 'DISABLE';
  };
  return {
    ...item,
    set(instance, value, context) {
      if (modeOf(value) !== 'DISABLE') instanceOf(context).requireMono();
      return set?.(instance, value, context);
    },
  };
}

/** @throws KsError STATUS_INVALID_DEVICE_REQUEST on the filter handle: these nodes belong to a stream of samples */
function instanceOf({ minorTarget }: PropertyContext): WaveInstance {
  if (minorTarget instanceof WavePinStream && minorTarget.instance) return minorTarget.instance;
  throw new KsError('STATUS_INVALID_DEVICE_REQUEST', 'This node belongs to a stream.');
}

/** On the filter handle, the most there can be. */
function channelsOf({ minorTarget }: PropertyContext): number {
  return minorTarget instanceof WavePinStream
    ? (minorTarget.instance?.channels ?? MOST_CHANNELS)
    : MOST_CHANNELS;
}

function shapeOf(inputs: number) {
  const { minimum, maximum, step: reset } = MIX_RANGE;
  const capability = { mute: true, minimum, maximum, reset };
  return {
    inputs,
    outputs: MIX_OUTPUTS,
    capabilities: Array.from({ length: inputs * MIX_OUTPUTS }, () => capability),
  };
}
