import { Emitter, type Event } from '../../../contract/emitter.ts';
import { DisposableStore, toDisposable, type Disposable } from '../../../contract/disposable.ts';
import type { Filter } from '../ks/filter.ts';
import type { DataFormat } from '../ks/format.ts';
import { KSCATEGORY, type Guid } from '../ks/guid.ts';
import type { ConnectOptions } from '../ks/pin.ts';
import { propertyItem, type PropertyItem } from '../ks/property.ts';
import { KSPROPERTY_SYSAUDIO_PIN } from '../ks/properties/sysaudio.ts';
import { KsError } from '../ks/status.ts';
import type { Tracer } from '../ks/trace.ts';
import type { AdapterDevice } from '../portcls/adapter.ts';
import type { PortCls } from '../portcls/portcls.ts';
import type { Subdevice } from '../portcls/subdevice.ts';
import type { AudioGraph } from './audioGraph.ts';
import { DeviceGraph, isHostPin, type NodeVertex, type PinVertex } from './deviceGraph.ts';
import { isPcmRange } from './formats.ts';
import { GraphBuilder, type OptionalFilter, type Route } from './graphBuilder.ts';
import type { SoftwareFilterClass } from './softwareFilter.ts';
import { SysAudioInstance } from './sysAudioInstance.ts';
import { rendersWave, VirtualDevice } from './virtualDevice.ts';
import { VirtualSource } from './virtualSource.ts';

/** What a client asks to be opened. */
export interface ClientPinRequest {
  readonly host: PinVertex;
  readonly format: DataFormat;
  /** Default: as arbitration decides. */
  readonly route?: Route;
  readonly connect?: ConnectOptions | undefined;
  /** Optional nodes the graph must include. */
  readonly nodes?: readonly NodeVertex[];
  readonly filters?: readonly OptionalFilter[];
  /** The virtual device whose node numbers requests to the pin use. */
  readonly device?: VirtualDevice;
}

/**
 * SysAudio: finds every audio filter, joins their topologies over physical connections, shows each adapter that
 * renders wave as a virtual audio device, and builds the graph behind every pin a client opens. It follows filters and
 * wires as they come and go. Specification 5.1 to 5.3.
 *
 * It is the system's own and stands outside of what it builds: it is no filter of an adapter, and no graph, path or
 * list of filters contains it.
 */
export class SysAudio implements Disposable {
  readonly tracer: Tracer;
  readonly #portCls: PortCls;
  readonly #builder: GraphBuilder;
  readonly #optionalFilters: OptionalFilter[] = [];
  readonly #sources: VirtualSource[] = [];
  readonly #store = new DisposableStore();
  readonly #devicesEmitter = new Emitter<void>();
  readonly #graphsEmitter = new Emitter<void>();
  /** Virtual devices came, went or changed. */
  readonly onDevices: Event<void> = this.#devicesEmitter.event;
  /** Graphs were built or ended, or a pin of the system's own filters changed its state. */
  readonly onGraphs: Event<void> = this.#graphsEmitter.event;
  #graph: DeviceGraph | undefined;
  #devices: readonly VirtualDevice[] | undefined;

