import type { PowerMonitor } from 'electron';
import { DisposableStore, toDisposable, type Disposable } from '../../contract/disposable.ts';
import type { SystemPower } from '../services/power/systemPower.ts';

export type MonitoredPower = Pick<PowerMonitor, 'on' | 'off' | 'onBatteryPower'>;

/**
 * Electron's news of the machine's power, told to the engine. `quit` ends the program in order: a shutdown waits for
 * that where the system lets it.
 */
export function followSystemPower(monitor: MonitoredPower, power: SystemPower, quit: () => void): Disposable {
  const store = new DisposableStore();
  const follow = (event: string, listener: (event: unknown) => void) => {
    // One overload for each event is all that Electron's types have.
    const each = event as 'suspend';
    monitor.on(each, listener as () => void);
    store.add(toDisposable(() => void monitor.off(each, listener as () => void)));
  };
  power.setSource(monitor.onBatteryPower ? 'battery' : 'mains');
  follow('suspend', () => power.suspend());
  follow('resume', () => power.resume());
  follow('on-battery', () => power.setSource('battery'));
  follow('on-ac', () => power.setSource('mains'));
  follow('lock-screen', () => power.setDisplayOff(true));
  follow('unlock-screen', () => power.setDisplayOff(false));
  follow('shutdown', (event) => {
    (event as { preventDefault(): void }).preventDefault();
    quit();
  });
  return store;
}
