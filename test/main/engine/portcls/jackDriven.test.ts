import { describe, expect, it } from 'vitest';
import { pcmFormat } from '../../../../src/main/engine/ks/format.ts';
import { AutomationTable } from '../../../../src/main/engine/ks/property.ts';
import { KSEVENT_PINCAPS_JACKINFOCHANGE } from '../../../../src/main/engine/ks/event.ts';
import { CLSID, KSNODETYPE } from '../../../../src/main/engine/ks/guid.ts';
import {
  JACK_CAPABILITY,
  JACK_CONNECTION_TYPE,
  JACK_GEN_LOCATION,
  JACK_GEO_LOCATION,
  JACK_PORT_CONNECTION,
  KSPROPERTY_JACK,
} from '../../../../src/main/engine/ks/properties/jack.ts';
import { NO_NODE } from '../../../../src/main/engine/ks/property.ts';
import { JackDriver } from '../../../../src/main/engine/portcls/jackDriven.ts';
import {
  DAC_LINK_PIN,
  ExampleWaveCyclicMiniport,
  PCM_OUT_PIN,
} from '../../../fixtures/exampleAdapter/wave.ts';
import { jack, testPortCls, wired, wires } from '../../../support/testFilters.ts';

const JACK_PIN = 1;

/** A headphone jack whose wave filter comes with the plug. */
function headphones({ detection = true, plugged = false } = {}) {
  const portCls = testPortCls();
  const adapter = portCls.addAdapterDevice({ id: 'card', name: 'Card', maxObjects: 4 });
  const link = { fromSubdevice: 'Wave', fromPin: DAC_LINK_PIN, toSubdevice: 'Topology', toPin: 0 };
  const driver = new JackDriver(
    {
      pinId: JACK_PIN,
      detection,
      channelMapping: 3,
      color: 0x00b3c98c,
      connectionType: JACK_CONNECTION_TYPE['3Point5mm'],
      geoLocation: JACK_GEO_LOCATION.Front,
      genLocation: JACK_GEN_LOCATION.PrimaryBox,
      portConnection: JACK_PORT_CONNECTION.Jack,
    },
    {
      registerSubdevice: () =>
        void adapter.installSubdevice(
          'Wave',
          portCls.newPort(CLSID.PortWaveCyclic),
          new ExampleWaveCyclicMiniport(),
        ),
      registerConnection: () => adapter.registerPhysicalConnection(link),
      unregisterConnection: () => adapter.unregisterPhysicalConnection(link),
      unregisterSubdevice: () => adapter.unregisterSubdevice('Wave'),
    },
  );
  const port = portCls.newPort(CLSID.PortTopology);
  const topology = adapter.installSubdevice('Topology', port, {
    init: () => undefined,
    getDescription: () => ({
      pins: [wired('IN', KSNODETYPE.LEGACY_AUDIO_CONNECTOR), jack('OUT', KSNODETYPE.HEADPHONES)],
      nodes: [],
      connections: wires([-1, 0, -1, 1]),
      categories: [],
      automation: new AutomationTable([...driver.items]),
    }),
  });
  const order: string[] = [];
  const isConnected = () =>
    topology.filter.get(KSPROPERTY_JACK.DESCRIPTION, { pinId: JACK_PIN })[0]!.isConnected;
  portCls.onInterface((event) =>
    order.push('subdevice' in event ? `${event.subdevice.name} ${event.kind}` : 'connection'),
  );
  port.events.addEventToEventList({
    event: KSEVENT_PINCAPS_JACKINFOCHANGE,
    pinId: JACK_PIN,
    node: NO_NODE,
    signal: () => order.push(`IsConnected ${isConnected()}`),
  });
  driver.start(port.events, plugged);
  return { adapter, driver, topology, order, isConnected };
}

describe('a jack with detection', () => {
  it('106: plugged in, has its wave filter registered, then connected, then says that it is connected', () => {
    const { driver, order, isConnected } = headphones();
    expect([order, isConnected()]).toEqual([[], false]);
    driver.pluggedIn();
    expect(order).toEqual(['Wave arrival', 'connection', 'IsConnected true']);
    driver.pluggedIn();
    expect(order).toHaveLength(3);
  });

  it('107: pulled out, is disconnected, then loses its wave filter, then says so; its own filter stays', () => {
    const { adapter, driver, topology, order, isConnected } = headphones({ plugged: true });
    expect(isConnected()).toBe(true);
    const pin = adapter.subdevice('Wave')!.filter.createPin(PCM_OUT_PIN, pcmFormat(2, 48_000, 16));
    let removed = '';
    pin.onRemoved((reason) => (removed = reason));
    pin.setState('RUN');
    order.length = 0;
    driver.pulledOut();
    expect(order).toEqual(['connection', 'Wave removal', 'IsConnected false']);
    expect([pin.state, removed]).toEqual(['STOP', 'The subdevice was unregistered.']);
    expect(adapter.subdevices).toEqual([topology]);
    driver.pluggedIn();
    expect(isConnected()).toBe(true);
  });
});

describe('a jack without detection', () => {
  it('108: is always connected, and does not claim to know it', () => {
    const { driver, topology, order, isConnected } = headphones({ detection: false });
    const [capabilities] = topology.filter.get(KSPROPERTY_JACK.DESCRIPTION2, { pinId: JACK_PIN });
    expect(capabilities!.jackCapabilities & JACK_CAPABILITY.PRESENCE_DETECT).toBe(0);
    expect(isConnected()).toBe(true);
    order.length = 0;
    driver.pulledOut();
    expect([order, isConnected()]).toEqual([[], true]);
  });
});
