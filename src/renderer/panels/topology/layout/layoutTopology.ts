/**
 * Places everything that is drawn: first the inside of every filter, then the filters and jacks among each other, then
 * what belongs together as a whole. Runs in a worker; pure.
 */
import {
  BOX_COLUMN,
  BOX_GAPS,
  BOX_HEIGHT,
  BOX_PORT,
  BOX_ROW,
  BOX_WIDTH,
  FRAME_GAPS,
  FRAME_PADDING,
  HEADER_HEIGHT,
  JACK_ROW,
  JACK_SIZE,
  PIN_PORT,
  PIN_ROW,
} from './geometry.ts';
import { layoutLayered, type LayeredEdge, type LayeredNode, type Point } from './layered.ts';
import { arrangeComponents, componentsOf, type Component } from './components.ts';

export interface FrameRequest {
  id: string;
  /** Wires between it and the nearest filter with streams. */
  column: number;
  minWidth: number;
  pins: { id: string; side: 'left' | 'right'; width: number }[];
  boxes: string[];
  /** From left to right. */
  links: { id: string; from: string; to: string }[];
}

export interface LayoutRequest {
  frames: FrameRequest[];
  jacks: { id: string; pin: string; width: number }[];
  /** Between pins. */
  wires: { id: string; from: string; to: string }[];
  /** Positions a person chose: of frames and jacks on the canvas, of boxes in their frame. */
  kept: Record<string, Point>;
}

export interface Rectangle extends Point {
  width: number;
  height: number;
}

export interface LayoutResult {
  /** Frames and jacks on the canvas; boxes in their frame. */
  places: Record<string, Rectangle>;
  /** Ends of lines on the edge of their frame, from the frame's corner. */
  pins: Record<string, Point>;
  /** Where lines that cross columns pass, from left to right: of links in their frame, of wires on the canvas. */
  routes: Record<string, Point[]>;
}

export function layoutTopology(request: LayoutRequest): LayoutResult {
  const result: LayoutResult = { places: {}, pins: {}, routes: {} };
  for (const frame of request.frames) layoutFrame(frame, request.kept, result);

  const components = componentsOf(request).map((members) => layoutComponent(members, result));
  arrangeComponents(components, result);
  keepPlaces(request, result);
  return result;
}

function layoutFrame(frame: FrameRequest, kept: Readonly<Record<string, Point>>, result: LayoutResult): void {
  const nodes: LayeredNode[] = [
    ...frame.pins.map(({ id, side, width }): LayeredNode => ({
      id,
      width,
      height: PIN_ROW,
      place: side === 'left' ? 'first' : 'last',
    })),
    ...frame.boxes.map((id): LayeredNode => ({ id, width: BOX_COLUMN, height: BOX_ROW })),
  ];
  const isPin = new Set(frame.pins.map(({ id }) => id));
  const portOf = (id: string) => (isPin.has(id) ? PIN_PORT : BOX_PORT);
  const edges = frame.links.map(({ id, from, to }): LayeredEdge => ({
    id,
    from,
    to,
    fromPort: portOf(from),
    toPort: portOf(to),
  }));
  const inside = layoutLayered(nodes, edges, BOX_GAPS);

  const boxes = frame.boxes.map((id): [string, Rectangle] => {
    const { x, y } = inside.nodes.get(id)!;
    const chosen = kept[id];
    const automatic = { x: x + (BOX_COLUMN - BOX_WIDTH) / 2, y: y + HEADER_HEIGHT };
    return [id, { ...(chosen ?? automatic), width: BOX_WIDTH, height: BOX_HEIGHT }];
  });
  const right = Math.max(0, ...boxes.map(([, { x, width }]) => x + width + (BOX_COLUMN - BOX_WIDTH) / 2));
  const bottom = Math.max(0, ...boxes.map(([, { y }]) => y + BOX_ROW));
  const automaticWidth = Math.max(frame.minWidth, inside.width);
  // What is between the pins of a wide frame stands in its middle.
  const shift = Math.round((automaticWidth - inside.width) / 2);
  for (const [id, box] of boxes) result.places[id] = kept[id] ? box : { ...box, x: box.x + shift };
  const width = Math.max(automaticWidth, right + FRAME_PADDING);
  const height = Math.max(inside.height + HEADER_HEIGHT, bottom) + FRAME_PADDING;
  result.places[frame.id] = { x: 0, y: 0, width, height };

  for (const { id, side } of frame.pins) {
    result.pins[id] = {
      x: side === 'left' ? 0 : width,
      y: inside.nodes.get(id)!.y + PIN_PORT + HEADER_HEIGHT,
    };
  }
  for (const [id, points] of inside.routes) {
    const { from, to } = frame.links.find((link) => link.id === id)!;
    if (kept[from] || kept[to]) continue;
    result.routes[id] = points.map(({ x, y }) => ({ x: x + shift, y: y + HEADER_HEIGHT }));
  }
}

