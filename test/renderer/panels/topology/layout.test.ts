import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  layoutLayered,
  type LayeredEdge,
  type LayeredNode,
} from '../../../../src/renderer/panels/topology/layout/layered.ts';
import { layoutRequest } from '../../../../src/renderer/panels/topology/layout/layoutRequest.ts';
import {
  layoutTopology,
  type LayoutRequest,
  type Rectangle,
} from '../../../../src/renderer/panels/topology/layout/layoutTopology.ts';
import { drawingOf } from '../../../../src/renderer/panels/topology/graph/drawing.ts';
import { separate } from '../../../../src/renderer/panels/topology/layout/separate.ts';
import { largeTopology } from '../../../support/largeTopology.ts';

const GAPS = { layer: 20, node: 10 };
const node = (id: string, place?: LayeredNode['place']): LayeredNode => ({
  id,
  width: 40,
  height: 30,
  ...(place ? { place } : {}),
});
const edge = (from: string, to: string): LayeredEdge => ({
  id: `${from}${to}`,
  from,
  to,
  fromPort: 15,
  toPort: 15,
});

describe('separate', () => {
  it('leaves what has room where it wants to be', () => {
    expect(separate([0, 100, 200], [1, 1, 1], [30, 30, 30], 10)).toEqual([0, 100, 200]);
  });

  it('shares a lack of room evenly', () => {
    expect(separate([0, 0], [1, 1], [30, 30], 10)).toEqual([-20, 20]);
  });

  it('never lets boxes overlap or change their order', () => {
    const boxes = fc.array(
      fc.record({ desired: fc.integer({ min: -500, max: 500 }), height: fc.integer({ min: 1, max: 99 }) }),
      { minLength: 1, maxLength: 30 },
    );
    fc.assert(
      fc.property(boxes, (list) => {
        const tops = separate(
          list.map(({ desired }) => desired),
          list.map(() => 1),
          list.map(({ height }) => height),
          10,
        );
        for (let at = 1; at < tops.length; at++) {
          expect(tops[at]! - tops[at - 1]!).toBeGreaterThanOrEqual(list[at - 1]!.height + 10 - 1e-6);
        }
      }),
    );
  });
});

describe('layered layout', () => {
  it('draws a chain straight, from left to right', () => {
    const { nodes, width } = layoutLayered(
      [node('a', 'first'), node('b'), node('c'), node('d', 'last')],
      [edge('a', 'b'), edge('b', 'c'), edge('c', 'd')],
      GAPS,
    );
    expect([...nodes.values()]).toEqual([0, 60, 120, 180].map((x) => ({ x, y: 0 })));
    expect(width).toBe(220);
  });

  it('puts a sum between what it sums', () => {
    const { nodes } = layoutLayered(
      [node('a'), node('b'), node('sum'), node('out')],
      [edge('a', 'sum'), edge('b', 'sum'), edge('sum', 'out')],
      GAPS,
    );
    expect(nodes.get('sum')!.y).toBe((nodes.get('a')!.y + nodes.get('b')!.y) / 2);
    expect(nodes.get('out')!.y).toBe(nodes.get('sum')!.y);
  });

  it('untangles lines that cross', () => {
    const { nodes } = layoutLayered(
      [node('a'), node('b'), node('c'), node('d')],
      [edge('a', 'd'), edge('b', 'c')],
      GAPS,
    );
    const order = (p: string, q: string) => Math.sign(nodes.get(p)!.y - nodes.get(q)!.y);
    expect(order('a', 'b')).toBe(order('d', 'c'));
  });

  it('leads a line that skips a layer past the nodes of that layer', () => {
    const { nodes, routes } = layoutLayered(
      [node('a'), node('b'), node('c')],
      [edge('a', 'b'), edge('b', 'c'), edge('a', 'c')],
      GAPS,
    );
    const route = routes.get('ac')!;
    expect(route.map(({ x }) => x)).toEqual([60, 100]);
    const { y } = nodes.get('b')!;
    for (const point of route) expect(point.y < y || point.y > y + 30).toBe(true);
  });

  it('finds a place for everything, also in cycles, without overlap', () => {
    const graph = fc.integer({ min: 1, max: 14 }).chain((count) =>
      fc.tuple(
        fc.constant(count),
        fc.uniqueArray(fc.tuple(fc.nat(count - 1), fc.nat(count - 1)), {
          maxLength: 30,
          selector: (pair) => pair.join(),
        }),
      ),
    );
    fc.assert(
      fc.property(graph, ([count, pairs]) => {
        const nodes = Array.from({ length: count }, (_, at) => node(String(at)));
        const layout = layoutLayered(
          nodes,
          pairs.map(([a, b]) => edge(String(a), String(b))),
          GAPS,
        );
        const placed = [...layout.nodes.values()].map((at) => ({ ...at, width: 40, height: 30 }));
        expect(placed).toHaveLength(count);
        expect(overlaps(placed)).toEqual([]);
      }),
    );
  });
});

