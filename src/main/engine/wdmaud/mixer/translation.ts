import { KSCATEGORY, KSNODETYPE } from '../../ks/guid.ts';
import { nodeName, pinName } from '../../ks/descriptor.ts';
import {
  DeviceGraph,
  type Edge,
  type NodeVertex,
  type PinVertex,
  type Vertex,
} from '../../sysaudio/deviceGraph.ts';
import type { AdapterDevice } from '../../portcls/adapter.ts';
import { controlsOf, muxControlOf, type FoundControl } from './nodeTables.ts';
import { destinationType, sourceType, type LineType } from './pinTables.ts';

/**
 * The translation of a device's topology into mixer lines. Specification 6.1-6.4.
 *
 * It finds lines and their controls; ids and live values are the mixer device's.
 */

export interface TranslatedLine extends LineType {
  /** Says which line this is from one translation to the next: the pin or node it comes from. */
  readonly key: string;
  readonly name: string;
  readonly controls: readonly FoundControl[];
}

export interface TranslatedDestination extends TranslatedLine {
  readonly sources: readonly TranslatedLine[];
  /** The MUX control's items in the order of its logical input pins, as indices into `sources`. */
  readonly muxItems: readonly { readonly logicalPin: number; readonly source: number }[];
}

interface Destination {
  readonly end: PinVertex;
  readonly line: PinVertex;
  readonly controls: FoundControl[];
  /** Vertices whose effect lies on the destination: a source path that reaches one ends here. */
  readonly members: Set<Vertex>;
  readonly sources: Source[];
}

interface Source {
  readonly key: string;
  readonly name: string;
  readonly type: LineType;
  readonly controls: readonly FoundControl[];
  /** MUX inputs this line feeds: the placeholder of the documents. */
  readonly mux: { readonly vertex: NodeVertex; readonly logicalPin: number } | undefined;
}

export function translate(adapter: AdapterDevice): TranslatedDestination[] {
  const graph = new DeviceGraph(adapter);
  const order = new Map(graph.pins.map((pin, index) => [pin, index]));

  // Parsing runs from the highest pin down; indices ascend again (RULE-9).
  const destinations = graph.outEnds.reverse().map(parseDestination);
  for (const end of graph.inEnds.reverse()) parseSource(end, destinations);
  for (const destination of destinations) addVirtualSources(destination);

  destinations.sort((a, b) => order.get(a.line)! - order.get(b.line)!);
  return destinations.map((destination) => finish(destination, order, graph));
}

/** Pass 1: upstream from the OUT pin to the first SUM, MUX, virtual sum or source. */
function parseDestination(end: PinVertex): Destination {
  const members = new Set<Vertex>([end]);
  const controls: FoundControl[] = [];
  let at: Vertex = end;
  let line = end;
  while (at.parents.length === 1) {
    const parent: Vertex = at.parents[0]!.from;
    if (parent.kind === 'pin') {
      if (parent.parents.length === 0) break;
      // RULE-7: the line is the pin where the path leaves the topology filter.
      if (parent.pin.dataFlow === 'OUT' && isTopologyFilter(parent) && !isTopologyFilter(line)) line = parent;
    } else if (parent.node.type === KSNODETYPE.SUM) {
      members.add(parent);
      break;
    } else if (parent.node.type === KSNODETYPE.MUX) {
      members.add(parent);
      const mux = muxControlOf(parent);
      if (mux) controls.push(mux);
      break;
    } else {
      controls.push(...controlsOf(parent));
    }
    members.add(parent);
    at = parent;
    // RULE-8: a node with several parents still belongs to the destination; the walk stops behind it.
  }
  return { end, line, controls, members, sources: [] };
}

