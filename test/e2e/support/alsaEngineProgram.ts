import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { queryObjects } from 'node:v8';
import { Emitter } from '../../../src/contract/emitter.ts';
import { decibelsToKsLevel, ksLevel, ksLevelToDecibels, referenceTime } from '../../../src/contract/units.ts';
import { AlsaCards } from '../../../src/main/adapters/alsa/alsaCards.ts';
import type { CardTopologyMiniport } from '../../../src/main/adapters/alsa/cardTopology.ts';
import { CardRegisters } from '../../../src/main/adapters/alsa/cardRegisters.ts';
import { nodeName, pinName } from '../../../src/main/engine/ks/descriptor.ts';
import { constantName, KSNODETYPE } from '../../../src/main/engine/ks/guid.ts';
import { KSPROPERTY_AUDIO } from '../../../src/main/engine/ks/properties/audio.ts';
import { ALL_CHANNELS } from '../../../src/main/engine/ks/property.ts';
import { AdapterDevice } from '../../../src/main/engine/portcls/adapter.ts';
import { PortCls } from '../../../src/main/engine/portcls/portcls.ts';
import { Subdevice } from '../../../src/main/engine/portcls/subdevice.ts';
import { MixerDevice } from '../../../src/main/engine/wdmaud/mixer/mixerDevice.ts';
import { Endpoints } from '../../../src/main/adapters/endpoints/endpoints.ts';
import { DeviceGraph } from '../../../src/main/engine/sysaudio/deviceGraph.ts';
import { ServerSound } from '../../../src/main/hardware/serverSound.ts';
import { ServerWatcher } from '../../../src/main/hardware/soundServer/index.ts';
import { EndpointsService } from '../../../src/main/services/endpointsService.ts';
import { cardsPlayedOn } from '../../../src/main/hardware/alsa/openPcms.ts';
import { FirstUse } from '../../../src/main/services/firstUse.ts';
import { AlsaHardware } from '../../../src/main/hardware/alsa/alsaHardware.ts';
import { spawnHost } from '../../../src/main/hardware/hostProcess.ts';

/**
 * The engine with ALSA's cards, to be run in the ALSA rig, with the built ALSA host as its argument: takes a request per line from standard input, prints its
 * answer as a line, and what comes and goes in between. ./alsaEngine.ts is its other half.
 */

export interface NodeReport {
  node: number;
  type: string;
  /** Name GUID's constant; empty for a node without. */
  constant: string;
  name: string;
  numids: number[];
}

export interface CardReport {
  id: string;
  name: string;
  pins: string[];
  nodes: NodeReport[];
  connections: string[];
  lines: {
    name: string;
    controls: string[];
    items: string[];
    sources: { name: string; controls: string[] }[];
  }[];
}

/** What an element is in the engine: decibels, switches, a choice from 1, a share of 1, or bytes. */
export type NodeValue = number[];

export interface Footprint {
  /** Descriptors of the engine's process and of the ALSA host. */
  descriptors: [number, number];
  /** Bytes of JavaScript's heap, and of the ALSA host's resident set. */
  memory: [number, number];
  adapters: number;
  subdevices: number;
  registers: number;
  /** What listeners are on, and what keeps the process alive. */
  emitters: number;
  resources: string[];
}

export type Request =
  | { do: 'cards' }
  | { do: 'get'; card: string; numid: number }
  | { do: 'set'; card: string; numid: number; value: NodeValue }
  | { do: 'setEach'; card: string; numid: number; values: NodeValue[] }
  /** Sets it from the engine, then from outside to `after`, as `amixer cset` takes it. */
  | { do: 'roundTrip'; card: string; numid: number; value: NodeValue; after: string }
  | { do: 'footprint' }
  /** The output was opened by another program, which stands for our device host. */
  | { do: 'firstUse'; processId: number }
  /** Physical connections between filters. */
  | { do: 'joins' }
  | { do: 'endpoints' }
  /** Volume in decibels of the sound server's output or input on the card. */
  | { do: 'endpointLevel'; direction: Direction }
  | { do: 'setEndpointLevel'; direction: Direction; decibels: number }
  | { do: 'setPort'; endpoint: string; port: string }
  | { do: 'setProfile'; card: string; profile: string };

