import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KSCATEGORY, KSNODETYPE, guid } from '../../../../src/main/engine/ks/guid.ts';
import { DeviceGraph, isHostPin, type Vertex } from '../../../../src/main/engine/sysaudio/deviceGraph.ts';
import { simplestPath } from '../../../../src/main/engine/sysaudio/simplestPath.ts';
import { SysAudio } from '../../../../src/main/engine/sysaudio/sysAudio.ts';
import { jack, sumNode, testPortCls, volumeNode, wired, wires } from '../../../support/testFilters.ts';
import { pcmFormat } from '../../../../src/main/engine/ks/format.ts';
import { installStreams, pcmRange, streamPin } from './support.ts';

/** Filters of two wired inputs, two wired outputs, a stream pin and a jack, wired at random: loops and all. */

const NAMES = [1, 2, 3, 4].map((number) => guid(`6D1E6F60-52B1-4E0A-9B5D-6C7B3A0C1EA${number}`));
const IN_PINS = [0, 1] as const;
const OUT_PINS = [2, 3] as const;

interface Wiring {
  filters: number;
  jacks: boolean[];
  wires: { from: number; out: number; to: number; in: number }[];
}

const wirings: fc.Arbitrary<Wiring> = fc.integer({ min: 1, max: 12 }).chain((filters) => {
  const index = fc.nat(filters - 1);
  return fc.record({
    filters: fc.constant(filters),
    jacks: fc.array(fc.boolean(), { minLength: filters, maxLength: filters }),
    wires: fc.uniqueArray(fc.record({ from: index, out: fc.nat(1), to: index, in: fc.nat(1) }), {
      maxLength: 30,
      selector: (wire) => JSON.stringify(wire),
    }),
  });
});

function build({ filters, jacks, wires: rows }: Wiring) {
  const portCls = testPortCls();
  const adapter = portCls.addAdapterDevice({ id: 'a', name: 'A', maxObjects: filters });
  for (let index = 0; index < filters; index++) {
    installStreams(adapter, `F${index}`, {
      pins: [
        ...IN_PINS.map((pin) => wired('IN', KSNODETYPE.LINE_CONNECTOR, NAMES[pin])),
        ...OUT_PINS.map((pin) => wired('OUT', KSNODETYPE.LINE_CONNECTOR, NAMES[pin])),
        streamPin('IN', [pcmRange()], 2),
        ...(jacks[index] ? [jack('OUT', KSNODETYPE.SPEAKER)] : []),
      ],
      nodes: [sumNode(), volumeNode('V')],
      connections: wires(
        [-1, 0, 0, 1],
        [-1, 1, 0, 2],
        [-1, 4, 0, 3],
        [0, 0, 1, 1],
        [1, 0, -1, 2],
        [1, 0, -1, 3],
        ...(jacks[index] ? [[1, 0, -1, 5] as const] : []),
      ),
      categories: [KSCATEGORY.AUDIO, KSCATEGORY.RENDER],
    });
  }
  for (const { from, out, to, in: input } of rows) {
    adapter.registerPhysicalConnection({
      fromSubdevice: `F${from}`,
      fromPin: OUT_PINS[out]!,
      toSubdevice: `F${to}`,
      toPin: IN_PINS[input]!,
    });
  }
  return { portCls, adapter };
}

/** Fewest steps to an end, by plain search over the graph. */
function distance(start: Vertex): number | undefined {
  let front = [start];
  const seen = new Set(front);
  for (let steps = 1; front.length > 0; steps++) {
    if (front.some((vertex) => vertex.kind === 'pin' && vertex !== start && vertex.children.length === 0))
      return steps;
    front = front.flatMap((vertex) => vertex.children.map(({ to }) => to)).filter((next) => !seen.has(next));
    for (const next of front) seen.add(next);
  }
  return undefined;
}

describe('random wirings of filters, loops included', () => {
  it('a path is found exactly when there is one, runs along the wires, and is as short as any', () => {
    fc.assert(
      fc.property(wirings, (wiring) => {
        const { adapter } = build(wiring);
        const graph = new DeviceGraph(adapter);
        expect(graph.joins).toHaveLength(wiring.wires.length);
        for (const host of graph.pins.filter(({ pin }) => isHostPin(pin))) {
          const path = simplestPath(host);
          expect(path?.length).toBe(distance(host));
          path?.forEach((vertex, index) => {
            const next = path[index + 1];
            if (next) expect(vertex.children.some(({ to }) => to === next)).toBe(true);
          });
        }
      }),
    );
  });

  it('opening every pin and taking the filters away in any order leaves nothing open', () => {
    fc.assert(
      fc.property(wirings, fc.nat(), (wiring, seed) => {
        const { portCls, adapter } = build(wiring);
        const sysAudio = new SysAudio(portCls);
        const wave = [...adapter.subdevices];
        const graphs = wave.flatMap((subdevice) => {
          const host = sysAudio.graph.pin(subdevice, 4)!;
          if (!simplestPath(host)) return [];
          const graph = sysAudio.openPin({ host, format: pcmFormat(2, 48_000, 16) });
          graph.setState('RUN');
          return [graph];
        });
        const names = wave.map(({ name }) => name);
        while (names.length > 0) adapter.unregisterSubdevice(names.splice(seed % names.length, 1)[0]!);
        for (const graph of graphs) {
          expect(graph.state).toBe('STOP');
          graph.dispose();
        }
        expect(sysAudio.graphs).toEqual([]);
        expect(sysAudio.systemFilters).toEqual([]);
      }),
    );
  });
});