describe('layout of a topology', () => {
  const drawing = drawingOf(largeTopology({ cards: 3, strips: 4, inputs: 3 }), {
    collapsed: [],
    shown: () => true,
  });
  const request = layoutRequest(drawing, {}, (text) => text.length * 7);
  const layout = layoutTopology(request);
  const frameIds = drawing.frames.map(({ id }) => id);

  it('keeps frames apart and nodes inside their frames', () => {
    expect(overlaps(frameIds.map((id) => layout.places[id]!))).toEqual([]);
    for (const frame of drawing.frames) {
      const { width, height } = layout.places[frame.id]!;
      const boxes = frame.boxes.map(({ id }) => layout.places[id]!);
      expect(overlaps(boxes)).toEqual([]);
      for (const box of boxes) {
        expect(box.x).toBeGreaterThanOrEqual(0);
        expect(box.x + box.width).toBeLessThanOrEqual(width);
        expect(box.y + box.height).toBeLessThanOrEqual(height);
      }
    }
  });

  it('leaves room for the names that stand right of the jacks', () => {
    const frame = (id: string, column = 0): LayoutRequest['frames'][number] => ({
      id,
      column,
      minWidth: 200,
      pins: [
        { id: `${id}.in`, side: 'left', width: 30 },
        { id: `${id}.out`, side: 'right', width: 30 },
      ],
      boxes: [],
      links: [],
    });
    // Two filters in a row with a short name, which others with long names stand below.
    const others = Array.from({ length: 12 }, (_, number) => `other${number}`);
    const jack = (id: string, width: number) => ({ id: `${id}.jack`, pin: `${id}.out`, width });
    const frames = [frame('first'), frame('second', 1), ...others.map((id) => frame(id))];
    const jacks = [jack('second', 60), ...others.map((id) => jack(id, 400))];
    const wires = [{ id: 'wire', from: 'first.out', to: 'second.in' }];
    const { places } = layoutTopology({ frames, jacks, wires, kept: {} });
    const names = jacks.map(({ id, width }) => ({ ...places[id]!, width }));
    expect(new Set(names.map(({ x }) => x)).size).toBeGreaterThan(1);
    expect(overlaps([...frames.map(({ id }) => places[id]!), ...names])).toEqual([]);
  });

  it('has streams on the left, jacks together on the right, and inputs running from right to left', () => {
    const place = (id: string) => layout.places[id]!;
    const [wave, render, capture] = [
      place('filter:card1/Wave'),
      place('filter:card1/TopologyRender'),
      place('filter:card1/TopologyCapture'),
    ];
    expect(wave.x).toBeLessThan(render.x);
    expect(wave.x).toBeLessThan(capture.x);
    const jacks = drawing.jacks
      .filter(({ filter }) => filter.adapter === 'card1')
      .map(({ id }) => place(id).x);
    expect(new Set(jacks).size).toBe(1);
    expect(jacks[0]).toBeGreaterThan(render.x + render.width);
    // Gain 1 hears the microphone on the right and feeds the source selection on its left.
    expect(place('node:card1/TopologyCapture#0').x).toBeGreaterThan(place('node:card1/TopologyCapture#3').x);
  });

  it('leaves what a person placed where it is, and moves what would lie under it', () => {
    const [first, second] = frameIds as [string, string];
    const under = layout.places[second]!;
    const kept: LayoutRequest['kept'] = { [first]: { x: under.x, y: under.y } };
    const moved = layoutTopology({ ...request, kept });
    expect(moved.places[first]).toMatchObject(kept[first]!);
    expect(overlaps(frameIds.map((id) => moved.places[id]!))).toEqual([]);
  });
});

function overlaps(boxes: readonly Rectangle[]): [Rectangle, Rectangle][] {
  return boxes.flatMap((a, at) =>
    boxes
      .slice(at + 1)
      .filter(
        (b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height,
      )
      .map((b): [Rectangle, Rectangle] => [a, b]),
  );
}
