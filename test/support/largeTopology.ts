import type {
  ConnectionTopology,
  FilterTopology,
  NodeTopology,
  PinTopology,
  TopologySnapshot,
} from '../../src/contract/services/topology.ts';

/** A made-up studio: cards with a wave filter, a render mixer of many strips and a capture mixer, wired as cards are. */

const named = (name: string) => ({ guid: '00000000-0000-0000-0000-000000000000', name });
const RANGE = {
  majorFormat: named('KSDATAFORMAT_TYPE_AUDIO'),
  subFormat: named('KSDATAFORMAT_SUBTYPE_ANALOG'),
  specifier: named('KSDATAFORMAT_SPECIFIER_NONE'),
};

function pin(
  id: number,
  name: string,
  dataFlow: PinTopology['dataFlow'],
  communication: PinTopology['communication'],
  category: string,
): PinTopology {
  const stream = communication === 'SINK';
  return {
    id,
    name,
    dataFlow,
    communication,
    category: named(category),
    ranges: [RANGE],
    instances: { possible: stream ? 64 : 0, current: stream ? 1 : 0, necessary: 0 },
    open: stream ? [{ instance: id, state: 'RUN', format: RANGE }] : [],
    connection: null,
  };
}

const node = (id: number, type: string, name: string): NodeTopology => ({
  id,
  type: named(`KSNODETYPE_${type}`),
  name,
  properties: [],
});

const link = (
  fromNode: number | null,
  fromPin: number,
  toNode: number | null,
  toPin: number,
): ConnectionTopology => ({ fromNode, fromPin, toNode, toPin });

function filter(
  adapter: string,
  name: string,
  port: string,
  parts: Pick<FilterTopology, 'pins' | 'nodes' | 'connections'>,
): FilterTopology {
  return {
    path: `${adapter}/${name}`,
    adapter,
    name,
    port,
    power: 'D0',
    categories: [],
    properties: [],
    ...parts,
  };
}

/** Strips of volume, mute and meter into a sum, with a master behind it. */
function renderMixer(adapter: string, strips: number): FilterTopology {
  const pins = Array.from({ length: strips }, (_, at) =>
    pin(at, `Input ${at + 1}`, 'IN', 'NONE', 'KSNODETYPE_LINE_CONNECTOR'),
  );
  pins.push(pin(strips, `Speakers of ${adapter}`, 'OUT', 'BRIDGE', 'KSNODETYPE_SPEAKER'));
  const nodes: NodeTopology[] = [];
  const connections: ConnectionTopology[] = [];
  const sum = strips * 3;
  for (let at = 0; at < strips; at++) {
    const [volume, mute, meter] = [at * 3, at * 3 + 1, at * 3 + 2];
    nodes.push(
      node(volume, 'VOLUME', `Volume ${at + 1}`),
      node(mute, 'MUTE', `Mute ${at + 1}`),
      node(meter, 'PEAKMETER', `Meter ${at + 1}`),
    );
    connections.push(link(null, at, volume, 1), link(volume, 0, mute, 1), link(mute, 0, meter, 1));
    connections.push(link(meter, 0, sum, at + 1));
  }
  nodes.push(
    node(sum, 'SUM', 'Mix'),
    node(sum + 1, 'VOLUME', 'Master Volume'),
    node(sum + 2, 'MUTE', 'Master Mute'),
  );
  connections.push(link(sum, 0, sum + 1, 1), link(sum + 1, 0, sum + 2, 1), link(sum + 2, 0, null, strips));
  return filter(adapter, 'TopologyRender', 'Topology', { pins, nodes, connections });
}

function captureMixer(adapter: string, inputs: number): FilterTopology {
  const pins = Array.from({ length: inputs }, (_, at) =>
    pin(at, `Microphone ${at + 1}`, 'IN', 'BRIDGE', 'KSNODETYPE_MICROPHONE'),
  );
  pins.push(pin(inputs, 'Capture', 'OUT', 'NONE', 'KSNODETYPE_LINE_CONNECTOR'));
  const nodes = pins.slice(0, inputs).map(({ id }) => node(id, 'VOLUME', `Gain ${id + 1}`));
  nodes.push(node(inputs, 'MUX', 'Source'), node(inputs + 1, 'AGC', 'AGC'));
  const connections = nodes
    .slice(0, inputs)
    .flatMap(({ id }) => [link(null, id, id, 1), link(id, 0, inputs, id + 1)]);
  connections.push(link(inputs, 0, inputs + 1, 1), link(inputs + 1, 0, null, inputs));
  return filter(adapter, 'TopologyCapture', 'Topology', { pins, nodes, connections });
}

/** One DAC per strip and an ADC. */
function wave(adapter: string, strips: number): FilterTopology {
  const pins: PinTopology[] = [];
  const nodes: NodeTopology[] = [];
  const connections: ConnectionTopology[] = [];
  for (let at = 0; at < strips; at++) {
    const id = at * 2;
    pins.push(pin(id, `PCM Out ${at + 1}`, 'IN', 'SINK', 'KSCATEGORY_AUDIO'));
    pins.push(pin(id + 1, `Analog ${at + 1}`, 'OUT', 'NONE', 'KSCATEGORY_AUDIO'));
    nodes.push(node(at, 'DAC', `DAC ${at + 1}`));
    connections.push(link(null, id, at, 1), link(at, 0, null, id + 1));
  }
  const last = strips * 2;
  pins.push({ ...pin(last, 'PCM In', 'OUT', 'SINK', 'PINNAME_CAPTURE'), open: [] });
  pins.push(pin(last + 1, 'Capture', 'IN', 'NONE', 'KSCATEGORY_AUDIO'));
  nodes.push(node(strips, 'ADC', 'ADC'));
  connections.push(link(null, last + 1, strips, 1), link(strips, 0, null, last));
  return filter(adapter, 'Wave', 'WaveRT', { pins, nodes, connections });
}

/** `cards` cards of `strips` strips and `inputs` inputs: strips × 4 + inputs + 6 nodes each. */
export function largeTopology({
  cards,
  strips,
  inputs,
}: {
  cards: number;
  strips: number;
  inputs: number;
}): TopologySnapshot {
  const names = Array.from({ length: cards }, (_, at) => `card${at + 1}`);
  return {
    version: 1,
    revision: 0,
    adapters: names.map((id, at) => ({ id, name: `Studio card ${at + 1}` })),
    filters: names.flatMap((id) => [wave(id, strips), renderMixer(id, strips), captureMixer(id, inputs)]),
    connections: names.flatMap((id) => [
      ...Array.from({ length: strips }, (_, at) => ({
        from: { filter: `${id}/Wave`, pin: at * 2 + 1 },
        to: { filter: `${id}/TopologyRender`, pin: at },
      })),
      {
        from: { filter: `${id}/TopologyCapture`, pin: inputs },
        to: { filter: `${id}/Wave`, pin: strips * 2 + 1 },
      },
    ]),
  };
}

export const nodeCount = ({ filters }: TopologySnapshot): number =>
  filters.reduce((sum, { nodes }) => sum + nodes.length, 0);
