import { KSEVENT_PINCAPS_JACKINFOCHANGE } from '../../src/main/engine/ks/event.ts';
import { CLSID, KSCATEGORY, KSNODETYPE } from '../../src/main/engine/ks/guid.ts';
import {
  JACK_CONNECTION_TYPE,
  JACK_GEN_LOCATION,
  JACK_GEO_LOCATION,
  JACK_PORT_CONNECTION,
  KSPROPERTY_JACK,
} from '../../src/main/engine/ks/properties/jack.ts';
import { AutomationTable, NO_NODE } from '../../src/main/engine/ks/property.ts';
import { JackDriver } from '../../src/main/engine/portcls/jackDriven.ts';
import { DAC_LINK_PIN, ExampleWaveCyclicMiniport } from '../fixtures/exampleAdapter/wave.ts';
import { jack, testPortCls, volumeNode, wired, wires } from './testFilters.ts';

export const JACK_PIN = 1;

/** A headphone jack whose wave filter comes with the plug. */
export function headphones({ detection = true, plugged = false } = {}) {
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
      nodes: [volumeNode('Headphone Volume')],
      connections: wires([-1, 0, 0, 1], [0, 0, -1, 1]),
      categories: [KSCATEGORY.AUDIO, KSCATEGORY.TOPOLOGY],
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
  return { portCls, adapter, driver, topology, order, isConnected };
}
