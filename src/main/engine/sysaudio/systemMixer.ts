import { ksLevel, KS_LEVEL_SILENCE, type KsLevel } from '../../../contract/units.ts';
import { quantiseLevel, type LevelRangeDescription } from '../ks/nodes/level.ts';
import {
  chain,
  filterPin,
  UNLIMITED_INSTANCES,
  type FilterDescriptor,
  type PinDescriptor,
} from '../ks/descriptor.ts';
import { audioRange, KSDATAFORMAT_SUBTYPE, type DataFormat, type DataRange } from '../ks/format.ts';
import { guid, KSCATEGORY, KSNODETYPE } from '../ks/guid.ts';
import type { PinInstanceParts } from '../ks/pin.ts';
import {
  ALL_CHANNELS,
  AutomationTable,
  propertyItem,
  type PropertyContext,
  type PropertyItem,
} from '../ks/property.ts';
import {
  AUDIO_QUALITY,
  KSPROPERTY_AUDIO,
  type MixCapabilities,
  type MixLevel,
} from '../ks/properties/audio.ts';
import { KsError } from '../ks/status.ts';
import { openSoftwareFilter, type SoftwareFilterClass } from './softwareFilter.ts';

/**
 * The system mixer (KMixer): any number of PCM streams of any rate, width and channel count come in, one goes out, so
 * that several clients share one pin of the hardware. On the capture side it converts the rate of one stream and
 * mixes nothing. Specification 5.
 *
 * Rate converter, supermix and volume exist once per sink pin instance, the sum once per filter instance. This is the
 * graph and control half: the data path runs where the sound is made.
 */

/** Pin ids of the filter. */
export const MIXER_PIN = { RENDER_SINK: 0, RENDER_SOURCE: 1, CAPTURE_SINK: 2, CAPTURE_SOURCE: 3 } as const;
/** Node ids of the filter. */
export const MIXER_NODE = { RATE: 0, SUPERMIX: 1, VOLUME: 2, SUM: 3, CAPTURE_RATE: 4 } as const;

const LIMITS = {
  maximumChannels: 8,
  minimumBitsPerSample: 8,
  maximumBitsPerSample: 32,
  minimumSampleFrequency: 100,
  maximumSampleFrequency: 200_000,
} as const;

/** PCM and float, with both wave specifiers. */
export const MIXER_RANGES: readonly DataRange[] = [
  KSDATAFORMAT_SUBTYPE.PCM,
  KSDATAFORMAT_SUBTYPE.IEEE_FLOAT,
].flatMap((subFormat) => [audioRange(subFormat, LIMITS), audioRange(subFormat, LIMITS, 'DSOUND')]);

const VOLUME_RANGE: LevelRangeDescription = {
  minimum: ksLevel(-96 * 0x10000),
  maximum: ksLevel(0),
  step: ksLevel(0x8000),
};

/** Names the driver documentation has no GUIDs for. */
const NAME = {
  RENDER_SINK: guid('6D1E6F60-52B1-4E0A-9B5D-6C7B3A0C1E01'),
  RENDER_SOURCE: guid('6D1E6F60-52B1-4E0A-9B5D-6C7B3A0C1E02'),
  CAPTURE_SINK: guid('6D1E6F60-52B1-4E0A-9B5D-6C7B3A0C1E03'),
  CAPTURE_SOURCE: guid('6D1E6F60-52B1-4E0A-9B5D-6C7B3A0C1E04'),
  CAPTURE_RATE: guid('6D1E6F60-52B1-4E0A-9B5D-6C7B3A0C1E05'),
} as const;

/** What one client's stream has of its own: minor target of requests to a sink pin. */
export class MixerInput {
  readonly format: DataFormat;
  readonly channels: number;
  readonly levels: KsLevel[];
  quality: number;
  mixLevels: readonly MixLevel[];

  constructor(format: DataFormat, outputChannels: number, defaults: MixerDefaults) {
    this.format = format;
    this.channels = format.wave?.channels ?? 1;
    this.levels = Array.from(
      { length: this.channels },
      (_, channel) => defaults.levels.get(channel) ?? ksLevel(0),
    );
    this.quality = defaults.quality;
    this.mixLevels = straightThrough(this.channels, outputChannels);
  }
}

/** Values of inputs created later, set on the filter handle. Specification 1.8. */
interface MixerDefaults {
  readonly levels: Map<number, KsLevel>;
  quality: number;
}

