import { Emitter, type Event } from '../../../../contract/emitter.ts';
import { DisposableStore, type Disposable } from '../../../../contract/disposable.ts';
import type {
  ControlValue,
  MixerControl,
  MixerDestination,
  MixerLine,
} from '../../../../contract/services/mixer.ts';
import { ksLevel } from '../../../../contract/units.ts';
import { nodeName } from '../../ks/descriptor.ts';
import { ALL_CHANNELS } from '../../ks/property.ts';
import { KSPROPERTY_AUDIO } from '../../ks/properties/audio.ts';
import { KsError } from '../../ks/status.ts';
import type { AdapterDevice } from '../../portcls/adapter.ts';
import type { InterfaceEvent, PortCls } from '../../portcls/portcls.ts';
import type { FoundControl } from './nodeTables.ts';
import { translate, type TranslatedDestination, type TranslatedLine } from './translation.ts';

interface LiveControl {
  readonly id: number;
  readonly found: FoundControl;
  /** Logical input pins of a MUX, by item. */
  readonly muxPins: readonly number[];
  readonly muxItems: readonly { name: string; lineId: number }[];
}

/**
 * A mixer device: the lines of one adapter with ids, values and notifications. Specification 6.5.
 *
 * Ids stay with their line or control for as long as the device is open; one that vanished keeps its id reserved
 * and gets it back when it returns (RULE-15).
 */
export class MixerDevice implements Disposable {
  readonly id: string;
  readonly name: string;
  readonly #adapter: AdapterDevice;
  readonly #subscriptions = new DisposableStore();
  readonly #filterEvents = new Map<string, Disposable>();
  readonly #linesEmitter = new Emitter<void>();
  readonly #controlEmitter = new Emitter<MixerControl>();
  readonly #destinationIndex = new IndexBook();
  readonly #sourceIndex = new Map<string, IndexBook>();
  readonly #controlIds = new IndexBook();
  readonly #meterIds: (key: string) => number;
  #destinations: MixerDestination[] = [];
  #controls = new Map<number, LiveControl>();
  #rebuildQueued = false;
  #disposed = false;

  /** MM_MIXM_LINE_CHANGE and everything else that alters the set of lines or controls. */
  readonly onLines: Event<void> = this.#linesEmitter.event;
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

  get destinations(): readonly MixerDestination[] {
    return this.#destinations;
  }

  /** False while the adapter has no lines at all: after surprise removal, before arrival. */
  get present(): boolean {
    return this.#destinations.length > 0;
  }

  /** @throws KsError STATUS_NOT_FOUND (MIXERR_INVALCONTROL) */
  control(controlId: number): MixerControl {
    return this.#read(this.#live(controlId));
  }

  /**
   * mixerSetControlDetails. Answers the control as it then reads.
   * @throws KsError STATUS_NOT_FOUND for an unknown control, STATUS_INVALID_PARAMETER for a value that does not fit
   */
  setControl(controlId: number, value: ControlValue): MixerControl {
    const live = this.#live(controlId);
    const { found } = live;
    const { filter } = found.vertex.subdevice;
    const node = found.vertex.nodeId;
    if ('levels' in value && found.type === 'VOLUME') {
      for (const [channel, level] of perChannel(value.levels, found)) {
        filter.set(KSPROPERTY_AUDIO.VOLUMELEVEL, { channel }, ksLevel(level), node);
      }
    } else if ('muted' in value && found.type === 'MUTE') {
      for (const [channel, muted] of perChannel(value.muted, found)) {
        filter.set(KSPROPERTY_AUDIO.MUTE, { channel }, muted, node);
      }
    } else if ('selected' in value && found.type === 'MUX') {
      const pin = live.muxPins[value.selected];
      if (pin === undefined) {
        throw new KsError('STATUS_INVALID_PARAMETER', `There is no item ${value.selected} to select.`);
      }
      // RULE-10: the logical pin is written, and selecting the selected item again succeeds.
      filter.set(KSPROPERTY_AUDIO.MUX_SOURCE, undefined, pin, node);
    } else {
      throw new KsError(
        'STATUS_INVALID_PARAMETER',
        `Control ${controlId} is a ${found.type} control; this value is for another type.`,
      );
    }
    return this.#read(live);
  }

  /** Peaks of a PEAKMETER control since the last read, linear, one per channel, into `into`. */
  readPeaks(controlId: number, into: number[]): void {
    const { found } = this.#live(controlId);
    const { filter } = found.vertex.subdevice;
    for (let channel = 0; channel < found.channels; channel++) {
      const address = { channel: found.masterOnly ? ALL_CHANNELS : channel };
      into[channel] = filter.get(KSPROPERTY_AUDIO.PEAKMETER2, address, found.vertex.nodeId) / 0x7fffffff;
    }
  }

