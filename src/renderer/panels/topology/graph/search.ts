import type { Drawing } from './drawing.ts';

/** One thing that a search found. */
export interface Hit {
  id: string;
  kind: 'filter' | 'node' | 'pin' | 'jack';
  name: string;
  /** Where it is: the filter, or the device of a filter. */
  where: string;
}

/** What has every word of the query in its name, its type, or the name of where it is; in the order of the drawing. */
export function searchDrawing(drawing: Drawing, query: string): Hit[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const hits: Hit[] = [];
  const offer = (hit: Hit, ...texts: string[]) => {
    const own = [hit.name, ...texts].join(' ').toLowerCase();
    const all = `${own} ${hit.where.toLowerCase()}`;
    // At least one word is about the thing itself, or a filter's name would find everything inside.
    if (words.every((word) => all.includes(word)) && words.some((word) => own.includes(word))) hits.push(hit);
  };
  for (const { id, filter, pins, boxes } of drawing.frames) {
    const where = filter.name;
    offer({ id, kind: 'filter', name: filter.name, where: filter.adapter }, filter.port ?? '');
    for (const { id: pinId, pin } of pins) {
      if (pin.communication === 'BRIDGE') continue;
      offer({ id: pinId, kind: 'pin', name: pin.name, where }, pin.category.name);
    }
    for (const { id: boxId, node, kind } of boxes) {
      offer({ id: boxId, kind: 'node', name: node.name, where }, kind.label, node.type.name);
    }
  }
  for (const { id, filter, pin } of drawing.jacks) {
    offer({ id, kind: 'jack', name: pin.name || filter.name, where: filter.name }, pin.category.name);
  }
  return hits;
}
