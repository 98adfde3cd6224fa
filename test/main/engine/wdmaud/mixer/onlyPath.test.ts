import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Edge, Vertex } from '../../../../../src/main/engine/sysaudio/deviceGraph.ts';
import { onlyPath } from '../../../../../src/main/engine/wdmaud/mixer/onlyPath.ts';
import { cases } from '../../../../support/duration.ts';

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

const vertex = fc.nat({ max: VERTICES - 1 });

it('finds the one path of any graph, and none where there are two or none', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(vertex, vertex), { maxLength: 10, size: 'max' }),
      fc.uniqueArray(fc.integer({ min: 1, max: VERTICES - 1 }), { minLength: 1, maxLength: 3 }),
      (pairs, goals) => {
        const vertices = graphOf(pairs);
        const goal = new Set(goals.map((index) => vertices[index]!));
        const paths = allPaths(vertices[0]!, goal);
        const found = onlyPath(vertices[0]!, goal);
        const only = paths.length === 1 ? paths[0] : undefined;
        expect(found?.length).toBe(only?.length);
        expect(found?.every((edge, index) => edge === only?.[index])).toBe(only && true);
      },
    ),
    { numRuns: cases({ normal: 2_000, fuzz: 200_000 }) },
  );
});

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
  expect(onlyPath(vertices[0]!, new Set([vertices[180]!]))).toBeUndefined();
});
