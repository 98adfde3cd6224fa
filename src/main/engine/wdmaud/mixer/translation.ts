import { KSDATAFORMAT_SUBTYPE } from '../../ks/format.ts';
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
import type { NodeControl } from './nodeControl.ts';
import { controlsOf, muxControlOf } from './nodeTables.ts';
import { PathFinder, type Path } from './pathFinder.ts';
import { destinationType, sourceType, type LineType } from './pinTables.ts';

/**
 * The translation of a device's topology into mixer lines. Specification 6.1-6.4.
 *
 * It finds lines and their controls; ids and live values are the mixer device's. The documents describe the source
 * pass as a walk that branches at every split. Only branches that are the one path to their destination give a valid
 * line, so here the pass goes destination by destination along that path, which visits every connection at most a few
 * times, whatever loops or splits there are.
 */

export interface TranslatedLine extends LineType {
  /** Says which line this is from one translation to the next: the pin or node it comes from. */
  readonly key: string;
  readonly name: string;
  readonly controls: readonly NodeControl[];
}

export interface TranslatedDestination extends TranslatedLine {
  readonly sources: readonly TranslatedLine[];
  /** The items of the MUX control, one per logical input pin, ascending. */
  readonly muxItems: readonly MuxItem[];
}

export interface MuxItem {
  readonly logicalPin: number;
  /** The feeding line's name; that of the pin or node in front of the input when no valid line feeds it. */
  readonly name: string;
  /** Index into the destination's sources. */
  readonly source: number | undefined;
}

interface Destination {
  readonly end: PinVertex;
  readonly line: PinVertex;
  readonly controls: readonly NodeControl[];
  /** Vertices whose effect lies on the destination: a source path that reaches one ends here. */
  readonly members: ReadonlySet<Vertex>;
  readonly mux: NodeVertex | undefined;
  readonly sources: Source[];
}

interface Source {
  readonly key: string;
  readonly name: string;
  readonly type: LineType;
  readonly controls: readonly NodeControl[];
  /** Place among the destination's sources: the line's pin, then the pin it starts at, in discovery order. */
  readonly order: readonly [number, number];
  /** The placeholder of the documents: the MUX input this line feeds. */
  readonly input: { readonly mux: Vertex; readonly logicalPin: number } | undefined;
}

/** Translates the joined graph of the adapter's filters. Never fails: a node that refuses a query has no control. */
export function translate(adapter: AdapterDevice): TranslatedDestination[] {
  const graph = new DeviceGraph(adapter);
  const order = new Map<Vertex, number>(graph.pins.map((pin, index) => [pin, index]));
  const controls = memo(controlsOf);

  // Both passes run from the highest pin down; indices ascend again (RULE-9).
  const destinations = graph.pins
    .filter((vertex) => isOutEnd(vertex) && !hangsOnLooseWires(vertex))
    .reverse()
    .map((end) => parseDestination(end, controls));
  const owners = ownersOf(destinations);
  const paths = new PathFinder([...graph.pins, ...graph.nodes], (vertex) => owners.get(vertex) ?? []);
  for (const end of graph.pins.filter(isInEnd).reverse()) parseSource(end, paths, owners, order, controls);
  for (const destination of destinations) addVirtualSources(destination, controls);

  return destinations
    .sort((a, b) => order.get(a.line)! - order.get(b.line)! || order.get(a.end)! - order.get(b.end)!)
    .map(finish);
}

/** OUT pins where sound leaves the joined graph: jacks and capture stream pins. */
function isOutEnd(vertex: PinVertex): boolean {
  return vertex.pin.dataFlow === 'OUT' && vertex.children.length === 0 && !isLooseWire(vertex);
}

/** IN pins where sound enters the joined graph. */
function isInEnd(vertex: PinVertex): boolean {
  return vertex.pin.dataFlow === 'IN' && vertex.parents.length === 0 && !isLooseWire(vertex);
}

/**
 * A wave or MIDI filter's wire to a topology filter that is not there: no line ends at it. Specification 9.5 lets the
 * recording line vanish with TOPO_C although the capture pin's path still exists up to this wire. On topology filters
 * an unconnected NONE pin is a jack (the trap of 1.2), and so is a pin that carries a digital format.
 */
