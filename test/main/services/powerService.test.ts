import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Emitter } from '../../../src/contract/emitter.ts';
import { UNKNOWN_COST, type PowerSnapshot } from '../../../src/contract/services/power.ts';
import type { PowerChoices } from '../../../src/contract/services/settings.ts';
import { secondsToReferenceTime } from '../../../src/contract/units.ts';
import { pcmFormat } from '../../../src/main/engine/ks/format.ts';
import { PortCls } from '../../../src/main/engine/portcls/portcls.ts';
import { PowerPolicy } from '../../../src/main/engine/power/powerPolicy.ts';
import { PowerService } from '../../../src/main/services/powerService.ts';
import { installExampleAdapter } from '../../fixtures/exampleAdapter/exampleAdapter.ts';
import { DAC_LINK_PIN, PCM_OUT_PIN } from '../../fixtures/exampleAdapter/wave.ts';
import { ManualScheduler } from '../../fixtures/manualScheduler.ts';
import { statusOf } from '../../fixtures/statusOf.ts';

const FORMAT = pcmFormat(2, 48_000, 16);

function example(choices: PowerChoices = {}) {
  const scheduler = new ManualScheduler();
  const portCls = new PortCls({ masterClock: scheduler, scheduler });
  const card = installExampleAdapter(portCls, { partitioned: true });
  const policy = new PowerPolicy(portCls);
  let kept: { power?: PowerChoices } = { power: choices };
  const service = new PowerService({
    portCls,
    policy,
    settings: { get: () => kept, set: (patch) => (kept = patch) },
    cost: () => UNKNOWN_COST,
    onCost: new Emitter<void>().event,
  });
  const path = (name: string) => `${card.adapter.id}/${name}`;
  const subdevice = (name: string) =>
    service.getSnapshot().subdevices.find((each) => each.path === path(name))!;
  return { scheduler, portCls, policy, service, path, subdevice, kept: () => kept.power, ...card };
}

