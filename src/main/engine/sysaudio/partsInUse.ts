import type { Subdevice } from '../portcls/subdevice.ts';
import type { DeviceGraph, Vertex } from './deviceGraph.ts';

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
        if (vertex) this.#follow(vertex, vertex.pin.dataFlow === 'IN' ? 'children' : 'parents');
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

  #follow(start: Vertex, direction: 'children' | 'parents'): void {
    const waiting = [start];
    for (let vertex = waiting.pop(); vertex; vertex = waiting.pop()) {
      if (this.#vertices.has(vertex)) continue;
      this.#vertices.add(vertex);
      for (const edge of vertex[direction]) waiting.push(direction === 'children' ? edge.to : edge.from);
    }
  }
}