export type Direction = 'render' | 'capture';

export interface RoundTrip {
  /** What amixer says after the engine set it. */
  outside: string;
  /** What the engine says after amixer set it, and how long it took. */
  inside: NodeValue;
  events: number;
  tookMs: number;
}

const hardware = new AlsaHardware({
  hostFactory: () => spawnHost({ entry: pathToFileURL(process.argv[2]!) }),
  onPcms: new Emitter<void>().event,
});
const portCls = new PortCls({ masterClock: { now: () => referenceTime(0) } });
/** Cards that were played on, by id. */
const used = new Set<string>();
const alsaCards = new AlsaCards(portCls, hardware);
const server = process.env['PULSE_SERVER'] === undefined ? undefined : new ServerWatcher();
const sound = server && new ServerSound(server);
const endpoints = sound && new Endpoints(portCls, sound, alsaCards);
const service = sound && endpoints && new EndpointsService(sound, endpoints, () => false);
portCls.onInterface(({ kind, adapter }) => {
  if (kind === 'arrival') print({ arrived: adapter.id });
  if (kind === 'adapterRemoval') print({ removed: adapter.id });
});

createInterface({ input: process.stdin }).on('line', (line) => {
  void answer(JSON.parse(line) as Request).then(
    (result) => print({ answer: result }),
    (error: unknown) => print({ failure: String(error) }),
  );
});
process.on('SIGTERM', () => void hardware.dispose().then(() => process.exit(0)));
hardware.start();
await Promise.all([hardware.ready(), server?.ready()]);
print({ ready: hardware.cards.map(({ id }) => id) });

async function answer(request: Request): Promise<unknown> {
  switch (request.do) {
    case 'cards':
      return portCls.adapters.filter(({ id }) => id.startsWith('alsa:')).map(report);
    case 'get':
      return valueOf(request.card, request.numid);
    case 'set':
      return setValue(request.card, request.numid, request.value);
    case 'setEach': {
      const outside: string[] = [];
      for (const value of request.values) outside.push(await setOutside(request.card, request.numid, value));
      return outside;
    }
    case 'roundTrip':
      return roundTrip(request);
    case 'footprint':
      return footprint();
    case 'firstUse':
      return firstUse(request.processId);
    case 'joins':
      return joins();
    case 'endpoints':
      return service!.getSnapshot();
    case 'endpointLevel': {
      const { filter, node } = endpointVolume(request.direction);
      return ksLevelToDecibels(filter.get(KSPROPERTY_AUDIO.VOLUMELEVEL, { channel: 0 }, node));
    }
    case 'setEndpointLevel': {
      const { filter, node } = endpointVolume(request.direction);
      const level = decibelsToKsLevel(request.decibels);
      return filter.set(KSPROPERTY_AUDIO.VOLUMELEVEL, { channel: ALL_CHANNELS }, level, node);
    }
    case 'setPort':
      return service!.setPort(request.endpoint, request.port);
    case 'setProfile':
      return service!.setProfile(request.card, request.profile);
  }
}

function print(record: object): void {
  process.stdout.write(`${JSON.stringify(record)}\n`);
}

function adapterOf(card: string): AdapterDevice {
  return portCls.adapters.find(({ id }) => id === `alsa:${card}`)!;
}

async function firstUse(processId: number): Promise<number[]> {
  const arrived = new Emitter<{ kind: 'device' }>();
  const cards = await cardsPlayedOn((each) => each === processId);
  const service = new FirstUse({
    onFailure: (error) => console.error(error),
    onArrived: arrived.event,
    cardsInUse: () => Promise.resolve(cards),
    cards: alsaCards,
    memory: {
      hasUsedCard: (id) => used.has(id),
      useCard: (id) => used.add(id),
    },
  });
  arrived.fire({ kind: 'device' });
  await new Promise((resolve) => setImmediate(resolve));
  service.dispose();
  return cards;
}

