import type { Disposable } from '../../../contract/disposable.ts';
import { secondsToReferenceTime, type ReferenceTime } from '../../../contract/units.ts';
import type { MasterClock } from '../ks/clock.ts';
import type { DevicePowerState } from './power.ts';
import type { PowerSettings } from './powerSettings.ts';
import type { Scheduler } from './scheduler.ts';

/** PowerState of the machine: which idle time counts. */
export type PowerSource = 'mains' | 'battery';

/** What idling does to an adapter, or to one subdevice. */
export interface IdlePowerHost {
  readonly masterClock: MasterClock;
  readonly scheduler: Scheduler;
  readonly powerSource: PowerSource;
  settings(): PowerSettings;
  /** A stream is in ACQUIRE or above: power is needed. */
  busy(): boolean;
  readonly state: DevicePowerState;
  request(state: DevicePowerState): void;
}

/**
 * Idle power-down of one adapter: after the stored time without access it goes to its idle state, and the next access
 * brings it back first. Specification 8.5.
 */
export class IdlePower implements Disposable {
  readonly #host: IdlePowerHost;
  #settings: PowerSettings | undefined;
  /** SetIdlePowerManagement; undefined = what is stored counts. */
  #enabled: boolean | undefined;
  #timer: Disposable | undefined;
  #lastAccess = 0 as ReferenceTime;
  /** It was idling that put the adapter to sleep: any access wakes it. */
  #asleep = false;

  constructor(host: IdlePowerHost) {
    this.#host = host;
  }

  /** Reads the stored settings and begins to count, as at the start of the device. */
  start(): void {
    this.#settings = this.#host.settings();
    this.#rearm();
  }

  /** IPortClsPower::SetIdlePowerManagement: overrides what is stored, unless that is to idle at once. */
  setEnabled(enabled: boolean): void {
    if (this.#settings?.immediateIdle) return;
    this.#enabled = enabled;
    this.#rearm();
  }

  /** I/O or a property request: the adapter is powered up first if idling took its power, and the time starts anew. */
  access(): void {
    if (this.#asleep) {
      this.#asleep = false;
      this.#host.request('D0');
      this.#rearm();
    } else if (this.#timer) {
      this.#lastAccess = this.#host.masterClock.now();
    }
  }

  /** When it idles unless something happens before; undefined while it does not count. */
  get due(): ReferenceTime | undefined {
    const idleTime = this.#timer && this.#idleTime();
    return idleTime === undefined ? undefined : ((this.#lastAccess + idleTime) as ReferenceTime);
  }

  /** It was powered up: counting begins anew. */
  restart(): void {
    this.#asleep = false;
    this.#rearm();
  }

  /** A stream went below ACQUIRE or above it, or the machine's power source is another one. */
  conditionsChanged(): void {
    if (!this.#asleep) this.#rearm();
  }

  dispose(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
    this.#settings = undefined;
  }

  #idleTime(): ReferenceTime | undefined {
    const settings = this.#settings;
    if (!settings || this.#enabled === false) return undefined;
    if (settings.immediateIdle) return secondsToReferenceTime(0);
    const seconds =
      this.#host.powerSource === 'battery' ? settings.conservationIdleTime : settings.performanceIdleTime;
    return seconds > 0 ? secondsToReferenceTime(seconds) : undefined;
  }

  #rearm(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
    const idleTime = this.#idleTime();
    if (idleTime === undefined || this.#host.busy()) return;
    this.#lastAccess = this.#host.masterClock.now();
    this.#wait(idleTime, idleTime);
  }

  #wait(delay: ReferenceTime, idleTime: ReferenceTime): void {
    this.#timer = this.#host.scheduler.after(delay, () => {
      const idle = this.#host.masterClock.now() - this.#lastAccess;
      // Accesses only note the time: the timer catches up with them here.
      if (idle < idleTime) return this.#wait((idleTime - idle) as ReferenceTime, idleTime);
      this.#timer = undefined;
      if (this.#host.busy() || this.#host.state !== 'D0' || !this.#settings) return;
      this.#asleep = true;
      this.#host.request(this.#settings.idlePowerState);
    });
  }
}
