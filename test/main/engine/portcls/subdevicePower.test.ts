import { describe, expect, it } from 'vitest';
import { millisecondsToReferenceTime, secondsToReferenceTime } from '../../../../src/contract/units.ts';
import { pcmFormat } from '../../../../src/main/engine/ks/format.ts';
import type { DevicePowerState } from '../../../../src/main/engine/portcls/power.ts';
import { PortCls } from '../../../../src/main/engine/portcls/portcls.ts';
import { installExampleAdapter } from '../../../fixtures/exampleAdapter/exampleAdapter.ts';
import { PCM_OUT_PIN } from '../../../fixtures/exampleAdapter/wave.ts';
import { ManualScheduler } from '../../../fixtures/manualScheduler.ts';

const FORMAT = pcmFormat(2, 48_000, 16);
const seconds = secondsToReferenceTime;
const milliseconds = millisecondsToReferenceTime;

function example() {
  const scheduler = new ManualScheduler();
  const portCls = new PortCls({ masterClock: scheduler, scheduler });
  return { scheduler, ...installExampleAdapter(portCls, { partitioned: true }) };
}

describe('the power of one subdevice', () => {
  it('sleeps and wakes without its neighbours, notifying its own miniport and streams', () => {
    const { adapter, wave, waveMiniport, midiMiniport, topology } = example();
    const told: string[] = [];
    Object.assign(waveMiniport, {
      powerChangeNotify: (state: DevicePowerState) => told.push(`wave ${state}`),
    });
    Object.assign(midiMiniport, {
      powerChangeNotify: (state: DevicePowerState) => told.push(`midi ${state}`),
    });
    const pin = wave.filter.createPin(PCM_OUT_PIN, FORMAT);
    const stream = waveMiniport.streams[0]!;
    Object.assign(stream, { powerChangeNotify: (state: DevicePowerState) => told.push(`stream ${state}`) });
    pin.setState('RUN');
    wave.power.request('D2');
    expect(told).toEqual(['wave D2', 'stream D2']);
    expect([wave.power.state, topology.power.state, adapter.power.state]).toEqual(['D2', 'D0', 'D0']);
    expect([pin.state, stream.state]).toEqual(['RUN', 'PAUSE']);
    wave.power.request('D0');
    expect(told.slice(2)).toEqual(['wave D0', 'stream D0']);
    expect(stream.state).toBe('RUN');
  });

  it('is never less deep than its adapter, which does not disturb the sleep of one that sleeps on its own', () => {
    const { adapter, wave, topology, waveMiniport } = example();
    const told: DevicePowerState[] = [];
    Object.assign(waveMiniport, { powerChangeNotify: (state: DevicePowerState) => told.push(state) });
    wave.power.request('D3');
    adapter.power.request('D3');
    expect([topology.power.state, topology.power.ownState]).toEqual(['D3', 'D0']);
    adapter.power.request('D0');
    expect([wave.power.state, topology.power.state]).toEqual(['D3', 'D0']);
    expect(told).toEqual(['D3']);
    adapter.power.request('D3');
    wave.power.request('D0');
    expect([adapter.power.state, wave.power.state]).toEqual(['D0', 'D0']);
    expect(topology.power.history.map(({ state, reason }) => `${state} ${reason}`)).toEqual([
      'D0 registered',
      'D3 adapter',
      'D0 adapter',
      'D3 adapter',
      'D0 adapter',
    ]);
  });

  it('that slept when it was unregistered works when it is registered again', () => {
    const { adapter, wave, waveMiniport } = example();
    const told: DevicePowerState[] = [];
    Object.assign(waveMiniport, { powerChangeNotify: (state: DevicePowerState) => told.push(state) });
    const again = () => {
      adapter.unregisterSubdevice(wave.name);
      return adapter.registerSubdevice(wave.name, wave.port);
    };
    wave.power.request('D3');
    const back = again();
    expect([back.power.state, told]).toEqual(['D0', ['D3', 'D0']]);
    again();
    expect(told).toHaveLength(2);
  });

  it('a stream runs again only when nothing on its path sleeps any more', () => {
    const { wave, topology, waveMiniport } = example();
    const pin = wave.filter.createPin(PCM_OUT_PIN, FORMAT);
    pin.setState('RUN');
    const stream = waveMiniport.streams[0]!;
    wave.power.request('D3');
    topology.power.request('D3', 'request', [pin]);
    wave.power.request('D0');
    expect(stream.state).toBe('PAUSE');
    topology.power.request('D0');
    expect(stream.state).toBe('RUN');
    topology.power.request('D3', 'request', [pin]);
    topology.adapter.unregisterSubdevice('TopologyRender');
    expect(stream.state, 'what held it up is gone').toBe('RUN');
  });

  it('keeps ten minutes of history, the state before them, and the time in every state', () => {
    const { scheduler, wave } = example();
    for (let minute = 0; minute < 30; minute++) {
      wave.power.request(minute % 2 === 0 ? 'D3' : 'D0');
      scheduler.advance(seconds(60));
    }
    const { history, timeInStates } = wave.power;
    expect(history).toHaveLength(11);
    expect(history[0]!.time).toBe(seconds(19 * 60));
    expect(timeInStates).toEqual({ D0: seconds(900), D1: 0, D2: 0, D3: seconds(900) });
  });

  it('measures how long the way up takes, against what the state promises', async () => {
    const { scheduler, wave, waveMiniport } = example();
    const ready = Promise.withResolvers<void>();
    Object.assign(waveMiniport, {
      powerChangeNotify: (state: DevicePowerState) => (state === 'D0' ? ready.promise : undefined),
      exitLatency: () => milliseconds(20),
    });
    wave.power.request('D3');
    wave.power.request('D0');
    expect(wave.power.exitLatency).toBeUndefined();
    scheduler.advance(milliseconds(35));
    ready.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    expect(wave.power.exitLatency).toEqual({
      from: 'D3',
      promised: milliseconds(20),
      measured: milliseconds(35),
    });
  });
});