  constructor(portCls: PortCls) {
    this.#portCls = portCls;
    this.tracer = portCls.tracer;
    this.#builder = new GraphBuilder({
      tracer: portCls.tracer,
      pinsChanged: () => this.#graphsEmitter.fire(),
    });
    this.#store.add(
      portCls.onInterface(() => {
        this.#graph = undefined;
        this.#devices = undefined;
        if (this.#builder.graphs.length > 0) this.#builder.follow(this.graph);
        this.#devicesEmitter.fire();
      }),
    );
  }

  /** Opens SysAudio: a client's own instance, which remembers the device it opened and its selections. */
  open(): SysAudioInstance {
    return new SysAudioInstance(this);
  }

  /** The joined topology of all filters in KSCATEGORY_AUDIO. */
  get graph(): DeviceGraph {
    return (this.#graph ??= new DeviceGraph({ subdevices: this.filtersIn(KSCATEGORY.AUDIO) }));
  }

  /** Filters of an interface class, in discovery order. */
  filtersIn(category: Guid): readonly Subdevice[] {
    return this.#portCls.adapters.flatMap((adapter) =>
      adapter.subdevices.filter(({ categories }) => categories.includes(category)),
    );
  }

  /** Virtual audio devices: the index is the device's id. KSPROPERTY_SYSAUDIO_DEVICE_COUNT is their number. */
  get devices(): readonly VirtualDevice[] {
    if (this.#devices) return this.#devices;
    const first = new Map<AdapterDevice, Subdevice>();
    for (const subdevice of this.filtersIn(KSCATEGORY.RENDER)) {
      const { adapter } = subdevice;
      if (!first.has(adapter) && rendersWave(subdevice)) first.set(adapter, subdevice);
    }
    this.#devices = [...first].map(
      ([adapter, filter]) => new VirtualDevice(adapter, filter, this.graph, this.#optionalFilters),
    );
    return this.#devices;
  }

  /** Graphs of clients' pins, in the order they were opened. */
  get graphs(): readonly AudioGraph[] {
    return this.#builder.graphs;
  }

  /** Instances of the system mixer, the splitter and optional filters that graphs use now. */
  get systemFilters(): readonly Filter[] {
    return [
      ...this.#builder.sharedPins.map(({ filter }) => filter),
      ...this.#builder.graphs.flatMap(({ filters }) => filters),
    ];
  }

  /**
   * Opens a host pin for a client and builds the graph behind it.
   * @throws KsError as GraphBuilder.open
   */
  openPin(request: ClientPinRequest): AudioGraph {
    const { host, format, device, connect, nodes = [], filters = [], route = 'any' } = request;
    return this.#builder.open(
      {
        host,
        format,
        route,
        nodes,
        filters,
        ...(connect ? { connect } : {}),
        items: (graph) => [this.#attachItem(graph)],
        locateNode: (node, graphFilters) => locateNode(device, node, graphFilters),
      },
      () => this.#waveOutputFor(host),
    );
  }

  /**
   * Makes an optional filter available: SELECT_GRAPH can ask for its nodes. Which pins it is inserted at follows from
   * its category: echo cancellation on what is recorded, data transforms (global effects) on what is played.
   * @throws KsError STATUS_INVALID_PARAMETER for a filter without an IN and an OUT host pin
   */
  addOptionalFilter(filterClass: SoftwareFilterClass): Disposable {
    const { pins } = filterClass.descriptor;
    const inPin = pins.findIndex((pin) => pin.dataFlow === 'IN' && isHostPin(pin));
    const outPin = pins.findIndex((pin) => pin.dataFlow === 'OUT' && isHostPin(pin));
    if (inPin < 0 || outPin < 0) {
      throw new KsError('STATUS_INVALID_PARAMETER', `“${filterClass.name}” cannot stand in a stream's way.`);
    }
    const entry: OptionalFilter = { filterClass, inPin, outPin };
    this.#optionalFilters.push(entry);
    this.#devices = undefined;
    this.#devicesEmitter.fire();
    return toDisposable(() => {
      this.#optionalFilters.splice(this.#optionalFilters.indexOf(entry), 1);
      this.#devices = undefined;
      this.#devicesEmitter.fire();
    });
  }

  /** KSPROPERTY_SYSAUDIO_CREATE_VIRTUAL_SOURCE: the same category and name give the same source (check 88). */
  createVirtualSource(category: Guid, name: Guid): VirtualSource {
    const known = this.#sources.find((source) => source.category === category && source.name === name);
    if (known) return known;
    const source = new VirtualSource(this.#sources.length, category, name);
    this.#sources.push(source);
    return source;
  }

  get virtualSources(): readonly VirtualSource[] {
    return this.#sources;
  }

  dispose(): void {
    for (const graph of this.graphs) graph.dispose();
    this.#store.dispose();
    this.#devicesEmitter.dispose();
    this.#graphsEmitter.dispose();
  }

  /** KSPROPERTY_SYSAUDIO_ATTACH_VIRTUAL_SOURCE on a client's pin. */
  #attachItem(graph: AudioGraph): PropertyItem {
    return propertyItem({
      property: KSPROPERTY_SYSAUDIO_PIN.ATTACH_VIRTUAL_SOURCE,
      set: ({ mixerPinId }) => {
        const source = this.#sources[mixerPinId];
        if (!source) {
          throw new KsError('STATUS_INVALID_PARAMETER', `There is no virtual source ${mixerPinId}.`);
        }
        for (const other of this.#sources) other.detach(graph);
        source.attach(graph);
        graph.onRemoved(() => source.detach(graph));
        graph.onClosed(() => source.detach(graph));
      },
    });
  }

  /** Where a software synthesizer is heard: the wave pin of its own adapter, else of the first device. */
  #waveOutputFor(synthesizer: PinVertex): PinVertex | undefined {
    const outputs = this.graph.pins.filter(
      ({ pin }) => pin.dataFlow === 'IN' && isHostPin(pin) && pin.dataRanges.some(isPcmRange),
    );
    return outputs.find(({ subdevice }) => subdevice.adapter === synthesizer.subdevice.adapter) ?? outputs[0];
  }
}

function locateNode(
  device: VirtualDevice | undefined,
  number: number,
  graphFilters: readonly Filter[],
): { filter: Filter; node: number } {
  const node = device?.nodes[number];
  if (node?.kind === 'hardware') return { filter: node.vertex.subdevice.filter, node: node.vertex.nodeId };
  const filter = node && graphFilters.find(({ descriptor }) => descriptor === node.filterClass.descriptor);
  if (!filter) {
    throw new KsError(
      'STATUS_INVALID_PARAMETER',
      node ? `Node ${number} is not in this pin's graph.` : `The virtual device has no node ${number}.`,
    );
  }
  return { filter, node: node.node };
}
