import { Emitter, type Event } from '../../../contract/emitter.ts';

/**
 * KSEVENT_CONTROL_CHANGE: a driver tells that a control of a node has a new value, because hardware or another
 * client changed it. Specification 1.11.
 */
export interface ControlChangeEvent {
  readonly node: number;
}

/** IPortEvents of one filter: the event list and its generator. */
export class PortEvents {
  readonly #emitter = new Emitter<ControlChangeEvent>();
  readonly onControlChange: Event<ControlChangeEvent> = this.#emitter.event;

  /** GenerateEventList(Set, EventId, PinEvent, PinId, NodeEvent, NodeId) for the control-change set. */
  generate(node: number): void {
    this.#emitter.fire({ node });
  }
}
