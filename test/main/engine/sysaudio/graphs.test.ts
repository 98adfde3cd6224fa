import { describe, expect, it } from 'vitest';
import { ksLevel } from '../../../../src/contract/units.ts';
import { UNLIMITED_INSTANCES } from '../../../../src/main/engine/ks/descriptor.ts';
import { audioRange, KSDATAFORMAT_SUBTYPE, pcmFormat } from '../../../../src/main/engine/ks/format.ts';
import { KSCATEGORY, KSNODETYPE, PINNAME_CAPTURE } from '../../../../src/main/engine/ks/guid.ts';
import { KSPROPERTY_AUDIO } from '../../../../src/main/engine/ks/properties/audio.ts';
import { KSPROPERTY_CONNECTION } from '../../../../src/main/engine/ks/properties/connection.ts';
import {
  KSPROPERTY_SYSAUDIO,
  KSPROPERTY_SYSAUDIO_PIN,
} from '../../../../src/main/engine/ks/properties/sysaudio.ts';
import { KsError } from '../../../../src/main/engine/ks/status.ts';
import type { AudioGraph } from '../../../../src/main/engine/sysaudio/audioGraph.ts';
import {
  openSoftwareFilter,
  type SoftwareFilterClass,
} from '../../../../src/main/engine/sysaudio/softwareFilter.ts';
import { SysAudio } from '../../../../src/main/engine/sysaudio/sysAudio.ts';
import { MIXER_NODE, MIXER_PIN, systemMixer } from '../../../../src/main/engine/sysaudio/systemMixer.ts';
import { SPLITTER_PIN, splitter } from '../../../../src/main/engine/sysaudio/splitter.ts';
import { validateDescriptor } from '../../../../src/main/engine/ks/descriptor.ts';
import {
  install,
  jack,
  muteNode,
  testPortCls,
  topology,
  volumeNode,
  wires,
} from '../../../support/testFilters.ts';
import { completeNode } from '../../../support/completeNode.ts';
import {
  AC3,
  AC3_RANGE,
  hostPin,
  installStreams,
  MIDI,
  pcmRange,
  RENDER_WIRE,
  statusOf,
  streamPin,
  synthesizer,
  waveCard,
  WAVE_PIN,
  type CardOptions,
} from './support.ts';

const CD_QUALITY = pcmFormat(2, 44_100, 16);
const TELEPHONE = pcmFormat(1, 8_000, 8);

function card(options: CardOptions = {}) {
  const portCls = testPortCls();
  const log: string[] = [];
  const parts = waveCard(portCls, 'card', { log: (entry) => log.push(entry), ...options });
  const sysAudio = new SysAudio(portCls);
  const open = (format = CD_QUALITY, pinId: number = WAVE_PIN.OUT) =>
    sysAudio.openPin({ host: hostPin(sysAudio, parts.wave, pinId), format });
  return { portCls, sysAudio, log, open, ...parts };
}

const pathOf = (graph: AudioGraph): string[] =>
  graph.path.map((vertex) =>
    vertex.kind === 'pin'
      ? `${vertex.subdevice.name}.${vertex.pinId}`
      : `${vertex.subdevice.name}:${vertex.nodeId}`,
  );

