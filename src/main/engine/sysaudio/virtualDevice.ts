import { pinName, type DataFlow } from '../ks/descriptor.ts';
import type { DataRange } from '../ks/format.ts';
import { KSCATEGORY, type Guid } from '../ks/guid.ts';
import type { AdapterDevice } from '../portcls/adapter.ts';
import type { Subdevice } from '../portcls/subdevice.ts';
import { isHostPin, type DeviceGraph, type NodeVertex, type PinVertex } from './deviceGraph.ts';
import { isPcmRange, isWaveRange } from './formats.ts';
import type { OptionalFilter, Route } from './graphBuilder.ts';
import type { SoftwareFilterClass } from './softwareFilter.ts';
import { MIXER_RANGES, systemMixer } from './systemMixer.ts';

/** A pin factory as a client of SysAudio sees it. */
export interface VirtualPin {
  /** Pin id on the virtual device. */
  readonly id: number;
  readonly name: string;
  readonly dataFlow: DataFlow;
  readonly category: Guid;
  /** What it takes: the hardware's ranges, the system mixer's, or both when they are combined. */
  readonly dataRanges: readonly DataRange[];
  /** The hardware's pin factory behind it. */
  readonly host: PinVertex;
  readonly route: Route;
}

/** A node as a client of SysAudio sees it; its number on the virtual device is its place in `nodes`. */
export type VirtualNode =
  | { readonly kind: 'hardware'; readonly vertex: NodeVertex }
  /** A node of the system's software: of the mixer, or of an optional filter. */
  | {
      readonly kind: 'software';
      readonly filterClass: SoftwareFilterClass;
      readonly node: number;
      /** Set for a node that is in a graph only when SELECT_GRAPH asked for it. */
      readonly optional: OptionalFilter | undefined;
    };

/**
 * A virtual audio device (KSCATEGORY_AUDIO_DEVICE): everything that can be played to and recorded from one adapter
 * that renders wave, as one filter. Specification 5.1.
 *
 * Described afresh whenever filters or wires change; the adapter tells which device it is.
 */
export class VirtualDevice {
  readonly adapter: AdapterDevice;
  /** The first filter that renders wave; the device's interface and component are its. */
  readonly waveFilter: Subdevice;
  /** Hardware nodes in discovery order, the system mixer's, then those of optional filters. */
  readonly nodes: readonly VirtualNode[];
  readonly #hosts: readonly PinVertex[];

  constructor(
    adapter: AdapterDevice,
    waveFilter: Subdevice,
    graph: DeviceGraph,
    optionalFilters: readonly OptionalFilter[],
  ) {
    this.adapter = adapter;
    this.waveFilter = waveFilter;
    const filters = joinedFilters(adapter, graph);
    this.#hosts = graph.pins.filter(
      ({ subdevice, pin }) => subdevice.adapter === adapter && isHostPin(pin) && pin.maxFilterInstances > 0,
    );
    const software = (filterClass: SoftwareFilterClass, optional?: OptionalFilter): VirtualNode[] =>
      filterClass.descriptor.nodes.map((_, node) => ({ kind: 'software', filterClass, node, optional }));
    this.nodes = [
      ...graph.nodes
        .filter(({ subdevice }) => filters.has(subdevice))
        .map((vertex): VirtualNode => ({ kind: 'hardware', vertex })),
      ...software(systemMixer),
      ...optionalFilters.flatMap((optional) => software(optional.filterClass, optional)),
    ];
  }

  /** KSPROPERTY_SYSAUDIO_DEVICE_FRIENDLY_NAME */
  get friendlyName(): string {
    return this.adapter.name;
  }

  /** KSPROPERTY_SYSAUDIO_DEVICE_INTERFACE_NAME */
  get interfaceName(): string {
    return this.waveFilter.path;
  }

  /**
   * Pin factories by id. Combined, a wave-render pin and the system mixer above it are one factory; with
   * SYSAUDIO_FLAGS_DONT_COMBINE_PINS they are two, the hardware's first.
   */
  pins(combined: boolean): readonly VirtualPin[] {
    const pins: VirtualPin[] = [];
    const add = (host: PinVertex, route: Route, dataRanges: readonly DataRange[], name: string) =>
      pins.push({
        id: pins.length,
        name,
        dataFlow: host.pin.dataFlow,
        category: host.pin.category,
        dataRanges,
        host,
        route,
      });
    for (const host of this.#hosts) {
      const own = host.pin.dataRanges;
      const name = pinName(host.pin);
      if (!own.some(isPcmRange)) add(host, 'direct', own, name);
      else if (combined || host.pin.dataFlow === 'OUT') add(host, 'any', [...own, ...MIXER_RANGES], name);
      else {
        add(host, 'direct', own, name);
        add(host, 'mixed', MIXER_RANGES, `${name} (${systemMixer.name.toLowerCase()})`);
      }
    }
    return pins;
  }
}

/** A filter that renders wave: found in KSCATEGORY_RENDER, with a wave pin clients can stream to. */
export function rendersWave({ categories, filter }: Subdevice): boolean {
  return (
    categories.includes(KSCATEGORY.RENDER) &&
    filter.descriptor.pins.some(
      (pin) => pin.dataFlow === 'IN' && isHostPin(pin) && pin.dataRanges.some(isWaveRange),
    )
  );
}

/** The adapter's filters and those of others that physical connections join to them. */
function joinedFilters(adapter: AdapterDevice, graph: DeviceGraph): ReadonlySet<Subdevice> {
  const joined = new Set(graph.subdevices.filter((subdevice) => subdevice.adapter === adapter));
  const neighbours = new Map<Subdevice, Subdevice[]>();
  const note = (one: Subdevice, other: Subdevice) => {
    const known = neighbours.get(one);
    if (known) known.push(other);
    else neighbours.set(one, [other]);
  };
  for (const { from, to } of graph.joins) {
    note(from.subdevice, to.subdevice);
    note(to.subdevice, from.subdevice);
  }
  // A set visits what is added while it is walked.
  for (const subdevice of joined) for (const next of neighbours.get(subdevice) ?? []) joined.add(next);
  return joined;
}
