import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { secondsToReferenceTime } from '../../../../src/contract/units.ts';
import { pcmFormat } from '../../../../src/main/engine/ks/format.ts';
import type { PinInstance } from '../../../../src/main/engine/ks/pin.ts';
import { KsError } from '../../../../src/main/engine/ks/status.ts';
import { PortCls } from '../../../../src/main/engine/portcls/portcls.ts';
import type { Subdevice } from '../../../../src/main/engine/portcls/subdevice.ts';
import { PowerPolicy } from '../../../../src/main/engine/power/powerPolicy.ts';
import { DeviceGraph } from '../../../../src/main/engine/sysaudio/deviceGraph.ts';
import { partsOnPath } from '../../../../src/main/engine/sysaudio/partsInUse.ts';
import {
  installCapturePart,
  installExampleAdapter,
  removeCapturePart,
} from '../../../fixtures/exampleAdapter/exampleAdapter.ts';
import { DAC_LINK_PIN, PCM_IN_PIN, PCM_OUT_PIN } from '../../../fixtures/exampleAdapter/wave.ts';
import { ManualScheduler } from '../../../fixtures/manualScheduler.ts';

const FORMAT = pcmFormat(2, 48_000, 16);
const seconds = secondsToReferenceTime;

function example() {
  const scheduler = new ManualScheduler();
  const portCls = new PortCls({ masterClock: scheduler, scheduler });
  const policy = new PowerPolicy(portCls);
  const card = installExampleAdapter(portCls, { partitioned: true });
  const order: string[] = [];
  for (const { name, power } of card.adapter.subdevices) {
    power.onState(({ state }) => order.push(`${name} ${state}`));
  }
  card.adapter.power.onState((state) => order.push(`adapter ${state}`));
  const states = () =>
    Object.fromEntries(card.adapter.subdevices.map(({ name, power }) => [name, power.state]));
  const idleAfter = (performanceIdleTime: number, conservationIdleTime = performanceIdleTime) => {
    for (const each of card.adapter.subdevices) {
      policy.setIdleSettings(each, { performanceIdleTime, conservationIdleTime, idlePowerState: 'D3' });
    }
  };
  return { scheduler, portCls, policy, order, states, idleAfter, ...card };
}

const ALL_ASLEEP = { TopologyRender: 'D3', TopologyCapture: 'D3', Wave: 'D3', Wavetable: 'D3' };
const ALL_AWAKE = { TopologyRender: 'D0', TopologyCapture: 'D0', Wave: 'D0', Wavetable: 'D0' };

