import type { Disposable } from '../../../contract/disposable.ts';
import { referenceTime, type ReferenceTime } from '../../../contract/units.ts';
import { KsError } from '../ks/status.ts';
import { runGuarded, type Scheduler } from './scheduler.ts';

/** IServiceSink: something that wants to be called when a device needs service. */
export interface ServiceSink {
  /** IServiceSink::RequestService */
  requestService(): void;
}

/**
 * IServiceGroup: a request queues one deferred call, which requests service of every member once, in the order they
 * joined. A group may be a member of another. Specification 7.3.
 */
export class ServiceGroup implements ServiceSink, Disposable {
  readonly #scheduler: Scheduler;
  readonly #members = new Set<ServiceSink>();
  #queued = false;
  #delayedServiceSupported = false;
  #delayed: Disposable | undefined;

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  get members(): readonly ServiceSink[] {
    return [...this.#members];
  }

  /** IServiceGroup::AddMember. @throws KsError STATUS_INVALID_PARAMETER for the group itself, directly or nested */
  addMember(sink: ServiceSink): void {
    if (sink === this || (sink instanceof ServiceGroup && sink.#contains(this))) {
      throw new KsError('STATUS_INVALID_PARAMETER', 'A service group cannot be a member of itself.');
    }
    this.#members.add(sink);
  }

  /** IServiceGroup::RemoveMember. From here on the sink is not called, not even by a call already queued. */
  removeMember(sink: ServiceSink): void {
    this.#members.delete(sink);
  }

  /** Several requests before the deferred call runs are one. */
  requestService(): void {
    if (this.#queued) return;
    this.#queued = true;
    this.#scheduler.queue(() => {
      this.#queued = false;
      this.#service();
    });
  }

  /** IServiceGroup::SupportDelayedService: must be called before the first delayed request. */
  supportDelayedService(): void {
    this.#delayedServiceSupported = true;
  }

  /**
   * IServiceGroup::RequestDelayedService. A new request replaces the one that waits.
   * @param delay 100 ns; negative = relative to now, as the driver kit has it, 0 = at once
   * @throws KsError STATUS_INVALID_DEVICE_STATE without `supportDelayedService`, STATUS_INVALID_PARAMETER for an
   *   absolute time
   */
  requestDelayedService(delay: ReferenceTime): void {
    if (!this.#delayedServiceSupported) {
      throw new KsError(
        'STATUS_INVALID_DEVICE_STATE',
        'The service group takes delayed requests only after supportDelayedService.',
      );
    }
    if (!(delay <= 0)) {
      throw new KsError('STATUS_INVALID_PARAMETER', 'The delay of a service request must be relative: ≤ 0.');
    }
    this.cancelDelayedService();
    this.#delayed = this.#scheduler.after(referenceTime(0 - delay), () => {
      this.#delayed = undefined;
      this.#service();
    });
  }

  /** IServiceGroup::CancelDelayedService */
  cancelDelayedService(): void {
    this.#delayed?.dispose();
    this.#delayed = undefined;
  }

  /** Lets go of all members and the delayed request. */
  dispose(): void {
    this.cancelDelayedService();
    this.#members.clear();
  }

  #service(): void {
    for (const member of this.members) {
      if (this.#members.has(member)) runGuarded(() => member.requestService());
    }
  }

  #contains(group: ServiceGroup): boolean {
    return this.members.some(
      (member) => member === group || (member instanceof ServiceGroup && member.#contains(group)),
    );
  }
}
