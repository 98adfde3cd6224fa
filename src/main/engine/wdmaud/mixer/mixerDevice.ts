import { Emitter, type Event } from '../../../../contract/emitter.ts';
import { DisposableStore, type Disposable } from '../../../../contract/disposable.ts';
import {
  NO_LINE,
  type ControlValue,
  type MixerControl,
  type MixerDestination,
  type MixerLine,
} from '../../../../contract/services/mixer.ts';
import { nodeName } from '../../ks/descriptor.ts';
import { KsError } from '../../ks/status.ts';
import type { AdapterDevice } from '../../portcls/adapter.ts';
import type { InterfaceEvent, PortCls } from '../../portcls/portcls.ts';
import type { Subdevice } from '../../portcls/subdevice.ts';
import { describeControl, numbersOf } from './controlDescription.ts';
import { keepUnchanged, lineChanges, withControl } from './lineChanges.ts';
import type { NodeControl } from './nodeControl.ts';
import { translate, type MuxItem, type TranslatedLine } from './translation.ts';

/** A control with its id, and what a MUX needs to be shown and set. */
export interface LiveControl {
  readonly id: number;
  /** KSPROPERTY_TOPOLOGY_NAME of the node. */
  readonly name: string;
  readonly lineId: number;
  readonly node: NodeControl;
  /** Logical input pins of a MUX, by item. */
  readonly muxPins: readonly number[];
  readonly muxItems: readonly { name: string; lineId: number }[];
}

/**
 * A mixer device: the lines of one adapter with ids, values and notifications. Specification 6.5.
 *
 * Ids stay with their line or control for as long as the device is open; one that vanished keeps its id reserved
 * and gets it back when it returns (RULE-15).
 *
 * What it shows is replaced and never changed: an unchanged line or control stays the same object.
 */
export class MixerDevice implements Disposable {
  readonly id: string;
  readonly name: string;
  readonly #adapter: AdapterDevice;
  readonly #subscriptions = new DisposableStore();
  readonly #filterEvents = new Map<Subdevice, Disposable>();
  readonly #linesEmitter = new Emitter<void>();
  readonly #lineEmitter = new Emitter<number>();
  readonly #controlEmitter = new Emitter<MixerControl>();
  readonly #destinationIndex = new IndexBook();
  readonly #sourceIndex = new Map<string, IndexBook>();
  readonly #controlIds = new IndexBook();
  readonly #meterIds: (key: string) => number;
  #destinations: readonly MixerDestination[] = [];
  #controls = new Map<number, LiveControl>();
  #byNode = new Map<string, LiveControl[]>();
  /** Every line there has been, by id. */
  readonly #lastKnown = new Map<number, MixerLine>();
  /** Nodes that changed while a control is set; told once, when it is done. */
  #changedNodes: Set<string> | undefined;
  #rebuildQueued = false;
  #disposed = false;

  /** The set of lines or controls is another one. */
  readonly onLines: Event<void> = this.#linesEmitter.event;
  /** MM_MIXM_LINE_CHANGE: a line came, went or changed its description; its id. */
  readonly onLine: Event<number> = this.#lineEmitter.event;
  /** MM_MIXM_CONTROL_CHANGE with the value after the change. */
  readonly onControl: Event<MixerControl> = this.#controlEmitter.event;

  /** `meterIds` numbers peak meters over all mixer devices, for meter frames. */
  constructor(adapter: AdapterDevice, portCls: PortCls, meterIds: (key: string) => number) {
    this.id = adapter.id;
    this.name = adapter.name;
    this.#adapter = adapter;
    this.#meterIds = meterIds;
    this.#subscriptions.add(portCls.onInterface((event) => this.#interfaceChanged(event)));
    this.rebuild();
  }

  /** By index, with their sources by index. */
  get destinations(): readonly MixerDestination[] {
    return this.#destinations;
  }

  /** False while the adapter has no lines at all: after surprise removal, before arrival. */
  get present(): boolean {
    return this.#destinations.length > 0;
  }

  /** Destination indices given so far, those of vanished lines included. */
  get destinationIndices(): number {
    return this.#destinationIndex.size;
  }

