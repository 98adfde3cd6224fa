import { Emitter, type Event } from '../../../contract/emitter.ts';
import type { StreamState } from '../../../contract/hardware.ts';
import type { ReferenceTime } from '../../../contract/units.ts';
import { pinName } from './descriptor.ts';
import { unknownProperty, type RequestTarget } from './dispatch.ts';
import type { EnabledEvent, KsEvent, PortEvents } from './event.ts';
import { disableAllEvents, enableEvent, type EnableOptions, type EventTarget } from './eventDispatch.ts';
import type { Filter } from './filter.ts';
import type { DataFormat } from './format.ts';
import { Handle } from './handle.ts';
import { acceptsFormat } from './intersection.ts';
import { pinAnswers } from './portAnswers.ts';
import { NO_NODE, type AnyProperty, type PropertyItem } from './property.ts';
import { RequestTable, type Resolved } from './requestTable.ts';
import { KsError, type KsStatus } from './status.ts';
import type { Tracer, TraceTarget } from './trace.ts';

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
  /** Who streams, as a person knows it; on Windows the process that opened the handle says so. */
  readonly client?: string;
  readonly priorityClass?: number;
  readonly prioritySubClass?: number;
}

/** IOCTL_KS_READ_STREAM: a buffer to be filled, and who hears of it. */
export interface StreamRead {
  readonly buffer: Uint8Array;
  /**
   * Called once. `length` bytes of the buffer hold data whose times are relative to presentation time `startTime`.
   * STATUS_CANCELLED: the stream was stopped or closed first.
   */
  completed(result: { status: KsStatus; startTime: ReferenceTime; length: number }): void;
}

/** KSSTREAM_HEADER: what goes with a buffer of IOCTL_KS_WRITE_STREAM. */
export interface StreamWrite {
  /** KSSTREAM_HEADER_OPTIONSF_LOOPEDDATA: played over and over until STOP; nothing can follow it. */
  readonly looped?: boolean;
  /** KSSTREAM_HEADER_OPTIONSF_ENDOFSTREAM: nothing follows; completed when its last byte was played. */
  readonly endOfStream?: boolean;
  /** Called once, when the buffer is the client's again. STATUS_CANCELLED: stopped or closed before it was used up. */
  completed?(status: KsStatus): void;
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
  write?(startTime: ReferenceTime, data: Uint8Array, header: StreamWrite): void;
  /** IOCTL_KS_READ_STREAM: queues one buffer behind those that wait. @throws KsError */
  read?(read: StreamRead): void;
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
export class PinInstance extends Handle implements RequestTarget, EventTarget {
  readonly filter: Filter;
  readonly pinId: number;
  readonly connect: Required<Omit<ConnectOptions, 'partner' | 'client'>> &
    Pick<ConnectOptions, 'partner' | 'client'>;
  readonly #parts: PinInstanceParts;
  readonly #nodeTables: (RequestTable | undefined)[] = [];
  #pinTable: RequestTable | undefined;
  readonly #closed: () => void;
  readonly #removedEmitter = new Emitter<string>();
  readonly #stateEmitter = new Emitter<StreamState>();
  /** Surprise removal: the instance is in STOP and takes nothing but `close`. */
  readonly onRemoved: Event<string> = this.#removedEmitter.event;
  readonly onState: Event<StreamState> = this.#stateEmitter.event;
  readonly enabledEvents = new Set<EnabledEvent>();
  #format: DataFormat;
  #state: StreamState = 'STOP';
  #open = true;
  /** Whose lack of power holds up the miniport's stream. */
  readonly #pausedBy = new Set<object>();
  #removed: string | undefined;

  constructor(
    filter: Filter,
    pinId: number,
    format: DataFormat,
    parts: PinInstanceParts,
    options: ConnectOptions,
    closed: () => void,
  ) {
    super();
    this.filter = filter;
    this.pinId = pinId;
    this.connect = { priorityClass: PRIORITY_CLASS.NORMAL, prioritySubClass: 1, ...options };
    this.#format = format;
    this.#parts = parts;
    this.#closed = closed;
    parts.onLost?.((reason) => this.remove(reason));
  }

  get description(): string {
    return `${this.filter.name}/pin ${this.pinId}`;
  }

  get portEvents(): PortEvents {
    return this.filter.portEvents;
  }

  get eventPin(): number {
    return this.pinId;
  }

  get tracer(): Tracer {
    return this.filter.tracer;
  }

