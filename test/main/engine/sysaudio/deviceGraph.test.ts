import { describe, expect, it } from 'vitest';
import { KSCATEGORY, KSNODETYPE } from '../../../../src/main/engine/ks/guid.ts';
import { pcmFormat } from '../../../../src/main/engine/ks/format.ts';
import { DeviceGraph } from '../../../../src/main/engine/sysaudio/deviceGraph.ts';
import { simplestPath } from '../../../../src/main/engine/sysaudio/simplestPath.ts';
import { SysAudio } from '../../../../src/main/engine/sysaudio/sysAudio.ts';
import { completeNode } from '../../../support/completeNode.ts';
import {
  install,
  jack,
  testPortCls,
  topology,
  volumeNode,
  wired,
  wires,
} from '../../../support/testFilters.ts';
import { installStreams, pcmRange, ring, statusOf, streamPin, waveCard } from './support.ts';

describe('the joined topology', () => {
  it('joins filters at their physical connections', () => {
    const { adapter } = waveCard(testPortCls(), 'card');
    const graph = new DeviceGraph(adapter);
    expect(
      graph.joins.map(
        ({ from, to }) => `${from.subdevice.name}.${from.pinId} > ${to.subdevice.name}.${to.pinId}`,
      ),
    ).toEqual(['Wave.1 > Topology.0', 'Topology.3 > Wave.3']);
    expect(graph.outEnds.map(({ subdevice, pinId }) => `${subdevice.name}.${pinId}`)).toEqual([
      'Wave.2',
      'Topology.1',
    ]);
    expect(graph.inEnds.map(({ subdevice, pinId }) => `${subdevice.name}.${pinId}`)).toEqual([
      'Wave.0',
      'Topology.2',
    ]);
  });

  it('of a filter whose peer is not in it ends at the wire', () => {
    const { wave } = waveCard(testPortCls(), 'card');
    const graph = new DeviceGraph({ subdevices: [wave] });
    expect(graph.joins).toEqual([]);
    expect(graph.outEnds.map(({ pinId }) => pinId)).toEqual([1, 2]);
  });
});

describe('connections between adapters', () => {
  /** A sound card whose speaker wire leads to an amplifier of another adapter. */
  function cardAndAmplifier() {
    const portCls = testPortCls();
    const card = portCls.addAdapterDevice({ id: 'card', name: 'Card', maxObjects: 1 });
    const wave = installStreams(card, 'Wave', {
      pins: [streamPin('IN', [pcmRange()], 4), wired('OUT', KSNODETYPE.SPEAKER)],
      nodes: [{ type: KSNODETYPE.DAC, name: null }],
      connections: wires([-1, 0, 0, 1], [0, 0, -1, 1]),
      categories: [KSCATEGORY.AUDIO, KSCATEGORY.RENDER],
    });
    const amplifier = portCls.addAdapterDevice({ id: 'amplifier', name: 'Amplifier', maxObjects: 1 });
    const topo = install(
      portCls,
      amplifier,
      'Topology',
      topology(
        [wired('IN', KSNODETYPE.SPEAKER), jack('OUT', KSNODETYPE.ROOM_SPEAKER)],
        [volumeNode('Gain')],
        wires([-1, 0, 0, 1], [0, 0, -1, 1]),
      ),
    );
    const toAmplifier = { fromSubdevice: 'Wave', fromPin: 1, toLink: topo.path, toPin: 0 };
    const fromCard = { fromLink: wave.path, fromPin: 1, toSubdevice: 'Topology', toPin: 0 };
    return { portCls, card, amplifier, wave, topo, toAmplifier, fromCard, sysAudio: new SysAudio(portCls) };
  }

  it('join the topologies when either driver registered them, once when both did', () => {
    const { card, amplifier, toAmplifier, fromCard, sysAudio, topo } = cardAndAmplifier();
    expect(sysAudio.graph.joins).toEqual([]);
    card.registerExternalConnection(toAmplifier);
    expect(sysAudio.graph.joins).toHaveLength(1);
    amplifier.registerExternalConnection(fromCard);
    expect(sysAudio.graph.joins).toHaveLength(1);
    card.unregisterExternalConnection(toAmplifier);
    expect(sysAudio.graph.joins).toMatchObject([{ from: { pinId: 1 }, to: { pinId: 0, subdevice: topo } }]);
  });

  it('carry paths, put the peer’s nodes on the virtual device, and end the graphs over them', () => {
    const { portCls, card, amplifier, toAmplifier, sysAudio, wave, topo } = cardAndAmplifier();
    card.registerExternalConnection(toAmplifier);
    const host = sysAudio.graph.pin(wave, 0)!;
    const graph = sysAudio.openPin({ host, format: pcmFormat(2, 48_000, 16) });
    expect(graph.path.at(-1)).toMatchObject({ subdevice: topo, pinId: 1 });
    const [device] = sysAudio.devices;
    expect(device!.nodes.some((node) => node.kind === 'hardware' && node.vertex.subdevice === topo)).toBe(
      true,
    );
    let lost = '';
    graph.onRemoved((reason) => (lost = reason));
    portCls.removeAdapterDevice(amplifier);
    expect(lost).not.toBe('');
  });
});

