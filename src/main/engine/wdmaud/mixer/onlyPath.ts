import type { Edge, Vertex } from '../../sysaudio/deviceGraph.ts';

/**
 * The connections of the one path downstream from `start` to the first vertex of `goal`; undefined when there is none
 * or more than one. A path passes no vertex twice, so wiring loops add no paths. Linear in the connections looked at.
 *
 * One path is found first. Another one would have to leave it somewhere and come back further down, or at the goal; so
 * it is enough to look where the connections off the path lead, and every vertex off the path is looked at once: what it
 * reaches was too far up for an earlier place on the path and is still further up for a later one.
 */
export function onlyPath(start: Vertex, goal: ReadonlySet<Vertex>): Edge[] | undefined {
  const path = anyPath(start, goal);
  if (!path) return undefined;
  const position = new Map<Vertex, number>([[start, 0]]);
  path.forEach(({ to }, index) => position.set(to, index + 1));

  const seen = new Set<Vertex>();
  for (const [index, step] of path.entries()) {
    const open: Edge[] = step.from.children.filter((edge) => edge !== step);
    for (let edge = open.pop(); edge; edge = open.pop()) {
      const { to } = edge;
      if (goal.has(to)) return undefined;
      const at = position.get(to);
      if (at !== undefined) {
        if (at > index) return undefined;
      } else if (!seen.has(to)) {
        seen.add(to);
        open.push(...to.children);
      }
    }
  }
  return path;
}

function anyPath(start: Vertex, goal: ReadonlySet<Vertex>): Edge[] | undefined {
  const cameBy = new Map<Vertex, Edge>();
  const open: Vertex[] = [start];
  for (let at = open.pop(); at; at = open.pop()) {
    for (const edge of at.children) {
      if (edge.to === start || cameBy.has(edge.to)) continue;
      cameBy.set(edge.to, edge);
      if (goal.has(edge.to)) return pathBack(edge, start, cameBy);
      open.push(edge.to);
    }
  }
  return undefined;
}

function pathBack(last: Edge, start: Vertex, cameBy: ReadonlyMap<Vertex, Edge>): Edge[] {
  const path = [last];
  for (let edge = last; edge.from !== start; path.push(edge)) edge = cameBy.get(edge.from)!;
  return path.reverse();
}