describe('the power policy', () => {
  it('without idle times nothing sleeps', () => {
    const { scheduler, states } = example();
    scheduler.advance(seconds(3_600));
    expect(states()).toEqual(ALL_AWAKE);
  });

  it('what feeds sleeps before what it feeds, then the adapter; a stream wakes its path the other way round', () => {
    const { scheduler, idleAfter, states, order, wave } = example();
    idleAfter(10);
    scheduler.advance(seconds(10));
    expect(states()).toEqual(ALL_ASLEEP);
    expect(order.at(-1)).toBe('adapter D3');
    const at = (entry: string) => order.indexOf(entry);
    expect(at('Wave D3')).toBeLessThan(at('TopologyRender D3'));
    expect(at('Wavetable D3')).toBeLessThan(at('TopologyRender D3'));
    expect(at('TopologyCapture D3')).toBeLessThan(at('Wave D3'));

    order.length = 0;
    wave.filter.createPin(PCM_OUT_PIN, FORMAT);
    expect(order).toEqual(['adapter D0', 'TopologyRender D0', 'Wave D0']);
  });

  it('a playing stream leaves the parts off its path free to sleep, and they do; 9.5', () => {
    const { scheduler, idleAfter, states, wave, policy, topology } = example();
    const pin = wave.filter.createPin(PCM_OUT_PIN, FORMAT);
    pin.setState('RUN');
    idleAfter(10);
    scheduler.advance(seconds(60));
    expect(states()).toEqual({ ...ALL_ASLEEP, Wave: 'D0', TopologyRender: 'D0' });
    expect(policy.streamsThrough(topology)).toEqual([pin]);
    expect(policy.idleDue(topology)).toBeUndefined();
    const capture = wave.filter.createPin(PCM_IN_PIN, FORMAT);
    capture.setState('ACQUIRE');
    expect(states()).toEqual({ ...ALL_AWAKE, Wavetable: 'D3' });
    capture.close();
    pin.close();
    expect(policy.idleDue(topology)).toBe(scheduler.now() + seconds(10));
    scheduler.advance(seconds(10));
    expect(states()).toEqual(ALL_ASLEEP);
  });

  it('counts by the power source', () => {
    const { scheduler, idleAfter, portCls, topology } = example();
    idleAfter(0, 5);
    scheduler.advance(seconds(60));
    expect(topology.power.state).toBe('D0');
    portCls.powerSource = 'battery';
    scheduler.advance(seconds(5));
    expect(topology.power.state).toBe('D3');
  });

  it('what is held awake wakes at once and does not idle, also after it was registered again', () => {
    const { scheduler, policy, idleAfter, portCls, topologyCapture, ...card } = example();
    idleAfter(10);
    scheduler.advance(seconds(10));
    policy.hold(topologyCapture!, true);
    expect(topologyCapture!.power.history.at(-1)).toMatchObject({ state: 'D0', reason: 'hold' });
    scheduler.advance(seconds(100));
    expect(topologyCapture!.power.state).toBe('D0');
    removeCapturePart({ topologyCapture, ...card });
    expect(card.adapter.power.state, 'all others sleep').toBe('D3');
    const again = installCapturePart(portCls, { topologyCapture, ...card });
    expect(policy.isHeld(again)).toBe(true);
    scheduler.advance(seconds(100));
    expect(again.power.state).toBe('D0');
    policy.hold(again, false);
    scheduler.advance(seconds(10));
    expect(again.power.state).toBe('D3');
  });

  it('put to sleep it pauses the streams that cross it, and a wake resumes them', () => {
    const { policy, topology, wave, waveMiniport } = example();
    const pin = wave.filter.createPin(PCM_OUT_PIN, FORMAT);
    pin.setState('RUN');
    const stream = waveMiniport.streams[0]!;
    policy.request(topology, 'D3');
    expect([pin.state, stream.state, wave.power.state]).toEqual(['RUN', 'PAUSE', 'D0']);
    policy.request(topology, 'D0');
    expect(stream.state).toBe('RUN');
  });

  it('follows the system to sleep, and wakes what was awake and is still there', () => {
    const { policy, portCls, states, order, wave, waveMiniport, ...card } = example();
    const pin = wave.filter.createPin(PCM_OUT_PIN, FORMAT);
    pin.setState('RUN');
    policy.request(card.midi, 'D3');
    order.length = 0;
    policy.suspend();
    expect(order.at(-1)).toBe('adapter D3');
    expect(order.indexOf('Wave D3')).toBeLessThan(order.indexOf('TopologyRender D3'));
    expect(waveMiniport.streams[0]!.state).toBe('PAUSE');
    removeCapturePart({ wave, waveMiniport, ...card });
    policy.resume();
    expect(states()).toEqual({ TopologyRender: 'D0', Wave: 'D0', Wavetable: 'D3' });
    expect(waveMiniport.streams[0]!.state).toBe('RUN');
    expect(portCls.adapters[0]!.power.state).toBe('D0');
  });

  it('wakes nothing while the system sleeps: what is registered or asked for then is awake afterwards', () => {
    const card = example();
    const { policy, adapter, topology, portCls, states } = card;
    removeCapturePart(card);
    policy.request(topology, 'D3');
    policy.suspend();
    policy.suspend();
    const again = installCapturePart(portCls, card);
    policy.request(topology, 'D0');
    policy.request(card.midi, 'D3');
    policy.hold(card.wave, true);
    expect([adapter.power.state, again.power.state, topology.power.state]).toEqual(['D3', 'D3', 'D3']);
    policy.resume();
    policy.resume();
    expect(states()).toEqual({ TopologyRender: 'D0', Wave: 'D0', Wavetable: 'D3', TopologyCapture: 'D0' });
    expect(adapter.power.state).toBe('D0');
  });

  it('wakes what a stream crosses by a new wire, and by a wire that goes nothing holds it up', () => {
    const { policy, adapter, topology, wave, waveMiniport } = example();
    const wire = { fromSubdevice: 'Wave', fromPin: DAC_LINK_PIN, toSubdevice: 'TopologyRender', toPin: 0 };
    const pin = wave.filter.createPin(PCM_OUT_PIN, FORMAT);
    pin.setState('RUN');
    const stream = waveMiniport.streams[0]!;
    policy.request(topology, 'D3');
    expect(stream.state).toBe('PAUSE');
    adapter.unregisterPhysicalConnection(wire);
    expect([stream.state, topology.power.state]).toEqual(['RUN', 'D3']);
    adapter.registerPhysicalConnection(wire);
    expect([stream.state, topology.power.state]).toEqual(['RUN', 'D0']);
    expect(topology.power.history.at(-1)!.reason).toBe('stream');
  });

  it('1,000 operations of 8 clients: no stream runs through what sleeps, no connection dangles', () => {
    const operation = fc.record({
      kind: fc.constantFrom(
        'open',
        'run',
        'stop',
        'close',
        'sleep',
        'wake',
        'hold',
        'unplug',
        'plug',
        'pass',
        'system',
      ),
      client: fc.nat({ max: 7 }),
      which: fc.nat({ max: 3 }),
    });
    fc.assert(
      fc.property(fc.array(operation, { minLength: 1_000, maxLength: 1_000, size: 'max' }), (operations) => {
        const card = example();
        const { policy, adapter, wave, scheduler, portCls } = card;
        card.idleAfter(5);
        const pins: (PinInstance | undefined)[] = [];
        for (const { kind, client, which } of operations) {
          const subdevice = adapter.subdevices[which % adapter.subdevices.length]!;
          const pin = pins[client];
          const capture = adapter.subdevice('TopologyCapture');
          const act: Record<typeof kind, () => void> = {
            open: () =>
              (pins[client] ??= wave.filter.createPin(which > 1 ? PCM_IN_PIN : PCM_OUT_PIN, FORMAT)),
            run: () => pin?.setState('RUN'),
            stop: () => pin?.setState(which > 1 ? 'STOP' : 'PAUSE'),
            close: () => (pin?.close(), (pins[client] = undefined)),
            sleep: () => policy.request(subdevice, (['D1', 'D2', 'D3', 'D3'] as const)[client % 4]!),
            wake: () => policy.request(subdevice, 'D0'),
            hold: () => policy.hold(subdevice, client > 5),
            unplug: () => capture && removeCapturePart(card),
            plug: () => capture ?? installCapturePart(portCls, card),
            pass: () => scheduler.advance(seconds(client)),
            system: () => (policy.suspend(), policy.resume()),
          };
          try {
            act[kind]();
          } catch (error) {
            // A pin with no free instance.
            if (!(error instanceof KsError)) throw error;
          }
          checkInvariants(card, pins);
        }
        for (const pin of pins) pin?.close();
        scheduler.advance(seconds(10));
        const left = adapter.subdevices.filter((each) => !policy.isHeld(each) && each.power.state === 'D0');
        expect(left.map(({ name }) => name)).toEqual([]);
      }),
      { seed: 106_115, numRuns: 3 },
    );
  });
});

