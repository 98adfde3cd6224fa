import type { Item, Segment } from './layered.ts';

/**
 * Orders the items of every layer so that few lines cross: sweeps put each item at the middle of where its lines
 * come from; the best order seen is kept.
 */
export function orderLayers(layers: Item[][]): void {
  let best = layers.map((layer) => [...layer]);
  let fewest = crossings(layers);
  for (let sweep = 0; sweep < MOST_SWEEPS && fewest > 0; sweep++) {
    if (sweep % 2 === 0) {
      for (let at = 1; at < layers.length; at++) sortBy(layers[at]!, (item) => middle(item.left, 'from'));
    } else {
      for (let at = layers.length - 2; at >= 0; at--) sortBy(layers[at]!, (item) => middle(item.right, 'to'));
    }
    const count = crossings(layers);
    if (count >= fewest) continue;
    fewest = count;
    best = layers.map((layer) => [...layer]);
  }
  best.forEach((layer, at) => {
    layers[at] = layer;
    number(layer);
  });
}

const MOST_SWEEPS = 16;

/** Where a line's end stands in its layer: the item's place, and the port's height as a fraction of it. */
const endAt = (segment: Segment, end: 'from' | 'to'): number => {
  const item = segment[end];
  const port = end === 'from' ? segment.fromPort : segment.toPort;
  return item.index + port / (item.height + 1);
};

function middle(segments: readonly Segment[], end: 'from' | 'to'): number | undefined {
  if (segments.length === 0) return undefined;
  return segments.reduce((sum, segment) => sum + endAt(segment, end), 0) / segments.length;
}

/** Items without lines keep their place. */
function sortBy(layer: Item[], middleOf: (item: Item) => number | undefined): void {
  const keys = new Map(layer.map((item) => [item, middleOf(item) ?? item.index]));
  layer.sort((a, b) => keys.get(a)! - keys.get(b)! || a.index - b.index);
  number(layer);
}

function number(layer: readonly Item[]): void {
  layer.forEach((item, index) => (item.index = index));
}

/** Pairs of lines between the same two layers whose ends stand in opposite order. */
function crossings(layers: readonly (readonly Item[])[]): number {
  let count = 0;
  for (const layer of layers) {
    const ends = layer
      .flatMap((item) => item.right)
      .map((segment) => [endAt(segment, 'from'), endAt(segment, 'to')] as const)
      .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    for (let i = 0; i < ends.length; i++) {
      for (let j = i + 1; j < ends.length; j++) {
        if (ends[j]![0] > ends[i]![0] && ends[j]![1] < ends[i]![1]) count++;
      }
    }
  }
  return count;
}
