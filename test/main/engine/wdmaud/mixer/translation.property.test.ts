import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ControlValue, MixerControl } from '../../../../../src/contract/services/mixer.ts';
import { KS_LEVEL_SILENCE, ksLevel } from '../../../../../src/contract/units.ts';
import { quantiseLevel } from '../../../../../src/main/engine/ks/nodes/level.ts';
import type { FilterDescriptor } from '../../../../../src/main/engine/ks/descriptor.ts';
import { KSNODETYPE } from '../../../../../src/main/engine/ks/guid.ts';
import { NO_NODE } from '../../../../../src/main/engine/ks/property.ts';
import type { AdapterDevice } from '../../../../../src/main/engine/portcls/adapter.ts';
import { DeviceGraph } from '../../../../../src/main/engine/sysaudio/deviceGraph.ts';
import { MixerApi } from '../../../../../src/main/engine/wdmaud/mixer/mixerApi.ts';
import { validDescriptor } from '../../../../support/descriptors.ts';
import { cases } from '../../../../support/duration.ts';
import { install } from '../../../../support/testFilters.ts';
import { allControls, mixerOf, rows } from './support.ts';

const runs = { numRuns: cases({ normal: 400, fuzz: 20_000 }) };

/** A pin or node as text, with the ends of its wires: what the descriptor's table says, without the engine's graph. */
function plainGraph({ pins, nodes, connections }: FilterDescriptor) {
  const name = (node: number, pin: number) => (node === NO_NODE ? `pin${pin}` : `node${node}`);
  const edges = connections.map(({ fromNode, fromNodePin, toNode, toNodePin }, index) => ({
    index,
    from: name(fromNode, fromNodePin),
    to: name(toNode, toNodePin),
    toPin: toNodePin,
  }));
  const typeOf = (vertex: string) =>
    vertex.startsWith('node') ? nodes[Number(vertex.slice(4))]!.type : undefined;
  const ends = (dataFlow: 'IN' | 'OUT', wireEnd: 'from' | 'to') =>
    pins.flatMap((pin, id) =>
      pin.dataFlow === dataFlow && !edges.some((edge) => edge[wireEnd] === `pin${id}`) ? [`pin${id}`] : [],
    );
  return {
    edges,
    isSum: (vertex: string) => typeOf(vertex) === KSNODETYPE.SUM,
    isMux: (vertex: string) => typeOf(vertex) === KSNODETYPE.MUX,
    // Within one filter an IN pin has no parents and an OUT pin no children, so every pin is an end.
    sources: ends('IN', 'to'),
    destinations: ends('OUT', 'from'),
  };
}

/**
 * The rules of specification 6.2 taken word by word, with every path written out: which nodes stand on which lines.
 * Slow, and that is why the engine does not do it so.
 */
function linesByTheBook(descriptor: FilterDescriptor) {
  const { edges, isSum, isMux, sources, destinations } = plainGraph(descriptor);
  const owned = new Map<string, string[]>();
  const chains = destinations.map((end) => {
    const chain: string[] = [];
    let at = end;
    for (;;) {
      const parents = edges.filter((edge) => edge.to === at);
      const parent = parents[0]?.from;
      if (parents.length !== 1 || parent!.startsWith('pin') || chain.includes(parent!)) break;
      chain.push(parent!);
      if (isSum(parent!) || isMux(parent!)) break;
      at = parent!;
    }
    owned.set(end, [end, ...chain]);
    return { end, chain };
  });
  const inAnyDestination = new Set([...owned.values()].flat());

  const pathsTo = (source: string, members: readonly string[]) => {
    const found: (typeof edges)[] = [];
    const walk = (at: string, path: typeof edges) => {
      for (const edge of edges) {
        if (edge.from !== at || edge.to === source || path.some(({ to }) => to === edge.to)) continue;
        if (members.includes(edge.to)) found.push([...path, edge]);
        else walk(edge.to, [...path, edge]);
        if (found.length > 1) return;
      }
    };
    walk(source, []);
    return found;
  };
  return chains.map(({ end, chain }) => ({
    end,
    nodes: chain.filter((vertex) => !isSum(vertex)),
    sources: sources.flatMap((source) => {
      const paths = pathsTo(source, owned.get(end)!);
      if (paths.length !== 1) return [];
      const stop = paths[0]!.findIndex(({ to }) => isSum(to) || isMux(to) || inAnyDestination.has(to));
      return [{ source, nodes: paths[0]!.slice(0, stop).map(({ to }) => to) }];
    }),
  }));
}

