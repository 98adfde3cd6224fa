import fc from 'fast-check';
import { KS_LEVEL_PER_DECIBEL, ksLevel } from '../../src/contract/units.ts';
import type {
  Connection,
  FilterDescriptor,
  NodeDescriptor,
  PinDescriptor,
} from '../../src/main/engine/ks/descriptor.ts';
import { KSCATEGORY, KSNODETYPE, PINNAME_CAPTURE, guid, type Guid } from '../../src/main/engine/ks/guid.ts';
import type { ChannelOptions, ChannelRegisters } from '../../src/main/engine/ks/nodes/channels.ts';
import { reverbLevelItem } from '../../src/main/engine/ks/nodes/fixedPoint.ts';
import { volumeLevelItem, type LevelRangeDescription } from '../../src/main/engine/ks/nodes/level.ts';
import { muxSourceItem } from '../../src/main/engine/ks/nodes/mux.ts';
import { supermixItems } from '../../src/main/engine/ks/nodes/supermix.ts';
import { agcItem, loudnessItem, muteItem } from '../../src/main/engine/ks/nodes/switch.ts';
import { bassBoostItem, bassItem, trebleItem } from '../../src/main/engine/ks/nodes/tone.ts';
import { NO_NODE } from '../../src/main/engine/ks/property.ts';
import type { MixLevel } from '../../src/main/engine/ks/properties/audio.ts';
import { variable } from './completeNode.ts';
import { jack, wired } from './testFilters.ts';
import { nodeOf } from './testNodes.ts';

/**
 * Random valid filter descriptors: pins of every kind, nodes with working properties, wires with splits, virtual sums,
 * parallel wires and loops.
 */

const CATEGORIES: readonly Guid[] = [
  KSNODETYPE.MICROPHONE,
  KSNODETYPE.SPEAKER,
  KSNODETYPE.HEADPHONES,
  KSNODETYPE.LINE_CONNECTOR,
  KSNODETYPE.ANALOG_CONNECTOR,
  KSNODETYPE.LEGACY_AUDIO_CONNECTOR,
  KSNODETYPE.SPDIF_INTERFACE,
  KSNODETYPE.CD_PLAYER,
  KSNODETYPE.SYNTHESIZER,
  KSNODETYPE.HEADSET,
  KSCATEGORY.AUDIO,
  PINNAME_CAPTURE,
];

/** The kinds of nodes made here, and the controls the mixer translation gives each, in order. */
export const NODE_CONTROLS = {
  VOLUME: ['VOLUME'],
  MUTE: ['MUTE'],
  AGC: ['ONOFF'],
  LOUDNESS: ['LOUDNESS'],
  TONE: ['BASS', 'TREBLE', 'ONOFF'],
  REVERB: ['FADER'],
  SUPERMIX: ['MUTE', 'VOLUME'],
  EQUALIZER: [],
  DAC: [],
  SUM: [],
  MUX: ['MUX'],
} as const;
type NodeKind = keyof typeof NODE_CONTROLS;

/** Everything random about a node. */
interface NodeSeed {
  readonly kind: NodeKind;
  readonly channels: number;
  readonly uniform: boolean;
  /** In half dB, dB and half dB. */
  readonly minimum: number;
  readonly span: number;
  readonly step: number;
}

const nodeSeed: fc.Arbitrary<NodeSeed> = fc.record({
  // Paths that are worth a line need places where they meet.
  kind: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...(Object.keys(NODE_CONTROLS) as NodeKind[])) },
    { weight: 1, arbitrary: fc.constantFrom<NodeKind[]>('SUM', 'MUX') },
  ),
  channels: fc.integer({ min: 1, max: 6 }),
  uniform: fc.boolean(),
  minimum: fc.integer({ min: -200, max: 0 }),
  span: fc.integer({ min: 1, max: 100 }),
  step: fc.integer({ min: 1, max: 5 }),
});

const pinSeed = fc.record({
  dataFlow: fc.constantFrom('IN', 'OUT'),
  bridge: fc.boolean(),
  category: fc.constantFrom(...CATEGORIES),
});

const place = fc.nat({ max: 999 });

/** A way through the filter: from an IN pin over nodes to an OUT pin, as places in the lists of each. */
const waySeed = fc.record({ from: place, nodes: fc.array(place, { maxLength: 4, size: 'max' }), to: place });
type WaySeed = typeof waySeed extends fc.Arbitrary<infer Seed> ? Seed : never;

/** The range of the node's levels, where it has any. */
function levelRange({ minimum, span, step }: NodeSeed): LevelRangeDescription {
  const half = KS_LEVEL_PER_DECIBEL / 2;
  return {
    minimum: ksLevel(minimum * half),
    maximum: ksLevel((minimum + span) * half),
    step: ksLevel(step * half),
  };
}

