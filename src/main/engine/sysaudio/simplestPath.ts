import { isHostPin, type PinVertex, type Vertex } from './deviceGraph.ts';

/** Nodes one path may be forced through: each doubles the states of the search. */
export const MAX_REQUIRED_NODES = 12;

/**
 * The simplest path between a host pin and an end of the joined graph: the one over the fewest pins and nodes, among
 * equals the one discovered first. An end is a jack, or a host pin on the far side. Nodes that lie beside the
 * shortest way (optional ones) are left out unless they are in `required`. Specification 5.2 steps 3 and 4.
 *
 * Answers the vertices from `start` on, or undefined when no end can be reached: the pin leads into a loop of
 * physical connections or into nothing. Always ends, because no vertex is visited twice with the same nodes behind it.
 */
export function simplestPath(
  start: PinVertex,
  required: readonly Vertex[] = [],
): readonly Vertex[] | undefined {
  const down = start.pin.dataFlow === 'IN';
  const bitOf = new Map(required.map((vertex, index) => [vertex, 1 << index]));
  const all = (1 << required.length) - 1;
  const first: Step = { vertex: start, done: bitOf.get(start) ?? 0, before: undefined };
  const visited = new Map<Vertex, Set<number>>([[start, new Set([first.done])]]);
  const queue = [first];
  for (let at = 0; at < queue.length; at++) {
    const step = queue[at]!;
    const { vertex, done } = step;
    const edges = down ? vertex.children : vertex.parents;
    if (done === all && isEnd(vertex, start, edges.length)) return unwind(step);
    for (const edge of edges) {
      const next = down ? edge.to : edge.from;
      const nextDone = done | (bitOf.get(next) ?? 0);
      const seen = visited.get(next);
      if (seen?.has(nextDone)) continue;
      if (seen) seen.add(nextDone);
      else visited.set(next, new Set([nextDone]));
      queue.push({ vertex: next, done: nextDone, before: step });
    }
  }
  return undefined;
}

interface Step {
  readonly vertex: Vertex;
  /** Bits of the required nodes behind this step. */
  readonly done: number;
  readonly before: Step | undefined;
}

/** A host pin without any wiring is its own end. */
function isEnd(vertex: Vertex, start: PinVertex, edges: number): boolean {
  if (vertex.kind !== 'pin') return false;
  if (vertex === start) return edges === 0;
  return edges === 0 || isHostPin(vertex.pin);
}

function unwind(last: Step): Vertex[] {
  const path: Vertex[] = [];
  for (let step: Step | undefined = last; step; step = step.before) path.push(step.vertex);
  return path.reverse();
}
