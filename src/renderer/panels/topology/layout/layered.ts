/**
 * Layered drawing of a directed graph from left to right (Sugiyama): layers by longest path, few crossings, straight
 * chains. Lines leave and enter at ports, which are heights on the edge of a node, and lines that cross a layer get a
 * place of their own in it. Pure and deterministic; all figures are pixels.
 */
import { assignLayers } from './layers.ts';
import { orderLayers } from './order.ts';
import { separate } from './separate.ts';

export interface LayeredNode {
  id: string;
  width: number;
  height: number;
  /** `first` and `last` have a layer of their own at the end of the drawing. */
  place?: 'first' | 'last';
}

export interface LayeredEdge {
  id: string;
  from: string;
  to: string;
  /** Distance of the line's end from the top of its node. */
  fromPort: number;
  toPort: number;
}

export interface Gaps {
  /** Between the widest nodes of two layers. */
  layer: number;
  /** Between two nodes of a layer. */
  node: number;
}

export interface Point {
  x: number;
  y: number;
}

export interface LayeredLayout {
  /** Top left corners. */
  nodes: Map<string, Point>;
  /** Where lines that cross layers pass, from left to right; lines between neighbours have none. */
  routes: Map<string, Point[]>;
  width: number;
  height: number;
}

/** A node in its layer, or the place of a line that passes it. */
export interface Item {
  readonly node: LayeredNode | undefined;
  readonly layer: number;
  readonly height: number;
  /** Place in the layer, from the top. */
  index: number;
  y: number;
  readonly left: Segment[];
  readonly right: Segment[];
}

/** The part of a line between two neighbouring layers. */
export interface Segment {
  readonly from: Item;
  readonly to: Item;
  readonly fromPort: number;
  readonly toPort: number;
}

/** Room that a passing line keeps to its neighbours. */
const PASSING_HEIGHT = 12;
const SWEEPS = 10;
/** A line that passes should stay straight before anything else. */
const PASSING_WEIGHT = 4;

export function layoutLayered(
  nodes: readonly LayeredNode[],
  edges: readonly LayeredEdge[],
  gaps: Gaps,
): LayeredLayout {
  const layerOf = assignLayers(nodes, edges);
  const layers: Item[][] = [];
  const items = new Map<string, Item>();
  const add = (node: LayeredNode | undefined, layer: number): Item => {
    const members = (layers[layer] ??= []);
    const height = node?.height ?? PASSING_HEIGHT;
    const item: Item = { node, layer, height, index: members.length, y: 0, left: [], right: [] };
    members.push(item);
    return item;
  };
  for (const node of nodes) items.set(node.id, add(node, layerOf.get(node.id)!));

  const passing = new Map<string, Item[]>();
  for (const edge of edges) {
    const [from, to] = [items.get(edge.from)!, items.get(edge.to)!];
    if (from.layer === to.layer) continue;
    const forward = from.layer < to.layer;
    const [left, right] = forward ? [from, to] : [to, from];
    const [leftPort, rightPort] = forward ? [edge.fromPort, edge.toPort] : [edge.toPort, edge.fromPort];
    const places: Item[] = [];
    let previous = left;
    let port = leftPort;
    for (let layer = left.layer + 1; layer < right.layer; layer++) {
      const place = add(undefined, layer);
      connect(previous, place, port, PASSING_HEIGHT / 2);
      places.push(place);
      previous = place;
      port = PASSING_HEIGHT / 2;
    }
    connect(previous, right, port, rightPort);
    if (places.length > 0) passing.set(edge.id, places);
  }

  orderLayers(layers);
  alignLayers(layers, gaps.node);

  const [lefts, widths] = columns(layers, gaps.layer);
  const layout: LayeredLayout = { nodes: new Map(), routes: new Map(), width: 0, height: 0 };
  for (const { node, layer, y, height } of layers.flat()) {
    layout.height = Math.max(layout.height, y + height);
    if (!node) continue;
    const slack = node.place === 'first' ? 0 : widths[layer]! - node.width;
    const x = lefts[layer]! + (node.place === 'last' ? slack : slack / 2);
    layout.nodes.set(node.id, { x: Math.round(x), y });
    layout.width = Math.max(layout.width, lefts[layer]! + widths[layer]!);
  }
  for (const [id, places] of passing) {
    layout.routes.set(
      id,
      places.flatMap(({ layer, y }) => {
        const [left, middle] = [lefts[layer]!, y + PASSING_HEIGHT / 2];
        return [
          { x: left, y: middle },
          { x: left + widths[layer]!, y: middle },
        ];
      }),
    );
  }
  return layout;
}

function connect(from: Item, to: Item, fromPort: number, toPort: number): void {
  const segment: Segment = { from, to, fromPort, toPort };
  from.right.push(segment);
  to.left.push(segment);
}

/**
 * Heights: sweeps from left to right and back move every layer as near as possible to where its lines come from. The
 * last sweep goes to the right, so that a chain follows its beginning exactly.
 */
function alignLayers(layers: readonly (readonly Item[])[], gap: number): void {
  for (const layer of layers) place(layer, () => ({ desired: 0, weight: 1 }), gap);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (let at = layers.length - 1; at >= 0; at--) place(layers[at]!, wishToTheRight, gap);
    for (const layer of layers) place(layer, wishToTheLeft, gap);
  }
  const top = Math.min(...layers.flat().map(({ y }) => y));
  for (const item of layers.flat()) item.y = Math.round(item.y - top);
}

interface Wish {
  desired: number;
  weight: number;
}

function wishToTheLeft(item: Item): Wish {
  return wish(item, item.left, (each) => each.from.y + each.fromPort - each.toPort, item.right.length > 0);
}

function wishToTheRight(item: Item): Wish {
  return wish(item, item.right, (each) => each.to.y + each.toPort - each.fromPort, item.left.length > 0);
}

/** Without lines on this side an item stays; one that hangs on the other side gives way easily. */
function wish(item: Item, lines: readonly Segment[], at: (line: Segment) => number, held: boolean): Wish {
  if (lines.length === 0) return { desired: item.y, weight: held ? 1 : 0.1 };
  const sum = lines.reduce((total, line) => total + at(line), 0);
  return { desired: sum / lines.length, weight: item.node ? 1 : PASSING_WEIGHT };
}

function place(layer: readonly Item[], wishOf: (item: Item) => Wish, gap: number): void {
  const wishes = layer.map(wishOf);
  const tops = separate(
    wishes.map(({ desired }) => desired),
    wishes.map(({ weight }) => weight),
    layer.map(({ height }) => height),
    gap,
  );
  layer.forEach((item, index) => (item.y = tops[index]!));
}

/** Left edge and width of every layer. */
function columns(layers: readonly (readonly Item[])[], gap: number): [number[], number[]] {
  const widths = layers.map((layer) => Math.max(0, ...layer.map(({ node }) => node?.width ?? 0)));
  let x = 0;
  const lefts = widths.map((width) => {
    const left = x;
    x += width + gap;
    return left;
  });
  return [lefts, widths];
}