function joins(): string[] {
  const graph = new DeviceGraph({ subdevices: portCls.adapters.flatMap(({ subdevices }) => subdevices) });
  return graph.joins.map(({ from, to }) =>
    [from, to].map(({ subdevice, pin }) => `${subdevice.path} (${pinName(pin)})`).join(' > '),
  );
}

function endpointVolume(direction: Direction) {
  const filter = portCls.adapters
    .filter(({ id }) => id.startsWith('endpoint:'))
    .flatMap(({ subdevices }) => subdevices)
    .find(
      ({ name }) => name === (direction === 'render' ? 'Output Analog Stereo' : 'Input Analog Stereo'),
    )!.filter;
  return { filter, node: filter.descriptor.nodes.findIndex(({ type }) => type === KSNODETYPE.VOLUME) };
}

function report(adapter: AdapterDevice): CardReport {
  const subdevice = adapter.subdevice('Topology')!;
  const { pins, nodes, connections } = subdevice.filter.descriptor;
  const miniport = subdevice.port.miniport as CardTopologyMiniport;
  const { elements } = hardware.cards.find(({ id }) => `alsa:${id}` === adapter.id)!;
  const device = new MixerDevice(adapter, portCls, () => 0);
  const lines = device.destinations.map(({ name, controls, sources }) => ({
    name,
    controls: controls.map((control) => `${control.type} ${control.name}`),
    items: controls.flatMap((control) =>
      control.type === 'MUX' ? control.items.map((item) => item.name) : [],
    ),
    sources: sources.map((source) => ({
      name: source.name,
      controls: source.controls.map((control) => `${control.type} ${control.name}`),
    })),
  }));
  device.dispose();
  return {
    id: adapter.id,
    name: adapter.name,
    pins: pins.map(pinName),
    nodes: nodes.map((node, id) => ({
      node: id,
      type: constantName(node.type).replace('KSNODETYPE_', ''),
      constant: node.name === null ? '' : constantName(node.name),
      name: nodeName(node),
      numids: elements.filter(({ numid }) => miniport.nodeOf(numid) === id).map(({ numid }) => numid),
    })),
    connections: connections.map(
      ({ fromNode, fromNodePin, toNode, toNodePin }) =>
        `${endName(fromNode, fromNodePin)} > ${endName(toNode, toNodePin)}`,
    ),
    lines,
  };

  function endName(node: number, pin: number): string {
    const described = nodes[node];
    return described ? nodeName(described) : `(${pinName(pins[pin]!)})`;
  }
}

function place(card: string, numid: number) {
  const subdevice = adapterOf(card).subdevice('Topology')!;
  const node = (subdevice.port.miniport as CardTopologyMiniport).nodeOf(numid)!;
  const { type } = subdevice.filter.descriptor.nodes[node]!;
  const element = hardware.cards
    .find(({ id }) => id === card)!
    .elements.find((each) => each.numid === numid)!;
  return { filter: subdevice.filter, node, type, element };
}

function valueOf(card: string, numid: number): NodeValue {
  const { filter, node, type, element } = place(card, numid);
  const channels = Array.from({ length: element.count }, (_, channel) => ({ channel }));
  switch (type) {
    case KSNODETYPE.VOLUME:
      return channels.map((each) => ksLevelToDecibels(filter.get(KSPROPERTY_AUDIO.VOLUMELEVEL, each, node)));
    case KSNODETYPE.MUTE: {
      const addressed = element.count === 1 ? [{ channel: ALL_CHANNELS }] : channels;
      return addressed.map((each) => Number(filter.get(KSPROPERTY_AUDIO.MUTE, each, node)));
    }
    case KSNODETYPE.MUX:
      return [filter.get(KSPROPERTY_AUDIO.MUX_SOURCE, undefined, node)];
    case KSNODETYPE.STEREO_WIDE:
      return [filter.get(KSPROPERTY_AUDIO.WIDENESS, undefined, node) / 0x10000];
    default: {
      const instance = { devSpecificId: numid, deviceInfo: 0, length: 4 * element.count };
      return [...filter.get(KSPROPERTY_AUDIO.DEV_SPECIFIC, instance, node)];
    }
  }
}

