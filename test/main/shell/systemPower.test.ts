import { EventEmitter } from 'node:events';
import { beforeEach, describe, expect, it } from 'vitest';
import { secondsToReferenceTime } from '../../../src/contract/units.ts';
import { PortCls } from '../../../src/main/engine/portcls/portcls.ts';
import { rawBytes } from '../../../src/main/engine/portcls/powerSettings.ts';
import { PowerPolicy } from '../../../src/main/engine/power/powerPolicy.ts';
import { systemPower } from '../../../src/main/services/power/systemPower.ts';
import { followSystemPower, type MonitoredPower } from '../../../src/main/shell/systemPower.ts';
import { installExampleAdapter, type ExampleAdapter } from '../../fixtures/exampleAdapter/exampleAdapter.ts';
import { ManualScheduler } from '../../fixtures/manualScheduler.ts';

class Monitor extends EventEmitter {
  onBatteryPower = false;
}

describe('the power of the machine', () => {
  let monitor: Monitor;
  let scheduler: ManualScheduler;
  let portCls: PortCls;
  let card: ExampleAdapter;
  let quits: number;
  let stop: () => void;
  beforeEach(() => {
    monitor = new Monitor();
    scheduler = new ManualScheduler();
    portCls = new PortCls({ masterClock: scheduler, scheduler });
    card = installExampleAdapter(portCls, { partitioned: true });
    const policy = new PowerPolicy(portCls);
    quits = 0;
    const following = followSystemPower(
      monitor as unknown as MonitoredPower,
      systemPower(portCls, policy),
      () => quits++,
    );
    stop = () => following.dispose();
  });

  const states = () => card.adapter.subdevices.map(({ power }) => power.state);

  it('suspended and resumed takes the engine along; news after the end are nobody’s', () => {
    monitor.emit('suspend');
    expect([card.adapter.power.state, ...states()]).toEqual(['D3', 'D3', 'D3', 'D3', 'D3']);
    monitor.emit('resume');
    expect([card.adapter.power.state, ...states()]).toEqual(['D0', 'D0', 'D0', 'D0', 'D0']);
    stop();
    monitor.emit('suspend');
    expect(card.adapter.power.state).toBe('D0');
    expect(monitor.eventNames().filter((name) => monitor.listenerCount(name) > 0)).toEqual([]);
  });

  it('decides which idle times count: on battery, and while the screen is locked', () => {
    const key = card.adapter.newRegistryKey('driver').newSubKey('PowerSettings');
    key.setValueKey('ConservationIdleTime', rawBytes(10));
    card.adapter.idlePower.start();
    const idles = () => {
      scheduler.advance(secondsToReferenceTime(20));
      const { state } = card.adapter.power;
      card.adapter.power.request('D0');
      card.adapter.idlePower.restart();
      return state === 'D3';
    };
    expect([idles(), portCls.powerSource]).toEqual([false, 'mains']);
    monitor.emit('lock-screen');
    expect([idles(), portCls.powerSource, portCls.idleSource]).toEqual([true, 'mains', 'battery']);
    monitor.emit('unlock-screen');
    expect(idles()).toBe(false);
    monitor.emit('on-battery');
    expect([idles(), portCls.powerSource]).toEqual([true, 'battery']);
    monitor.emit('on-ac');
    expect(idles()).toBe(false);
  });

  it('begins with the source of then', () => {
    const begun = new Monitor();
    begun.onBatteryPower = true;
    const policy = new PowerPolicy(portCls);
    followSystemPower(begun as unknown as MonitoredPower, systemPower(portCls, policy), () => undefined);
    expect(portCls.powerSource).toBe('battery');
  });

  it('shutting down waits for an orderly end', () => {
    let held = false;
    monitor.emit('shutdown', { preventDefault: () => (held = true) });
    expect([held, quits]).toEqual([true, 1]);
  });
});