describe('opening a client pin', () => {
  it('follows the physical connections to the jack', () => {
    const { open } = card();
    expect(pathOf(open())).toEqual(['Wave.0', 'Wave:0', 'Wave.1', 'Topology.0', 'Topology:0', 'Topology.1']);
    expect(pathOf(open(CD_QUALITY, WAVE_PIN.IN))).toEqual([
      'Wave.2',
      'Wave:1',
      'Wave.3',
      'Topology.3',
      'Topology:1',
      'Topology.2',
    ]);
  });

  it('opens a pin of several instances directly, but keeps the first instance for the mixer', () => {
    const { open, wave } = card({ instances: 2 });
    const direct = open();
    expect(direct.shared).toBeUndefined();
    expect(direct.pin.filter).toBe(wave.filter);
    const mixed = open();
    expect(mixed.pin.filter).not.toBe(wave.filter);
    expect(mixed.pin.pinId).toBe(MIXER_PIN.RENDER_SINK);
    const another = open();
    expect(another.shared).toBe(mixed.shared);
    expect(wave.filter.counts(WAVE_PIN.OUT)).toMatchObject({ filterCurrent: 2, globalCurrent: 2 });
    // The mixer is open: its instance is no longer kept, so a free one may go to a client again.
    direct.dispose();
    expect(open().shared).toBeUndefined();
  });

  it('gives the single instance to the mixer, and mixes later clients of any format above it', () => {
    const { open, wave, sysAudio } = card();
    const graphs = [open(), open(TELEPHONE), open(pcmFormat(6, 96_000, 24))];
    expect(new Set(graphs.map(({ shared }) => shared)).size).toBe(1);
    expect(graphs.map(({ format }) => format)).toEqual([CD_QUALITY, TELEPHONE, pcmFormat(6, 96_000, 24)]);
    expect(wave.filter.counts(WAVE_PIN.OUT).filterCurrent).toBe(1);
    expect(wave.openPins[0]!.format).toEqual(pcmFormat(2, 48_000, 16));
    expect(sysAudio.systemFilters.map(({ name }) => name)).toEqual(['System mixer (card/Wave pin 0)']);
  });

  it('22: the source pin of a link exists before the sink pin is created naming it', () => {
    const { open, portCls } = card();
    const order: string[] = [];
    portCls.tracer.start(({ kind, target, action, status }) => {
      if (kind === 'pin' && status === 'STATUS_SUCCESS') order.push(`${target}: ${action}`);
    });
    const { shared } = open();
    expect(order).toEqual([
      'system/System mixer (card/Wave pin 0): create pin 1',
      'card/Wave: create pin 0',
      'system/System mixer (card/Wave pin 0): create pin 0',
    ]);
    const [source, sink] = shared!.pins;
    expect(sink!.connect.partner).toBe(source);
    expect(source!.connect.partner).toBeUndefined();
  });

  it('22: and so when recording: hardware pin, splitter, rate converter, client', () => {
    const { open } = card();
    open(CD_QUALITY, WAVE_PIN.IN);
    const { shared, pins } = open(TELEPHONE, WAVE_PIN.IN);
    const [hardware, splitterSink] = shared!.pins;
    expect(splitterSink!.connect.partner).toBe(hardware);
    const [splitterSource, converterSink, client] = pins;
    expect(converterSink!.connect.partner).toBe(splitterSource);
    expect([splitterSource!.pinId, converterSink!.pinId, client!.pinId]).toEqual([
      SPLITTER_PIN.SOURCE,
      MIXER_PIN.CAPTURE_SINK,
      MIXER_PIN.CAPTURE_SOURCE,
    ]);
    expect(splitterSource!.format).toEqual(CD_QUALITY);
    expect(client!.format).toEqual(TELEPHONE);
  });

  it('copies one capture stream to several readers', () => {
    const { open, wave } = card();
    const readers = [
      open(CD_QUALITY, WAVE_PIN.IN),
      open(CD_QUALITY, WAVE_PIN.IN),
      open(TELEPHONE, WAVE_PIN.IN),
    ];
    expect(wave.filter.counts(WAVE_PIN.IN).filterCurrent).toBe(1);
    expect(readers.map(({ pins }) => pins.length)).toEqual([1, 1, 3]);
    for (const reader of readers) reader.dispose();
    expect(wave.filter.counts(WAVE_PIN.IN).filterCurrent).toBe(0);
  });

  it('walks the PCM formats, best first, when a stream refuses the intersected one', () => {
    const tried: string[] = [];
    const { open, wave } = card({
      refuse: (_pin, { wave: format }) => {
        tried.push(`${format!.bitsPerSample}/${format!.samplesPerSec}/${format!.channels}`);
        return format!.samplesPerSec === 44_100 && format!.channels === 1
          ? undefined
          : new KsError('STATUS_INVALID_PARAMETER', 'Not at this rate.');
      },
    });
    open();
    expect(tried).toEqual(['16/48000/2', '16/48000/2', '16/48000/1', '16/44100/2', '16/44100/1']);
    expect(wave.openPins[0]!.format).toEqual(pcmFormat(1, 44_100, 16));
  });

  it('does not walk the formats when the device is at fault, and leaves nothing open', () => {
    let attempts = 0;
    const { open, wave, sysAudio } = card({
      refuse: () => {
        attempts++;
        return new KsError('STATUS_DEVICE_NOT_READY', 'Not now.');
      },
    });
    expect(statusOf(() => open())).toBe('STATUS_DEVICE_NOT_READY');
    expect(attempts).toBe(1);
    expect([wave.openPins, sysAudio.systemFilters, sysAudio.graphs]).toEqual([[], [], []]);
  });

  it('refuses a format neither pin nor mixer takes', () => {
    const { open, sysAudio } = card();
    expect(statusOf(() => open(AC3))).toBe('STATUS_NO_MATCH');
    expect(sysAudio.graphs).toEqual([]);
  });

  it('a single-instance pin for PCM and AC-3 serves one of them at a time', () => {
    const { open } = card({ ranges: [pcmRange(), AC3_RANGE] });
    const pcm = open();
    expect(statusOf(() => open(AC3))).toBe('STATUS_UNSUCCESSFUL');
    pcm.dispose();
    const ac3 = open(AC3);
    expect(ac3.shared).toBeUndefined();
    expect(statusOf(() => open())).toBe('STATUS_UNSUCCESSFUL');
    ac3.dispose();
    open();
  });

  it('counts what a miniport with IPinCount says at the moment of opening', () => {
    const portCls = testPortCls();
    const adapter = portCls.addAdapterDevice({ id: 'shared', name: 'Shared channels', maxObjects: 1 });
    let possible = 3;
    const wave = installStreams(
      adapter,
      'Wave',
      {
        pins: [streamPin('IN', [pcmRange()], UNLIMITED_INSTANCES)],
        nodes: [],
        connections: [],
        categories: [KSCATEGORY.AUDIO, KSCATEGORY.RENDER],
      },
      { pinCount: (_pin, counts) => ({ ...counts, filterPossible: possible, globalPossible: possible }) },
    );
    const sysAudio = new SysAudio(portCls);
    const open = () => sysAudio.openPin({ host: hostPin(sysAudio, wave, 0), format: CD_QUALITY });
    expect(open().shared).toBeUndefined();
    possible = 2;
    expect(open().shared).toBeDefined();
  });

  it('RULE-14: closing the client pin releases the other pins in reverse order of creation', () => {
    const { open, portCls, wave } = card();
    const first = open();
    const second = open(TELEPHONE);
    const created = [...second.shared!.pins, first.pin];
    const closed: string[] = [];
    for (const pin of created) {
      pin.onState((state) => state === 'STOP' && closed.push(pin.description));
    }
    first.setState('RUN');
    second.dispose();
    expect(wave.openPins).toHaveLength(1);
    expect(closed).toEqual([]);
    first.dispose();
    expect(closed).toEqual(created.map(({ description }) => description).reverse());
    expect(wave.openPins).toEqual([]);
    portCls.dispose();
  });
});