  /** Translates anew. Called by itself when subdevices or connections change. */
  rebuild(): void {
    this.#rebuildQueued = false;
    if (this.#disposed) return;
    this.#listenToFilters();
    const translated = translate(this.#adapter);
    this.#controls = new Map();
    const destinationIds = translated.map((line) => 0xffff0000 + this.#destinationIndex.of(line.key));
    const sourceIds = translated.map((line) => line.sources.map((source) => this.#sourceId(line, source)));
    // RULE-9: a running counter over the destinations in index order, then over their sources.
    const destinationControls = translated.map((line, at) => this.#addControls(line, line, sourceIds[at]!));
    const sourceControls = translated.map((line) =>
      line.sources.map((source) => this.#addControls(source, line, [])),
    );
    this.#destinations = translated.map((line, at) => ({
      ...describe(line, destinationIds[at]!, destinationControls[at]!),
      sources: line.sources.map((source, index) =>
        describe(source, sourceIds[at]![index]!, sourceControls[at]![index]!),
      ),
    }));
    this.#linesEmitter.fire();
  }

  dispose(): void {
    this.#disposed = true;
    this.#subscriptions.dispose();
    for (const handle of this.#filterEvents.values()) handle.dispose();
    this.#linesEmitter.dispose();
    this.#controlEmitter.dispose();
  }

  #interfaceChanged(event: InterfaceEvent): void {
    if (event.adapter !== this.#adapter || this.#rebuildQueued) return;
    // Registering a card is a burst of events; one translation at its end is enough.
    this.#rebuildQueued = true;
    queueMicrotask(() => this.rebuild());
  }

  #listenToFilters(): void {
    for (const handle of this.#filterEvents.values()) handle.dispose();
    this.#filterEvents.clear();
    for (const subdevice of this.#adapter.subdevices) {
      const handle = subdevice.filter.events.onControlChange(({ node }) => {
        for (const live of this.#controls.values()) {
          const { vertex } = live.found;
          if (vertex.subdevice === subdevice && vertex.nodeId === node) this.#changed(live);
        }
      });
      this.#filterEvents.set(subdevice.name, handle);
    }
  }

  #changed(live: LiveControl): void {
    const control = this.#read(live);
    for (const line of this.#destinations) {
      for (const each of [line, ...line.sources]) {
        const index = each.controls.findIndex((other) => other.id === control.id);
        if (index >= 0) each.controls[index] = control;
      }
    }
    this.#controlEmitter.fire(control);
  }

  #sourceId(destination: TranslatedLine, source: TranslatedLine): number {
    let book = this.#sourceIndex.get(destination.key);
    if (!book) this.#sourceIndex.set(destination.key, (book = new IndexBook()));
    return book.of(source.key) * 0x10000 + this.#destinationIndex.of(destination.key);
  }

  #addControls(
    line: TranslatedLine,
    destination: TranslatedDestination,
    sourceIds: readonly number[],
  ): MixerControl[] {
    return line.controls.map((found) => {
      const { subdevice, nodeId } = found.vertex;
      const key = `${destination.key}|${line.key}|${subdevice.name}/${nodeId}/${found.type}`;
      const items = found.type === 'MUX' ? destination.muxItems : [];
      const live: LiveControl = {
        id: this.#controlIds.of(key),
        found,
        muxPins: items.map((item) => item.logicalPin),
        muxItems: items.map((item) => ({
          name: destination.sources[item.source]!.name,
          lineId: sourceIds[item.source]!,
        })),
      };
      this.#controls.set(live.id, live);
      return this.#read(live);
    });
  }

  #live(controlId: number): LiveControl {
    const live = this.#controls.get(controlId);
    if (!live) throw new KsError('STATUS_NOT_FOUND', `“${this.name}” has no control ${controlId}.`);
    return live;
  }

  #read({ id, found, muxPins, muxItems }: LiveControl): MixerControl {
    const { vertex, channels, uniform, masterOnly } = found;
    const { filter } = vertex.subdevice;
    const node = vertex.nodeId;
    const base = { id, name: nodeName(vertex.node), node: { filter: vertex.subdevice.name, node } };
    const addresses = Array.from({ length: channels }, (_, channel) => ({
      channel: masterOnly ? ALL_CHANNELS : channel,
    }));
    switch (found.type) {
      case 'VOLUME': {
        const stepping = found.support.members?.steppings[0];
        const range = {
          min: ksLevel(stepping?.minimum ?? -96 * 0x10000),
          max: ksLevel(stepping?.maximum ?? 0),
          step: ksLevel(stepping?.step ?? 1),
        };
        const levels = addresses.map((address) => filter.get(KSPROPERTY_AUDIO.VOLUMELEVEL, address, node));
        return { ...base, type: 'VOLUME', uniform, range, levels };
      }
      case 'MUTE':
        return {
          ...base,
          type: 'MUTE',
          uniform,
          muted: addresses.map((address) => filter.get(KSPROPERTY_AUDIO.MUTE, address, node)),
        };
      case 'PEAKMETER': {
        const meter = this.#meterIds(`${this.id}/${vertex.subdevice.name}/${node}`);
        return { ...base, type: 'PEAKMETER', channels, meter };
      }
      case 'MUX': {
        const pin = filter.get(KSPROPERTY_AUDIO.MUX_SOURCE, undefined, node);
        return { ...base, type: 'MUX', items: [...muxItems], selected: muxPins.indexOf(pin) };
      }
    }
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
}

function describe(line: TranslatedLine, id: number, controls: MixerControl[]): MixerLine {
  const channels = Math.max(1, ...line.controls.map((control) => control.channels));
  return { id, name: line.name, component: line.component, target: line.target, channels, controls };
}

/** One value goes to all channels at once; several must be one per channel. */
function perChannel<T>(values: readonly T[], { channels }: FoundControl): [channel: number, value: T][] {
  if (values.length === 1) return [[ALL_CHANNELS, values[0]!]];
  if (values.length !== channels) {
    throw new KsError('STATUS_INVALID_PARAMETER', `${values.length} values for ${channels} channels.`);
  }
  return values.map((value, channel) => [channel, value]);
}