/** Filters that are wired to each other, with their jacks; answers what it is about, placed from 0, 0. */
function layoutComponent(members: Component, result: LayoutResult): Component & Rectangle {
  const frameOf = new Map(
    members.frames.flatMap((frame) => frame.pins.map(({ id }) => [id, frame] as const)),
  );
  const nodes: LayeredNode[] = [
    ...members.frames.map(({ id }): LayeredNode => {
      const { width, height } = result.places[id]!;
      return { id, width, height };
    }),
    ...members.jacks.map(({ id, width }): LayeredNode => ({ id, width, height: JACK_ROW, place: 'last' })),
  ];
  const edges: LayeredEdge[] = [];
  for (const { id, from, to } of members.wires) {
    const [a, b] = [frameOf.get(from)!, frameOf.get(to)!];
    const forward = a.column <= b.column;
    const [left, right] = forward ? [from, to] : [to, from];
    edges.push({
      id,
      from: frameOf.get(left)!.id,
      to: frameOf.get(right)!.id,
      fromPort: result.pins[left]!.y,
      toPort: result.pins[right]!.y,
    });
  }
  for (const { id, pin } of members.jacks) {
    edges.push({
      id,
      from: frameOf.get(pin)!.id,
      to: id,
      fromPort: result.pins[pin]!.y,
      toPort: JACK_ROW / 2,
    });
  }
  const layout = layoutLayered(nodes, edges, FRAME_GAPS);
  for (const { id } of members.frames) Object.assign(result.places[id]!, layout.nodes.get(id)!);
  const jackLeft = Math.min(...members.jacks.map(({ id }) => layout.nodes.get(id)!.x));
  for (const { id } of members.jacks) {
    const { y } = layout.nodes.get(id)!;
    result.places[id] = {
      x: jackLeft,
      y: y + (JACK_ROW - JACK_SIZE) / 2,
      width: JACK_SIZE,
      height: JACK_SIZE,
    };
  }
  for (const [id, points] of layout.routes) result.routes[id] = points;
  return { ...members, x: 0, y: 0, width: layout.width, height: layout.height };
}

/** What a person placed stands there; what would lie under it gives way downwards. */
function keepPlaces({ frames, jacks, kept }: LayoutRequest, { places, routes }: LayoutResult): void {
  const all = [...frames, ...jacks].map(({ id }) => id);
  const chosen = all.filter((id) => kept[id]);
  if (chosen.length === 0) return;
  for (const id of chosen) Object.assign(places[id]!, kept[id]);
  const settled = chosen.map((id) => places[id]!);
  for (const id of all.filter((each) => !kept[each])) {
    const place = places[id]!;
    for (;;) {
      const under = settled.find((other) => overlap(place, other));
      if (!under) break;
      place.y = under.y + under.height + FRAME_GAPS.node;
    }
    settled.push(place);
  }
  // Wires of a column no longer pass where they were led.
  for (const id of Object.keys(routes)) if (!id.startsWith('link:')) delete routes[id];
}

function overlap(a: Rectangle, b: Rectangle): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