/** The nodes that stand on a line, each once, of those that have controls. */
function nodesOf(controls: readonly MixerControl[]): string[] {
  return [...new Set(controls.map(({ node }) => `node${node.node}`))];
}

/** Wires pins that carry a signal inside the card, pairwise between filters, as far as there are any. */
function joinFilters(adapter: AdapterDevice): void {
  const wires = (dataFlow: 'IN' | 'OUT') =>
    adapter.subdevices.flatMap(({ name, filter }) =>
      filter.descriptor.pins.flatMap((pin, pinId) =>
        pin.dataFlow === dataFlow && pin.communication === 'NONE' ? [{ name, pinId }] : [],
      ),
    );
  const open = wires('IN');
  for (const from of wires('OUT')) {
    const at = open.findIndex(({ name }) => name !== from.name);
    const to = open[at];
    if (!to) continue;
    open.splice(at, 1);
    adapter.registerPhysicalConnection({
      fromSubdevice: from.name,
      fromPin: from.pinId,
      toSubdevice: to.name,
      toPin: to.pinId,
    });
  }
}

describe('random valid descriptors', () => {
  it('are walked so that every node reachable from a pin is visited', () => {
    fc.assert(
      fc.property(validDescriptor(), (descriptor) => {
        const { adapter } = mixerOf(['Topology', descriptor]);
        const { edges, sources } = plainGraph(descriptor);
        const expected = new Set(sources);
        for (const at of expected) for (const { from, to } of edges) if (from === at) expected.add(to);

        const graph = new DeviceGraph(adapter);
        const visited = new Set(
          graph.inEnds.map((end): (typeof graph.pins)[number] | (typeof graph.nodes)[number] => end),
        );
        for (const at of visited) for (const { to } of at.children) visited.add(to);
        const names = [...visited].map((at) => (at.kind === 'pin' ? `pin${at.pinId}` : `node${at.nodeId}`));
        expect(names.sort()).toEqual([...expected].sort());
      }),
      runs,
    );
  });

  it('give the lines and nodes that the rules give when every path is written out', () => {
    fc.assert(
      fc.property(validDescriptor(), (descriptor) => {
        const { device } = mixerOf(['Topology', descriptor]);
        const hasControls = (node: string) => {
          const { type } = descriptor.nodes[Number(node.slice(4))]!;
          return type !== KSNODETYPE.EQUALIZER && type !== KSNODETYPE.DAC;
        };
        const expected = linesByTheBook(descriptor).map(({ nodes, sources }) => ({
          nodes: nodes.filter(hasControls),
          sources: sources.map((source) => source.nodes.filter(hasControls)),
        }));
        const lines = device.destinations.map((line) => ({
          nodes: nodesOf(line.controls),
          // Virtual lines, which come last, have rules of their own.
          sources: line.sources.map((source) => nodesOf(source.controls)),
        }));
        expect(lines.map(({ nodes }) => nodes)).toEqual(expected.map(({ nodes }) => nodes));
        lines.forEach(({ sources }, index) =>
          expect(sources.slice(0, expected[index]!.sources.length)).toEqual(expected[index]!.sources),
        );
      }),
      runs,
    );
  });

  it('give a MUX one item per input, each naming a line under its destination or none', () => {
    fc.assert(
      fc.property(validDescriptor(), (descriptor) => {
        const { device } = mixerOf(['Topology', descriptor]);
        for (const { controls, sources } of device.destinations) {
          const mux = controls.find((control) => control.type === 'MUX');
          if (!mux) continue;
          const inputs = descriptor.connections.filter(({ toNode }) => toNode === mux.node.node);
          expect(mux.items).toHaveLength(inputs.length);
          for (const { name, lineId } of mux.items) {
            if (lineId === 0xffffffff) continue;
            expect(sources.find(({ id }) => id === lineId)?.name).toBe(name);
          }
        }
      }),
      runs,
    );
  });

  it('give ids that are unique, and the same again after every filter was registered anew', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(validDescriptor(), { minLength: 1, maxLength: 3 }),
        fc.array(fc.nat({ max: 2 }), { minLength: 1, maxLength: 3 }),
        async (descriptors, order) => {
          const named = descriptors.map((descriptor, index): [string, FilterDescriptor] => [
            `Filter ${index}`,
            descriptor,
          ]);
          const { portCls, adapter, device } = mixerOf(...named);
          joinFilters(adapter);
          await Promise.resolve();
          const lines = device.destinations.flatMap((line) => [line, ...line.sources]);
          const controls = allControls(device);
          expect(new Set(lines.map(({ id }) => id)).size).toBe(lines.length);
          expect(new Set(controls.map(({ id }) => id)).size).toBe(controls.length);

          const before = rows(device);
          for (const pick of order) {
            const name = `Filter ${pick % descriptors.length}`;
            const wires = adapter.connections.filter(
              ({ fromSubdevice, toSubdevice }) => fromSubdevice === name || toSubdevice === name,
            );
            adapter.unregisterSubdevice(name);
            await Promise.resolve();
            install(portCls, adapter, name, descriptors[pick % descriptors.length]!);
            for (const wire of wires) adapter.registerPhysicalConnection(wire);
            await Promise.resolve();
            expect(rows(device)).toEqual(before);
          }
        },
      ),
      { numRuns: cases({ normal: 100, fuzz: 5_000 }) },
    );
  });

  it('take any value of any control and read it back quantised to the step of its node', () => {
    fc.assert(
      fc.property(validDescriptor(), fc.infiniteStream(fc.integer()), (descriptor, numbers) => {
        const { device } = mixerOf(['Topology', descriptor]);
        const next = () => numbers.next().value as number;
        for (const control of allControls(device)) {
          const { value, expected } = randomSet(control, next);
          if (!value) continue;
          expect(device.setControl(control.id, value)).toMatchObject(expected);
          expect(device.control(control.id)).toMatchObject(expected);
        }
      }),
      runs,
    );
  });

  it('take any value through the mixer functions, and the value read back sets the same level again', () => {
    fc.assert(
      fc.property(validDescriptor(), fc.infiniteStream(fc.nat({ max: 65535 })), (descriptor, numbers) => {
        const { device } = mixerOf(['Topology', descriptor]);
        const mixer = new MixerApi(() => [device]).open(0);
        for (const { id, type } of allControls(device)) {
          if (type === 'MUX' || type === 'PEAKMETER') continue;
          const [info] = mixer.getLineControls(1, { controlId: id });
          const { channels } = device.live(id)!.node;
          const details = { controlId: id, channels };
          const values = Array.from(
            { length: channels },
            () => (numbers.next().value as number) % (info!.bounds.maximum + 1),
          );
          mixer.setControlDetails(0, { ...details, values });
          const applied = device.control(id);
          const read = mixer.getControlDetails(0, details);
          mixer.setControlDetails(0, { ...details, values: read });
          expect(device.control(id)).toEqual(applied);
        }
      }),
      runs,
    );
  });
});

