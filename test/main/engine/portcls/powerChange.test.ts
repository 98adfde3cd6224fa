import { describe, expect, it } from 'vitest';
import { decibelsToKsLevel, secondsToReferenceTime } from '../../../../src/contract/units.ts';
import { pcmFormat } from '../../../../src/main/engine/ks/format.ts';
import { KSPROPERTY_AUDIO } from '../../../../src/main/engine/ks/properties/audio.ts';
import type {
  AdapterPowerManagement,
  DeviceCapabilities,
  DevicePowerState,
} from '../../../../src/main/engine/portcls/power.ts';
import { PortCls } from '../../../../src/main/engine/portcls/portcls.ts';
import { rawBytes } from '../../../../src/main/engine/portcls/powerSettings.ts';
import { installExampleAdapter } from '../../../fixtures/exampleAdapter/exampleAdapter.ts';
import { PCM_OUT_PIN } from '../../../fixtures/exampleAdapter/wave.ts';
import { ManualScheduler } from '../../../fixtures/manualScheduler.ts';
import { statusOf } from '../../../fixtures/statusOf.ts';

const FORMAT = pcmFormat(2, 48_000, 16);
const MASTER_VOL = 5;
const seconds = secondsToReferenceTime;

function example() {
  const scheduler = new ManualScheduler();
  const portCls = new PortCls({ masterClock: scheduler, scheduler });
  return { scheduler, portCls, ...installExampleAdapter(portCls) };
}

/** Calls in the order they come, of a stream, its miniport and the driver's power management. */
function recorded() {
  const card = example();
  const { adapter, wave, waveMiniport } = card;
  const order: string[] = [];
  adapter.power.register({
    powerChangeState: (state) => order.push(`PowerChangeState ${state}`),
    queryPowerChangeState: () => undefined,
    queryDeviceCapabilities: (map) => map,
  } satisfies AdapterPowerManagement);
  const pin = wave.filter.createPin(PCM_OUT_PIN, FORMAT);
  const stream = waveMiniport.streams[0]!;
  const setState = stream.setState.bind(stream);
  Object.assign(stream, {
    setState: (state: typeof stream.state) => (order.push(`stream ${state}`), setState(state)),
    powerChangeNotify: (state: DevicePowerState) => order.push(`stream notified ${state}`),
  });
  Object.assign(waveMiniport, {
    powerChangeNotify: (state: DevicePowerState) => order.push(`miniport notified ${state}`),
  });
  return { ...card, pin, stream, order };
}

describe('a change of power', () => {
  it('109: pauses running streams, notifies, tells the driver; and the other way round on the way up', () => {
    const { adapter, pin, stream, order } = recorded();
    pin.setState('RUN');
    order.length = 0;
    adapter.power.request('D3');
    const down = ['stream PAUSE', 'miniport notified D3', 'stream notified D3', 'PowerChangeState D3'];
    expect(order).toEqual(down);
    expect([pin.state, stream.state]).toEqual(['RUN', 'PAUSE']);
    order.length = 0;
    adapter.power.request('D0');
    expect(order).toEqual([
      'PowerChangeState D0',
      'miniport notified D0',
      'stream notified D0',
      'stream RUN',
    ]);
    expect([pin.state, stream.state]).toEqual(['RUN', 'RUN']);
  });

  it('leaves a stream in the state its client gave it meanwhile, and powers up for one that goes on', () => {
    const { adapter, pin, stream, order } = recorded();
    pin.setState('RUN');
    adapter.power.request('D3');
    pin.setState('PAUSE');
    adapter.power.request('D0');
    expect(stream.state).toBe('PAUSE');
    adapter.power.request('D3');
    order.length = 0;
    pin.setState('RUN');
    expect(order[0]).toBe('PowerChangeState D0');
    expect(order.at(-1)).toBe('stream RUN');
    adapter.power.request('D2');
    pin.close();
    expect(stream.state).toBe('STOP');
    adapter.power.request('D0');
    expect(stream.state).toBe('STOP');
  });

  it('110: a volume set in D3 is kept and reaches the hardware on the return to D0', () => {
    const { adapter, topology, registers } = example();
    const level = decibelsToKsLevel(-12);
    const read = () => topology.filter.get(KSPROPERTY_AUDIO.VOLUMELEVEL, { channel: 0 }, MASTER_VOL);
    adapter.power.request('D3');
    for (const decibels of [-30, -12]) {
      topology.filter.set(
        KSPROPERTY_AUDIO.VOLUMELEVEL,
        { channel: 0 },
        decibelsToKsLevel(decibels),
        MASTER_VOL,
      );
    }
    expect(read()).toBe(level);
    expect([registers.writes, registers.hardwareLevel('MASTER_VOL', 0)]).toEqual([0, 0]);
    adapter.power.request('D0');
    expect([registers.writes, registers.hardwareLevel('MASTER_VOL', 0)]).toEqual([1, level]);
  });

  it('111: a pin created in D3 has the adapter in D0 before NewStream', () => {
    const { adapter, wave, waveMiniport } = example();
    adapter.power.request('D3');
    const newStream = waveMiniport.newStream.bind(waveMiniport);
    const seen: DevicePowerState[] = [];
    waveMiniport.newStream = (...args) => (seen.push(adapter.power.state), newStream(...args));
    wave.filter.createPin(PCM_OUT_PIN, FORMAT);
    expect(seen).toEqual(['D0']);
  });

  it('112: capabilities may be deepened, and made less deep they are refused', () => {
    const { adapter } = example();
    const usual: DeviceCapabilities = { S0: 'D0', S1: 'D1', S2: 'D2', S3: 'D3', S4: 'D3', S5: 'D3' };
    const answering = (own: Partial<DeviceCapabilities>) =>
      adapter.power.register({
        powerChangeState: () => undefined,
        queryPowerChangeState: () => undefined,
        queryDeviceCapabilities: (map: DeviceCapabilities) => ({ ...map, ...own }),
      });
    answering({ S1: 'D3' });
    expect(adapter.power.capabilities(usual).S1).toBe('D3');
    answering({ S1: 'D0' });
    expect(statusOf(() => adapter.power.capabilities(usual))).toBe('STATUS_INVALID_PARAMETER');
  });

  it('follows the system to sleep and back, with the latency it has to leave D3 in', () => {
    const { portCls, adapter } = example();
    const calls: unknown[][] = [];
    adapter.power.register({
      powerChangeState: () => undefined,
      powerChangeState2: () => undefined,
      powerChangeState3: (...args: unknown[]) => calls.push(args),
      d3ExitLatencyChanged: (latency: unknown) => calls.push([latency]),
      queryPowerChangeState: () => undefined,
      queryDeviceCapabilities: (map: DeviceCapabilities) => map,
    });
    portCls.changeSystemPower('S3');
    adapter.power.setExitLatency('PcExitLatencyFast');
    portCls.changeSystemPower('S0');
    adapter.power.setExitLatency('PcExitLatencyResponsive');
    expect(calls).toEqual([
      ['D3', 'S3', 'PcExitLatencyInstant'],
      ['PcExitLatencyFast'],
      ['D0', 'S0', 'PcExitLatencyFast'],
    ]);
  });
});

