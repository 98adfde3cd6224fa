import { ksLevel, referenceTime, type KsLevel } from '../../src/contract/units.ts';
import type { NodeDescriptor } from '../../src/main/engine/ks/descriptor.ts';
import { guid, KSNODETYPE, type Guid } from '../../src/main/engine/ks/guid.ts';
import { AlgorithmNode, EchoCancelNode } from '../../src/main/engine/ks/nodes/algorithm.ts';
import type { ChannelOptions, ChannelRegisters } from '../../src/main/engine/ks/nodes/channels.ts';
import { cpuResourcesItem } from '../../src/main/engine/ks/nodes/cpuResources.ts';
import { delayItem } from '../../src/main/engine/ks/nodes/delay.ts';
import { devSpecificItem } from '../../src/main/engine/ks/nodes/devSpecific.ts';
import { dynamicRangeItem } from '../../src/main/engine/ks/nodes/dynamicRange.ts';
import { equalizerItems } from '../../src/main/engine/ks/nodes/equalizer.ts';
import {
  chorusLevelItem,
  chorusModulationDepthItem,
  chorusModulationRateItem,
  reverbLevelItem,
  reverbTimeItem,
  widenessItem,
} from '../../src/main/engine/ks/nodes/fixedPoint.ts';
import { volumeLevelItem } from '../../src/main/engine/ks/nodes/level.ts';
import { demuxDestItem, muxSourceItem } from '../../src/main/engine/ks/nodes/mux.ts';
import { peakMeterItem } from '../../src/main/engine/ks/nodes/peakMeter.ts';
import type { NodeRegister } from '../../src/main/engine/ks/nodes/register.ts';
import { missingProperty } from '../../src/main/engine/ks/nodes/requirements.ts';
import { Sound3dListener, sound3dItems } from '../../src/main/engine/ks/nodes/sound3d.ts';
import {
  channelConfigItem,
  SPEAKER_CONFIG,
  surroundEncodeItem,
} from '../../src/main/engine/ks/nodes/speakers.ts';
import { supermixItems } from '../../src/main/engine/ks/nodes/supermix.ts';
import { agcItem, loudnessItem, muteItem } from '../../src/main/engine/ks/nodes/switch.ts';
import { bassBoostItem, bassItem, midItem, trebleItem } from '../../src/main/engine/ks/nodes/tone.ts';
import { enableItem, resetItem } from '../../src/main/engine/ks/nodes/topologyNode.ts';
import { AutomationTable, type PropertyItem } from '../../src/main/engine/ks/property.ts';

/** Nodes of every type, over registers that are plain variables. */

export const LEVEL_RANGE = {
  minimum: ksLevel(-96 * 0x10000),
  maximum: ksLevel(0),
  step: ksLevel(0x8000),
};

/** Stereo registers of one value per channel. */
export function stereo<T>(initial: T): ChannelOptions & ChannelRegisters<T> & { readonly values: T[] } {
  const values = [initial, initial];
  return {
    values,
    channels: values.length,
    read: (channel) => values[channel]!,
    write: (channel, value) => void (values[channel] = value),
  };
}

/** One register for the whole node. */
export function variable<T>(initial: T): NodeRegister<T> {
  let value = initial;
  return { read: () => value, write: (written) => void (value = written) };
}

const levels = () => ({ ...stereo(ksLevel(0)), range: LEVEL_RANGE });
const ALGORITHM = guid('1C22C56D-9879-4F5B-A389-27996DDC2810');

