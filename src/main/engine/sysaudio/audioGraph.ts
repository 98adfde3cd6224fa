import { Emitter, type Event } from '../../../contract/emitter.ts';
import type { Disposable } from '../../../contract/disposable.ts';
import type { StreamState } from '../../../contract/hardware.ts';
import type { ReferenceTime } from '../../../contract/units.ts';
import type { Resolved } from '../ks/dispatch.ts';
import type { Filter } from '../ks/filter.ts';
import type { DataFormat } from '../ks/format.ts';
import { Handle } from '../ks/handle.ts';
import type { PinInstance, StreamWrite } from '../ks/pin.ts';
import { KSPROPERTY_CONNECTION, KSSTATE } from '../ks/properties/connection.ts';
import {
  AutomationTable,
  NO_NODE,
  propertyItem,
  type AnyProperty,
  type PropertyItem,
} from '../ks/property.ts';
import type { Tracer, TraceTarget } from '../ks/trace.ts';
import type { DeviceGraph, Vertex } from './deviceGraph.ts';
import type { SharedPin, SharedPinUser } from './sharedPin.ts';

const STATES = (Object.keys(KSSTATE) as StreamState[]).sort((a, b) => KSSTATE[a] - KSSTATE[b]);

/** What the builder made for one client. */
export interface AudioGraphParts {
  /** The hardware's side: pins and nodes from the host pin to the jack, and on through a second filter's pin. */
  readonly path: readonly Vertex[];
  /** This client's pin instances in order of creation; the last one is the client's own. */
  readonly pins: readonly PinInstance[];
  /** Filter instances opened for this client alone. */
  readonly filters: readonly Filter[];
  /** The shared hardware pin the stream goes through. */
  readonly shared?: SharedPin | undefined;
  /** The pin instance on which this client's stream comes into the system mixer. */
  readonly mixerInput?: PinInstance | undefined;
  /** Properties SysAudio answers on the client's pin. */
  items(graph: AudioGraph): readonly PropertyItem[];
  /** Which filter and node a node number of the virtual device stands for. @throws KsError for an unknown one */
  locateNode(node: number): { filter: Filter; node: number };
}

/**
 * The graph behind one client's pin, and that pin: from the client through optional filters and the system mixer or
 * splitter to the hardware pin. A client sends data, states and requests to the graph and not to its pins.
 * Specification 5.2, 5.3.
 */
export class AudioGraph extends Handle implements SharedPinUser, Disposable {
  readonly #parts: AudioGraphParts;
  readonly #items: AutomationTable;
  readonly #removedEmitter = new Emitter<string>();
  /** Surprise removal: the pin is in STOP and takes nothing but `dispose`. */
  readonly onRemoved: Event<string> = this.#removedEmitter.event;
  readonly #closedEmitter = new Emitter<void>();
  /** The client closed its pin. */
  readonly onClosed: Event<void> = this.#closedEmitter.event;
  #state: StreamState = 'STOP';
  #open = true;
  #removed = false;

