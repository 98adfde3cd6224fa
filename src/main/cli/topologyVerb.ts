import type {
  FilterTopology,
  NodeTopology,
  PinTopology,
  TopologySnapshot,
} from '../../contract/services/topology.ts';
import { parseArguments, usageError } from './arguments.ts';
import type { Output } from './output.ts';
import { openSession } from './session.ts';
import type { Verb } from './verb.ts';

export const topologyVerb: Verb = {
  name: 'topology',
  usage: 'topology [--json]',
  summary: 'show the filters of every adapter with their pins, nodes and wires',
  async run({ args, out, engine, stop }) {
    const { options, words } = parseArguments(args, { json: 'boolean' });
    if (words.length > 0) throw usageError(`“topology ${words.join(' ')}” is not a command.`);
    const session = await openSession(engine, { sound: false, stop });
    try {
      const snapshot = await session.connection.services.topology.getSnapshot();
      // The documented form: what the viewer opens again.
      if (options.json) out.json(snapshot);
      else printTopology(snapshot, out);
    } finally {
      await session.dispose();
    }
  },
};

function printTopology({ adapters, filters }: TopologySnapshot, out: Output): void {
  for (const adapter of adapters) {
    out.line(`${adapter.name} (${adapter.id})`);
    for (const filter of filters.filter((each) => each.adapter === adapter.id)) printFilter(filter, out);
  }
}

function printFilter(filter: FilterTopology, out: Output): void {
  const kind = filter.port === null ? 'system filter' : `${filter.port} port`;
  out.line(`  ${filter.name}: ${kind}, ${filter.categories.map(({ name }) => shortName(name)).join(' ')}`);
  for (const pin of filter.pins) out.line(`    pin ${pin.id}  ${pinText(pin)}`);
  for (const node of filter.nodes) out.line(`    node ${node.id}  ${nodeText(node)}`);
  for (const { fromNode, fromPin, toNode, toPin } of filter.connections) {
    out.line(`    ${endText(fromNode, fromPin)} -> ${endText(toNode, toPin)}`);
  }
}

function pinText(pin: PinTopology): string {
  const parts = [`${pin.dataFlow.toLowerCase().padEnd(3)} ${pin.name}, ${shortName(pin.category.name)}`];
  if (pin.connection) parts.push(`wired to ${pin.connection.filter} pin ${pin.connection.pin}`);
  else if (pin.communication === 'BRIDGE') parts.push('jack');
  else if (pin.communication === 'NONE') parts.push('not wired');
  else {
    const { possible, current } = pin.instances;
    parts.push(`${current} of ${possible ?? 'any number of'} open`);
    parts.push(...pin.open.map(({ instance, state }) => `#${instance} ${state}`));
  }
  return parts.join(', ');
}

function nodeText({ name, type, properties }: NodeTopology): string {
  const answers = properties.map((property) => shortName(property.name)).join(' ');
  return `${name}, ${shortName(type.name)}${answers === '' ? '' : `: ${answers}`}`;
}

function endText(node: number | null, pin: number): string {
  return node === null ? `pin ${pin}` : `node ${node}.${pin}`;
}

/** `KSNODETYPE_VOLUME` is VOLUME here: the kind is clear from the place. */
function shortName(constant: string): string {
  return constant.replace(/^(?:KSNODETYPE|KSCATEGORY|KSPROPERTY(?:_[A-Z0-9]+?)?)_(?=.)/, '');
}