/** Everything a node of a type can be asked for by the tables of specification 2.4. */
const ITEMS = new Map<Guid, () => PropertyItem[]>([
  [KSNODETYPE.VOLUME, () => [volumeLevelItem(levels())]],
  [KSNODETYPE.MUTE, () => [muteItem(stereo(false))]],
  [
    KSNODETYPE.TONE,
    () => [bassItem(levels()), midItem(levels()), trebleItem(levels()), bassBoostItem(stereo(false))],
  ],
  [
    KSNODETYPE.EQUALIZER,
    () =>
      equalizerItems({
        ...stereo<readonly KsLevel[]>([ksLevel(0), ksLevel(0), ksLevel(0)]),
        bands: [100, 1_000, 10_000],
        range: LEVEL_RANGE,
      }),
  ],
  [
    KSNODETYPE.LOUDNESS,
    () => [
      loudnessItem(stereo(false)),
      dynamicRangeItem(variable({ quietCompression: 0, loudCompression: 0 })),
    ],
  ],
  [KSNODETYPE.AGC, () => [agcItem(stereo(false))]],
  [KSNODETYPE.DELAY, () => [delayItem({ ...stereo(referenceTime(0)), maximum: referenceTime(10_000_000) })]],
  [KSNODETYPE.REVERB, () => [reverbLevelItem(variable(0)), reverbTimeItem(variable(0))]],
  [
    KSNODETYPE.CHORUS,
    () => [
      chorusLevelItem(variable(0)),
      chorusModulationRateItem(variable(0)),
      chorusModulationDepthItem(variable(0)),
    ],
  ],
  [KSNODETYPE.STEREO_WIDE, () => [widenessItem(variable(0x10000))]],
  [KSNODETYPE.MUX, () => [muxSourceItem({ inputs: 2, ...variable(1) })]],
  [KSNODETYPE.DEMUX, () => [demuxDestItem({ outputs: 2, ...variable(1) })]],
  [
    KSNODETYPE.SUPERMIX,
    () => {
      const table = Array.from({ length: 4 }, () => ({ mute: false, level: ksLevel(0) }));
      const { minimum, maximum, step } = LEVEL_RANGE;
      return supermixItems({
        inputs: 2,
        outputs: 2,
        capabilities: table.map(() => ({ mute: true, minimum, maximum, reset: step })),
        read: (input, output) => table[input * 2 + output]!,
        write: (input, output, level) => void (table[input * 2 + output] = level),
      });
    },
  ],
  [
    KSNODETYPE.PEAKMETER,
    () => [peakMeterItem({ channels: 2, take: () => 0 }), cpuResourcesItem('NOT_HOST_CPU')],
  ],
  [
    KSNODETYPE.PROLOGIC_DECODER,
    () => [
      channelConfigItem({ masks: [SPEAKER_CONFIG.STEREO, SPEAKER_CONFIG.SURROUND], ...variable(3) }),
      enableItem(variable(true)),
      resetItem(() => undefined),
    ],
  ],
  [KSNODETYPE.PROLOGIC_ENCODER, () => [surroundEncodeItem(variable(false))]],
  [
    KSNODETYPE.ACOUSTIC_ECHO_CANCEL,
    () => new EchoCancelNode({ algorithms: [ALGORITHM], where: 'HOST_CPU' }).items(),
  ],
  [
    KSNODETYPE.NOISE_SUPPRESS,
    () => new AlgorithmNode({ algorithms: [ALGORITHM], where: 'HOST_CPU' }).items(),
  ],
  [
    KSNODETYPE.EFFECTS_3D,
    () => {
      const listener = new Sound3dListener();
      const buffer = listener.openBuffer();
      return sound3dItems(listener, () => buffer);
    },
  ],
  [KSNODETYPE.DEV_SPECIFIC, () => [devSpecificItem(new Map())]],
]);

/** Node types whose nodes answer properties. */
export const NODE_TYPES_WITH_PROPERTIES: readonly Guid[] = [...ITEMS.keys()];

/** Fresh items for a node of the type; none for types without properties. */
export const nodeItems = (type: Guid): PropertyItem[] => ITEMS.get(type)?.() ?? [];

/**
 * A node that a filter may have: the items given, and what its type requires beyond them. A null `nameText` leaves the
 * node's name to its type.
 */
export function completeNode(
  type: Guid,
  nameText: string | null = null,
  items: readonly PropertyItem[] = [],
): NodeDescriptor {
  const own = [...items];
  for (const spare of nodeItems(type)) {
    const missing = missingProperty(type, new AutomationTable(own))?.split(' or ');
    if (missing?.includes(spare.property.name)) own.push(spare);
  }
  return {
    type,
    name: null,
    ...(nameText === null ? {} : { nameText }),
    ...(own.length === 0 ? {} : { automation: new AutomationTable(own) }),
  };
}
