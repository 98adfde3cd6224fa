import { COMPONENT_GAP } from './geometry.ts';
import type { FrameRequest, LayoutRequest, LayoutResult, Rectangle } from './layoutTopology.ts';

/** Filters that are wired to each other, directly or through others, with their jacks and wires. */
export interface Component {
  frames: FrameRequest[];
  jacks: LayoutRequest['jacks'];
  wires: LayoutRequest['wires'];
}

/** In the order of the first filter of each. */
export function componentsOf({ frames, jacks, wires }: LayoutRequest): Component[] {
  const frameOf = new Map(frames.flatMap(({ id, pins }) => pins.map((pin) => [pin.id, id] as const)));
  const leader = new Map(frames.map(({ id }) => [id, id]));
  const find = (id: string): string => {
    let root = id;
    while (leader.get(root) !== root) root = leader.get(root)!;
    leader.set(id, root);
    return root;
  };
  for (const { from, to } of wires) leader.set(find(frameOf.get(to)!), find(frameOf.get(from)!));
  const components = new Map<string, Component>();
  for (const frame of frames) {
    const root = find(frame.id);
    const component = components.get(root) ?? { frames: [], jacks: [], wires: [] };
    component.frames.push(frame);
    components.set(root, component);
  }
  for (const jack of jacks) components.get(find(frameOf.get(jack.pin)!))!.jacks.push(jack);
  for (const wire of wires) components.get(find(frameOf.get(wire.from)!))!.wires.push(wire);
  return [...components.values()];
}

/** Width to height of a window. */
const ASPECT = 1.6;

/**
 * Puts components below each other, in as many columns as make the whole about as wide as a window, and the jacks of a
 * column below each other.
 */
export function arrangeComponents(
  components: readonly (Component & Rectangle)[],
  { places, routes }: LayoutResult,
): void {
  if (components.length === 0) return;
  const area = components.reduce(
    (sum, { width, height }) => sum + (width + COMPONENT_GAP) * (height + COMPONENT_GAP),
    0,
  );
  const widest = Math.max(...components.map(({ width }) => width));
  const total = components.reduce((sum, { height }) => sum + height + COMPONENT_GAP, 0);
  const wanted = Math.max(...components.map(({ height }) => height), Math.sqrt(area / ASPECT));
  const limit = total * ASPECT <= widest * 2 ? Infinity : wanted * 1.1;

  let left = 0;
  let column: (Component & Rectangle)[] = [];
  let top = 0;
  const close = () => {
    alignJacks(column, { places, routes });
    // With the names that stand right of the jacks.
    const names = column.flatMap(({ jacks }) => jacks.map(({ id, width }) => places[id]!.x + width - left));
    left += Math.max(...column.map(({ width }) => width), ...names) + COMPONENT_GAP * 2;
    column = [];
    top = 0;
  };
  for (const component of components) {
    if (column.length > 0 && top + component.height > limit) close();
    moveBy(component, left, top, { places, routes });
    column.push({ ...component, x: left, y: top });
    top += component.height + COMPONENT_GAP;
  }
  close();
}

/** A device without streams moves along with its jacks, so that it stands where mixers stand. */
function alignJacks(column: readonly Component[], { places, routes }: Moved): void {
  const jacksOf = ({ jacks }: Component) => jacks.map(({ id }) => places[id]!);
  const x = Math.max(...column.flatMap(jacksOf).map((jack) => jack.x));
  for (const component of column) {
    const [first] = jacksOf(component);
    if (first && component.frames.every((frame) => frame.column > 0)) {
      moveBy(component, x - first.x, 0, { places, routes });
    }
    for (const jack of jacksOf(component)) jack.x = x;
  }
}

type Moved = Pick<LayoutResult, 'places' | 'routes'>;

function moveBy({ frames, jacks, wires }: Component, x: number, y: number, { places, routes }: Moved): void {
  for (const { id } of [...frames, ...jacks]) {
    places[id]!.x += x;
    places[id]!.y += y;
  }
  for (const { id } of [...wires, ...jacks]) {
    for (const point of routes[id] ?? []) {
      point.x += x;
      point.y += y;
    }
  }
}
