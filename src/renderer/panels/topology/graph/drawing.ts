import type {
  FilterTopology,
  NodeTopology,
  PinTopology,
  TopologySnapshot,
} from '../../../../contract/services/topology.ts';
import { filterId, jackId, nodeId, pinId } from './elementId.ts';
import { kindOf, type NodeKind } from './nodeKind.ts';
import { filterColumns, isStreamPin, pinSides, runsLeft, type Side } from './orientation.ts';

/** What there is to draw of a topology, before anything has a place. */
export interface Drawing {
  frames: Frame[];
  jacks: Jack[];
  wires: Wire[];
}

/** A filter. */
export interface Frame {
  id: string;
  filter: FilterTopology;
  /** Wires between it and the nearest filter with streams. */
  column: number;
  collapsed: boolean;
  /** Name of the device, on the first of its frames where there are several devices. */
  caption: string | undefined;
  pins: FramePin[];
  /** Empty when collapsed, as `links`. */
  boxes: Box[];
  links: Link[];
}

export interface FramePin {
  id: string;
  pin: PinTopology;
  side: Side;
  /** Its name stands on the frame: what it leads to does not say it. */
  labelled: boolean;
}

/** A node. */
export interface Box {
  id: string;
  /** What its position is kept by: node numbers shift when a driver gains nodes, names do not. */
  key: string;
  node: NodeTopology;
  kind: NodeKind;
}

/** A connection inside a filter, between boxes and pins. */
export interface Link {
  id: string;
  from: string;
  to: string;
  /** The signal runs from right to left. */
  runsLeft: boolean;
}

export interface Jack {
  id: string;
  filter: FilterTopology;
  pin: PinTopology;
}

/** A physical connection, from pin to pin, or between a BRIDGE pin and its jack. */
export interface Wire {
  id: string;
  /** Name of its route in the layout. */
  route: string;
  from: string;
  to: string;
}

export interface DrawingOptions {
  /** Paths of filters drawn without their inside. */
  collapsed: readonly string[];
  shown: (filter: FilterTopology) => boolean;
}

export function drawingOf(snapshot: TopologySnapshot, { collapsed, shown }: DrawingOptions): Drawing {
  const filters = snapshot.filters.filter(shown);
  const paths = new Set(filters.map(({ path }) => path));
  const between = snapshot.connections.filter(
    ({ from, to }) => paths.has(from.filter) && paths.has(to.filter),
  );
  const columns = filterColumns(filters, between);
  const wired = new Set(between.flatMap(({ from, to }) => [pinKey(from), pinKey(to)]));

  const captions = captionsOf(snapshot, filters, columns);

  const frames = filters.map((filter): Frame => {
    const sides = pinSides(filter, columns, between);
    const isCollapsed = collapsed.includes(filter.path);
    return {
      id: filterId(filter.path),
      filter,
      column: columns.get(filter.path)!,
      collapsed: isCollapsed,
      caption: captions.get(filter.path),
      pins: filter.pins.map((pin) => ({
        id: pinId(filter.path, pin.id),
        pin,
        side: sides.get(pin.id)!,
        labelled:
          isStreamPin(pin) ||
          (pin.communication !== 'BRIDGE' && !wired.has(pinKey({ filter: filter.path, pin: pin.id }))),
      })),
      boxes: isCollapsed ? [] : boxesOf(filter),
      links: isCollapsed ? [] : linksOf(filter, sides),
    };
  });
  const jacks = filters.flatMap((filter) =>
    filter.pins
      .filter(({ communication }) => communication === 'BRIDGE')
      .map((pin): Jack => ({ id: jackId(filter.path, pin.id), filter, pin })),
  );
  const wires = [
    ...between.map(({ from, to }): Wire => wire(pinId(from.filter, from.pin), pinId(to.filter, to.pin))),
    ...jacks.map(({ id, filter, pin }): Wire => {
      const own = pinId(filter.path, pin.id);
      return pin.dataFlow === 'IN' ? wire(id, own, id) : wire(own, id, id);
    }),
  ];
  return { frames, jacks, wires };
}

/** The device's name by the path of its leftmost filter. */
function captionsOf(
  { adapters }: TopologySnapshot,
  filters: readonly FilterTopology[],
  columns: ReadonlyMap<string, number>,
): Map<string, string> {
  if (adapters.length < 2) return new Map();
  return new Map(
    adapters.flatMap(({ id, name }) => {
      const own = filters.filter(({ adapter }) => adapter === id);
      const least = Math.min(...own.map(({ path }) => columns.get(path)!));
      const first = own.find(({ path }) => columns.get(path) === least);
      return first ? [[first.path, name] as const] : [];
    }),
  );
}

function boxesOf(filter: FilterTopology): Box[] {
  const seen = new Map<string, number>();
  return filter.nodes.map((node) => {
    const count = (seen.get(node.name) ?? 0) + 1;
    seen.set(node.name, count);
    const name = count === 1 ? node.name : `${node.name} ${count}`;
    return {
      id: nodeId(filter.path, node.id),
      key: `node:${filter.path}#${name}`,
      node,
      kind: kindOf(node),
    };
  });
}

function linksOf(filter: FilterTopology, sides: ReadonlyMap<number, Side>): Link[] {
  const backwards = runsLeft(filter, sides);
  const end = (node: number | null, pin: number) =>
    node === null ? pinId(filter.path, pin) : nodeId(filter.path, node);
  return filter.connections.map(({ fromNode, fromPin, toNode, toPin }, index) => ({
    id: `link:${filter.path}#${index}`,
    from: end(fromNode, fromPin),
    to: end(toNode, toPin),
    runsLeft: backwards[index]!,
  }));
}

const pinKey = ({ filter, pin }: { filter: string; pin: number }): string => `${filter}#${pin}`;

function wire(from: string, to: string, route?: string): Wire {
  const id = `wire:${from}>${to}`;
  return { id, route: route ?? id, from, to };
}

/** Everything drawn, by id. */
export interface DrawingIndex {
  frames: ReadonlyMap<string, Frame>;
  boxes: ReadonlyMap<string, { frame: Frame; box: Box }>;
  pins: ReadonlyMap<string, { frame: Frame; pin: FramePin }>;
  jacks: ReadonlyMap<string, Jack>;
}

export function indexOf({ frames, jacks }: Drawing): DrawingIndex {
  return {
    frames: new Map(frames.map((frame) => [frame.id, frame])),
    boxes: new Map(frames.flatMap((frame) => frame.boxes.map((box) => [box.id, { frame, box }]))),
    pins: new Map(frames.flatMap((frame) => frame.pins.map((pin) => [pin.id, { frame, pin }]))),
    jacks: new Map(jacks.map((jack) => [jack.id, jack])),
  };
}