function setValue(card: string, numid: number, value: NodeValue): void {
  const { filter, node, type, element } = place(card, numid);
  const each = (set: (channel: number, part: number) => void) =>
    value.forEach((part, channel) => set(element.count === 1 ? ALL_CHANNELS : channel, part));
  switch (type) {
    case KSNODETYPE.VOLUME:
      return each((channel, decibels) =>
        filter.set(KSPROPERTY_AUDIO.VOLUMELEVEL, { channel }, ksLevel(decibelsToKsLevel(decibels)), node),
      );
    case KSNODETYPE.MUTE:
      return each((channel, muted) => filter.set(KSPROPERTY_AUDIO.MUTE, { channel }, muted === 1, node));
    case KSNODETYPE.MUX:
      return void filter.set(KSPROPERTY_AUDIO.MUX_SOURCE, undefined, value[0]!, node);
    case KSNODETYPE.STEREO_WIDE:
      return void filter.set(KSPROPERTY_AUDIO.WIDENESS, undefined, Math.round(value[0]! * 0x10000), node);
    default: {
      const instance = { devSpecificId: numid, deviceInfo: 0, length: value.length };
      return void filter.set(KSPROPERTY_AUDIO.DEV_SPECIFIC, instance, Uint8Array.from(value), node);
    }
  }
}

/** `values=...` of amixer. */
function outsideValue(card: string, numid: number): string {
  const text = execFileSync('amixer', ['-c', card, 'cget', `numid=${numid}`], { encoding: 'utf8' });
  return /: values=(.*)/.exec(text)![1]!;
}

/** Sets it, and answers what amixer says as soon as that is another value than before. */
async function setOutside(card: string, numid: number, value: NodeValue): Promise<string> {
  const before = outsideValue(card, numid);
  setValue(card, numid, value);
  let outside = before;
  for (let tries = 0; tries < 20 && outside === before; tries++) {
    await sleep(5);
    outside = outsideValue(card, numid);
  }
  return outside;
}

async function roundTrip({
  card,
  numid,
  value,
  after,
}: Extract<Request, { do: 'roundTrip' }>): Promise<RoundTrip> {
  const outside = await setOutside(card, numid, value);
  await sleep(50);
  const { filter, node } = place(card, numid);
  const shown = valueOf(card, numid);
  let events = 0;
  const subscription = filter.events.onControlChange((event) => void (event.node === node && events++));
  execFileSync('amixer', ['-q', '-c', card, 'cset', `numid=${numid}`, after]);
  const started = performance.now();
  while (events === 0 && performance.now() - started < 2000) await sleep(1);
  const tookMs = performance.now() - started;
  subscription.dispose();
  const inside = valueOf(card, numid);
  return { outside, inside: events > 0 ? inside : shown, events, tookMs };
}

async function footprint(): Promise<Footprint> {
  // What was let go is collected in a later turn.
  for (let round = 0; round < 3; round++) {
    globalThis.gc!();
    await sleep(20);
  }
  const host = hardware.hostProcessId!;
  const pages = Number(readFileSync(`/proc/${host}/statm`, 'utf8').split(' ')[1]);
  return {
    descriptors: [readdirSync('/proc/self/fd').length, readdirSync(`/proc/${host}/fd`).length],
    memory: [process.memoryUsage().heapUsed, pages * 4096],
    adapters: queryObjects(AdapterDevice, { format: 'count' }),
    subdevices: queryObjects(Subdevice, { format: 'count' }),
    registers: queryObjects(CardRegisters, { format: 'count' }),
    emitters: queryObjects(Emitter, { format: 'count' }),
    resources: process.getActiveResourcesInfo().sort(),
  };
}