/** Pass 2: downstream from the IN pin; every branch of a split is a line that repeats the controls so far. */
function parseSource(end: PinVertex, destinations: readonly Destination[]): void {
  const found = new Map<Destination, Source[]>();
  const arrive = (
    destination: Destination,
    line: PinVertex,
    controls: FoundControl[],
    mux?: Source['mux'],
  ): void => {
    const source: Source = {
      key: pinKey(line),
      name: pinName(line.pin),
      type: sourceType(line.pin),
      controls: [...controls],
      mux,
    };
    found.set(destination, [...(found.get(destination) ?? []), source]);
  };

  const walk = (
    vertex: Vertex,
    line: PinVertex,
    controls: FoundControl[],
    path: ReadonlySet<Vertex>,
  ): void => {
    for (const edge of vertex.children) {
      const child = edge.to;
      // A wiring loop never reaches a destination by going round once more.
      if (path.has(child)) continue;
      const owner = destinations.find((destination) => destination.members.has(child));
      if (child.kind === 'node' && child.node.type === KSNODETYPE.MUX) {
        const mux = { vertex: child, logicalPin: edge.toPin };
        for (const destination of reachable(child, destinations)) arrive(destination, line, controls, mux);
      } else if (child.kind === 'node' && child.node.type === KSNODETYPE.SUM) {
        for (const destination of reachable(child, destinations)) arrive(destination, line, controls);
      } else if (owner) {
        arrive(owner, line, controls);
      } else if (child.kind === 'node') {
        walk(child, line, [...controls, ...controlsOf(child)], new Set([...path, child]));
      } else {
        const entersTopology =
          child.pin.dataFlow === 'IN' && isTopologyFilter(child) && !isTopologyFilter(line);
        walk(child, entersTopology ? child : line, controls, new Set([...path, child]));
      }
    }
  };
  walk(end, end, [], new Set([end]));

  for (const [destination, sources] of found) {
    // Valid only if exactly one path leads to the destination.
    if (sources.length === 1) destination.sources.push(sources[0]!);
  }
}

/** One entry for every path from `vertex` to a destination, without collecting. */
function reachable(vertex: Vertex, destinations: readonly Destination[]): Destination[] {
  const owner = destinations.find((destination) => destination.members.has(vertex));
  const found: Destination[] = [];
  const seen = new Set<Vertex>();
  const visit = (at: Vertex): void => {
    if (seen.has(at)) return;
    seen.add(at);
    for (const { to } of at.children) {
      const next = destinations.find((destination) => destination.members.has(to));
      if (next) {
        if (!found.includes(next)) found.push(next);
      } else {
        visit(to);
      }
    }
  };
  if (owner) found.push(owner);
  visit(vertex);
  return found;
}

/** A SUM or MUX that feeds a MUX input, directly or through nodes, is a virtual source line named after it. */
function addVirtualSources(destination: Destination): void {
  for (const mux of [...destination.members].filter(isMux)) {
    for (const edge of mux.parents) {
      const virtual = virtualSource(edge);
      if (virtual) {
        destination.sources.push({
          key: `${vertexKey(virtual.origin)}@${vertexKey(mux)}`,
          name: nodeName(virtual.origin.node),
          type: { component: 'SRC_UNDEFINED', target: 'UNDEFINED' },
          controls: virtual.controls,
          mux: { vertex: mux, logicalPin: edge.toPin },
        });
      }
    }
  }
}

function virtualSource(edge: Edge): { origin: NodeVertex; controls: FoundControl[] } | undefined {
  const controls: FoundControl[] = [];
  const seen = new Set<Vertex>();
  let at = edge.from;
  while (!seen.has(at)) {
    seen.add(at);
    if (at.kind === 'node') {
      if (at.node.type === KSNODETYPE.SUM || isMux(at)) return { origin: at, controls };
      controls.push(...controlsOf(at));
    }
    if (at.parents.length !== 1) return undefined;
    at = at.parents[0]!.from;
  }
  return undefined;
}

function finish(
  { end, line, controls, sources }: Destination,
  order: ReadonlyMap<PinVertex, number>,
  graph: DeviceGraph,
): TranslatedDestination {
  const position = new Map(graph.pins.map((pin) => [pinKey(pin), order.get(pin)!]));
  const sorted = [...sources].sort(
    (a, b) => (position.get(a.key) ?? Infinity) - (position.get(b.key) ?? Infinity),
  );
  const muxControl = controls.find((control) => control.type === 'MUX');
  const muxItems = muxControl
    ? sorted
        .map((source, index) => ({ mux: source.mux, source: index }))
        .filter((item) => item.mux?.vertex === muxControl.vertex)
        .map((item) => ({ logicalPin: item.mux!.logicalPin, source: item.source }))
        .sort((a, b) => a.logicalPin - b.logicalPin)
    : [];
  return {
    key: pinKey(end),
    name: pinName(line.pin),
    ...destinationType(line.pin),
    controls,
    sources: sorted.map((source) => ({
      ...source.type,
      key: source.key,
      name: source.name,
      controls: source.controls,
    })),
    muxItems,
  };
}

function isMux(vertex: Vertex): vertex is NodeVertex {
  return vertex.kind === 'node' && vertex.node.type === KSNODETYPE.MUX;
}

function isTopologyFilter(vertex: PinVertex): boolean {
  return vertex.subdevice.categories.includes(KSCATEGORY.TOPOLOGY);
}

function pinKey(vertex: PinVertex): string {
  return `${vertex.subdevice.name}/pin${vertex.pinId}`;
}

function vertexKey(vertex: NodeVertex): string {
  return `${vertex.subdevice.name}/node${vertex.nodeId}`;
}
