import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pcmFormat } from '../../../../src/main/engine/ks/format.ts';
import type { PinInstance } from '../../../../src/main/engine/ks/pin.ts';
import { MIDI_FORMAT } from '../../../../src/main/engine/wdmaud/midiDevices.ts';
import { PortCls } from '../../../../src/main/engine/portcls/portcls.ts';
import {
  installExampleAdapter,
  type ExampleAdapter,
} from '../../../fixtures/exampleAdapter/exampleAdapter.ts';
import { ExampleTopologyMiniport } from '../../../fixtures/exampleAdapter/topology.ts';
import { PCM_OUT_PIN, type ExampleWaveStream } from '../../../fixtures/exampleAdapter/wave.ts';
import { ManualScheduler } from '../../../fixtures/manualScheduler.ts';
import { statusOf } from '../../../fixtures/statusOf.ts';

const FORMAT = pcmFormat(2, 48_000, 16);

describe('resource rebalance', () => {
  let portCls: PortCls;
  let card: ExampleAdapter;
  let pin: PinInstance;
  /** What happens, in order: calls, changes of the stream, subdevices and connections that go. */
  let order: string[];
  beforeEach(() => {
    const scheduler = new ManualScheduler();
    portCls = new PortCls({ masterClock: scheduler, scheduler });
    card = installExampleAdapter(portCls, { partitioned: true });
    order = [];
    const calls = (who: string) => ({
      pnpQueryStop: () => void order.push(`${who} PnpQueryStop`),
      pnpCancelStop: () => void order.push(`${who} PnpCancelStop`),
      pnpStop: () => void order.push(`${who} PnpStop`),
    });
    Object.assign(card.waveMiniport, calls('miniport'));
    card.adapter.registerPnpManagement({
      getSupportedRebalanceType: () => 'PcRebalanceRemoveSubdevices',
      ...calls('adapter'),
    });
    pin = card.wave.filter.createPin(PCM_OUT_PIN, FORMAT);
    pin.setState('RUN');
    pin.onState((state) => order.push(`stream ${state}`));
    portCls.onInterface((event) =>
      order.push('subdevice' in event ? `${event.subdevice.name} ${event.kind}` : event.kind),
    );
  });
  afterEach(() => portCls.dispose());

  const create = () => statusOf(() => card.midi.filter.createPin(0, MIDI_FORMAT).close());

  it('refuses creates while a stop is pending, and a client streams on', () => {
    const { pnp } = card.adapter;
    pnp.queryStop();
    expect(order).toEqual(['miniport PnpQueryStop', 'adapter PnpQueryStop']);
    expect([create(), pin.state, pnp.stopPending]).toEqual(['STATUS_DEVICE_NOT_READY', 'RUN', true]);
    expect(statusOf(() => pnp.queryStop())).toBe('STATUS_INVALID_DEVICE_STATE');
    pnp.cancelStop();
    pnp.cancelStop();
    expect(order.slice(2)).toEqual(['adapter PnpCancelStop', 'miniport PnpCancelStop']);
    expect([create(), pin.state, pnp.stopPending]).toEqual([undefined, 'RUN', false]);
    expect(statusOf(() => pnp.stop())).toBe('STATUS_INVALID_DEVICE_STATE');
  });

  it('stops streams first, then tells miniports, then unregisters, then has the driver let go', () => {
    const stream = pin.stream as ExampleWaveStream;
    card.adapter.pnp.queryStop();
    order.length = 0;
    card.adapter.pnp.stop();
    expect(order).toEqual([
      'stream PAUSE',
      'stream ACQUIRE',
      'stream STOP',
      'miniport PnpStop',
      'connections',
      'connections',
      'connections',
      'Wavetable removal',
      'Wave removal',
      'TopologyCapture removal',
      'TopologyRender removal',
      'adapter PnpStop',
    ]);
    expect([stream.state, stream.disposed, card.adapter.subdevices]).toEqual(['STOP', false, []]);
  });

  it('restarts nothing: after the driver started anew its client has to open again', () => {
    card.adapter.pnp.queryStop();
    card.adapter.pnp.stop();
    const topology = card.adapter.registerSubdevice('TopologyRender', card.topology.port);
    card.adapter.registerSubdevice('Wave', card.wave.port);
    expect(topology.port.miniport).toBeInstanceOf(ExampleTopologyMiniport);
    expect(pin.state).toBe('STOP');
    expect(statusOf(() => pin.setState('RUN'))).toBe('STATUS_DEVICE_REMOVED');
    pin.close();
    card.adapter.subdevice('Wave')!.filter.createPin(PCM_OUT_PIN, FORMAT).setState('RUN');
  });

  it('is refused by a driver that cannot be moved', () => {
    card.adapter.unregisterPnpManagement();
    expect(statusOf(() => card.adapter.pnp.queryStop())).toBe('STATUS_NOT_SUPPORTED');
    card.adapter.registerPnpManagement({
      getSupportedRebalanceType: () => 'PcRebalanceNotSupported',
      pnpQueryStop: () => undefined,
      pnpCancelStop: () => undefined,
      pnpStop: () => undefined,
    });
    expect(statusOf(() => card.adapter.pnp.queryStop())).toBe('STATUS_NOT_SUPPORTED');
    expect([create(), pin.state, order]).toEqual([undefined, 'RUN', []]);
  });
});