function isLooseWire({ pin, pinId, subdevice }: PinVertex): boolean {
  return (
    pin.communication === 'NONE' &&
    !subdevice.categories.includes(KSCATEGORY.TOPOLOGY) &&
    pin.dataRanges.every((range) => range.subFormat === KSDATAFORMAT_SUBTYPE.ANALOG) &&
    // A wire to a filter of another adapter leads out of this device.
    !subdevice.filter.physicalConnection(pinId)
  );
}

/** An OUT end that nothing but loose wires could feed. */
function hangsOnLooseWires(end: PinVertex): boolean {
  const seen = new Set<Vertex>([end]);
  let loose = false;
  // A set hands out what is added to it while it is gone through.
  for (const at of seen) {
    if (at.kind === 'pin' && at.pin.dataFlow === 'IN' && at.parents.length === 0) {
      if (!isLooseWire(at)) return false;
      loose = true;
    }
    for (const { from } of at.parents) seen.add(from);
  }
  return loose;
}

/** Pass 1: upstream from the OUT pin to the first SUM, MUX, virtual sum or source. */
function parseDestination(
  end: PinVertex,
  controlsOf: (node: NodeVertex) => readonly NodeControl[],
): Destination {
  const members = new Set<Vertex>([end]);
  const controls: NodeControl[] = [];
  let mux: NodeVertex | undefined;
  let line = end;
  let at: Vertex = end;
  while (at.parents.length === 1) {
    const parent: Vertex = at.parents[0]!.from;
    // A loop that nothing feeds from outside.
    if (members.has(parent)) break;
    if (parent.kind === 'pin') {
      if (parent.parents.length === 0) break;
      // RULE-7: the line is the pin where the path leaves the topology filter.
      if (parent.pin.dataFlow === 'OUT' && isTopologyFilter(parent) && !isTopologyFilter(line)) line = parent;
    } else if (parent.node.type === KSNODETYPE.SUM) {
      members.add(parent);
      break;
    } else if (isMux(parent)) {
      members.add(parent);
      const control = muxControlOf(parent);
      if (control) {
        controls.push(control);
        mux = parent;
      }
      break;
    } else {
      controls.push(...controlsOf(parent));
    }
    members.add(parent);
    at = parent;
    // RULE-8: a node with several parents still belongs to the destination; the walk stops in front of it.
  }
  return { end, line, controls, members, mux, sources: [] };
}

/** The destinations a vertex belongs to. More than one: their paths split behind it. */
function ownersOf(destinations: readonly Destination[]): Map<Vertex, Destination[]> {
  const owners = new Map<Vertex, Destination[]>();
  for (const destination of destinations) {
    for (const vertex of destination.members) {
      const known = owners.get(vertex);
      if (known) known.push(destination);
      else owners.set(vertex, [destination]);
    }
  }
  return owners;
}

/**
 * Pass 2: one line under every destination to which exactly one path leads downstream from the IN pin. It collects
 * controls up to the first SUM, MUX or vertex of a destination; the rest of the path only finds the destination. That
 * gives the second line of a split, also of one behind a SUM that already ended the line (T3; UNCONFIRMED in practice).
 *
 * A SUM in front of the line's own pin (RULE-7) does not end it: there a wave filter sums the instances of its pins,
 * which are no lines.
 */
function parseSource(
  end: PinVertex,
  paths: PathFinder<Destination>,
  owners: ReadonlyMap<Vertex, readonly Destination[]>,
  order: ReadonlyMap<Vertex, number>,
  controlsOf: (node: NodeVertex) => readonly NodeControl[],
): void {
  for (const [destination, path] of paths.onlyPaths(end)) {
    const controls: NodeControl[] = [];
    const line = linePin(end, path);
    let begun = line === end;
    let input: Source['input'];
    for (let at: Path | undefined = path; at; at = at.rest) {
      const { to, toPin } = at.edge;
      if (to === line) begun = true;
      if (isMux(to)) input = { mux: to, logicalPin: toPin };
      if (isMux(to) || (isSum(to) && begun) || owners.has(to)) break;
      if (to.kind === 'node') controls.push(...controlsOf(to));
    }
    destination.sources.push({
      key: pinKey(end),
      name: pinName(line.pin),
      type: sourceType(line.pin),
      controls,
      order: [order.get(line)!, order.get(end)!],
      input,
    });
  }
}

