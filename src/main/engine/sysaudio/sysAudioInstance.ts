import type { Filter } from '../ks/filter.ts';
import type { DataFormat } from '../ks/format.ts';
import { KSCATEGORY } from '../ks/guid.ts';
import { Handle } from '../ks/handle.ts';
import type { Resolved } from '../ks/dispatch.ts';
import type { ConnectOptions } from '../ks/pin.ts';
import {
  AutomationTable,
  NO_NODE,
  propertyItem,
  type AnyProperty,
  type PropertyItem,
} from '../ks/property.ts';
import { KSPROPERTY_GENERAL } from '../ks/properties/general.ts';
import { KSPROPERTY_SYSAUDIO, SYSAUDIO_FLAGS, type SelectGraphInstance } from '../ks/properties/sysaudio.ts';
import { KsError } from '../ks/status.ts';
import type { Tracer, TraceTarget } from '../ks/trace.ts';
import type { AdapterDevice } from '../portcls/adapter.ts';
import type { AudioGraph } from './audioGraph.ts';
import type { NodeVertex } from './deviceGraph.ts';
import type { OptionalFilter } from './graphBuilder.ts';
import { MAX_REQUIRED_NODES, simplestPath } from './simplestPath.ts';
import type { SysAudio } from './sysAudio.ts';
import type { VirtualDevice, VirtualNode, VirtualPin } from './virtualDevice.ts';

/** What DEVICE_INSTANCE answers before a device was opened: the device number that names none. */
const NO_DEVICE = 0xffffffff;
/** The device number that stands for the one opened last. */
const CURRENT_DEVICE = -1;

/** One optional node a client asked for, on one host pin. */
interface Selection {
  readonly pin: { readonly filter: Filter; readonly pinId: number };
  readonly node: VirtualNode;
}

/**
 * A client's handle on SysAudio: KSPROPSETID_Sysaudio, the device it opened last, the nodes it selected for graphs
 * built afterwards, and the opening of pins on that device. Specification 5.1.
 *
 * (R) statuses: a bad device number is STATUS_INVALID_PARAMETER, an unknown property STATUS_UNSUCCESSFUL.
 */
export class SysAudioInstance extends Handle {
  readonly description = 'SysAudio';
  readonly #sysAudio: SysAudio;
  readonly #items: AutomationTable;
  #selections: Selection[] = [];
  #current: { adapter: AdapterDevice; flags: number } | undefined;

  constructor(sysAudio: SysAudio) {
    super();
    this.#sysAudio = sysAudio;
    this.#items = new AutomationTable(this.#propertyItems());
  }

  get tracer(): Tracer {
    return this.#sysAudio.tracer;
  }

  traceTarget(): TraceTarget {
    return { path: this.description, name: this.description };
  }

  /** The device opened last, while it is there. */
  get device(): VirtualDevice | undefined {
    return this.#sysAudio.devices.find(({ adapter }) => adapter === this.#current?.adapter);
  }

  /** Pin factories of the open device. @throws KsError STATUS_INVALID_PARAMETER when none is open */
  get pins(): readonly VirtualPin[] {
    return this.#openDevice().pins(this.#combined);
  }

  /** Nodes of the open device; the place in the list is the node's number. @throws KsError like `pins` */
  get nodes(): readonly VirtualNode[] {
    return this.#openDevice().nodes;
  }

  /**
   * Opens a pin of the open device in STOP and builds the graph behind it.
   * @throws KsError STATUS_INVALID_PARAMETER for an unknown pin or without an open device, else as SysAudio.openPin
   */
  openPin(pinId: number, format: DataFormat, connect?: ConnectOptions): AudioGraph {
    const device = this.#openDevice();
    const { host, route } = this.#pin(pinId);
    const { nodes, filters } = this.#selected(host.subdevice.filter, host.pinId, device);
    return this.#sysAudio.openPin({ host, format, route, connect, nodes, filters, device });
  }

  /** @throws KsError STATUS_UNSUCCESSFUL for a property that SysAudio has not got */
  resolve(property: AnyProperty): Resolved {
    const item = this.#items.find(property);
    if (!item) throw new KsError('STATUS_UNSUCCESSFUL', `SysAudio has no ${property.name}.`);
    return {
      item,
      context: { majorTarget: this, minorTarget: undefined, node: NO_NODE },
      underSpecified: false,
    };
  }