describe('the state of a graph', () => {
  it('goes up from the hardware and down from the client, one step at a time', () => {
    const { open } = card();
    const graph = open();
    const steps: string[] = [];
    for (const pin of [...graph.shared!.pins, ...graph.pins]) {
      pin.onState((state) => steps.push(`${pin.filter.name.split(' ')[0]}.${pin.pinId} ${state}`));
    }
    graph.setState('PAUSE');
    graph.setState('STOP');
    const hardwareFirst = ['System.1', 'Wave.0', 'System.0'];
    const clientFirst = ['System.0', 'System.1', 'Wave.0'];
    expect(steps).toEqual([
      ...hardwareFirst.map((pin) => `${pin} ACQUIRE`),
      ...hardwareFirst.map((pin) => `${pin} PAUSE`),
      ...clientFirst.map((pin) => `${pin} ACQUIRE`),
      ...clientFirst.map((pin) => `${pin} STOP`),
    ]);
  });

  it('a shared pin runs as long as one of its clients does', () => {
    const { open, wave } = card();
    const [one, other] = [open(), open()];
    one.set(KSPROPERTY_CONNECTION.STATE, undefined, 'RUN');
    other.setState('PAUSE');
    const state = () => wave.openPins[0]!.state;
    expect(state()).toBe('RUN');
    one.setState('STOP');
    expect(state()).toBe('PAUSE');
    expect(other.get(KSPROPERTY_CONNECTION.STATE, undefined)).toBe('PAUSE');
    other.dispose();
    expect(state()).toBe('STOP');
  });
});

