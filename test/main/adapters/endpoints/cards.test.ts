import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EndpointsSnapshot, ProgramStream } from '../../../../src/contract/services/endpoints.ts';
import { referenceTime } from '../../../../src/contract/units.ts';
import { Endpoints } from '../../../../src/main/adapters/endpoints/endpoints.ts';
import { KSEVENT_PINCAPS_JACKINFOCHANGE } from '../../../../src/main/engine/ks/event.ts';
import { KSNODETYPE } from '../../../../src/main/engine/ks/guid.ts';
import { JACK_CAPABILITY, KSPROPERTY_JACK } from '../../../../src/main/engine/ks/properties/jack.ts';
import { NO_NODE } from '../../../../src/main/engine/ks/property.ts';
import { PortCls } from '../../../../src/main/engine/portcls/portcls.ts';
import { ServerSound } from '../../../../src/main/hardware/serverSound.ts';
import { ServerWatcher } from '../../../../src/main/hardware/soundServer/index.ts';
import { EndpointsService } from '../../../../src/main/services/endpointsService.ts';
import { laptop } from '../../../rigs/simulatedServer/laptop.ts';
import { SimulatedServer } from '../../../rigs/simulatedServer/simulatedServer.ts';

const SEEN = { timeout: 5_000, interval: 10 };

