import type { Edge, Vertex } from '../../sysaudio/deviceGraph.ts';

/** A path as a list of connections: paths that come together share what follows. */
export interface Path {
  readonly edge: Edge;
  readonly rest: Path | undefined;
}

/** The goals to which exactly one path leads, with that path. */
export type OnlyPaths<Goal> = ReadonlyMap<Goal, Path>;

/**
 * Finds where exactly one path leads. A path passes no vertex twice, so wiring loops add no paths.
 *
 * A large device asks for hundreds of sources, most of which soon come together: what leads on from a vertex is found
 * once, and the graph is numbered, so that searches run over arrays.
 */
export class PathFinder<Goal> {
  readonly #number = new Map<Vertex, number>();
  readonly #children: readonly (readonly Step[])[];
  readonly #goals: readonly (readonly Goal[])[];
  readonly #known: (OnlyPaths<Goal> | undefined)[];
  /** Of the search under way: the step a vertex was reached by. */
  readonly #cameBy: (Step | undefined)[];
  /** The search or check that last came by the vertex. */
  readonly #seen: Int32Array;
  /** Place on the path under check, from 1; 0 = off the path. */
  readonly #position: Int32Array;
  #searches = 0;

  /** `goalsOf` answers the goals a vertex belongs to; a path to a goal ends at the first of its vertices. */
  constructor(vertices: readonly Vertex[], goalsOf: (vertex: Vertex) => readonly Goal[]) {
    vertices.forEach((vertex, index) => this.#number.set(vertex, index));
    this.#children = vertices.map((vertex, from) =>
      vertex.children.map((edge) => ({ from, to: this.#number.get(edge.to)!, edge })),
    );
    this.#goals = vertices.map(goalsOf);
    this.#known = vertices.map(() => undefined);
    this.#cameBy = vertices.map(() => undefined);
    this.#seen = new Int32Array(vertices.length);
    this.#position = new Int32Array(vertices.length);
  }

  /**
   * Downstream from `start`. Where a vertex has one connection only, its paths are those of the next vertex with that
   * connection in front: one that came back to it could only go the same way again.
   */
  onlyPaths(start: Vertex): OnlyPaths<Goal> {
    const search = ++this.#searches;
    const chain: Step[] = [];
    let at = this.#number.get(start)!;
    while (!this.#known[at] && this.#children[at]!.length === 1 && this.#seen[at] !== search) {
      this.#seen[at] = search;
      const step = this.#children[at]![0]!;
      chain.push(step);
      at = step.to;
    }
    let paths = (this.#known[at] ??= this.#search(at));
    for (const step of chain.reverse()) paths = this.#known[step.from] = this.#prepend(step, paths);
    return paths;
  }

  #prepend({ edge, to }: Step, paths: OnlyPaths<Goal>): OnlyPaths<Goal> {
    const longer = new Map<Goal, Path>();
    for (const [goal, rest] of paths) longer.set(goal, { edge, rest });
    for (const goal of this.#goals[to]!) longer.set(goal, { edge, rest: undefined });
    return longer;
  }

  #search(start: number): OnlyPaths<Goal> {
    const paths = new Map<Goal, Path>();
    for (const [goal, last] of this.#reach(start)) {
      const steps = this.#pathBack(start, last);
      if (!this.#isOnly(steps, goal)) continue;
      paths.set(
        goal,
        steps.reduceRight<Path | undefined>((rest, { edge }) => ({ edge, rest }), undefined)!,
      );
    }
    return paths;
  }

  /** Every goal that can be reached, with the step that first reaches one of its vertices. */
  #reach(start: number): Map<Goal, Step> {
    const search = ++this.#searches;
    const found = new Map<Goal, Step>();
    const open = [start];
    this.#seen[start] = search;
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      for (const step of this.#children[at]!) {
        if (this.#seen[step.to] === search) continue;
        this.#seen[step.to] = search;
        this.#cameBy[step.to] = step;
        for (const goal of this.#goals[step.to]!) if (!found.has(goal)) found.set(goal, step);
        open.push(step.to);
      }
    }
    return found;
  }

  #pathBack(start: number, last: Step): Step[] {
    const path = [last];
    for (let step = last; step.from !== start; path.push(step)) step = this.#cameBy[step.from]!;
    return path.reverse();
  }

  /**
   * Another path would have to leave this one somewhere and come back further down, or at the goal. So it is enough to
   * look where the connections off the path lead, and every vertex off the path is looked at once: what it reaches was
   * too far up for an earlier place on the path and is still further up for a later one.
   */
  #isOnly(path: readonly Step[], goal: Goal): boolean {
    const search = ++this.#searches;
    path.forEach(({ from }, index) => (this.#position[from] = index + 1));
    let only = true;
    const open: Step[] = [];
    for (let index = 0; index < path.length && only; index++) {
      const own = path[index]!;
      for (const step of this.#children[own.from]!) if (step !== own) open.push(step);
      for (let step = open.pop(); step && only; step = open.pop()) {
        const { to } = step;
        if (this.#goals[to]!.includes(goal)) only = false;
        else if (this.#position[to]! > 0) only = this.#position[to]! <= index + 1;
        else if (this.#seen[to] !== search) {
          this.#seen[to] = search;
          open.push(...this.#children[to]!);
        }
      }
    }
    for (const { from } of path) this.#position[from] = 0;
    return only;
  }
}

/** A connection between numbered vertices. */
interface Step {
  readonly from: number;
  readonly to: number;
  readonly edge: Edge;
}