  constructor(parts: AudioGraphParts) {
    super();
    this.#parts = parts;
    this.#items = new AutomationTable([
      propertyItem({
        property: KSPROPERTY_CONNECTION.STATE,
        get: () => this.state,
        set: (_instance, state) => this.setState(state),
      }),
      ...parts.items(this),
    ]);
    parts.shared?.add(this);
    for (const pin of parts.pins) pin.onRemoved((reason) => this.end(reason));
  }

  /** The pin instance the client talks to: the hardware's when the graph is direct. */
  get pin(): PinInstance {
    return this.#parts.pins.at(-1)!;
  }

  /** This client's pin instances in order of creation. */
  get pins(): readonly PinInstance[] {
    return this.#parts.pins;
  }

  get path(): readonly Vertex[] {
    return this.#parts.path;
  }

  get shared(): SharedPin | undefined {
    return this.#parts.shared;
  }

  get mixerInput(): PinInstance | undefined {
    return this.#parts.mixerInput;
  }

  /** Filter instances opened for this client alone: optional filters and rate converters. */
  get filters(): readonly Filter[] {
    return this.#parts.filters;
  }

  get format(): DataFormat {
    return this.pin.format;
  }

  get state(): StreamState {
    return this.#state;
  }

  get description(): string {
    return this.pin.description;
  }

  get tracer(): Tracer {
    return this.pin.tracer;
  }

  traceTarget(node: number): TraceTarget {
    return this.pin.traceTarget(node);
  }

  get onPosition(): Event<{ position: ReferenceTime }> | undefined {
    return this.pin.onPosition;
  }

  /**
   * Takes the whole graph to `target` one legal step at a time: up from the hardware to the client, down the other
   * way round, so that no pin is fed by one that is ahead of it. RULE-3 for a step that fails.
   * @throws KsError of the failing step, STATUS_DEVICE_REMOVED
   */
  setState(target: StreamState): void {
    if (this.#removed || !this.#open) return this.pin.setState(target);
    const { pins, shared } = this.#parts;
    while (this.#state !== target) {
      const up = KSSTATE[target] > KSSTATE[this.#state];
      const next = STATES[KSSTATE[this.#state] + (up ? 1 : -1)]!;
      if (up) shared?.request(this, next);
      for (const pin of up ? pins : [...pins].reverse()) pin.setState(next);
      this.#state = next;
      if (!up) shared?.request(this, next);
    }
  }

  /** IOCTL_KS_WRITE_STREAM on the client's pin. @throws KsError */
  write(startTime: ReferenceTime, data: Uint8Array, header: StreamWrite = {}): void {
    this.pin.write(startTime, data, header);
  }

  /**
   * What SysAudio answers on the pin, else the pin instance itself. A node is one of the virtual device's: the request
   * goes to this graph's pin instance on the node's filter, or to that filter.
   */
  resolve(property: AnyProperty, node: number): Resolved {
    if (node !== NO_NODE) {
      const located = this.#parts.locateNode(node);
      const instance = [...this.#parts.pins, ...(this.shared?.pins ?? [])].find(
        (pin) => pin.filter === located.filter,
      );
      return (instance ?? located.filter).resolve(property, located.node);
    }
    const item = this.#items.find(property);
    if (!item || this.#removed || !this.#open) return this.pin.resolve(property, NO_NODE);
    return {
      item,
      context: { ...this.pin.filter.requestContext, minorTarget: this.pin.stream, node: NO_NODE },
      underSpecified: false,
    };
  }

  /** Whether every physical connection of the path is still there, between the same filters. */
  holdsIn(graph: DeviceGraph): boolean {
    return this.#parts.path.every((vertex, index) => {
      const next = this.#parts.path[index + 1];
      const now = sameVertex(graph, vertex);
      if (!now) return false;
      if (!next || next.subdevice === vertex.subdevice) return true;
      const then = sameVertex(graph, next);
      // Two hops without a wire are the end of one path and the start of the next, joined by SysAudio's own pins.
      const wired = [...vertex.children, ...vertex.parents].some(
        ({ from, to }) => from === next || to === next,
      );
      return !wired || [...now.children, ...now.parents].some(({ from, to }) => from === then || to === then);
    });
  }

  /** Ends the graph from below: what the client still holds is in STOP and good for closing only. RULE-12. */
  end(reason: string): void {
    if (!this.#open || this.#removed) return;
    this.#removed = true;
    this.#state = 'STOP';
    const { pins, filters, shared } = this.#parts;
    this.pin.remove(reason);
    // Nobody but the graph holds the others.
    for (const pin of pins.slice(0, -1).reverse()) pin.close();
    for (const filter of filters) filter.remove(reason);
    shared?.release(this);
    this.#removedEmitter.fire(reason);
  }

  /** Closes the client's pin, then the graph's own pins in reverse order of creation. RULE-14. */
  dispose(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#state = 'STOP';
    const { pins, filters, shared } = this.#parts;
    for (const pin of [...pins].reverse()) pin.close();
    for (const filter of [...filters].reverse()) filter.dispose();
    shared?.release(this);
    this.#closedEmitter.fire();
    this.#removedEmitter.dispose();
    this.#closedEmitter.dispose();
  }
}

function sameVertex(graph: DeviceGraph, vertex: Vertex): Vertex | undefined {
  return vertex.kind === 'pin'
    ? graph.pin(vertex.subdevice, vertex.pinId)
    : graph.node(vertex.subdevice, vertex.nodeId);
}