function checkInvariants(
  { adapter, policy, waveMiniport }: ReturnType<typeof example>,
  pins: readonly (PinInstance | undefined)[],
): void {
  const graph = new DeviceGraph(adapter);
  const names = new Set(adapter.subdevices.map(({ name }) => name));
  for (const { fromSubdevice, toSubdevice } of adapter.connections) {
    expect(names.has(fromSubdevice) && names.has(toSubdevice)).toBe(true);
  }
  expect(policy.subdevices).toEqual(adapter.subdevices);
  if (adapter.power.state !== 'D0') expect(awake(adapter.subdevices)).toEqual([]);
  for (const pin of pins) {
    if (pin?.state !== 'RUN') continue;
    const subdevice = adapter.subdevice(pin.filter.name)!;
    const path = new Set([...partsOnPath(graph.pin(subdevice, pin.pinId)!)].map((part) => part.subdevice));
    const stream = waveMiniport.streams.find((each) => each === pin.stream);
    const sleeps = [...path].some(({ power }) => power.state !== 'D0');
    expect(stream?.state).toBe(sleeps ? 'PAUSE' : 'RUN');
  }
}

const awake = (subdevices: readonly Subdevice[]) =>
  subdevices.filter(({ power }) => power.state === 'D0').map(({ name }) => name);
