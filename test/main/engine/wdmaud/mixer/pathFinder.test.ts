import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Edge, Vertex } from '../../../../../src/main/engine/sysaudio/deviceGraph.ts';
import { PathFinder, type Path } from '../../../../../src/main/engine/wdmaud/mixer/pathFinder.ts';
import { fuzz } from '../../../../support/fuzzing.ts';

const VERTICES = 7;

/** Vertices joined as the pairs say; the search reads nothing but their wires. */
function graphOf(pairs: readonly (readonly [number, number])[]): Vertex[] {
  const vertices = Array.from(
    { length: VERTICES },
    () => ({ parents: [], children: [] }) as unknown as Vertex,
  );
  for (const [from, to] of pairs) {
    const edge: Edge = { from: vertices[from]!, to: vertices[to]!, toPin: 1 };
    edge.from.children.push(edge);
    edge.to.parents.push(edge);
  }
  return vertices;
}

/** Every path that passes no vertex twice and ends where it first meets the goal. */
function allPaths(at: Vertex, goal: ReadonlySet<Vertex>, passed: readonly Vertex[] = [at]): Edge[][] {
  return at.children.flatMap((edge) => {
    if (goal.has(edge.to)) return [[edge]];
    if (passed.includes(edge.to)) return [];
    return allPaths(edge.to, goal, [...passed, edge.to]).map((rest) => [edge, ...rest]);
  });
}

function edgesOf(path: Path | undefined): Edge[] {
  return path ? [path.edge, ...edgesOf(path.rest)] : [];
}

const vertex = fc.nat({ max: VERTICES - 1 });
const goalSeed = fc.uniqueArray(vertex, { minLength: 1, maxLength: 3 });

it(
  'finds the one path to each goal of any graph, and none where there are two or none',
  { tags: 'fuzz' },
  async () => {
    await fuzz(
      'descriptors/paths',
      fc.property(
        fc.array(fc.tuple(vertex, vertex), { maxLength: 10, size: 'max' }),
        fc.array(goalSeed, { minLength: 1, maxLength: 2 }),
        (pairs, goalSeeds) => {
          const vertices = graphOf(pairs);
          const goals = goalSeeds.map((seed) => new Set(seed.map((index) => vertices[index]!)));
          const finder = new PathFinder(vertices, (vertex) => goals.filter((goal) => goal.has(vertex)));
          for (const start of vertices.filter((each) => !goals.some((goal) => goal.has(each)))) {
            const found = finder.onlyPaths(start);
            for (const goal of goals) {
              const paths = allPaths(start, goal);
              const only = paths.length === 1 ? paths[0] : undefined;
              const edges = edgesOf(found.get(goal));
              expect(edges.length).toBe(only?.length ?? 0);
              expect(edges.every((edge, index) => edge === only?.[index])).toBe(true);
            }
          }
        },
      ),
      { normal: 1_000, fuzz: 50_000 },
    );
  },
);

it('ends in a graph whose paths cannot be counted', () => {
  // 60 diamonds one behind the other have 2^60 paths.
  const vertices = Array.from({ length: 181 }, () => ({ parents: [], children: [] }) as unknown as Vertex);
  const wire = (from: number, to: number) => {
    const edge: Edge = { from: vertices[from]!, to: vertices[to]!, toPin: 1 };
    edge.from.children.push(edge);
  };
  for (let at = 0; at < 180; at += 3) {
    for (const side of [1, 2]) {
      wire(at, at + side);
      wire(at + side, at + 3);
    }
  }
  const finder = new PathFinder(vertices, (each) => (each === vertices[180] ? ['end'] : []));
  expect([...finder.onlyPaths(vertices[0]!)]).toEqual([]);
});
