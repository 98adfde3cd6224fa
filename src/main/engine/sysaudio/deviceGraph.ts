import type { AdapterDevice } from '../portcls/adapter.ts';
import type { Subdevice } from '../portcls/subdevice.ts';
import { NO_NODE } from '../ks/property.ts';
import type { NodeDescriptor, PinDescriptor } from '../ks/descriptor.ts';

/**
 * The joined topology of one adapter's filters: pins and nodes as vertices, the filters' own connections and the
 * physical connections between them as edges. Paths end at stream pins on the software side and at unconnected
 * physical pins (jacks). Specification 5.2.
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

export class DeviceGraph {
  /** In discovery order: filter by filter, ascending pin id. */
  readonly pins: readonly PinVertex[];

  constructor(adapter: AdapterDevice) {
    const pins: PinVertex[] = [];
    const filters = new Map<string, { pins: PinVertex[]; nodes: NodeVertex[] }>();
    for (const subdevice of adapter.subdevices) {
      const { descriptor } = subdevice.filter;
      const own = {
        pins: descriptor.pins.map((pin, pinId): PinVertex => ({
          kind: 'pin',
          subdevice,
          pinId,
          pin,
          parents: [],
          children: [],
        })),
        nodes: descriptor.nodes.map((node, nodeId): NodeVertex => ({
          kind: 'node',
          subdevice,
          nodeId,
          node,
          parents: [],
          children: [],
        })),
      };
      filters.set(subdevice.name, own);
      pins.push(...own.pins);
      for (const { fromNode, fromNodePin, toNode, toNodePin } of descriptor.connections) {
        const from = fromNode === NO_NODE ? own.pins[fromNodePin] : own.nodes[fromNode];
        const to = toNode === NO_NODE ? own.pins[toNodePin] : own.nodes[toNode];
        // A registered descriptor was validated, so both ends exist.
        if (from && to) link(from, to, toNodePin);
      }
    }
    for (const { fromSubdevice, fromPin, toSubdevice, toPin } of adapter.connections) {
      const from = filters.get(fromSubdevice)?.pins[fromPin];
      const to = filters.get(toSubdevice)?.pins[toPin];
      if (from && to) link(from, to, 0);
    }
    this.pins = pins;
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

function link(from: Vertex, to: Vertex, toPin: number): void {
  const edge: Edge = { from, to, toPin };
  from.children.push(edge);
  to.parents.push(edge);
}
