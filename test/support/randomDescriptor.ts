import fc from 'fast-check';
import { AutomationTable, NO_NODE, propertyItem } from '../../src/main/engine/ks/property.ts';
import type {
  Connection,
  FilterDescriptor,
  NodeDescriptor,
  PinDescriptor,
} from '../../src/main/engine/ks/descriptor.ts';
import { constantName, KSCATEGORY, KSNODETYPE, type Guid } from '../../src/main/engine/ks/guid.ts';
import { KSPROPERTY_GENERAL } from '../../src/main/engine/ks/properties/general.ts';
import { completeNode, NODE_TYPES_WITH_PROPERTIES } from './completeNode.ts';
import { streamPin } from './ksFilter.ts';
import { jack, wired } from './testFilters.ts';

/** Random filter descriptors that keep every rule, and the same with one entry broken. */

const IN_CATEGORIES = [
  KSNODETYPE.MICROPHONE,
  KSNODETYPE.CD_PLAYER,
  KSNODETYPE.LINE_CONNECTOR,
  KSNODETYPE.SYNTHESIZER,
  KSCATEGORY.AUDIO,
] as const;
const OUT_CATEGORIES = [KSNODETYPE.SPEAKER, KSNODETYPE.HEADPHONES, KSNODETYPE.SPDIF_INTERFACE] as const;
const PLAIN_NODES = [KSNODETYPE.SUM, KSNODETYPE.DAC, KSNODETYPE.ADC, KSNODETYPE.SRC, KSNODETYPE.SYNTHESIZER];

const inPin = (category: Guid): fc.Arbitrary<PinDescriptor> =>
  fc.constantFrom(jack('IN', category), wired('IN', category), streamPin(2, { category }));
const outPin = (category: Guid): fc.Arbitrary<PinDescriptor> =>
  fc.constantFrom(jack('OUT', category), wired('OUT', category));

/** At least one IN pin (pin 0) and one OUT pin, no category twice. */
const pins: fc.Arbitrary<PinDescriptor[]> = fc
  .record({
    ins: fc.uniqueArray(fc.constantFrom(...IN_CATEGORIES), { minLength: 1 }),
    outs: fc.uniqueArray(fc.constantFrom(...OUT_CATEGORIES), { minLength: 1 }),
  })
  .chain(({ ins, outs }) => fc.tuple(...ins.map(inPin), ...outs.map(outPin)));

const nodes: fc.Arbitrary<NodeDescriptor[]> = fc
  .array(fc.constantFrom(...PLAIN_NODES, ...NODE_TYPES_WITH_PROPERTIES), { minLength: 1, maxLength: 12 })
  .map((types) => types.map((type, id) => completeNode(type, `Node ${id}`)));

/**
 * A path through every node in a random order, so that all are reachable from pin 0, with branches: to the OUT pins, and
 * back to earlier nodes.
 */
export const validDescriptor: fc.Arbitrary<FilterDescriptor> = fc
  .record({ pins, nodes })
  .chain(({ pins, nodes }) =>
    fc
      .record({
        order: fc.shuffledSubarray(
          nodes.map((_node, id) => id),
          { minLength: nodes.length },
        ),
        extra: fc.array(fc.tuple(fc.nat(nodes.length - 1), fc.nat(nodes.length - 1)), { maxLength: 4 }),
      })
      .map(({ order, extra }) => {
        const inputs = new Map<number, number>();
        // Every wire into a node has a logical pin of its own.
        const into = (node: number) => {
          const pin = (inputs.get(node) ?? 0) + 1;
          inputs.set(node, pin);
          return { toNode: node, toNodePin: pin };
        };
        const connections: Connection[] = order.map((node, index) => ({
          fromNode: order[index - 1] ?? NO_NODE,
          fromNodePin: 0,
          ...into(node),
        }));
        pins.forEach(({ dataFlow }, pin) => {
          const last = order.at(-1)!;
          if (dataFlow === 'OUT') {
            connections.push({ fromNode: last, fromNodePin: 0, toNode: NO_NODE, toNodePin: pin });
          } else if (pin > 0) {
            connections.push({ fromNode: NO_NODE, fromNodePin: pin, ...into(order[0]!) });
          }
        });
        for (const [from, to] of extra) connections.push({ fromNode: from, fromNodePin: 0, ...into(to) });
        return { pins, nodes, connections, categories: [KSCATEGORY.AUDIO, KSCATEGORY.TOPOLOGY] };
      }),
  );

/** A descriptor with one broken entry, and how the refusal names that entry. */
export interface BrokenDescriptor {
  readonly descriptor: FilterDescriptor;
  readonly entry: string;
  readonly mistake: string;
}

const change = <T>(list: readonly T[], index: number, part: Partial<T>): T[] =>
  list.map((each, at) => (at === index ? { ...each, ...part } : each));