  /** Source indices given so far under the destination of that index. */
  sourceIndices(destinationIndex: number): number {
    const key = this.#destinationIndex.keyOf(destinationIndex);
    return (key !== undefined && this.#sourceIndex.get(key)?.size) || 0;
  }

  /** The line of that id, present or vanished, as it was last; undefined for an id never given. */
  lastKnownLine(lineId: number): MixerLine | undefined {
    return this.#lastKnown.get(lineId);
  }

  /** @throws KsError STATUS_NOT_FOUND (MIXERR_INVALCONTROL), or that of the node */
  control(controlId: number): MixerControl {
    return this.#describe(this.#control(controlId));
  }

  /** The control with its node; undefined for an unknown or vanished one. */
  live(controlId: number): LiveControl | undefined {
    return this.#controls.get(controlId);
  }

  /**
   * Sets a control and answers it as it then reads: clamped and stepped by the node.
   * @throws KsError STATUS_NOT_FOUND for an unknown control, STATUS_INVALID_PARAMETER for a value that does not fit,
   *   STATUS_INVALID_DEVICE_REQUEST for a peak meter, or that of the node
   */
  setControl(controlId: number, value: ControlValue): MixerControl {
    const live = this.#control(controlId);
    if (live.node.type === 'MUX' && 'selected' in value) {
      const pin = live.muxPins[value.selected];
      if (pin === undefined) {
        throw new KsError('STATUS_INVALID_PARAMETER', `There is no item ${value.selected} to select.`);
      }
      // RULE-10: the logical pin is written, and selecting the selected item again succeeds.
      return this.setValues(controlId, [pin]);
    }
    const numbers = numbersOf(live.node, value);
    if (!numbers) {
      throw new KsError(
        'STATUS_INVALID_PARAMETER',
        `Control ${controlId} is a ${live.node.type} control; this value is for another type.`,
      );
    }
    return this.setValues(controlId, numbers);
  }

  /**
   * Sets a control in the unit of its node: one value for all channels, or one per channel. Clients hear of it once,
   * after all channels are set. @throws KsError like `setControl`
   */
  setValues(controlId: number, values: readonly number[]): MixerControl {
    const live = this.#control(controlId);
    const { node } = live;
    if (values.length !== 1 && values.length !== node.channels) {
      throw new KsError('STATUS_INVALID_PARAMETER', `${values.length} values for ${node.channels} channels.`);
    }
    const outermost = this.#changedNodes === undefined;
    const changed = (this.#changedNodes ??= new Set());
    changed.add(nodeKey(node));
    try {
      // On a uniform node the first channel drives the others.
      const count = node.uniform ? 1 : node.channels;
      for (let channel = 0; channel < count; channel++) {
        node.write(channel, values[values.length === 1 ? 0 : channel]!);
      }
    } finally {
      if (outermost) {
        this.#changedNodes = undefined;
        for (const key of changed) this.#nodeChanged(key);
      }
    }
    return this.#describe(live);
  }

  /** Peaks of a PEAKMETER control since the last read, linear, one per channel, into `into`. */
  readPeaks(controlId: number, into: number[]): void {
    const { node } = this.#control(controlId);
    for (let channel = 0; channel < node.channels; channel++) into[channel] = node.read(channel);
  }

  /** Translates anew. Called by itself when subdevices or connections change. */
  rebuild(): void {
    this.#rebuildQueued = false;
    if (this.#disposed) return;
    this.#listenToFilters();
    const before = this.#destinations;
    this.#controls = new Map();
    this.#byNode = new Map();
    this.#destinations = keepUnchanged(before, this.#translate());
    for (const line of this.#destinations) {
      for (const each of [line, ...line.sources]) this.#lastKnown.set(each.id, each);
    }
    const changes = lineChanges(before, this.#destinations);
    for (const lineId of changes) this.#lineEmitter.fire(lineId);
    if (changes.length > 0) this.#linesEmitter.fire();
  }

  dispose(): void {
    this.#disposed = true;
    this.#subscriptions.dispose();
    for (const handle of this.#filterEvents.values()) handle.dispose();
    this.#linesEmitter.dispose();
    this.#lineEmitter.dispose();
    this.#controlEmitter.dispose();
  }

  #control(controlId: number): LiveControl {
    const live = this.#controls.get(controlId);
    if (!live) throw new KsError('STATUS_NOT_FOUND', `“${this.name}” has no control ${controlId}.`);
    return live;
  }

  #interfaceChanged(event: InterfaceEvent): void {
    if (event.adapter !== this.#adapter || this.#rebuildQueued) return;
    // Registering a card is a burst of events; one translation at its end is enough.
    this.#rebuildQueued = true;
    queueMicrotask(() => this.rebuild());
  }

  #listenToFilters(): void {
    const { subdevices } = this.#adapter;
    for (const [subdevice, handle] of this.#filterEvents) {
      if (subdevices.includes(subdevice)) continue;
      handle.dispose();
      this.#filterEvents.delete(subdevice);
    }
    for (const subdevice of subdevices) {
      if (this.#filterEvents.has(subdevice)) continue;
      const handle = subdevice.filter.events.onControlChange(({ node }) => {
        const key = `${subdevice.name}/${node}`;
        if (this.#changedNodes) this.#changedNodes.add(key);
        else this.#nodeChanged(key);
      });
      this.#filterEvents.set(subdevice, handle);
    }
  }

  #translate(): MixerDestination[] {
    // Indices and ids are given in index order, and a running counter numbers the controls over the destinations, then
    // over their sources (RULE-9). Lines that were there before keep what they have.
    const lines = translate(this.#adapter)
      .map((line) => ({ line, index: this.#destinationIndex.of(line.key) }))
      .map(({ line, index }) => ({
        line,
        index,
        id: 0xffff0000 + index,
        sourceIds: line.sources.map((source) => this.#sourceBook(line.key).of(source.key) * 0x10000 + index),
      }));
    const destinations = lines.map(({ line, id, sourceIds }) => {
      const items = line.muxItems.map(({ logicalPin, name, source }) => ({
        logicalPin,
        name,
        lineId: source === undefined ? NO_LINE : sourceIds[source]!,
      }));
      return this.#line(line, id, line.key, items);
    });
    return lines
      .map(({ line, index, sourceIds }, at) => ({
        index,
        destination: {
          ...destinations[at]!,
          sources: line.sources
            .map((source, which) => this.#line(source, sourceIds[which]!, line.key, []))
            .sort((a, b) => a.id - b.id),
        },
      }))
      .sort((a, b) => a.index - b.index)
      .map(({ destination }) => destination);
  }

  #sourceBook(destinationKey: string): IndexBook {
    let book = this.#sourceIndex.get(destinationKey);
    if (!book) this.#sourceIndex.set(destinationKey, (book = new IndexBook()));
    return book;
  }

  #line(
    line: TranslatedLine,
    id: number,
    destinationKey: string,
    items: readonly (Pick<MuxItem, 'logicalPin' | 'name'> & { lineId: number })[],
  ): MixerLine {
    const controls = line.controls.flatMap((node): MixerControl | [] => {
      const isMux = node.type === 'MUX';
      const live: LiveControl = {
        id: this.#controlIds.of(`${destinationKey}|${line.key}|${nodeKey(node)}/${node.type}`),
        name: nodeName(node.vertex.node),
        lineId: id,
        node,
        muxPins: isMux ? items.map(({ logicalPin }) => logicalPin) : [],
        muxItems: isMux ? items.map(({ name, lineId }) => ({ name, lineId })) : [],
      };
      const control = this.#tryDescribe(live);
      // A node that answered the existence test and refuses now is gone or broken: it has no control.
      if (!control) return [];
      this.#controls.set(live.id, live);
      const key = nodeKey(node);
      const others = this.#byNode.get(key);
      if (others) others.push(live);
      else this.#byNode.set(key, [live]);
      return control;
    });
    const channels = Math.max(1, ...controls.map(({ id }) => this.#controls.get(id)!.node.channels));
    const { name, component, target } = line;
    return { id, name, component, target, channels, controls };
  }

  /** Reads the controls of a node anew and tells of those with another value. */
  #nodeChanged(key: string): void {
    for (const live of this.#byNode.get(key) ?? []) {
      const control = this.#tryDescribe(live);
      if (!control) continue;
      const { destinations, changed } = withControl(this.#destinations, live.lineId, control);
      if (!changed) continue;
      this.#destinations = destinations;
      this.#controlEmitter.fire(control);
    }
  }

  /** Undefined when the node is gone: its removal is told by itself. */
  #tryDescribe(live: LiveControl): MixerControl | undefined {
    try {
      return this.#describe(live);
    } catch (error) {
      if (error instanceof KsError) return undefined;
      throw error;
    }
  }

  #describe({ id, name, node, muxPins, muxItems }: LiveControl): MixerControl {
    const { vertex } = node;
    const filter = vertex.subdevice.name;
    const base = { id, name, node: { filter, node: vertex.nodeId } };
    return describeControl(base, node, {
      meter: () => this.#meterIds(`${this.id}/${filter}/${vertex.nodeId}`),
      items: muxItems,
      pins: muxPins,
    });
  }
}

/** Numbers keys in order of first appearance and remembers them. */
class IndexBook {
  readonly #known = new Map<string, number>();

  of(key: string): number {
    let index = this.#known.get(key);
    if (index === undefined) this.#known.set(key, (index = this.#known.size));
    return index;
  }

  keyOf(index: number): string | undefined {
    return [...this.#known.keys()][index];
  }

  get size(): number {
    return this.#known.size;
  }
}

function nodeKey({ vertex }: NodeControl): string {
  return `${vertex.subdevice.name}/${vertex.nodeId}`;
}
