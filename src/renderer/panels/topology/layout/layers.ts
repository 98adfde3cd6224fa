import type { LayeredEdge, LayeredNode } from './layered.ts';

/**
 * The layer of every node, from 0: a node stands one layer right of the last that leads to it. Of a cycle, the line
 * that closes it is drawn backwards. Layers are numbered without holes.
 */
export function assignLayers(
  nodes: readonly LayeredNode[],
  edges: readonly LayeredEdge[],
): Map<string, number> {
  const next = new Map<string, string[]>(nodes.map(({ id }) => [id, []]));
  for (const { from, to } of edges) if (from !== to) next.get(from)!.push(to);
  const { order, forward } = withoutCycles(nodes, next);

  const layer = new Map<string, number>();
  const place = new Map(nodes.map((node) => [node.id, node.place]));
  const hasFirst = nodes.some((node) => node.place === 'first');
  for (const id of order) {
    const start = place.get(id) === 'first' ? 0 : hasFirst ? 1 : 0;
    layer.set(id, Math.max(start, layer.get(id) ?? 0));
    for (const to of forward.get(id)!) layer.set(to, Math.max(layer.get(to) ?? 0, layer.get(id)! + 1));
  }
  pullRight(order, forward, layer, place);
  for (const [id, where] of place) if (where === 'first') layer.set(id, 0);
  const beyond =
    1 + Math.max(-1, ...order.filter((id) => place.get(id) !== 'last').map((id) => layer.get(id)!));
  for (const [id, where] of place) if (where === 'last') layer.set(id, beyond);

  const used = [...new Set(layer.values())].sort((a, b) => a - b);
  const number = new Map(used.map((value, index) => [value, index]));
  return new Map([...layer].map(([id, value]) => [id, number.get(value)!]));
}

/** Lines without those that close a cycle, and the nodes with every line's beginning before its end. */
function withoutCycles(
  nodes: readonly LayeredNode[],
  next: ReadonlyMap<string, readonly string[]>,
): { order: string[]; forward: Map<string, string[]> } {
  const state = new Map<string, 'open' | 'done'>();
  const forward = new Map<string, string[]>();
  const order: string[] = [];
  // By hand: a chain may be longer than the call stack.
  for (const { id: root } of nodes) {
    if (state.has(root)) continue;
    const stack = [{ id: root, at: 0 }];
    state.set(root, 'open');
    forward.set(root, []);
    while (stack.length > 0) {
      const top = stack.at(-1)!;
      const to = next.get(top.id)![top.at++];
      if (to === undefined) {
        state.set(top.id, 'done');
        order.push(top.id);
        stack.pop();
      } else if (state.get(to) !== 'open') {
        forward.get(top.id)!.push(to);
        if (state.has(to)) continue;
        state.set(to, 'open');
        forward.set(to, []);
        stack.push({ id: to, at: 0 });
      }
    }
  }
  return { order: order.reverse(), forward };
}

/** What nothing leads to stands beside what it leads to, and not far from it in the first layer. */
function pullRight(
  order: readonly string[],
  forward: ReadonlyMap<string, readonly string[]>,
  layer: Map<string, number>,
  place: ReadonlyMap<string, LayeredNode['place']>,
): void {
  const led = new Set([...forward.values()].flat());
  for (const id of [...order].reverse()) {
    const targets = forward.get(id)!;
    if (led.has(id) || targets.length === 0 || place.get(id) !== undefined) continue;
    layer.set(id, Math.min(...targets.map((to) => layer.get(to)!)) - 1);
  }
}
