import * as v from 'valibot';
import { PinwheelError } from '../errors.ts';
import { TOPOLOGY_VERSION, type TopologySnapshot } from './topology.ts';

/**
 * A topology snapshot as a file, from this machine or another. Fields that a later build adds are kept; what the
 * viewer relies on is checked.
 */

const whole = v.pipe(v.number(), v.integer(), v.minValue(0));
const named = v.looseObject({ guid: v.string(), name: v.string() });
const property = v.looseObject({
  name: v.string(),
  propertySet: named,
  id: whole,
  get: v.boolean(),
  set: v.boolean(),
  perPin: v.boolean(),
});
const range = v.looseObject({ majorFormat: named, subFormat: named, specifier: named });
const end = v.looseObject({ filter: v.string(), pin: whole });

const pin = v.looseObject({
  id: whole,
  name: v.string(),
  dataFlow: v.picklist(['IN', 'OUT']),
  communication: v.picklist(['NONE', 'SINK', 'SOURCE', 'BOTH', 'BRIDGE']),
  category: named,
  ranges: v.array(range),
  instances: v.looseObject({ possible: v.nullable(whole), current: whole, necessary: whole }),
  open: v.array(
    v.looseObject({
      instance: whole,
      state: v.picklist(['STOP', 'ACQUIRE', 'PAUSE', 'RUN']),
      format: range,
    }),
  ),
  connection: v.nullable(end),
});

const filter = v.pipe(
  v.looseObject({
    path: v.string(),
    adapter: v.string(),
    name: v.string(),
    port: v.nullable(v.string()),
    power: v.optional(v.nullable(v.picklist(['D0', 'D1', 'D2', 'D3'])), null),
    categories: v.array(named),
    properties: v.array(property),
    pins: v.array(pin),
    nodes: v.array(
      v.looseObject({ id: whole, type: named, name: v.string(), properties: v.array(property) }),
    ),
    connections: v.array(
      v.looseObject({
        fromNode: v.nullable(whole),
        fromPin: whole,
        toNode: v.nullable(whole),
        toPin: whole,
      }),
    ),
  }),
  v.check(({ pins, nodes, connections }) => {
    const [pinIds, nodeIds] = [new Set(pins.map(({ id }) => id)), new Set(nodes.map(({ id }) => id))];
    const exists = (node: number | null, id: number) => (node === null ? pinIds.has(id) : nodeIds.has(node));
    return connections.every(
      ({ fromNode, fromPin, toNode, toPin }) => exists(fromNode, fromPin) && exists(toNode, toPin),
    );
  }, 'A connection leads to a node or a pin that its filter does not have.'),
);

const dump = v.pipe(
  v.looseObject({
    version: v.literal(TOPOLOGY_VERSION),
    revision: whole,
    adapters: v.array(v.looseObject({ id: v.string(), name: v.string() })),
    filters: v.array(filter),
    connections: v.array(v.looseObject({ from: end, to: end })),
  }),
  v.check(({ filters, connections }) => {
    const pins = new Set(filters.flatMap((each) => each.pins.map(({ id }) => `${each.path}#${id}`)));
    return connections.every((wire) =>
      [wire.from, wire.to].every((each) => pins.has(`${each.filter}#${each.pin}`)),
    );
  }, 'A physical connection leads to a pin that is not in the dump.'),
);

/** @throws PinwheelError `bad-input` for text that is no dump, or one of another version */
export function parseTopologyDump(name: string, text: string): TopologySnapshot {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw noDump(name, `“${name}” is not JSON.`, error);
  }
  const version = (json as { version?: unknown } | null)?.version;
  if (typeof version === 'number' && version !== TOPOLOGY_VERSION) {
    throw noDump(
      name,
      `“${name}” is a topology dump of version ${version}; this Pinwheel reads ${TOPOLOGY_VERSION}.`,
    );
  }
  const parsed = v.safeParse(dump, json);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const where = v.getDotPath(issue);
  throw noDump(name, `“${name}” is not a topology dump: ${where ? `${where}: ` : ''}${issue.message}`);
}

function noDump(name: string, message: string, cause?: unknown): PinwheelError {
  return new PinwheelError(
    {
      code: 'bad-input',
      message,
      subject: name,
      advice: 'Choose a file saved with Export, or by “pinwheel topology --json”.',
    },
    { cause },
  );
}