describe('the power service', () => {
  let card: ReturnType<typeof example>;
  beforeEach(() => (card = example()));
  afterEach(() => {
    card.service.dispose();
    card.policy.dispose();
  });

  it('tells who keeps a subdevice awake, and which streams are its own', () => {
    const { wave, subdevice, service } = card;
    const pin = wave.filter.createPin(PCM_OUT_PIN, FORMAT, { client: 'Sequencer' });
    expect(subdevice('Wave')).toMatchObject({
      holders: [],
      streams: [{ client: 'Sequencer', state: 'STOP' }],
    });
    pin.setState('RUN');
    const stream = { client: 'Sequencer', subdevice: 'Wave', state: 'RUN' };
    expect(subdevice('TopologyRender')).toMatchObject({ holders: [stream], streams: [] });
    expect(subdevice('TopologyCapture').holders).toEqual([]);
    expect(service.setState('topologyrender', 'D3')).toMatchObject({ state: 'D3', holders: [stream] });
    expect(
      service.setState('TopologyRender', 'D0').history.map(({ state, reason }) => [state, reason]),
    ).toEqual([
      ['D0', 'registered'],
      ['D3', 'request'],
      ['D0', 'request'],
    ]);
    expect(subdevice('TopologyRender').wakes).toEqual({ request: 1 });
    expect(() => service.setState('Nothing', 'D0')).toThrow(/There is no subdevice “Nothing”/);
  });

  it('lets nothing fall asleep while power saving is paused, and counts anew afterwards', () => {
    const { service, subdevice, scheduler, kept } = card;
    const idle = { performanceSeconds: 20, conservationSeconds: 5, state: 'D3' } as const;
    service.setDefaultIdleTimes(idle);
    service.setPaused(true);
    expect(service.getSnapshot()).toMatchObject({ paused: true, idle });
    scheduler.advance(secondsToReferenceTime(100));
    expect(subdevice('Wave')).toMatchObject({ state: 'D0', idleAt: null });
    expect(kept()).toEqual({ idle });
    service.setPaused(false);
    scheduler.advance(secondsToReferenceTime(21));
    expect(subdevice('Wave').state).toBe('D3');
  });

  it('keeps what was chosen, for one subdevice and for all, and counts down', () => {
    const { service, subdevice, scheduler, kept, path, portCls } = card;
    const idle = { performanceSeconds: 20, conservationSeconds: 5, state: 'D3' } as const;
    service.setDefaultIdleTimes(idle);
    service.setIdleTimes('Wave', { ...idle, performanceSeconds: 60, state: 'D2' });
    service.hold('TopologyCapture', true);
    expect([subdevice('Wave').idleAt, subdevice('Wavetable').idleAt]).toEqual([60, 20]);
    expect(subdevice('TopologyCapture')).toMatchObject({ held: true, idleAt: null });
    scheduler.advance(secondsToReferenceTime(60));
    const states = () => service.getSnapshot().subdevices.map(({ name, state }) => `${name} ${state}`);
    expect(states()).toEqual(['TopologyRender D3', 'TopologyCapture D0', 'Wave D2', 'Wavetable D3']);
    const choices = kept()!;
    expect(Object.keys(choices.subdevices!)).toEqual([path('Wave'), path('TopologyCapture')]);
    expect(service.setState('TopologyCapture', 'auto').held).toBe(false);
    service.setIdleTimes('Wave', null);
    expect(kept()).toEqual({ idle, subdevices: {} });
    expect(portCls.adapters[0]!.power.state).toBe('D0');

    const restarted = example(choices);
    expect(restarted.subdevice('Wave').idle).toEqual({ ...idle, performanceSeconds: 60, state: 'D2' });
    expect(restarted.subdevice('TopologyCapture').held).toBe(true);
    restarted.service.dispose();
    restarted.policy.dispose();
  });

  it('keeps whether the bank of sounds stays in memory, beside everything else that was chosen', () => {
    const { service, kept } = card;
    const idle = { performanceSeconds: 20, conservationSeconds: 5, state: 'D3' } as const;
    service.setDefaultIdleTimes(idle);
    service.setKeepBank(true);
    expect(kept()).toEqual({ idle, keepBank: true });
    service.setKeepBank(false);
    expect(kept()).toEqual({ idle, keepBank: false });
  });

  it('unregisters with the connections first, and registers the same again under the same name', () => {
    const { service, wave, adapter, subdevice, path } = card;
    const pin = wave.filter.createPin(PCM_OUT_PIN, FORMAT);
    pin.setState('RUN');
    const events: string[] = [];
    card.portCls.onInterface((event) => events.push(event.kind));
    expect(service.unregister('Wave').registered).toBe(false);
    expect(events).toEqual(['connections', 'connections', 'removal']);
    expect(pin.state).toBe('STOP');
    expect(statusOf(() => wave.filter.createPin(PCM_OUT_PIN, FORMAT))).toBe('STATUS_DEVICE_REMOVED');
    expect(subdevice('Wave')).toMatchObject({ registered: false, streams: [] });
    expect(service.getSnapshot().connections.filter(({ possible }) => !possible)).toHaveLength(2);

    expect(service.register('wave')).toMatchObject({ path: path('Wave'), registered: true, state: 'D0' });
    expect(adapter.connections).toHaveLength(3);
    expect(adapter.physicalPeer('Wave', DAC_LINK_PIN)).toEqual({ filter: 'TopologyRender', pin: 0 });
    expect(service.getSnapshot().subdevices).toHaveLength(4);
    expect(statusOf(() => pin.setState('RUN'))).toBe('STATUS_DEVICE_REMOVED');
    expect(() => service.register('Wave')).toThrow(/No subdevice “Wave” was unregistered/);
    adapter.subdevice('Wave')!.filter.createPin(PCM_OUT_PIN, FORMAT).setState('RUN');
    expect(subdevice('TopologyRender').holders).toHaveLength(1);
  });

  it('both ends of a connection may go; it is back with the second of them', () => {
    const { service, adapter } = card;
    service.unregister('Wave');
    service.unregister('TopologyRender');
    service.register('Wave');
    expect(adapter.connections.map(({ fromSubdevice }) => fromSubdevice)).toEqual(['TopologyCapture']);
    service.register('TopologyRender');
    expect(adapter.connections).toHaveLength(3);
    expect(service.getSnapshot().connections.every(({ connected }) => connected)).toBe(true);
  });

  it('takes a physical connection away and makes it again; what was taken by itself stays away', () => {
    const { service, adapter, path } = card;
    const ends = {
      from: { filter: path('Wave'), pin: DAC_LINK_PIN },
      to: { filter: path('TopologyRender'), pin: 0 },
    };
    service.setConnected(ends, false);
    const found = () => service.getSnapshot().connections.find(({ from }) => from.filter === path('Wave'));
    expect(found()).toEqual({ ...ends, connected: false, possible: true });
    service.unregister('Wave');
    service.register('Wave');
    expect(found()).toMatchObject({ connected: false });
    service.setConnected(ends, true);
    service.setConnected(ends, true);
    expect(adapter.physicalPeer('Wave', DAC_LINK_PIN)).toEqual({ filter: 'TopologyRender', pin: 0 });
    expect(() => service.setConnected({ ...ends, to: ends.from }, true)).toThrow(
      /There is no physical connection/,
    );
  });

  it('stops an adapter for a rebalance, also what was away; and refuses what cannot be moved', () => {
    const { service, adapter, portCls, wave, topology } = card;
    expect(() => service.rebalance('nothing')).toThrow(/There is no adapter “nothing”/);
    expect(statusOf(() => service.rebalance(adapter.id))).toBe('STATUS_NOT_SUPPORTED');
    service.unregister('Wavetable');
    adapter.registerPnpManagement({
      getSupportedRebalanceType: () => 'PcRebalanceRemoveSubdevices',
      pnpQueryStop: () => undefined,
      pnpCancelStop: () => undefined,
      pnpStop() {
        adapter.registerSubdevice('TopologyRender', topology.port);
        adapter.registerSubdevice('Wave', wave.port);
      },
    });
    const pin = wave.filter.createPin(PCM_OUT_PIN, FORMAT);
    pin.setState('RUN');
    service.rebalance(adapter.id.toUpperCase());
    expect([pin.state, statusOf(() => pin.setState('RUN'))]).toEqual(['STOP', 'STATUS_DEVICE_REMOVED']);
    expect(service.getSnapshot().subdevices.map(({ name, registered }) => `${name} ${registered}`)).toEqual([
      'TopologyRender true',
      'Wave true',
      'Wavetable false',
    ]);
    expect(portCls.adapters).toEqual([adapter]);
  });

  it('forgets what its driver registers anew, or whose adapter is gone', () => {
    const { service, adapter, portCls, wave } = card;
    service.unregister('Wave');
    adapter.registerSubdevice('Wave', wave.port);
    expect(service.getSnapshot().subdevices.filter(({ name }) => name === 'Wave')).toHaveLength(1);
    service.unregister('Wave');
    portCls.removeAdapterDevice(adapter);
    expect(service.getSnapshot()).toMatchObject({ subdevices: [], connections: [] });
  });

  it('tells everything that happens in one turn at once', async () => {
    const { service, policy } = card;
    const told: PowerSnapshot[] = [];
    service.onSnapshot((snapshot) => told.push(snapshot));
    for (const each of policy.subdevices) policy.request(each, 'D3');
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    expect(told).toHaveLength(1);
    expect(told[0]!.subdevices.map(({ state }) => state)).toEqual(['D3', 'D3', 'D3', 'D3']);
  });
});