describe('the system mixer', () => {
  it('has valid descriptors, and so has the splitter', () => {
    validateDescriptor(systemMixer.descriptor, systemMixer.name);
    validateDescriptor(splitter.descriptor, splitter.name);
  });

  it('10: has volume, rate quality and mix levels per stream, with defaults for later ones', () => {
    const { open } = card();
    const [one, other] = [open(), open(TELEPHONE)];
    const mixer = one.shared!.filter;
    const level = (graph: AudioGraph, channel = 0) =>
      graph.pin.get(KSPROPERTY_AUDIO.VOLUMELEVEL, { channel }, MIXER_NODE.VOLUME);
    one.pin.set(KSPROPERTY_AUDIO.VOLUMELEVEL, { channel: -1 }, ksLevel(-6.3 * 0x10000), MIXER_NODE.VOLUME);
    expect([level(one, 0), level(one, 1), level(other)]).toEqual([-6.5 * 0x10000, -6.5 * 0x10000, 0]);
    expect(statusOf(() => level(other, 1))).toBe('STATUS_INVALID_PARAMETER');
    expect(statusOf(() => mixer.get(KSPROPERTY_AUDIO.VOLUMELEVEL, { channel: 0 }, MIXER_NODE.VOLUME))).toBe(
      'STATUS_INVALID_DEVICE_REQUEST',
    );
    mixer.set(KSPROPERTY_AUDIO.VOLUMELEVEL, { channel: -1 }, ksLevel(-20 * 0x10000), MIXER_NODE.VOLUME);
    mixer.set(KSPROPERTY_AUDIO.QUALITY, undefined, 3, MIXER_NODE.RATE);
    const later = open();
    expect(level(later)).toBe(-20 * 0x10000);
    expect(level(one)).toBe(-6.5 * 0x10000);
    expect(later.pin.get(KSPROPERTY_AUDIO.QUALITY, undefined, MIXER_NODE.RATE)).toBe(3);
    expect(one.pin.get(KSPROPERTY_AUDIO.QUALITY, undefined, MIXER_NODE.RATE)).toBe(2);
    expect(other.pin.get(KSPROPERTY_AUDIO.MIX_LEVEL_TABLE, undefined, MIXER_NODE.SUPERMIX)).toEqual([
      { mute: false, level: 0 },
      { mute: false, level: 0 },
    ]);
    expect(other.pin.get(KSPROPERTY_AUDIO.MIX_LEVEL_CAPS, undefined, MIXER_NODE.SUPERMIX)).toMatchObject({
      inputChannels: 1,
      outputChannels: 2,
    });
  });

  it('a virtual source has the volume of every stream attached to it', () => {
    const { open, sysAudio } = card();
    const source = sysAudio.createVirtualSource(KSNODETYPE.CD_PLAYER, KSNODETYPE.CD_PLAYER);
    source.setLevel(ksLevel(-10 * 0x10000));
    const [one, other] = [open(), open()];
    const attach = { mixerPinId: source.index };
    one.set(KSPROPERTY_SYSAUDIO_PIN.ATTACH_VIRTUAL_SOURCE, attach, undefined);
    const level = (graph: AudioGraph) =>
      graph.mixerInput!.get(KSPROPERTY_AUDIO.VOLUMELEVEL, { channel: 1 }, MIXER_NODE.VOLUME);
    expect([level(one), level(other)]).toEqual([-10 * 0x10000, 0]);
    source.setLevel(ksLevel(-3 * 0x10000));
    expect([level(one), level(other)]).toEqual([-3 * 0x10000, 0]);
    one.dispose();
    expect(source.attached).toEqual([]);
    source.setLevel(ksLevel(0));
    expect(
      statusOf(() => other.set(KSPROPERTY_SYSAUDIO_PIN.ATTACH_VIRTUAL_SOURCE, { mixerPinId: 9 }, undefined)),
    ).toBe('STATUS_INVALID_PARAMETER');
  });
});

