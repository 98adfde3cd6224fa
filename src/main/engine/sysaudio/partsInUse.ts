import type { Subdevice } from '../portcls/subdevice.ts';
import type { DeviceGraph, PinVertex, Vertex } from './deviceGraph.ts';

/**
 * RULE-13: what the streams of a device need. A stream in ACQUIRE or above needs everything on its path: downstream of
 * a render pin to the jacks, upstream of a capture pin. What no such path crosses may be powered down by itself.
 */
export class PartsInUse {
  readonly #vertices = new Set<Vertex>();

  constructor(graph: DeviceGraph) {
    for (const subdevice of graph.subdevices) {
      for (const { pinId, state } of subdevice.openPins) {
        const vertex = state === 'STOP' ? undefined : graph.pin(subdevice, pinId);
        if (vertex) for (const part of partsOnPath(vertex)) this.#vertices.add(part);
      }
    }
  }

  /** A path crosses the filter. */
  hasFilter(subdevice: Subdevice): boolean {
    for (const vertex of this.#vertices) if (vertex.subdevice === subdevice) return true;
    return false;
  }

  /** A path crosses the node. */
  hasNode(subdevice: Subdevice, nodeId: number): boolean {
    for (const vertex of this.#vertices) {
      if (vertex.kind === 'node' && vertex.subdevice === subdevice && vertex.nodeId === nodeId) return true;
    }
    return false;
  }

  /** A path reaches the pin. */
  hasPin(subdevice: Subdevice, pinId: number): boolean {
    for (const vertex of this.#vertices) {
      if (vertex.kind === 'pin' && vertex.subdevice === subdevice && vertex.pinId === pinId) return true;
    }
    return false;
  }
}

/** What a stream of the pin crosses: downstream of a render pin to the jacks, upstream of a capture pin. */
export function partsOnPath(start: PinVertex): ReadonlySet<Vertex> {
  const direction = start.pin.dataFlow === 'IN' ? 'children' : 'parents';
  const parts = new Set<Vertex>();
  const waiting: Vertex[] = [start];
  for (let vertex = waiting.pop(); vertex; vertex = waiting.pop()) {
    if (parts.has(vertex)) continue;
    parts.add(vertex);
    for (const edge of vertex[direction]) waiting.push(direction === 'children' ? edge.to : edge.from);
  }
  return parts;
}
