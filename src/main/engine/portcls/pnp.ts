import { KsError } from '../ks/status.ts';
import type { Tracer } from '../ks/trace.ts';

/** Resource rebalance: stop, release, reacquire. Specification 8.6. */

/** PC_REBALANCE_TYPE: what may be moved while the driver stays loaded. */
export type RebalanceType = 'PcRebalanceNotSupported' | 'PcRebalanceRemoveSubdevices';

/** IMiniportPnpNotify: miniports may offer it. */
export interface MiniportPnpNotify {
  /** PnpQueryStop: a stop may follow; until then no stream is opened. */
  pnpQueryStop(): void;
  /** PnpCancelStop: it does not. */
  pnpCancelStop(): void;
  /** PnpStop: it does; the miniport's streams are in STOP. */
  pnpStop(): void;
}

/** IAdapterPnpManagement, registered with PcRegisterAdapterPnpManagement. */
export interface AdapterPnpManagement extends MiniportPnpNotify {
  getSupportedRebalanceType(): RebalanceType;
  /**
   * PnpStop: everything it had registered is gone. The driver lets go of its resources, and registers its subdevices
   * anew as soon as it has others.
   */
  pnpStop(): void;
}

/** What of an adapter takes part in a stop. */
export interface PnpParticipants {
  miniports(): readonly unknown[];
  /** Forces every stream to STOP; its handle takes nothing but close from then on. */
  endStreams(reason: string): void;
  /** Connections, then subdevices. */
  removeAll(reason: string): void;
}

const STOPPED = 'The resources of the device are distributed anew. Open it again.';

/** Stops an adapter that can be moved to other resources while its driver stays loaded. */
export class AdapterPnp {
  readonly #tracer: Tracer;
  readonly #target: string;
  readonly #participants: PnpParticipants;
  #management: AdapterPnpManagement | undefined;
  #stopPending = false;

  constructor(tracer: Tracer, target: string, participants: PnpParticipants) {
    this.#tracer = tracer;
    this.#target = target;
    this.#participants = participants;
  }

  get management(): AdapterPnpManagement | undefined {
    return this.#management;
  }

  /** A new registration replaces the present one; undefined takes it back. */
  register(management: AdapterPnpManagement | undefined): void {
    this.#management = management;
  }

  /** A stop was asked for and is neither done nor cancelled. */
  get stopPending(): boolean {
    return this.#stopPending;
  }

  /**
   * IRP_MN_QUERY_STOP_DEVICE: from now on no stream can be opened.
   * @throws KsError STATUS_NOT_SUPPORTED when the driver cannot be moved, STATUS_INVALID_DEVICE_STATE while a stop is
   *   pending
   */
  queryStop(): void {
    this.#measure('query stop', () => {
      const management = this.#management;
      if (management?.getSupportedRebalanceType() !== 'PcRebalanceRemoveSubdevices') {
        throw new KsError(
          'STATUS_NOT_SUPPORTED',
          `The driver of “${this.#target}” cannot be moved to other resources.`,
          { subject: this.#target },
        );
      }
      if (this.#stopPending) {
        throw new KsError('STATUS_INVALID_DEVICE_STATE', `“${this.#target}” is about to stop already.`);
      }
      this.#stopPending = true;
      this.#tell('pnpQueryStop');
      management.pnpQueryStop();
    });
  }

  /** IRP_MN_CANCEL_STOP_DEVICE: everything is as before. */
  cancelStop(): void {
    if (!this.#stopPending) return;
    this.#measure('cancel stop', () => {
      this.#stopPending = false;
      this.#management?.pnpCancelStop();
      this.#tell('pnpCancelStop');
    });
  }

  /**
   * IRP_MN_STOP_DEVICE: streams go to STOP and stay there, miniports are told, subdevices are unregistered, and the
   * driver lets go of its resources.
   * @throws KsError STATUS_INVALID_DEVICE_STATE without `queryStop` before
   */
  stop(): void {
    this.#measure('stop', () => {
      if (!this.#stopPending) {
        throw new KsError('STATUS_INVALID_DEVICE_STATE', `“${this.#target}” was not asked to stop.`);
      }
      this.#participants.endStreams(STOPPED);
      this.#tell('pnpStop');
      this.#participants.removeAll(STOPPED);
      this.#stopPending = false;
      this.#management?.pnpStop();
    });
  }

  /** @throws KsError STATUS_DEVICE_NOT_READY for a create that would have to wait for the end of a pending stop */
  refuseWhileStopPending(): void {
    if (!this.#stopPending) return;
    throw new KsError('STATUS_DEVICE_NOT_READY', `“${this.#target}” is about to stop.`, {
      subject: this.#target,
      advice: 'Try again in a moment.',
    });
  }

  #tell(call: keyof MiniportPnpNotify): void {
    for (const miniport of this.#participants.miniports()) if (offersPnpNotify(miniport)) miniport[call]();
  }

  #measure(action: string, act: () => void): void {
    this.#tracer.measure('registration', this.#target, action, act);
  }
}

function offersPnpNotify(object: unknown): object is MiniportPnpNotify {
  return typeof object === 'object' && object !== null && 'pnpStop' in object;
}
