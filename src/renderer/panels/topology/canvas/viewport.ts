import type { Node } from '@xyflow/svelte';
import type { Viewport } from '../../../state/topologyView.svelte.ts';
import type { Point } from '../layout/layered.ts';
import type { Rectangle } from '../layout/layoutTopology.ts';

/** Where the canvas has to stand to show something. */

export interface Size {
  width: number;
  height: number;
}

/** Room at the window's edges that something else lies over. */
export interface Insets {
  top: number;
  right: number;
  bottom: number;
  left: number;
}

/** Data of a jack on the canvas. */
export interface JackData extends Record<string, unknown> {
  /** Room for the name that stands right of it. */
  nameWidth: number;
}

/** A device's name above its first frame. */
const CAPTION_ROOM = 24;

/** Around all frames and jacks, names included. */
export function bounds(nodes: readonly Node[]): Rectangle {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { position, width = 0, height = 0, parentId, data } of nodes) {
    if (parentId !== undefined) continue;
    left = Math.min(left, position.x);
    top = Math.min(top, position.y - CAPTION_ROOM);
    right = Math.max(right, position.x + width + ((data as Partial<JackData>).nameWidth ?? 0));
    bottom = Math.max(bottom, position.y + height);
  }
  if (left === Infinity) return { x: 0, y: 0, width: 0, height: 0 };
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** Everything in the middle of the free part of the window; never larger than 100 %. */
export function fitted(
  { x, y, width, height }: Rectangle,
  window: Size,
  insets: Insets,
  least: number,
): Viewport {
  const free = {
    width: window.width - insets.left - insets.right,
    height: window.height - insets.top - insets.bottom,
  };
  const zoom = Math.max(
    least,
    Math.min(1, free.width / Math.max(1, width), free.height / Math.max(1, height)),
  );
  return {
    x: Math.round(insets.left + (free.width - width * zoom) / 2 - x * zoom),
    y: Math.round(insets.top + (free.height - height * zoom) / 2 - y * zoom),
    zoom,
  };
}

/** Another zoom, with the given point of the window standing still. */
export function zoomedAt({ x, y, zoom }: Viewport, next: number, at: Point): Viewport {
  const factor = next / zoom;
  return { x: at.x - (at.x - x) * factor, y: at.y - (at.y - y) * factor, zoom: next };
}

const MARGIN = 48;

/** Moved no further than it takes to have a point of the canvas in the free part of the window. */
export function revealed(viewport: Viewport, point: Point, window: Size, insets: Insets): Viewport {
  const { x, y, zoom } = viewport;
  const shift = (at: number, least: number, most: number) =>
    Math.min(Math.max(at, least), Math.max(least, most)) - at;
  const dx = shift(point.x * zoom + x, insets.left + MARGIN, window.width - insets.right - MARGIN);
  const dy = shift(point.y * zoom + y, insets.top + MARGIN, window.height - insets.bottom - MARGIN);
  return dx === 0 && dy === 0 ? viewport : { x: x + dx, y: y + dy, zoom };
}