describe('optional nodes', () => {
  /** Wave pin → DAC directly, or by way of an equaliser. */
  function cardWithOptionalNode() {
    const portCls = testPortCls();
    const adapter = portCls.addAdapterDevice({ id: 'card', name: 'Card', maxObjects: 4 });
    installStreams(adapter, 'Wave', {
      pins: [streamPin('IN', [pcmRange()], 8), jack('OUT', KSNODETYPE.SPEAKER)],
      nodes: [completeNode(KSNODETYPE.EQUALIZER), { type: KSNODETYPE.DAC, name: null }],
      connections: wires([-1, 0, 0, 1], [0, 0, 1, 1], [-1, 0, 1, 1], [1, 0, -1, 1]),
      categories: [KSCATEGORY.AUDIO, KSCATEGORY.RENDER],
    });
    const sysAudio = new SysAudio(portCls);
    const client = sysAudio.open();
    client.set(KSPROPERTY_SYSAUDIO.DEVICE_INSTANCE, undefined, 0);
    return { sysAudio, client };
  }

  it('89: SELECT_GRAPH leaves an open pin alone, and the next pin has the node', () => {
    const { client } = cardWithOptionalNode();
    const before = client.openPin(0, CD_QUALITY);
    const node = client.nodes.findIndex(
      (each) => each.kind === 'hardware' && each.vertex.node.type === KSNODETYPE.EQUALIZER,
    );
    client.set(KSPROPERTY_SYSAUDIO.SELECT_GRAPH, { pinId: 0, nodeId: node, flags: 0 }, undefined);
    const after = client.openPin(0, CD_QUALITY);
    expect(pathOf(before)).toEqual(['Wave.0', 'Wave:1', 'Wave.1']);
    expect(pathOf(after)).toEqual(['Wave.0', 'Wave:0', 'Wave:1', 'Wave.1']);
    expect(pathOf(before)).toEqual(['Wave.0', 'Wave:1', 'Wave.1']);
  });

  it('refuses to select what is not there, and flags', () => {
    const { client } = cardWithOptionalNode();
    const select = (pinId: number, nodeId: number, flags = 0) =>
      statusOf(() => client.set(KSPROPERTY_SYSAUDIO.SELECT_GRAPH, { pinId, nodeId, flags }, undefined));
    expect(select(0, 99)).toBe('STATUS_INVALID_PARAMETER');
    expect(select(9, 0)).toBe('STATUS_INVALID_PARAMETER');
    expect(select(0, 0, 1)).toBe('STATUS_INVALID_PARAMETER');
    expect(select(0, 0)).toBeUndefined();
  });

  it('89: an optional filter is inserted by its category, above the shared pin', () => {
    const { sysAudio, wave } = card();
    sysAudio.addOptionalFilter(echoCanceller);
    const client = sysAudio.open();
    client.set(KSPROPERTY_SYSAUDIO.DEVICE_INSTANCE, undefined, 0);
    const plain = client.openPin(1, CD_QUALITY);
    const nodeId = client.nodes.findIndex((each) => each.kind === 'software' && each.optional !== undefined);
    // It cancels echoes in what is recorded: no effect for playing.
    expect(
      statusOf(() => client.set(KSPROPERTY_SYSAUDIO.SELECT_GRAPH, { pinId: 0, nodeId, flags: 0 }, undefined)),
    ).toBe('STATUS_INVALID_PARAMETER');
    client.set(KSPROPERTY_SYSAUDIO.SELECT_GRAPH, { pinId: 1, nodeId, flags: 0 }, undefined);
    const cancelled = client.openPin(1, CD_QUALITY);
    expect(plain.filters).toEqual([]);
    expect(cancelled.filters.map(({ name }) => name)).toEqual(['Echo canceller']);
    expect(cancelled.pin.filter).toBe(cancelled.filters[0]);
    expect(cancelled.shared).toBe(plain.shared);
    // Its node answers on the client's pin by its number on the virtual device.
    expect(cancelled.get(KSPROPERTY_AUDIO.MUTE, { channel: 0 }, nodeId)).toBe(false);
    expect(statusOf(() => plain.get(KSPROPERTY_AUDIO.MUTE, { channel: 0 }, nodeId))).toBe(
      'STATUS_INVALID_PARAMETER',
    );
    cancelled.dispose();
    plain.dispose();
    expect(wave.openPins).toEqual([]);
  });

  it('hardware nodes answer on the client pin by their number on the virtual device', () => {
    const { sysAudio } = card();
    const client = sysAudio.open();
    client.set(KSPROPERTY_SYSAUDIO.DEVICE_INSTANCE, undefined, 0);
    const graph = client.openPin(0, CD_QUALITY);
    const master = client.nodes.findIndex(
      (each) => each.kind === 'hardware' && each.vertex.node.nameText === 'Master Volume',
    );
    graph.set(KSPROPERTY_AUDIO.VOLUMELEVEL, { channel: 0 }, ksLevel(-3 * 0x10000), master);
    expect(graph.get(KSPROPERTY_AUDIO.VOLUMELEVEL, { channel: 0 }, master)).toBe(-3 * 0x10000);
    const mixing = client.nodes.findIndex(
      (each) =>
        each.kind === 'software' && each.filterClass === systemMixer && each.node === MIXER_NODE.VOLUME,
    );
    graph.set(KSPROPERTY_AUDIO.VOLUMELEVEL, { channel: 0 }, ksLevel(-9 * 0x10000), mixing);
    expect(graph.pin.get(KSPROPERTY_AUDIO.VOLUMELEVEL, { channel: 0 }, MIXER_NODE.VOLUME)).toBe(-9 * 0x10000);
    expect(statusOf(() => graph.get(KSPROPERTY_AUDIO.VOLUMELEVEL, { channel: 0 }, 99))).toBe(
      'STATUS_INVALID_PARAMETER',
    );
  });
});