  get #combined(): boolean {
    return ((this.#current?.flags ?? 0) & SYSAUDIO_FLAGS.DONT_COMBINE_PINS) === 0;
  }

  #propertyItems(): PropertyItem[] {
    return [
      propertyItem({
        property: KSPROPERTY_SYSAUDIO.DEVICE_COUNT,
        get: () => this.#sysAudio.devices.length,
      }),
      propertyItem({
        property: KSPROPERTY_SYSAUDIO.DEVICE_FRIENDLY_NAME,
        get: ({ deviceId }) => this.#device(deviceId).friendlyName,
      }),
      propertyItem({
        property: KSPROPERTY_SYSAUDIO.DEVICE_INTERFACE_NAME,
        get: ({ deviceId }) => this.#device(deviceId).interfaceName,
      }),
      propertyItem({
        property: KSPROPERTY_SYSAUDIO.COMPONENT_ID,
        get: ({ deviceId }) =>
          this.#device(deviceId).waveFilter.filter.get(KSPROPERTY_GENERAL.COMPONENTID, undefined),
      }),
      propertyItem({
        property: KSPROPERTY_SYSAUDIO.DEVICE_INSTANCE,
        get: () => {
          const { device } = this;
          return device ? this.#sysAudio.devices.indexOf(device) : NO_DEVICE;
        },
        set: (_instance, device) => this.#openInstance(device, 0),
      }),
      propertyItem({
        property: KSPROPERTY_SYSAUDIO.INSTANCE_INFO,
        // The request carries everything; a get succeeds for what is open.
        get: ({ deviceNumber, flags }) => {
          if (this.#listed(deviceNumber) !== this.#openDevice() || flags !== this.#current?.flags) {
            throw new KsError('STATUS_INVALID_PARAMETER', `Device ${deviceNumber} is not the open one.`);
          }
          return undefined;
        },
        set: ({ deviceNumber, flags }) => this.#openInstance(deviceNumber, flags),
      }),
      propertyItem({
        property: KSPROPERTY_SYSAUDIO.SELECT_GRAPH,
        set: (request) => this.#select(request),
      }),
      propertyItem({
        property: KSPROPERTY_SYSAUDIO.CREATE_VIRTUAL_SOURCE,
        get: ({ pinCategory, pinName }) => this.#sysAudio.createVirtualSource(pinCategory, pinName).index,
      }),
    ];
  }

  #openInstance(number: number, flags: number): void {
    const { adapter } = this.#listed(number);
    if ((flags & ~SYSAUDIO_FLAGS.DONT_COMBINE_PINS) !== 0) {
      throw new KsError(
        'STATUS_INVALID_PARAMETER',
        `SYSAUDIO_INSTANCE_INFO has no flags 0x${flags.toString(16)}.`,
      );
    }
    this.#current = { adapter, flags };
    this.#selections = [];
  }

  /** SELECT_GRAPH: pins that are open keep their graph (check 89). */
  #select({ pinId, nodeId, flags }: SelectGraphInstance): void {
    const device = this.#openDevice();
    const { host } = this.#pin(pinId);
    const node = device.nodes[nodeId];
    const fits = node && this.#canSelect(host.pin.dataFlow, node);
    if (!fits || flags !== 0 || this.#selections.length >= MAX_REQUIRED_NODES) {
      throw new KsError(
        'STATUS_INVALID_PARAMETER',
        `Node ${nodeId} cannot be selected for the graph of pin ${pinId}.`,
      );
    }
    const selection: Selection = { pin: { filter: host.subdevice.filter, pinId: host.pinId }, node };
    if (node.kind === 'hardware' && !simplestPath(host, [node.vertex])) {
      throw new KsError('STATUS_INVALID_PARAMETER', `No path of pin ${pinId} runs through node ${nodeId}.`);
    }
    this.#selections.push(selection);
  }

  /** Optional filters are inserted by category. The mixer's nodes are there whenever the mixer is. */
  #canSelect(dataFlow: 'IN' | 'OUT', node: VirtualNode): boolean {
    if (node.kind === 'hardware') return true;
    const category = dataFlow === 'IN' ? KSCATEGORY.DATATRANSFORM : KSCATEGORY.ACOUSTIC_ECHO_CANCEL;
    return node.optional !== undefined && node.filterClass.descriptor.categories.includes(category);
  }

  #selected(filter: Filter, pinId: number, device: VirtualDevice) {
    const nodes: NodeVertex[] = [];
    const filters = new Set<OptionalFilter>();
    for (const { pin, node } of this.#selections) {
      if (pin.filter !== filter || pin.pinId !== pinId) continue;
      if (node.kind === 'software') {
        if (node.optional) filters.add(node.optional);
        continue;
      }
      // The same node in the topology as it is now.
      const { subdevice, nodeId } = node.vertex;
      for (const now of device.nodes) {
        if (now.kind === 'hardware' && now.vertex.subdevice === subdevice && now.vertex.nodeId === nodeId) {
          nodes.push(now.vertex);
        }
      }
    }
    return { nodes, filters: [...filters] };
  }

  /** `CURRENT_DEVICE` is the one opened last. */
  #device(number: number): VirtualDevice {
    return number === CURRENT_DEVICE ? this.#openDevice() : this.#listed(number);
  }

  #openDevice(): VirtualDevice {
    const { device } = this;
    if (!device) throw new KsError('STATUS_INVALID_PARAMETER', 'No virtual audio device is open.');
    return device;
  }

  #listed(number: number): VirtualDevice {
    const device = this.#sysAudio.devices[number];
    if (!device) throw new KsError('STATUS_INVALID_PARAMETER', `There is no virtual audio device ${number}.`);
    return device;
  }

  #pin(pinId: number): VirtualPin {
    const pin = this.pins[pinId];
    if (!pin) throw new KsError('STATUS_INVALID_PARAMETER', `The virtual audio device has no pin ${pinId}.`);
    return pin;
  }
}
