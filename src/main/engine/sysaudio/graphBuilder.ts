import { pinName } from '../ks/descriptor.ts';
import type { Filter } from '../ks/filter.ts';
import type { DataFormat } from '../ks/format.ts';
import type { ConnectOptions, PinInstance } from '../ks/pin.ts';
import type { PropertyItem } from '../ks/property.ts';
import { KsError } from '../ks/status.ts';
import { AudioGraph, type AudioGraphParts } from './audioGraph.ts';
import { isHostPin, type DeviceGraph, type NodeVertex, type PinVertex, type Vertex } from './deviceGraph.ts';
import { accepts, isMixable, isPcmRange, sameFormat } from './formats.ts';
import { connectPins, freeInstances, possibleInstances, type PinEnd } from './link.ts';
import { SharedPin } from './sharedPin.ts';
import { simplestPath } from './simplestPath.ts';
import type { SoftwareFilterClass, SystemServices } from './softwareFilter.ts';
import { MIXER_PIN, systemMixer } from './systemMixer.ts';

/** How a client may reach the hardware pin: as arbitration decides, without the system mixer, or through it only. */
export type Route = 'any' | 'direct' | 'mixed';

/** An optional filter of the system: it takes a stream on one pin and gives it on another. */
export interface OptionalFilter {
  readonly filterClass: SoftwareFilterClass;
  readonly inPin: number;
  readonly outPin: number;
}

export interface OpenRequest {
  readonly host: PinVertex;
  readonly format: DataFormat;
  readonly route: Route;
  readonly connect?: ConnectOptions;
  /** Optional nodes of the hardware's filters the path must run through. */
  readonly nodes: readonly NodeVertex[];
  /** Optional filters of the system, the one next to the hardware first. */
  readonly filters: readonly OptionalFilter[];
  /** Properties SysAudio answers on the client's pin. */
  items(graph: AudioGraph): readonly PropertyItem[];
  /** The filter behind a node number of the client's virtual device, given the filter instances of its graph. */
  locateNode(node: number, graphFilters: readonly Filter[]): { filter: Filter; node: number };
}

/**
 * Builds the graph behind a client's pin and arbitrates the instances of the hardware's pins. Specification 5.2, 5.3.
 *
 * - A pin that takes the format and has an instance to spare is opened directly.
 * - The first instance of a pin the mixer can use is the mixer's: of several instances one is kept for it, and a single
 *   instance is opened by it, so that later clients are mixed above it. A client that asks for the direct route may
 *   still own a single instance; others then find none.
 * - What the mixer can neither mix nor convert needs a free instance of its own: while a single-instance pin is held
 *   for PCM a non-PCM client is refused, and the other way round.
 * - A software synthesizer's wave output is led into the system mixer of a wave device (step 8).
 */
export class GraphBuilder {
  readonly #services: SystemServices;
  readonly #graphs = new Set<AudioGraph>();
  readonly #shared = new Map<string, SharedPin>();

  /** `services.pinsChanged` hears also when graphs and shared pins were built or ended. */
  constructor(services: SystemServices) {
    this.#services = services;
  }

  /** Graphs of clients, in the order they were opened. */
  get graphs(): readonly AudioGraph[] {
    return [...this.#graphs];
  }

  get sharedPins(): readonly SharedPin[] {
    return [...this.#shared.values()];
  }

  /**
   * @throws KsError STATUS_NO_MATCH for a format neither the pin nor the mixer takes, STATUS_UNSUCCESSFUL without a
   *   free instance, STATUS_DEVICE_CONFIGURATION_ERROR for a pin that leads only into a loop of physical connections,
   *   STATUS_NOT_FOUND when a software synthesizer finds no wave device; or what a miniport refused with. Nothing
   *   stays open then.
   */
  open(request: OpenRequest, waveOutput: () => PinVertex | undefined): AudioGraph {
    const { host } = request;
    return this.#services.tracer.measure('graph', host.subdevice.path, `open pin ${host.pinId}`, () => {
      const graph = new AudioGraph(this.#build(request, waveOutput));
      graph.onRemoved(() => this.#services.pinsChanged());
      graph.onClosed(() => {
        this.#graphs.delete(graph);
        this.#services.pinsChanged();
      });
      this.#graphs.add(graph);
      this.#services.pinsChanged();
      return graph;
    });
  }

  /** Ends the graphs whose path is no longer in the joined topology, as surprise-removed. */
  follow(graph: DeviceGraph): void {
    const lost = this.graphs.filter((each) => !each.holdsIn(graph));
    for (const each of lost) each.end('The connections its path runs over are gone.');
  }

  #build(request: OpenRequest, waveOutput: () => PinVertex | undefined): AudioGraphParts {
    const { host, format } = request;
    const path = this.#path(host, request.nodes);
    const hardware: PinEnd = { filter: host.subdevice.filter, pinId: host.pinId };
    // A software synthesizer: its path ends at a wave pin of its own, which needs a way to be heard.
    const far = path.at(-1)!;
    if (far.kind === 'pin' && far !== host && isHostPin(far.pin) && host.pin.dataFlow === 'IN') {
      return this.#buildSynthesizer(request, path, far, waveOutput());
    }
    if (request.route !== 'mixed' && this.#mayOpenDirectly(hardware, host, request)) {
      return this.#chain(request, path, hardware, undefined);
    }
    if (request.route === 'direct' || !isMixable(format) || !host.pin.dataRanges.some(isPcmRange)) {
      // Nothing can be put between: the pin itself says what is wrong.
      if (freeInstances(hardware) > 0 && accepts(host.pin.dataRanges, format)) throw reserved(host);
      return this.#chain(request, path, hardware, undefined);
    }
    const shared = this.#sharedPin(host, format);
    try {
      return this.#chain(request, path, shared.end, shared);
    } catch (error) {
      shared.abandonIfUnused();
      throw error;
    }
  }

  /** @throws KsError */
  #path(host: PinVertex, nodes: readonly NodeVertex[]): readonly Vertex[] {
    const path = simplestPath(host, nodes);
    if (path) return path;
    throw new KsError(
      'STATUS_DEVICE_CONFIGURATION_ERROR',
      nodes.length > 0
        ? `No path from pin ${host.pinId} of “${host.subdevice.name}” runs through the selected nodes.`
        : `Pin ${host.pinId} (${pinName(host.pin)}) of “${host.subdevice.name}” leads to no jack: its physical connections form a loop or end inside the device.`,
      { subject: host.subdevice.path },
    );
  }