describe('idle power-down', () => {
  function stored(settings: Record<string, number>) {
    const card = example();
    const key = card.adapter.newRegistryKey('driver').newSubKey('PowerSettings');
    for (const [name, number] of Object.entries(settings)) key.setValueKey(name, rawBytes(number));
    card.adapter.idlePower.start();
    return card;
  }
  const access = ({ topology }: ReturnType<typeof example>) =>
    topology.filter.get(KSPROPERTY_AUDIO.VOLUMELEVEL, { channel: 0 }, MASTER_VOL);

  it('113: never happens without settings; on battery after 30 s without access, which any access puts off', () => {
    const nothing = stored({});
    nothing.scheduler.advance(seconds(3_600));
    expect(nothing.adapter.power.state).toBe('D0');

    const card = stored({ ConservationIdleTime: 0x1e });
    const { scheduler, portCls, adapter } = card;
    scheduler.advance(seconds(100));
    expect(adapter.power.state, 'on mains').toBe('D0');
    portCls.powerSource = 'battery';
    scheduler.advance(seconds(29));
    access(card);
    scheduler.advance(seconds(29));
    expect(adapter.power.state).toBe('D0');
    scheduler.advance(seconds(1));
    expect(adapter.power.state).toBe('D3');
    access(card);
    expect(adapter.power.state, 'woken by an access').toBe('D0');
    scheduler.advance(seconds(30));
    expect(adapter.power.state).toBe('D3');
  });

  it('waits for streams, and goes to the state that is stored', () => {
    const { scheduler, adapter, wave } = stored({ PerformanceIdleTime: 10, IdlePowerState: 1 });
    const pin = wave.filter.createPin(PCM_OUT_PIN, FORMAT);
    pin.setState('ACQUIRE');
    scheduler.advance(seconds(100));
    expect(adapter.power.state).toBe('D0');
    pin.setState('STOP');
    scheduler.advance(seconds(10));
    expect(adapter.power.state).toBe('D1');
  });

  it('114: SetIdlePowerManagement(FALSE) ends idling, unless ImmediateIdle is stored', () => {
    const usual = stored({ PerformanceIdleTime: 10, ImmediateIdle: 0 });
    usual.adapter.idlePower.setEnabled(false);
    usual.scheduler.advance(seconds(100));
    expect(usual.adapter.power.state).toBe('D0');

    const immediate = stored({ PerformanceIdleTime: 10, ImmediateIdle: 1 });
    immediate.adapter.idlePower.setEnabled(false);
    immediate.scheduler.advance(seconds(0));
    expect(immediate.adapter.power.state).toBe('D3');
  });
});
