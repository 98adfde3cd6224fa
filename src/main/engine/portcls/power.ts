import { Emitter, type Event } from '../../../contract/emitter.ts';
import type { Tracer } from '../ks/trace.ts';

/** Power management of an adapter. Specification 7.2, 8.4. */

/** DEVICE_POWER_STATE: D0 = full power, D3 = off. */
export type DevicePowerState = 'D0' | 'D1' | 'D2' | 'D3';
/** SYSTEM_POWER_STATE: S0 = working, S5 = off. */
export type SystemPowerState = 'S0' | 'S1' | 'S2' | 'S3' | 'S4' | 'S5';
/** PC_EXIT_LATENCY: how fast the device must be able to leave D3. */
export type D3ExitLatency = 'PcExitLatencyInstant' | 'PcExitLatencyFast' | 'PcExitLatencyResponsive';

/** DEVICE_CAPABILITIES.DeviceState: the device state of each system state. */
export type DeviceCapabilities = Readonly<Record<SystemPowerState, DevicePowerState>>;

/** IAdapterPowerManagement */
export interface AdapterPowerManagement {
  /** PowerChangeState: must not fail, and is finished when it returns. */
  powerChangeState(newState: DevicePowerState): void;
  /** QueryPowerChangeState: throws to veto. Not every change is asked for before. */
  queryPowerChangeState(newState: DevicePowerState): void;
  /** QueryDeviceCapabilities: answers the map with states deepened at most. */
  queryDeviceCapabilities(capabilities: DeviceCapabilities): DeviceCapabilities;
}

/** IAdapterPowerManagement2: is told the system's state too. */
export interface AdapterPowerManagement2 extends AdapterPowerManagement {
  powerChangeState2(newDeviceState: DevicePowerState, newSystemState: SystemPowerState): void;
}

/** IAdapterPowerManagement3: is also told how fast it must be able to leave D3. */
export interface AdapterPowerManagement3 extends AdapterPowerManagement2 {
  powerChangeState3(
    newDeviceState: DevicePowerState,
    newSystemState: SystemPowerState,
    exitLatency: D3ExitLatency,
  ): void;
  /** D3ExitLatencyChanged: only while in D3. */
  d3ExitLatencyChanged(newLatency: D3ExitLatency): void;
}

/**
 * The power state of one adapter and who is told of its changes. Every adapter starts in D0; only D0 may touch
 * hardware. When to change, and what streams do about it, is decided above.
 */
export class AdapterPower {
  readonly #tracer: Tracer;
  readonly #target: string;
  #management: AdapterPowerManagement | undefined;
  #state: DevicePowerState = 'D0';
  readonly #stateEmitter = new Emitter<DevicePowerState>();
  /** After every change. */
  readonly onState: Event<DevicePowerState> = this.#stateEmitter.event;

  constructor(tracer: Tracer, target: string) {
    this.#tracer = tracer;
    this.#target = target;
  }

  get state(): DevicePowerState {
    return this.#state;
  }

  /** What was registered, when it offers power management. */
  get management(): AdapterPowerManagement | undefined {
    return this.#management;
  }

  /** PcRegisterAdapterPowerManagement. (R) Succeeds even if `unknown` offers none; answers whether it does. */
  register(unknown: object): boolean {
    return this.#tracer.measure('power', this.#target, 'register power management', () => {
      this.#management = offersPowerManagement(unknown) ? unknown : undefined;
      return this.#management !== undefined;
    });
  }

  /** PcUnregisterAdapterPowerManagement */
  unregister(): void {
    this.#tracer.measure('power', this.#target, 'unregister power management', () => {
      this.#management = undefined;
    });
  }

  /** PcRequestNewPowerState: the change is done when this returns. Asking for the present state does nothing. */
  request(state: DevicePowerState): void {
    if (state === this.#state) return;
    this.#tracer.measure('power', this.#target, `${this.#state} to ${state}`, () => {
      this.#tell(state);
      this.#state = state;
    });
    this.#stateEmitter.fire(state);
  }

  #tell(state: DevicePowerState): void {
    const management = this.#management;
    if (!management) return;
    // The newest interface offered is the one that is called. The system itself stays in S0 here.
    if (isVersion3(management)) management.powerChangeState3(state, 'S0', 'PcExitLatencyInstant');
    else if (isVersion2(management)) management.powerChangeState2(state, 'S0');
    else management.powerChangeState(state);
  }
}

function offersPowerManagement(unknown: object): unknown is AdapterPowerManagement {
  return 'powerChangeState' in unknown && typeof unknown.powerChangeState === 'function';
}

function isVersion2(management: AdapterPowerManagement): management is AdapterPowerManagement2 {
  return 'powerChangeState2' in management;
}

function isVersion3(management: AdapterPowerManagement): management is AdapterPowerManagement3 {
  return 'powerChangeState3' in management;
}
