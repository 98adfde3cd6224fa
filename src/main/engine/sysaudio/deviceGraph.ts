import { isToExternal } from '../portcls/physicalConnection.ts';
import type { Subdevice } from '../portcls/subdevice.ts';
import { NO_NODE } from '../ks/property.ts';
import type { NodeDescriptor, PinDescriptor } from '../ks/descriptor.ts';

/**
 * The joined topology of several filters: pins and nodes as vertices, the filters' own connections and the physical
 * connections between them as edges. Paths end at stream pins on the software side and at unconnected physical pins
 * (jacks). Specification 5.2.
 *
 * The filters are those of one adapter, or of all adapters that external connections join. Wires are read where they
 * are registered, because KSPROPERTY_PIN_PHYSICALCONNECTION tells one peer only and a pin may be wired to several. They
 * may form loops: whoever walks the graph keeps track of where it was.
 */

interface VertexBase {
  readonly subdevice: Subdevice;
  readonly parents: Edge[];
  readonly children: Edge[];
}

export interface PinVertex extends VertexBase {
  readonly kind: 'pin';
  readonly pinId: number;
  readonly pin: PinDescriptor;
}

export interface NodeVertex extends VertexBase {
  readonly kind: 'node';
  readonly nodeId: number;
  readonly node: NodeDescriptor;
}

export type Vertex = PinVertex | NodeVertex;

/** `toPin` is the logical pin of the node it leads to; for a pin vertex it has no meaning. */
export interface Edge {
  readonly from: Vertex;
  readonly to: Vertex;
  readonly toPin: number;
}

/** A physical connection between two filters: from an OUT pin to an IN pin. */
export interface Join {
  readonly from: PinVertex;
  readonly to: PinVertex;
}

interface FilterVertices {
  readonly pins: readonly PinVertex[];
  readonly nodes: readonly NodeVertex[];
}

/**
 * Pins and nodes of all filters with what joins them: connections inside, physical connections between. It does not
 * change; another topology is another graph.
 */
export class DeviceGraph {
  /** In discovery order: filter by filter, ascending pin id. */
  readonly pins: readonly PinVertex[];
  /** In discovery order: filter by filter, ascending node id. */
  readonly nodes: readonly NodeVertex[];
  /** The physical connections both of whose filters are in the graph. */
  readonly joins: readonly Join[];
  readonly #filters = new Map<Subdevice, FilterVertices>();

  /** `subdevices` in discovery order; an adapter stands for its own. */
  constructor({ subdevices }: { readonly subdevices: readonly Subdevice[] }) {
    for (const subdevice of subdevices) this.#filters.set(subdevice, verticesOf(subdevice));
    const all = [...this.#filters.values()];
    this.pins = all.flatMap(({ pins }) => pins);
    this.nodes = all.flatMap(({ nodes }) => nodes);
    this.joins = findJoins(this.#filters);
    for (const { from, to } of this.joins) link(from, to, 0);
  }

  get subdevices(): readonly Subdevice[] {
    return [...this.#filters.keys()];
  }

  /** Undefined for a filter that is not in the graph, or a pin it does not have. */
  pin(subdevice: Subdevice, pinId: number): PinVertex | undefined {
    return this.#filters.get(subdevice)?.pins[pinId];
  }

  /** Undefined for a filter that is not in the graph, or a node it does not have. */
  node(subdevice: Subdevice, nodeId: number): NodeVertex | undefined {
    return this.#filters.get(subdevice)?.nodes[nodeId];
  }

  /** OUT pins where sound leaves the joined graph: jacks and capture stream pins. */
  get outEnds(): PinVertex[] {
    return this.pins.filter((vertex) => vertex.pin.dataFlow === 'OUT' && vertex.children.length === 0);
  }

  /** IN pins where sound enters the joined graph. */
  get inEnds(): PinVertex[] {
    return this.pins.filter((vertex) => vertex.pin.dataFlow === 'IN' && vertex.parents.length === 0);
  }
}

/** A pin a client can instantiate; the others are jacks and wires. Specification 1.1. */
export function isHostPin(pin: PinDescriptor): boolean {
  return pin.communication === 'SINK' || pin.communication === 'BOTH' || pin.communication === 'SOURCE';
}

function verticesOf(subdevice: Subdevice): FilterVertices {
  const { descriptor } = subdevice.filter;
  const pins = descriptor.pins.map((pin, pinId): PinVertex => ({
    kind: 'pin',
    subdevice,
    pinId,
    pin,
    parents: [],
    children: [],
  }));
  const nodes = descriptor.nodes.map((node, nodeId): NodeVertex => ({
    kind: 'node',
    subdevice,
    nodeId,
    node,
    parents: [],
    children: [],
  }));
  for (const { fromNode, fromNodePin, toNode, toNodePin } of descriptor.connections) {
    const from = fromNode === NO_NODE ? pins[fromNodePin] : nodes[fromNode];
    const to = toNode === NO_NODE ? pins[toNodePin] : nodes[toNode];
    // A registered descriptor was validated, so both ends exist.
    if (from && to) link(from, to, toNodePin);
  }
  return { pins, nodes };
}

function findJoins(filters: ReadonlyMap<Subdevice, FilterVertices>): Join[] {
  const byPath = new Map([...filters].map(([subdevice, vertices]) => [subdevice.path, vertices]));
  const adapters = new Set([...filters.keys()].map(({ adapter }) => adapter));
  const joins: Join[] = [];
  const seen = new Map<PinVertex, Set<PinVertex>>();
  const join = (fromPath: string, fromPin: number, toPath: string, toPin: number) => {
    const from = byPath.get(fromPath)?.pins[fromPin];
    const to = byPath.get(toPath)?.pins[toPin];
    // The far end of an external connection is named by its driver alone: it may be gone, or no such pin.
    if (from?.pin.dataFlow !== 'OUT' || to?.pin.dataFlow !== 'IN') return;
    const known = seen.get(from) ?? new Set();
    seen.set(from, known);
    // Both drivers may register the same external connection.
    if (known.has(to)) return;
    known.add(to);
    joins.push({ from, to });
  };
  for (const { id, connections, externalConnections } of adapters) {
    for (const { fromSubdevice, fromPin, toSubdevice, toPin } of connections) {
      join(`${id}/${fromSubdevice}`, fromPin, `${id}/${toSubdevice}`, toPin);
    }
    for (const each of externalConnections) {
      if (isToExternal(each)) join(`${id}/${each.fromSubdevice}`, each.fromPin, each.toLink, each.toPin);
      else join(each.fromLink, each.fromPin, `${id}/${each.toSubdevice}`, each.toPin);
    }
  }
  return joins;
}

function link(from: Vertex, to: Vertex, toPin: number): void {
  const edge: Edge = { from, to, toPin };
  from.children.push(edge);
  to.parents.push(edge);
}
