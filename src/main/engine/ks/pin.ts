import { Emitter, type Event } from '../../../contract/emitter.ts';
import type { StreamState } from '../../../contract/hardware.ts';
import type { ReferenceTime } from '../../../contract/units.ts';
import {
  basicSupport,
  getProperty,
  setProperty,
  unknownProperty,
  type PropertyTarget,
  type Resolved,
} from './dispatch.ts';
import type { Filter } from './filter.ts';
import type { DataFormat } from './format.ts';
import { acceptsFormat } from './intersection.ts';
import { KSPROPERTY_CONNECTION } from './properties/connection.ts';
import {
  AutomationTable,
  NO_NODE,
  propertyItem,
  type AnyProperty,
  type BasicSupport,
  type PendingRequest,
  type Property,
  type PropertyContext,
  type PropertyItem,
} from './property.ts';
import { KsError } from './status.ts';
import type { Tracer } from './trace.ts';

const ORDER: readonly StreamState[] = ['STOP', 'ACQUIRE', 'PAUSE', 'RUN'];

/** KSPRIORITY.PriorityClass. Specification 1.2. */
export const PRIORITY_CLASS = {
  LOW: 1,
  NORMAL: 0x40000000,
  HIGH: 0x80000000,
  EXCLUSIVE: 0xffffffff,
} as const;

/** The rest of KSPIN_CONNECT: the partner named by a sink pin, and the priority. */
export interface ConnectOptions {
  /** `PinToHandle`: the source pin this sink pin is connected to. It exists already (check 22). */
  readonly partner?: PinInstance;
  readonly priorityClass?: number;
  readonly prioritySubClass?: number;
}

/** The streaming side a port puts behind a pin instance. */
export interface PinInstanceParts {
  /** The miniport's stream: MinorTarget of requests to the pin. */
  readonly stream: unknown;
  /** One step of the state machine; a throw leaves the stream in the state reached so far. */
  setState(state: StreamState): void;
  /** IMiniport...Stream::SetFormat. Absent: the format cannot change. @throws KsError */
  setFormat?(format: DataFormat): void;
  /** IOCTL_KS_WRITE_STREAM: one buffer with its presentation time. */
  write?(startTime: ReferenceTime, data: Uint8Array): void;
  close(): void;
  /** Properties the port answers on this pin beyond those every port answers. */
  readonly items?: readonly PropertyItem[];
  /** Presentation time the stream has reached. */
  readonly onPosition?: Event<{ position: ReferenceTime }>;
  /** The hardware behind the stream is gone. */
  readonly onLost?: Event<string>;
}

/**
 * A pin instance (stream handle). Specification 1.1, 1.8, 3.2.
 *
 * RULE-3: a jump is delivered to the miniport one legal step at a time; asking for the present state succeeds
 * without a call; a failing step leaves the stream in the last state reached.
 */
export class PinInstance implements PropertyTarget {
  readonly filter: Filter;
  readonly pinId: number;
  readonly connect: Required<Omit<ConnectOptions, 'partner'>> & Pick<ConnectOptions, 'partner'>;
  readonly #parts: PinInstanceParts;
  readonly #portItems: AutomationTable;
  readonly #closed: () => void;
  readonly #removedEmitter = new Emitter<string>();
  readonly #stateEmitter = new Emitter<StreamState>();
  /** Surprise removal: the instance is in STOP and takes nothing but `close`. */
  readonly onRemoved: Event<string> = this.#removedEmitter.event;
  readonly onState: Event<StreamState> = this.#stateEmitter.event;
  #format: DataFormat;
  #state: StreamState = 'STOP';
  #open = true;
  #removed: string | undefined;

  constructor(
    filter: Filter,
    pinId: number,
    format: DataFormat,
    parts: PinInstanceParts,
    options: ConnectOptions,
    closed: () => void,
  ) {
    this.filter = filter;
    this.pinId = pinId;
    this.connect = { priorityClass: PRIORITY_CLASS.NORMAL, prioritySubClass: 1, ...options };
    this.#format = format;
    this.#parts = parts;
    this.#closed = closed;
    this.#portItems = new AutomationTable([...pinItems(this), ...(parts.items ?? [])]);
    parts.onLost?.((reason) => this.remove(reason));
  }

  get description(): string {
    return `${this.filter.name}/pin ${this.pinId}`;
  }

  get tracer(): Tracer {
    return this.filter.tracer;
  }

  /** KSPROPERTY_CONNECTION_DATAFORMAT, get. */
  get format(): DataFormat {
    return this.#format;
  }

  /** KSPROPERTY_CONNECTION_STATE, get. RULE-1. */
  get state(): StreamState {
    return this.#state;
  }

  get stream(): unknown {
    return this.#parts.stream;
  }

  /** KSPROPERTY_AUDIO_POSITION as news: presentation time reached, while in RUN. Undefined without a stream clock. */
  get onPosition(): Event<{ position: ReferenceTime }> | undefined {
    return this.#parts.onPosition;
  }

  get<Instance, Value>(property: Property<Instance, Value>, instance: Instance, node = NO_NODE): Value {
    return getProperty(this, property, instance, node);
  }

  set<Instance, Value>(
    property: Property<Instance, Value>,
    instance: Instance,
    value: Value,
    node = NO_NODE,
  ): PendingRequest | undefined {
    return setProperty(this, property, instance, value, node);
  }

  basicSupport<Instance, Value>(property: Property<Instance, Value>, node = NO_NODE): BasicSupport {
    return basicSupport(this, property, node);
  }