/** One instance of the mixer: what its handlers get as their major target. */
class Mixer {
  readonly defaults: MixerDefaults = { levels: new Map(), quality: AUDIO_QUALITY.BASIC };
  outputChannels = 2;

  createPin(pinId: number, format: DataFormat): PinInstanceParts {
    if (pinId === MIXER_PIN.RENDER_SOURCE) this.outputChannels = format.wave?.channels ?? 2;
    const input =
      pinId === MIXER_PIN.RENDER_SINK || pinId === MIXER_PIN.CAPTURE_SINK
        ? new MixerInput(format, this.outputChannels, this.defaults)
        : undefined;
    return { stream: input, setState: () => undefined, close: () => undefined };
  }
}

export const systemMixer: SoftwareFilterClass = {
  name: 'System mixer',
  descriptor: describe(),
  open(label, services) {
    const mixer = new Mixer();
    return openSoftwareFilter({
      name: `${systemMixer.name} (${label})`,
      descriptor: systemMixer.descriptor,
      services,
      target: mixer,
      createPin: (pinId, format) => mixer.createPin(pinId, format),
    });
  },
};

function describe(): FilterDescriptor {
  const { RATE, SUPERMIX, VOLUME, SUM, CAPTURE_RATE } = MIXER_NODE;
  const pin = (
    about: Pick<PinDescriptor, 'dataFlow' | 'communication' | 'name'>,
    nameText: string,
    most: number,
  ): PinDescriptor => ({
    ...about,
    nameText,
    maxGlobalInstances: UNLIMITED_INSTANCES,
    maxFilterInstances: most,
    minFilterInstances: 0,
    dataRanges: MIXER_RANGES,
    category: KSCATEGORY.AUDIO,
  });
  return {
    pins: [
      pin({ dataFlow: 'IN', communication: 'SINK', name: NAME.RENDER_SINK }, 'Streams', UNLIMITED_INSTANCES),
      pin({ dataFlow: 'OUT', communication: 'SOURCE', name: NAME.RENDER_SOURCE }, 'Mix', 1),
      pin({ dataFlow: 'IN', communication: 'SOURCE', name: NAME.CAPTURE_SINK }, 'Recording', 1),
      pin({ dataFlow: 'OUT', communication: 'SINK', name: NAME.CAPTURE_SOURCE }, 'Converted recording', 1),
    ],
    nodes: [
      {
        type: KSNODETYPE.SRC,
        name: null,
        nameText: 'Stream rate',
        automation: new AutomationTable([qualityItem()]),
      },
      { type: KSNODETYPE.SUPERMIX, name: null, automation: new AutomationTable(supermixItems()) },
      { type: KSNODETYPE.VOLUME, name: null, automation: new AutomationTable([volumeItem()]) },
      { type: KSNODETYPE.SUM, name: null },
      {
        type: KSNODETYPE.SRC,
        name: NAME.CAPTURE_RATE,
        nameText: 'Recording rate',
        automation: new AutomationTable([qualityItem()]),
      },
    ],
    connections: [
      ...chain(
        filterPin(MIXER_PIN.RENDER_SINK),
        [RATE, SUPERMIX, VOLUME, SUM],
        filterPin(MIXER_PIN.RENDER_SOURCE),
      ),
      ...chain(filterPin(MIXER_PIN.CAPTURE_SINK), [CAPTURE_RATE], filterPin(MIXER_PIN.CAPTURE_SOURCE)),
    ],
    categories: [KSCATEGORY.AUDIO, KSCATEGORY.RENDER, KSCATEGORY.CAPTURE],
  };
}

const defaultsOf = ({ majorTarget }: PropertyContext): MixerDefaults => (majorTarget as Mixer).defaults;

/** @throws KsError STATUS_INVALID_DEVICE_REQUEST on a pin that is no input of the mixer */
function inputOf({ minorTarget }: PropertyContext): MixerInput {
  if (minorTarget instanceof MixerInput) return minorTarget;
  throw new KsError(
    'STATUS_INVALID_DEVICE_REQUEST',
    'This node belongs to a stream that comes into the mixer.',
  );
}