const float = audioRange(KSDATAFORMAT_SUBTYPE.PCM, {
  maximumChannels: 2,
  minimumBitsPerSample: 8,
  maximumBitsPerSample: 32,
  minimumSampleFrequency: 8_000,
  maximumSampleFrequency: 96_000,
});
const echoCanceller: SoftwareFilterClass = {
  name: 'Echo canceller',
  descriptor: {
    pins: [
      { ...streamPin('IN', [float], 1), communication: 'SOURCE' },
      streamPin('OUT', [float], 1, null, PINNAME_CAPTURE),
    ],
    nodes: [muteNode('Echo')],
    connections: wires([-1, 0, 0, 1], [0, 0, -1, 1]),
    categories: [KSCATEGORY.AUDIO, KSCATEGORY.ACOUSTIC_ECHO_CANCEL],
  },
  open: (_label, services) =>
    openSoftwareFilter({
      name: 'Echo canceller',
      descriptor: echoCanceller.descriptor,
      services,
      target: undefined,
      createPin: () => ({ stream: undefined, setState: () => undefined, close: () => undefined }),
    }),
};

describe('following the topology', () => {
  it('a removed wave filter ends its graphs as surprise-removed', () => {
    const { adapter, open, wave, sysAudio } = card();
    const graphs = [open(), open(TELEPHONE)];
    const reasons: string[] = [];
    for (const graph of graphs) {
      graph.setState('RUN');
      graph.onRemoved((reason) => reasons.push(reason));
    }
    adapter.unregisterSubdevice('Wave');
    expect(reasons).toHaveLength(2);
    for (const graph of graphs) {
      expect(graph.state).toBe('STOP');
      expect(statusOf(() => graph.setState('RUN'))).toBe('STATUS_DEVICE_REMOVED');
      expect(statusOf(() => graph.get(KSPROPERTY_CONNECTION.STATE, undefined))).toBe('STATUS_DEVICE_REMOVED');
      graph.dispose();
    }
    expect([wave.openPins, sysAudio.systemFilters, sysAudio.graphs]).toEqual([[], [], []]);
  });

  it('a connection that goes ends the graphs whose path runs over it, and no other', () => {
    const { adapter, open, wave } = card();
    const playing = open();
    const recording = open(CD_QUALITY, WAVE_PIN.IN);
    recording.setState('RUN');
    let lost = 0;
    playing.onRemoved(() => lost++);
    adapter.unregisterPhysicalConnection(RENDER_WIRE);
    expect(lost).toBe(1);
    expect(recording.state).toBe('RUN');
    // The hardware pin is free again although the client has not closed its own yet.
    expect(wave.filter.counts(WAVE_PIN.OUT).filterCurrent).toBe(0);
    adapter.registerPhysicalConnection(RENDER_WIRE);
    expect(pathOf(open())).toContain('Topology.1');
    expect(statusOf(() => playing.setState('RUN'))).toBe('STATUS_DEVICE_REMOVED');
  });

  it('a removed topology filter ends the graph although it has no pins of its own', () => {
    const { adapter, open } = card({ instances: 2 });
    const direct = open();
    let lost = 0;
    direct.onRemoved(() => lost++);
    adapter.unregisterSubdevice('Topology');
    expect(lost).toBe(1);
    expect(statusOf(() => direct.setState('RUN'))).toBe('STATUS_DEVICE_REMOVED');
    direct.dispose();
  });

  it('a filter that arrives disturbs nothing', () => {
    const { portCls, adapter, open } = card();
    const graph = open();
    graph.setState('RUN');
    install(portCls, adapter, 'More', topology([jack('OUT', KSNODETYPE.HEADPHONES)], [volumeNode('V')], []));
    expect(graph.state).toBe('RUN');
  });
});