const TWICE = propertyItem({ property: KSPROPERTY_GENERAL.COMPONENTID, get: () => undefined as never });
const NO_HANDLER = propertyItem({ property: KSPROPERTY_GENERAL.COMPONENTID });

type Mutation = (descriptor: FilterDescriptor, pick: number) => Omit<BrokenDescriptor, 'mistake'>;

const onPin =
  (part: Partial<PinDescriptor>): Mutation =>
  (descriptor, pick) => {
    const pin = pick % descriptor.pins.length;
    return { descriptor: { ...descriptor, pins: change(descriptor.pins, pin, part) }, entry: `pin ${pin}:` };
  };
const onConnection =
  (part: (entry: Connection, descriptor: FilterDescriptor) => Partial<Connection>): Mutation =>
  (descriptor, pick) => {
    const at = pick % descriptor.connections.length;
    const changed = part(descriptor.connections[at]!, descriptor);
    return {
      descriptor: { ...descriptor, connections: change(descriptor.connections, at, changed) },
      entry: `connection ${at}:`,
    };
  };
const onNode =
  (part: Partial<NodeDescriptor>): Mutation =>
  (descriptor, pick) => {
    const node = pick % descriptor.nodes.length;
    const type = part.type ?? descriptor.nodes[node]!.type;
    return {
      descriptor: { ...descriptor, nodes: change(descriptor.nodes, node, part) },
      entry: `node ${node} (${constantName(type)}):`,
    };
  };

const STREAMED = { communication: 'SINK', maxGlobalInstances: 1, maxFilterInstances: 1 } as const;
const jackPin = { ...jack('OUT', KSNODETYPE.HEADPHONES), category: KSNODETYPE.TELEPHONE };

const MUTATIONS: Readonly<Record<string, Mutation>> = {
  'a pin without data ranges': onPin({ dataRanges: [] }),
  'a jack with instances': onPin({ ...jackPin, maxFilterInstances: 1 }),
  'a jack with an automation table': onPin({ ...jackPin, automation: new AutomationTable([]) }),
  'more necessary than possible instances': onPin({ ...STREAMED, minFilterInstances: 2 }),
  'an instance count that is no ULONG': onPin({ ...STREAMED, maxGlobalInstances: -1 }),
  'a pin without a name whose category is there twice': (descriptor) => ({
    descriptor: {
      ...descriptor,
      pins: [...descriptor.pins, { ...descriptor.pins[0]!, name: KSCATEGORY.AUDIO }],
    },
    entry: 'pin 0:',
  }),
  'two pins of one category and name': (descriptor) => ({
    descriptor: { ...descriptor, pins: [...descriptor.pins, descriptor.pins[0]!] },
    entry: 'pin 0:',
  }),
  'a volume node without VOLUMELEVEL': onNode({
    type: KSNODETYPE.VOLUME,
    automation: new AutomationTable([]),
  }),
  'an equalizer without its bands': onNode({
    type: KSNODETYPE.EQUALIZER,
    automation: new AutomationTable([]),
  }),
  'a node that lists a property twice': onNode({
    type: KSNODETYPE.DAC,
    automation: new AutomationTable([TWICE, TWICE]),
  }),
  'a property without a handler': onNode({
    type: KSNODETYPE.DAC,
    automation: new AutomationTable([NO_HANDLER]),
  }),
  'a wire from a node that is not there': onConnection((_entry, { nodes }) => ({ fromNode: nodes.length })),
  'a wire to a node that is not there': onConnection(() => ({ toNode: 0xfffffffe })),
  'a wire from a pin that is not there': onConnection((_entry, { pins }) => ({
    fromNode: NO_NODE,
    fromNodePin: pins.length,
  })),
  'a wire to a pin that is not there': onConnection(() => ({ toNode: NO_NODE, toNodePin: 999 })),
  'a wire out of an OUT pin': onConnection((_entry, { pins }) => ({
    fromNode: NO_NODE,
    fromNodePin: pins.findIndex(({ dataFlow }) => dataFlow === 'OUT'),
  })),
  'a wire into an IN pin': onConnection(() => ({ toNode: NO_NODE, toNodePin: 0 })),
  'the same wire twice': (descriptor) => ({
    descriptor: { ...descriptor, connections: [...descriptor.connections, descriptor.connections[0]!] },
    entry: `connection ${descriptor.connections.length}:`,
  }),
};

export const MISTAKES = Object.keys(MUTATIONS);

/** Breaks a valid descriptor in the way named; `pick` chooses the entry. */
export function broken(descriptor: FilterDescriptor, mistake: string, pick: number): BrokenDescriptor {
  return { ...MUTATIONS[mistake]!(descriptor, pick), mistake };
}