  /**
   * On a pin handle: the port's answers, then the pin's table, or the named node's. A node property for which a
   * filter handle would have been enough is accepted. Specification 1.8.
   */
  resolve(property: AnyProperty, node: number): Resolved {
    this.#refuseWhenGone();
    if (node !== NO_NODE) return this.#resolved(this.filter.nodeItem(property, node), node);
    const item = this.#portItems.find(property) ?? this.filter.pin(this.pinId).automation?.find(property);
    if (item) return this.#resolved(item, NO_NODE);
    const nodeless = this.filter.nodelessItem(property);
    if (!nodeless || nodeless.item.property.input.node) throw unknownProperty(property, this.description);
    return this.#resolved(nodeless.item, nodeless.node);
  }

  /** KSPROPERTY_CONNECTION_STATE, set. @throws KsError of the failing step, or STATUS_DEVICE_REMOVED */
  setState(target: StreamState): void {
    this.#refuseWhenGone();
    this.#walk(target);
  }

  /**
   * KSPROPERTY_CONNECTION_DATAFORMAT, set.
   * @throws KsError STATUS_NO_MATCH for a format of none of the pin's ranges, STATUS_INVALID_DEVICE_REQUEST when the
   *   stream's format is fixed, or the miniport's refusal
   */
  setFormat(format: DataFormat): void {
    this.#refuseWhenGone();
    if (!this.#parts.setFormat) {
      throw new KsError('STATUS_INVALID_DEVICE_REQUEST', `The format of ${this.description} cannot change.`);
    }
    if (!this.filter.pin(this.pinId).dataRanges.some((range) => acceptsFormat(range, format))) {
      throw new KsError('STATUS_NO_MATCH', `${this.description} does not take this format.`);
    }
    this.#parts.setFormat(format);
    this.#format = format;
  }

  /**
   * Queues one buffer. `startTime` is the presentation time the buffer's first record is relative to.
   * @throws KsError STATUS_INVALID_DEVICE_REQUEST when the pin takes no data, STATUS_DEVICE_REMOVED
   */
  write(startTime: ReferenceTime, data: Uint8Array): void {
    this.#refuseWhenGone();
    const { write } = this.#parts;
    if (!write) throw new KsError('STATUS_INVALID_DEVICE_REQUEST', `${this.description} takes no data.`);
    if (!this.tracer.on) return write(startTime, data);
    this.tracer.measure('stream', this.description, `write ${data.length} bytes at ${startTime}`, () =>
      write(startTime, data),
    );
  }

  /** Ends the instance from below. RULE-12: the stream goes to STOP and the handle stays valid for close only. */
  remove(reason: string): void {
    if (!this.#open || this.#removed !== undefined) return;
    this.#removed = reason;
    this.#forceStop();
    this.#removedEmitter.fire(reason);
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#forceStop();
    this.#parts.close();
    this.#closed();
    this.#removedEmitter.dispose();
    this.#stateEmitter.dispose();
  }

  #resolved(item: PropertyItem, node: number): Resolved {
    const context: PropertyContext = { ...this.filter.requestContext, minorTarget: this.#parts.stream, node };
    return { item, context, underSpecified: false };
  }

  #walk(target: StreamState): void {
    const to = ORDER.indexOf(target);
    while (this.#state !== target) {
      const at = ORDER.indexOf(this.#state);
      const next = ORDER[at + Math.sign(to - at)]!;
      this.#step(next);
    }
  }

  /** Down to STOP whatever the miniport answers: neither a removal nor a close can fail. The trace has what failed. */
  #forceStop(): void {
    while (this.#state !== 'STOP') {
      const next = ORDER[ORDER.indexOf(this.#state) - 1]!;
      try {
        this.#step(next);
      } catch (error) {
        if (!(error instanceof KsError)) {
          queueMicrotask(() => {
            throw error;
          });
        }
        this.#reached(next);
      }
    }
  }

  #step(next: StreamState): void {
    this.tracer.measure('state', this.description, next, () => this.#parts.setState(next));
    this.#reached(next);
  }

  #reached(state: StreamState): void {
    this.#state = state;
    this.#stateEmitter.fire(state);
  }

  #refuseWhenGone(): void {
    if (!this.#open) throw new KsError('STATUS_INVALID_DEVICE_STATE', 'The pin instance is closed.');
    if (this.#removed !== undefined) {
      throw new KsError('STATUS_DEVICE_REMOVED', `“${this.filter.name}” is gone: ${this.#removed}`);
    }
  }
}

/** What every port driver answers by itself on its pins. Specification 1.10. */
function pinItems(pin: PinInstance): PropertyItem[] {
  return [
    propertyItem({
      property: KSPROPERTY_CONNECTION.STATE,
      get: () => pin.state,
      set: (_instance, state) => pin.setState(state),
    }),
    propertyItem({
      property: KSPROPERTY_CONNECTION.DATAFORMAT,
      get: () => pin.format,
      set: (_instance, format) => pin.setFormat(format),
    }),
    propertyItem({
      property: KSPROPERTY_CONNECTION.PROPOSEDATAFORMAT,
      set: (_instance, format) => {
        if (!pin.filter.pin(pin.pinId).dataRanges.some((range) => acceptsFormat(range, format))) {
          throw new KsError('STATUS_NO_MATCH', `${pin.description} does not take the proposed format.`);
        }
      },
    }),
  ];
}