describe('software synthesizers', () => {
  it('play through the system mixer of a wave device', () => {
    const { adapter, sysAudio, wave } = card();
    const waveOut = {
      ...streamPin('OUT', [pcmRange()], 1, null, PINNAME_CAPTURE),
      communication: 'SOURCE' as const,
    };
    const synth = synthesizer(adapter, 'Software synthesizer', 'SWSYNTH', waveOut);
    const graph = sysAudio.openPin({ host: hostPin(sysAudio, synth, 0), format: MIDI });
    expect(graph.pin.filter).toBe(synth.filter);
    expect(graph.mixerInput!.connect.partner!.filter).toBe(synth.filter);
    expect(graph.shared!.host.subdevice).toBe(wave);
    graph.dispose();
    expect([synth.openPins, wave.openPins]).toEqual([[], []]);
  });

  it('find nothing to be heard on without a wave device', () => {
    const portCls = testPortCls();
    const adapter = portCls.addAdapterDevice({ id: 'synth', name: 'Synth', maxObjects: 1 });
    const synth = synthesizer(
      adapter,
      'Synth',
      'SWSYNTH',
      streamPin('OUT', [pcmRange()], 1, null, PINNAME_CAPTURE),
    );
    const sysAudio = new SysAudio(portCls);
    expect(statusOf(() => sysAudio.openPin({ host: hostPin(sysAudio, synth, 0), format: MIDI }))).toBe(
      'STATUS_NOT_FOUND',
    );
    expect(synth.openPins).toEqual([]);
  });
});