/** RULE-7: the line is the pin where the path enters the topology filter; without one, the pin it starts at. */
function linePin(end: PinVertex, path: Path): PinVertex {
  if (isTopologyFilter(end)) return end;
  for (let at: Path | undefined = path; at; at = at.rest) {
    const { to } = at.edge;
    if (to.kind === 'pin' && to.pin.dataFlow === 'IN' && isTopologyFilter(to)) return to;
  }
  return end;
}

/** A SUM or MUX that feeds a MUX input, directly or through nodes, is a virtual source line named after it. */
function addVirtualSources(
  destination: Destination,
  controlsOf: (node: NodeVertex) => readonly NodeControl[],
): void {
  const { mux, sources } = destination;
  if (!mux) return;
  for (const edge of mux.parents) {
    const between = upstreamToJunction(edge);
    const origin = between?.at(-1);
    if (!between || origin?.kind !== 'node') continue;
    sources.push({
      key: `${nodeKey(origin)}>${nodeKey(mux)}/${edge.toPin}`,
      name: nodeName(origin.node),
      // The documents give a virtual line no pin and so no type.
      type: { component: 'SRC_UNDEFINED', target: 'UNDEFINED' },
      controls: between
        .slice(0, -1)
        .reverse()
        .flatMap((vertex) => (vertex.kind === 'node' ? controlsOf(vertex) : [])),
      // After all pins, by input.
      order: [Infinity, edge.toPin],
      input: { mux, logicalPin: edge.toPin },
    });
  }
}

/** Vertices from a MUX input up to the SUM or MUX that feeds it; undefined when pins feed it. */
function upstreamToJunction(edge: Edge): Vertex[] | undefined {
  const passed = new Set<Vertex>();
  let at = edge.from;
  while (!passed.has(at)) {
    passed.add(at);
    if (isSum(at) || isMux(at)) return [...passed];
    if (at.parents.length !== 1) return undefined;
    at = at.parents[0]!.from;
  }
  return undefined;
}

function finish({ end, line, controls, mux, sources }: Destination): TranslatedDestination {
  const sorted = [...sources].sort(({ order: a }, { order: b }) =>
    a[0] === b[0] ? a[1] - b[1] : a[0] - b[0],
  );
  return {
    key: pinKey(end),
    name: pinName(line.pin),
    ...destinationType(line.pin),
    controls,
    sources: sorted.map(({ key, name, type, controls: own }) => ({ ...type, key, name, controls: own })),
    muxItems: mux ? muxItems(mux, sorted) : [],
  };
}

/** One item per input, ordered by logical pin. Where a virtual sum feeds an input, its first line stands for it. */
function muxItems(mux: NodeVertex, sources: readonly Source[]): MuxItem[] {
  const inputs = new Map(mux.parents.map((edge) => [edge.toPin, edge.from]));
  return [...inputs]
    .sort(([a], [b]) => a - b)
    .map(([logicalPin, feeder]) => {
      const at = sources.findIndex(({ input }) => input?.mux === mux && input.logicalPin === logicalPin);
      const name = sources[at]?.name ?? (feeder.kind === 'pin' ? pinName(feeder.pin) : nodeName(feeder.node));
      return { logicalPin, name, source: at < 0 ? undefined : at };
    });
}

function isSum(vertex: Vertex): boolean {
  return vertex.kind === 'node' && vertex.node.type === KSNODETYPE.SUM;
}

function isMux(vertex: Vertex): boolean {
  return vertex.kind === 'node' && vertex.node.type === KSNODETYPE.MUX;
}

function isTopologyFilter(vertex: Vertex): boolean {
  return vertex.subdevice.categories.includes(KSCATEGORY.TOPOLOGY);
}

function pinKey(vertex: PinVertex): string {
  return `${vertex.subdevice.name}/pin${vertex.pinId}`;
}

function nodeKey(vertex: NodeVertex): string {
  return `${vertex.subdevice.name}/node${vertex.nodeId}`;
}

/** A node is asked once, on however many lines it stands. */
function memo<Key, Value>(compute: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, Value>();
  return (key) => {
    let value = known.get(key);
    if (value === undefined) known.set(key, (value = compute(key)));
    return value;
  };
}