  traceTarget(node: number): TraceTarget {
    if (node !== NO_NODE) return this.filter.traceTarget(node);
    const { path, name } = this.filter.traceTarget(NO_NODE);
    const { client } = this.connect;
    return {
      path: `${path}/pin ${this.pinId}`,
      name: `${name} · ${pinName(this.filter.pin(this.pinId))}${client === undefined ? '' : `, ${client}`}`,
    };
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
  get onPosition(): Event<{ position: ReferenceTime; at?: ReferenceTime }> | undefined {
    return this.#parts.onPosition;
  }

  /** IOCTL_KS_ENABLE_EVENT on the pin or a node; disposing the answer disables it. @throws KsError */
  enableEvent(event: KsEvent, options: EnableOptions, signalled: () => void): EnabledEvent {
    return enableEvent(this, event, options, signalled);
  }

  /** Specification 1.8. @throws KsError as `table`, or STATUS_NOT_FOUND */
  resolve(property: AnyProperty, node: number): Resolved {
    this.filter.accessed();
    const resolved = this.table(node).find(property);
    if (!resolved) throw unknownProperty(this, property, node);
    return resolved;
  }

  /**
   * Without a node: the port's answers, then the pin's own, then the node properties whose request carries no node
   * id. With a node: the node's, also those for which a filter handle would have been enough. Specification 1.8.
   * @throws KsError STATUS_INVALID_DEVICE_STATE when closed, STATUS_DEVICE_REMOVED, STATUS_INVALID_PARAMETER
   */
  table(node: number): RequestTable {
    this.#refuseWhenGone();
    if (node === NO_NODE) return (this.#pinTable ??= this.#makePinTable());
    return this.#nodeTables[node] ?? this.#makeNodeTable(node);
  }

  /** KSPROPERTY_CONNECTION_STATE, set. @throws KsError of the failing step, or STATUS_DEVICE_REMOVED */
  setState(target: StreamState): void {
    this.#refuseWhenGone();
    if (ORDER.indexOf(target) > ORDER.indexOf(this.#state)) this.filter.needPower(this.pinId);
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
  write(startTime: ReferenceTime, data: Uint8Array, header: StreamWrite = {}): void {
    this.#refuseWhenGone();
    const { write } = this.#parts;
    if (!write) throw new KsError('STATUS_INVALID_DEVICE_REQUEST', `${this.description} takes no data.`);
    if (!this.tracer.on) return write(startTime, data, header);
    const action = `write ${data.length} bytes at ${startTime}`;
    const { completed } = header;
    const began = performance.now();
    const watched: StreamWrite = completed
      ? {
          ...header,
          completed: (status) => {
            this.#recordCompletion(action, began, status);
            completed(status);
          },
        }
      : header;
    this.tracer.measure('stream', this.#traced, action, () => write(startTime, data, watched));
  }

  /**
   * Queues one buffer to be filled.
   * @throws KsError STATUS_INVALID_DEVICE_REQUEST when the pin gives no data, STATUS_BUFFER_TOO_SMALL,
   *   STATUS_DEVICE_REMOVED
   */
  read(read: StreamRead): void {
    this.#refuseWhenGone();
    if (!this.#parts.read) {
      throw new KsError('STATUS_INVALID_DEVICE_REQUEST', `${this.description} gives no data.`);
    }
    if (!this.tracer.on) return this.#parts.read(read);
    const { buffer } = read;
    const action = `read ${buffer.length} bytes`;
    const began = performance.now();
    const watched: StreamRead = {
      buffer,
      completed: (result) => {
        this.#recordCompletion(action, began, result.status, `${result.length} bytes`);
        read.completed(result);
      },
    };
    this.tracer.measure('stream', this.#traced, action, () => this.#parts.read!(watched));
  }

  /** The power of `part` goes: a running stream is paused, and its client still sees it in RUN. Specification 8.4. */
  pauseForPower(part: object): void {
    if (this.#state !== 'RUN') return;
    if (this.#pausedBy.size === 0) {
      this.tracer.measure('state', this.#traced, 'PAUSE for power', () => this.#parts.setState('PAUSE'));
    }
    this.#pausedBy.add(part);
  }

  /** The power of `part` is back: a stream that is still in RUN for its client, and lacks no other, runs on. */
  resumeAfterPower(part: object): void {
    if (!this.#pausedBy.delete(part) || this.#pausedBy.size > 0 || this.#state !== 'RUN') return;
    this.tracer.measure('state', this.#traced, 'RUN after power', () => this.#parts.setState('RUN'));
  }

  /** Ends the instance from below. RULE-12: the stream goes to STOP and the handle stays valid for close only. */
  remove(reason: string): void {
    if (!this.#open || this.#removed !== undefined) return;
    disableAllEvents(this);
    this.#removed = reason;
    this.#forceStop();
    this.#removedEmitter.fire(reason);
  }

  close(): void {
    if (!this.#open) return;
    disableAllEvents(this);
    this.#open = false;
    this.#forceStop();
    this.tracer.measure('pin', this.#traced, 'close', () => this.#parts.close());
    this.#closed();
    this.#removedEmitter.dispose();
    this.#stateEmitter.dispose();
  }

  readonly #traced = () => this.traceTarget(NO_NODE);

  /** A buffer is the client's again: the time is that from the request on. */
  #recordCompletion(request: string, began: number, status: KsStatus, detail?: string): void {
    if (!this.tracer.on) return;
    const { path, name } = this.traceTarget(NO_NODE);
    this.tracer.record({
      kind: 'stream',
      target: path,
      name,
      action: `${request}: completed`,
      status,
      durationMs: performance.now() - began,
      ...(detail === undefined ? {} : { detail }),
    });
  }

  #makePinTable(): RequestTable {
    const { items: own = [], events = [] } = this.filter.pin(this.pinId).automation ?? {};
    const port = [...pinAnswers(this), ...(this.#parts.items ?? [])];
    const items = [...port, ...own, ...this.filter.nodelessItems()];
    return new RequestTable(items, events, this.#context(NO_NODE), 'pin');
  }

  #makeNodeTable(node: number): RequestTable {
    const { items, events } = this.filter.nodeItems(node);
    return (this.#nodeTables[node] = new RequestTable(items, events, this.#context(node), 'pin'));
  }

  #context(node: number) {
    return { ...this.filter.requestContext, minorTarget: this.#parts.stream, node };
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
    // The miniport's stream is in PAUSE already when power made it so.
    const done = this.#pausedBy.size > 0 && this.#state === 'RUN' && next === 'PAUSE';
    if (done) this.#pausedBy.clear();
    else this.tracer.measure('state', this.#traced, next, () => this.#parts.setState(next));
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
