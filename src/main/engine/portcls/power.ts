import { Emitter, type Event } from '../../../contract/emitter.ts';
import { KsError } from '../ks/status.ts';
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

/** IPowerNotify: miniports and stream objects may offer it. Hardware may be touched during the call. */
export interface PowerNotify {
  /**
   * PowerChangeNotify. A promise says when what it began is done, by which the exit latency is measured; nobody waits.
   */
  powerChangeNotify(newState: DevicePowerState): void | Promise<void>;
}

/** QueryInterface for IPowerNotify. Specification 8.4. */
export function offersPowerNotify(object: unknown): object is PowerNotify {
  return (
    typeof object === 'object' &&
    object !== null &&
    'powerChangeNotify' in object &&
    typeof object.powerChangeNotify === 'function'
  );
}

/** What of an adapter takes part in a change of its power state. */
export interface PowerParticipants {
  /** Pauses the miniports' streams that run; their clients see no change. */
  pauseStreams(): void;
  /** Miniports and streams, told by IPowerNotify. */
  notify(state: DevicePowerState): void;
  /** The paused streams run again. */
  resumeStreams(): void;
}

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

/** What a system with nothing special about it does: the device works while the system does, else it is off. */
const USUAL_CAPABILITIES: DeviceCapabilities = { S0: 'D0', S1: 'D3', S2: 'D3', S3: 'D3', S4: 'D3', S5: 'D3' };
const SYSTEM_STATES = Object.keys(USUAL_CAPABILITIES) as SystemPowerState[];

/**
 * The power state of one adapter and who is told of its changes. Every adapter starts in D0; only D0 may touch
 * hardware. Order down: running streams are paused, miniports and streams notified, the driver told; up, the reverse.
 */
export class AdapterPower {
  readonly #tracer: Tracer;
  readonly #target: string;
  readonly #participants: PowerParticipants;
  #systemState: SystemPowerState = 'S0';
  #exitLatency: D3ExitLatency = 'PcExitLatencyInstant';
  #management: AdapterPowerManagement | undefined;
  #state: DevicePowerState = 'D0';
  readonly #stateEmitter = new Emitter<DevicePowerState>();
  /** After every change. */
  readonly onState: Event<DevicePowerState> = this.#stateEmitter.event;

  constructor(tracer: Tracer, target: string, participants: PowerParticipants) {
    this.#tracer = tracer;
    this.#target = target;
    this.#participants = participants;
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
      // The more the number says, the less power there is.
      if (state > this.#state) {
        this.#participants.pauseStreams();
        this.#participants.notify(state);
        this.#tell(state);
        this.#state = state;
      } else {
        this.#tell(state);
        this.#state = state;
        this.#participants.notify(state);
        if (state === 'D0') this.#participants.resumeStreams();
      }
    });
    this.#stateEmitter.fire(state);
  }

  /**
   * The state the adapter would go to may be vetoed before a change; a change that cannot be helped is not asked for.
   * @throws KsError of the driver's veto
   */
  query(state: DevicePowerState): void {
    this.#management?.queryPowerChangeState(state);
  }

  /**
   * The device state of each system state, with what the driver makes of it.
   * @throws KsError STATUS_INVALID_PARAMETER when the driver made a state less deep (check 112)
   */
  capabilities(usual: DeviceCapabilities = USUAL_CAPABILITIES): DeviceCapabilities {
    const own = this.#management?.queryDeviceCapabilities({ ...usual }) ?? usual;
    for (const system of SYSTEM_STATES) {
      if (own[system] >= usual[system]) continue;
      throw new KsError(
        'STATUS_INVALID_PARAMETER',
        `The driver of “${this.#target}” answers ${own[system]} for ${system}; it may only deepen ${usual[system]}.`,
      );
    }
    return own;
  }

  /** The system goes to sleep or wakes: the adapter follows by its capabilities. */
  changeSystemState(state: SystemPowerState): void {
    const device = this.capabilities()[state];
    this.#systemState = state;
    this.request(device);
  }

  /** How fast the device has to be able to leave D3; told at once while it is in D3. */
  setExitLatency(latency: D3ExitLatency): void {
    if (latency === this.#exitLatency) return;
    this.#exitLatency = latency;
    const management = this.#management;
    if (this.#state === 'D3' && management && isVersion3(management))
      management.d3ExitLatencyChanged(latency);
  }

  #tell(state: DevicePowerState): void {
    const management = this.#management;
    if (!management) return;
    // The newest interface offered is the one that is called.
    if (isVersion3(management)) {
      const latency = this.#state === 'D3' ? this.#exitLatency : 'PcExitLatencyInstant';
      management.powerChangeState3(state, this.#systemState, latency);
    } else if (isVersion2(management)) {
      management.powerChangeState2(state, this.#systemState);
    } else {
      management.powerChangeState(state);
    }
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