function switches(channels: number, uniform: boolean, next: () => number): boolean[] {
  const first = next() % 2 === 0;
  return Array.from({ length: channels }, (_, channel) =>
    uniform || channel === 0 ? first : next() % 2 === 0,
  );
}

/** A value for the control, and what it reads as afterwards. */
function randomSet(
  control: MixerControl,
  next: () => number,
): { value?: ControlValue; expected: Partial<MixerControl> } {
  switch (control.type) {
    case 'VOLUME':
    case 'BASS':
    case 'TREBLE': {
      const { min: minimum, max: maximum, step } = control.range;
      const span = maximum - minimum;
      // Now and then outside of the range, and minus infinity.
      const wish = () => {
        const number = next();
        return number % 16 === 0
          ? KS_LEVEL_SILENCE
          : ksLevel(minimum - span + (Math.abs(number) % (3 * span)));
      };
      const levels = control.uniform ? [wish()] : control.levels.map(wish);
      const applied = levels.map((level) => quantiseLevel(level, { minimum, maximum, step }));
      return {
        value: { levels },
        expected: { levels: control.levels.map((_, index) => applied[index] ?? applied[0]!) },
      };
    }
    case 'MUTE': {
      const muted = switches(control.muted.length, control.uniform, next);
      return { value: { muted }, expected: { muted } };
    }
    case 'ONOFF':
    case 'LOUDNESS': {
      const on = switches(control.on.length, control.uniform, next);
      return { value: { on }, expected: { on } };
    }
    case 'FADER': {
      const { min, max, step } = control.range;
      const value = next() >>> 0;
      const clamped = Math.min(max, Math.max(min, value));
      return { value: { value }, expected: { value: min + Math.round((clamped - min) / step) * step } };
    }
    case 'MUX': {
      if (control.items.length === 0) return { expected: {} };
      const selected = Math.abs(next()) % control.items.length;
      return { value: { selected }, expected: { selected } };
    }
    case 'PEAKMETER':
      return { expected: {} };
  }
}