describe('the simplest path', () => {
  it('takes the way over the fewest nodes to the nearest end', () => {
    const adapter = testPortCls().addAdapterDevice({ id: 'a', name: 'A', maxObjects: 1 });
    const wave = installStreams(adapter, 'Wave', {
      pins: [
        streamPin('IN', [pcmRange()], 1),
        jack('OUT', KSNODETYPE.SPEAKER),
        jack('OUT', KSNODETYPE.HEADPHONES),
      ],
      nodes: [completeNode(KSNODETYPE.EQUALIZER), { type: KSNODETYPE.DAC, name: null }],
      connections: wires([-1, 0, 0, 1], [0, 0, 1, 1], [1, 0, -1, 1], [-1, 0, 1, 1], [1, 0, -1, 2]),
      categories: [KSCATEGORY.AUDIO, KSCATEGORY.RENDER],
    });
    const graph = new DeviceGraph(adapter);
    const path = (required: number[]) =>
      simplestPath(
        graph.pin(wave, 0)!,
        required.map((node) => graph.node(wave, node)!),
      )?.map((vertex) => (vertex.kind === 'pin' ? `pin ${vertex.pinId}` : `node ${vertex.nodeId}`));
    expect(path([])).toEqual(['pin 0', 'node 1', 'pin 1']);
    expect(path([0])).toEqual(['pin 0', 'node 0', 'node 1', 'pin 1']);
  });

  it('a loop of physical connections with a way out is followed to the jack', () => {
    const portCls = testPortCls();
    const adapter = ring(portCls, 'ring', 5, true);
    const graph = new DeviceGraph(adapter);
    const path = simplestPath(graph.pin(adapter.subdevice('Ring 0')!, 2)!);
    expect(path).toHaveLength(1 + 4 * 4 + 1 + 2);
    expect(path!.at(-1)).toMatchObject({ kind: 'pin', pinId: 2 });
  });

  it('a loop without a way out is refused', () => {
    const portCls = testPortCls();
    const adapter = ring(portCls, 'ring', 5, false);
    const sysAudio = new SysAudio(portCls);
    const host = sysAudio.graph.pin(adapter.subdevice('Ring 0')!, 2)!;
    expect(simplestPath(host)).toBeUndefined();
    expect(statusOf(() => sysAudio.openPin({ host, format: pcmFormat(2, 48_000, 16) }))).toBe(
      'STATUS_DEVICE_CONFIGURATION_ERROR',
    );
    expect(adapter.subdevices.flatMap(({ openPins }) => openPins)).toEqual([]);
  });
});