function describeNode(seed: NodeSeed, name: string, inputs: number): NodeDescriptor {
  const { kind, channels, uniform } = seed;
  const type = KSNODETYPE[kind];
  const range = levelRange(seed);
  const registers = <T>(initial: T): ChannelOptions & ChannelRegisters<T> => {
    const values = Array.from({ length: channels }, () => initial);
    return {
      channels,
      uniform,
      read: (channel) => values[channel]!,
      write: (channel, value) => void (values[channel] = value),
    };
  };
  const levels = { ...registers(range.maximum), range };
  switch (kind) {
    case 'VOLUME':
      return nodeOf(type, name, volumeLevelItem(levels));
    case 'MUTE':
      return nodeOf(type, name, muteItem(registers(false)));
    case 'AGC':
      return nodeOf(type, name, agcItem(registers(false)));
    case 'LOUDNESS':
      return nodeOf(type, name, loudnessItem(registers(false)));
    case 'TONE': {
      const treble = { ...registers(range.maximum), range };
      return nodeOf(type, name, bassItem(levels), trebleItem(treble), bassBoostItem(registers(false)));
    }
    case 'REVERB': {
      const step = seed.step * 0x100;
      return nodeOf(type, name, reverbLevelItem({ ...variable(0), maximum: seed.span * step, step }));
    }
    case 'SUPERMIX': {
      const paths = channels * channels;
      const { minimum, maximum, step: reset } = range;
      const table = Array.from({ length: paths }, (): MixLevel => ({ mute: false, level: maximum }));
      const items = supermixItems({
        inputs: channels,
        outputs: channels,
        capabilities: Array.from({ length: paths }, () => ({ mute: true, minimum, maximum, reset })),
        read: (input, output) => table[input * channels + output]!,
        write: (input, output, value) => void (table[input * channels + output] = value),
      });
      return nodeOf(type, name, ...items);
    }
    case 'MUX':
      return nodeOf(type, name, muxSourceItem({ ...variable(1), inputs }));
    case 'EQUALIZER':
    case 'DAC':
    case 'SUM':
      return nodeOf(type, name);
  }
}

/** The wires along the ways; the first use of a wire counts. */
function describeWires(
  ways: readonly WaySeed[],
  pins: readonly PinDescriptor[],
  kinds: readonly NodeKind[],
): Connection[] {
  const pinsOf = (dataFlow: 'IN' | 'OUT') =>
    pins.flatMap((pin, id) => (pin.dataFlow === dataFlow ? [{ node: NO_NODE, pin: id }] : []));
  const pick = <T>(list: readonly T[], at: number): T[] => (list.length > 0 ? [list[at % list.length]!] : []);
  const nodes = kinds.map((_, node) => ({ node, pin: 1 }));
  const inputs = new Map<number, number>();
  const connections = new Map<string, Connection>();
  for (const way of ways) {
    const stops = [
      ...pick(pinsOf('IN'), way.from),
      ...way.nodes.flatMap((node) => pick(nodes, node)),
      ...pick(pinsOf('OUT'), way.to),
    ];
    for (const [index, to] of stops.entries()) {
      const from = stops[index - 1];
      const leads = from && (from.node !== NO_NODE || pins[from.pin]!.dataFlow === 'IN');
      if (!from || !leads || (to.node === NO_NODE && pins[to.pin]!.dataFlow === 'IN')) continue;
      let toNodePin = to.pin;
      if (['SUM', 'MUX'].includes(kinds[to.node] ?? '')) {
        // Every wire into a SUM or MUX takes the next logical pin.
        toNodePin = (inputs.get(to.node) ?? 0) + 1;
        inputs.set(to.node, toNodePin);
      }
      const fromNodePin = from.node === NO_NODE ? from.pin : 0;
      const wire = { fromNode: from.node, fromNodePin, toNode: to.node, toNodePin };
      connections.set(JSON.stringify(wire), wire);
    }
  }
  return [...connections.values()];
}

/**
 * A descriptor that passes validation. Its registers are its own, so one value is good for one filter.
 * `categories` default to those of a topology filter.
 */
export function validDescriptor(
  limits: { pins?: number; nodes?: number; ways?: number } = {},
  categories: readonly Guid[] = [KSCATEGORY.AUDIO, KSCATEGORY.TOPOLOGY],
): fc.Arbitrary<FilterDescriptor> {
  const { pins: maxPins = 6, nodes: maxNodes = 12, ways = 5 } = limits;
  return fc
    .record({
      pins: fc.array(pinSeed, { minLength: 2, maxLength: maxPins, size: 'max' }),
      nodes: fc.array(nodeSeed, { minLength: Math.ceil(maxNodes / 2), maxLength: maxNodes }),
      ways: fc.array(waySeed, { maxLength: ways, size: 'max' }),
    })
    .map((seed) => {
      const pins = seed.pins.map(({ dataFlow, bridge, category }, id) =>
        (bridge ? jack : wired)(dataFlow, category, uniqueName(id)),
      );
      const kinds = seed.nodes.map(({ kind }) => kind);
      const connections = describeWires(seed.ways, pins, kinds);
      const nodes = seed.nodes.map((node, id) =>
        describeNode(node, `${node.kind} ${id}`, connections.filter(({ toNode }) => toNode === id).length),
      );
      return { pins, nodes, connections, categories };
    });
}

/** A private name GUID for the pin with that id. */
function uniqueName(id: number): Guid {
  return guid(`7D1C0000-0000-4000-8000-${id.toString(16).padStart(12, '0')}`);
}