describe('a card with profiles, ports and jacks', () => {
  let server: SimulatedServer;
  let watcher: ServerWatcher;
  let portCls: PortCls;
  let adapter: Endpoints;
  let service: EndpointsService;
  let card: number;

  beforeEach(async () => {
    server = await SimulatedServer.start();
    card = server.addCard(laptop());
    watcher = new ServerWatcher({ env: server.env, settleMs: 5 });
    await watcher.ready();
    const sound = new ServerSound(watcher);
    portCls = new PortCls({ masterClock: { now: () => referenceTime(0) } });
    adapter = new Endpoints(portCls, sound);
    service = new EndpointsService(sound, adapter, () => false);
  });
  afterEach(async () => {
    for (const item of [service, adapter, portCls, watcher]) item.dispose();
    await server.dispose();
  });

  const endpoint = (id: string) => service.getSnapshot().endpoints.find((each) => each.id === id);
  const subdevice = (name: string) => {
    const found = portCls.adapters.flatMap(({ subdevices }) => subdevices).find((each) => each.name === name);
    if (!found) throw new Error(`There is no “${name}”.`);
    return found;
  };
  /** The pin that leads out of the machine. */
  const jackPin = (name: string) => (name.startsWith('Output') ? 1 : 0);
  const plugged = (name: string) => {
    const { filter } = subdevice(name);
    const pinId = jackPin(name);
    const connected = filter
      .get(KSPROPERTY_JACK.DESCRIPTION, { pinId })
      .map(({ isConnected }) => isConnected);
    const measured = filter
      .get(KSPROPERTY_JACK.DESCRIPTION2, { pinId })
      .map(({ jackCapabilities }) => (jackCapabilities & JACK_CAPABILITY.PRESENCE_DETECT) !== 0);
    return { connected, measured };
  };

  it('has a jack description for each port, whose presence is a measurement where the card knows it', () => {
    expect(plugged('Output Analog Stereo')).toEqual({ connected: [true, false], measured: [false, true] });
    expect(plugged('Input Analog Stereo')).toEqual({ connected: [false, true], measured: [true, true] });
    const { filter } = subdevice('Output Analog Stereo');
    expect(filter.descriptor.pins[1]).toMatchObject({ category: KSNODETYPE.SPEAKER, nameText: 'Speakers' });
  });

  it('tells of a jack that is plugged in and out, though the server tells of the card only', async () => {
    const { events } = subdevice('Output Analog Stereo').port;
    const signal = vi.fn();
    events.addEventToEventList({ event: KSEVENT_PINCAPS_JACKINFOCHANGE, pinId: 1, node: NO_NODE, signal });
    server.setAvailable(card, 'headphones', 'yes');
    await expect.poll(() => plugged('Output Analog Stereo').connected, SEEN).toEqual([true, true]);
    expect(endpoint('sink:out.analog')!.ports).toEqual([
      { id: 'speaker', name: 'Speakers', available: 'unknown' },
      { id: 'headphones', name: 'Headphones', available: 'yes' },
    ]);
    server.setAvailable(card, 'headphones', 'no');
    await expect.poll(() => plugged('Output Analog Stereo').connected, SEEN).toEqual([true, false]);
    expect(signal).toHaveBeenCalledTimes(2);
  });

  it('is switched between its ports, and its filter then is what is plugged there', async () => {
    await service.setPort('sink:out.analog', 'headphones');
    await expect.poll(() => endpoint('sink:out.analog')?.activePort, SEEN).toBe('headphones');
    const { filter } = subdevice('Output Analog Stereo');
    expect(filter.descriptor.pins[1]).toMatchObject({
      category: KSNODETYPE.HEADPHONES,
      nameText: 'Headphones',
    });
    await service.setPort('source:in.analog', 'line');
    await expect.poll(() => endpoint('source:in.analog')?.activePort, SEEN).toBe('line');
    expect(subdevice('Input Analog Stereo').filter.descriptor.pins[0]).toMatchObject({
      category: KSNODETYPE.LINE_CONNECTOR,
    });
    await expect(service.setPort('sink:out.analog', 'hdmi')).rejects.toMatchObject({ code: 'not-found' });
  });

  it('has the devices of its profile, with their format and latency, and none when it is off', async () => {
    expect(service.getSnapshot().cards).toEqual([
      {
        id: 'card:card.pci',
        name: 'Built-in Audio',
        deviceId: 'endpoint:card.pci',
        profiles: [
          { id: 'analog', name: 'Analog Stereo', available: true },
          { id: 'hdmi', name: 'Digital Surround', available: false },
          { id: 'off', name: 'Off', available: true },
        ],
        activeProfile: 'analog',
      },
    ]);
    expect(endpoint('sink:out.analog')).toMatchObject({
      filter: 'Output Analog Stereo',
      channels: 2,
      sampleRate: 48_000,
      format: 's16le',
      latencyMs: 42,
    });
    await service.setProfile('card:card.pci', 'hdmi');
    await expect
      .poll(() => endpoint('sink:out.hdmi'), SEEN)
      .toMatchObject({
        channels: 6,
        sampleRate: 96_000,
        deviceId: 'endpoint:card.pci',
      });
    await expect.poll(() => service.getSnapshot().endpoints.length, SEEN).toBe(1);
    expect(plugged('Output Digital Surround')).toEqual({ connected: [true], measured: [true] });
    await service.setProfile('card:card.pci', 'off');
    await expect.poll(() => portCls.adapters.length, SEEN).toBe(0);
    expect(service.getSnapshot().cards).toMatchObject([{ activeProfile: 'off' }]);
    await expect(service.setProfile('card:card.pci', 'surround')).rejects.toMatchObject({
      code: 'not-found',
    });
    server.removeCard(card);
    await expect.poll(() => service.getSnapshot().cards, SEEN).toEqual([]);
  });

  it('tells of a program alone when nothing else has changed, and once', async () => {
    const sink = [...server.sinks.keys()][0]!;
    const snapshots: EndpointsSnapshot[] = [];
    const programs: ProgramStream[][] = [];
    service.onSnapshot((snapshot) => snapshots.push(snapshot));
    service.onPrograms((changed) => programs.push(changed));
    const stream = server.addStream({
      name: 'A song',
      sampleSpec: { format: 's16le', channels: 2, rate: 44_100 },
      channelMap: ['front-left', 'front-right'],
      volume: [0x10000, 0x10000],
      mute: false,
      corked: false,
      sink,
      properties: new Map([['application.name', 'A player']]),
    });
    await expect.poll(() => snapshots.length, SEEN).toBe(1);
    server.streams.get(stream)!.mute = true;
    server.tell('sinkInput', 'change', stream);
    server.tell('sinkInput', 'change', stream);
    await expect.poll(() => programs, SEEN).toMatchObject([[{ id: stream, muted: true }]]);
    expect(snapshots).toHaveLength(1);
  });
});