/** KSPROPERTY_AUDIO_VOLUMELEVEL of one stream. */
function volumeItem(): PropertyItem {
  /** @throws KsError (MS) STATUS_INVALID_PARAMETER for an unknown channel */
  const channels = (channel: number, count: number): number[] => {
    const all = Array.from({ length: count }, (_, index) => index);
    if (channel === ALL_CHANNELS) return all;
    if (all.includes(channel)) return [channel];
    throw new KsError('STATUS_INVALID_PARAMETER', `There is no channel ${channel}; the stream has ${count}.`);
  };
  return propertyItem({
    property: KSPROPERTY_AUDIO.VOLUMELEVEL,
    perPin: true,
    get: ({ channel }, context) => {
      const { levels } = inputOf(context);
      return levels[channels(channel, levels.length)[0]!]!;
    },
    set: ({ channel }, level, context) => {
      const { levels } = inputOf(context);
      for (const each of channels(channel, levels.length)) levels[each] = quantiseLevel(level, VOLUME_RANGE);
    },
    setDefault: ({ channel }, level, context) => {
      const { levels } = defaultsOf(context);
      for (const each of channels(channel, LIMITS.maximumChannels)) {
        levels.set(each, quantiseLevel(level, VOLUME_RANGE));
      }
    },
    basicSupport: ({ minorTarget }) => ({
      valueType: 'VT_I4',
      members: {
        multichannel: true,
        uniform: false,
        steppings: Array.from(
          { length: minorTarget instanceof MixerInput ? minorTarget.channels : LIMITS.maximumChannels },
          () => VOLUME_RANGE,
        ),
      },
    }),
  });
}

/** KSPROPERTY_AUDIO_QUALITY of one stream's rate converter. RULE-6. */
function qualityItem(): PropertyItem {
  const checked = (quality: number): number => {
    if ((Object.values(AUDIO_QUALITY) as number[]).includes(quality)) return quality;
    throw new KsError('STATUS_INVALID_PARAMETER', `${quality} is no KSAUDIO_QUALITY.`);
  };
  return propertyItem({
    property: KSPROPERTY_AUDIO.QUALITY,
    perPin: true,
    get: (_instance, context) => inputOf(context).quality,
    set: (_instance, quality, context) => {
      inputOf(context).quality = checked(quality);
    },
    setDefault: (_instance, quality, context) => {
      defaultsOf(context).quality = checked(quality);
    },
    basicSupport: () => ({
      valueType: 'VT_UI4',
      members: {
        multichannel: false,
        uniform: false,
        steppings: [{ minimum: AUDIO_QUALITY.WORST, maximum: AUDIO_QUALITY.ADVANCED, step: 1 }],
      },
    }),
  });
}

/** KSPROPERTY_AUDIO_MIX_LEVEL_TABLE and _CAPS: where each channel of a stream goes. Specification 2.1, 2.2. */
function supermixItems(): PropertyItem[] {
  const outputs = ({ majorTarget }: PropertyContext): number => (majorTarget as Mixer).outputChannels;
  return [
    propertyItem({
      property: KSPROPERTY_AUDIO.MIX_LEVEL_TABLE,
      perPin: true,
      get: (_instance, context) => inputOf(context).mixLevels,
      set: (_instance, table, context) => {
        const input = inputOf(context);
        if (table.length !== input.mixLevels.length) {
          throw new KsError(
            'STATUS_INVALID_PARAMETER',
            `The mix table has ${input.mixLevels.length} entries, not ${table.length}.`,
          );
        }
        input.mixLevels = table.map(({ mute, level }) => ({
          mute,
          level: level === KS_LEVEL_SILENCE ? level : quantiseLevel(level, VOLUME_RANGE),
        }));
      },
    }),
    propertyItem({
      property: KSPROPERTY_AUDIO.MIX_LEVEL_CAPS,
      perPin: true,
      get: (_instance, context): MixCapabilities => {
        const inputChannels = inputOf(context).channels;
        const outputChannels = outputs(context);
        return {
          inputChannels,
          outputChannels,
          capabilities: Array.from({ length: inputChannels * outputChannels }, () => ({
            mute: true,
            minimum: VOLUME_RANGE.minimum,
            maximum: VOLUME_RANGE.maximum,
            reset: VOLUME_RANGE.step,
          })),
        };
      },
    }),
  ];
}

/** Channel i to channel i; one channel to all. A path that carries nothing is muted. */
function straightThrough(inputs: number, outputs: number): MixLevel[] {
  return Array.from({ length: inputs * outputs }, (_, index) => {
    const carries = inputs === 1 || Math.floor(index / outputs) === index % outputs;
    return { mute: !carries, level: ksLevel(0) };
  });
}