  /** Specification 5.3. */
  #mayOpenDirectly(hardware: PinEnd, host: PinVertex, { format, route }: OpenRequest): boolean {
    if (!accepts(host.pin.dataRanges, format)) return false;
    const forMixer = host.pin.dataRanges.some(isPcmRange) && !this.#shared.has(keyOf(host));
    const single = possibleInstances(hardware) <= 1;
    const kept = forMixer && (!single || (isMixable(format) && route === 'any')) ? 1 : 0;
    return freeInstances(hardware) > kept;
  }

  #sharedPin(host: PinVertex, wanted: DataFormat): SharedPin {
    const key = keyOf(host);
    const known = this.#shared.get(key);
    if (known) return known;
    const shared: SharedPin = new SharedPin({
      host,
      services: this.#services,
      wanted,
      closed: () => {
        this.#shared.delete(key);
        this.#services.pinsChanged();
      },
    });
    this.#shared.set(key, shared);
    return shared;
  }

  /** From the hardware up to the client: optional filters, a rate converter for a reader that needs one, the pin. */
  #chain(
    request: OpenRequest,
    path: readonly Vertex[],
    bottom: PinEnd,
    shared: SharedPin | undefined,
  ): AudioGraphParts {
    const { host, format } = request;
    const opened = new Opened();
    try {
      const renders = host.pin.dataFlow === 'IN';
      let below = bottom;
      for (const { filterClass, inPin, outPin } of request.filters) {
        const filter = opened.addFilter(filterClass.open(host.subdevice.path, this.#services));
        const near: PinEnd = { filter, pinId: renders ? outPin : inPin };
        opened.addLink(connectPins(below, near, shared?.format ?? format));
        below = { filter, pinId: renders ? inPin : outPin };
      }
      if (!renders && shared && !sameFormat(shared.format, format)) {
        const filter = opened.addFilter(systemMixer.open(host.subdevice.path, this.#services));
        opened.addLink(connectPins(below, { filter, pinId: MIXER_PIN.CAPTURE_SINK }, shared.format));
        below = { filter, pinId: MIXER_PIN.CAPTURE_SOURCE };
      }
      opened.addPin(below.filter.createPin(below.pinId, format, request.connect));
      return opened.parts(request, path, shared);
    } catch (error) {
      opened.close();
      throw error;
    }
  }

  #buildSynthesizer(
    request: OpenRequest,
    path: readonly Vertex[],
    waveOut: PinVertex,
    output: PinVertex | undefined,
  ): AudioGraphParts {
    const { host, format } = request;
    if (!output) {
      throw new KsError(
        'STATUS_NOT_FOUND',
        `There is no wave device “${host.subdevice.name}” could be heard on.`,
      );
    }
    const outputPath = this.#path(output, []);
    const shared = this.#sharedPin(output, format);
    const opened = new Opened();
    try {
      opened.addLink(connectPins({ filter: waveOut.subdevice.filter, pinId: waveOut.pinId }, shared.end));
      opened.addPin(host.subdevice.filter.createPin(host.pinId, format, request.connect));
      return opened.parts(request, [...path, ...outputPath], shared);
    } catch (error) {
      opened.close();
      shared.abandonIfUnused();
      throw error;
    }
  }
}

/** What a graph under construction has opened so far; all of it is closed again when the next step fails. */
class Opened {
  readonly #pins: PinInstance[] = [];
  readonly #filters: Filter[] = [];

  addFilter(filter: Filter): Filter {
    this.#filters.push(filter);
    return filter;
  }

  addLink({ source, sink }: { source: PinInstance; sink: PinInstance }): void {
    this.#pins.push(source, sink);
  }

  addPin(pin: PinInstance): void {
    this.#pins.push(pin);
  }

  close(): void {
    for (const pin of this.#pins.reverse()) pin.close();
    for (const filter of this.#filters.reverse()) filter.dispose();
  }

  parts(request: OpenRequest, path: readonly Vertex[], shared: SharedPin | undefined): AudioGraphParts {
    const filters = [...this.#filters, ...(shared ? [shared.filter] : [])];
    return {
      path,
      pins: this.#pins,
      filters: this.#filters,
      shared,
      mixerInput: this.#pins.find(
        (pin) =>
          pin.filter === shared?.filter &&
          pin.pinId === MIXER_PIN.RENDER_SINK &&
          shared.host.pin.dataFlow === 'IN',
      ),
      items: (graph) => request.items(graph),
      locateNode: (node) => request.locateNode(node, filters),
    };
  }
}

function keyOf(host: PinVertex): string {
  return `${host.subdevice.path}/${host.pinId}`;
}

function reserved(host: PinVertex): KsError {
  return new KsError(
    'STATUS_UNSUCCESSFUL',
    `The last instance of pin ${host.pinId} (${pinName(host.pin)}) of “${host.subdevice.name}” is kept for the system mixer.`,
    { subject: host.subdevice.path },
  );
}
