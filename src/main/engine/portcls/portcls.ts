import { Emitter, type Event } from '../../../contract/emitter.ts';
import type { Disposable } from '../../../contract/disposable.ts';
import type { MasterClock } from '../ks/clock.ts';
import { CLSID, type ClassId, type Guid } from '../ks/guid.ts';
import { KsError } from '../ks/status.ts';
import { Tracer } from '../ks/trace.ts';
import { AdapterDevice } from './adapter.ts';
import { PortDMus } from './ports/dmus.ts';
import { PortTopology } from './ports/topology.ts';
import { PortWaveCyclic } from './ports/waveCyclic.ts';
import { PortWavePci } from './ports/wavePci.ts';
import { PortWaveRT } from './ports/waveRT.ts';
import { systemScheduler, type Scheduler } from './scheduler.ts';
import type { Subdevice } from './subdevice.ts';
import type { Miniport } from './ports/port.ts';

/** A subdevice's interface came or went, or the wiring of an adapter changed. */
export type InterfaceEvent =
  | { kind: 'arrival' | 'removal'; adapter: AdapterDevice; subdevice: Subdevice }
  | { kind: 'connections'; adapter: AdapterDevice };

interface PortClasses {
  PortTopology: PortTopology;
  PortWaveCyclic: PortWaveCyclic;
  PortWavePci: PortWavePci;
  PortWaveRT: PortWaveRT;
  PortMidi: PortDMus;
  PortDMus: PortDMus;
}

const CREATE_PORT: {
  readonly [Name in keyof PortClasses]: { id: ClassId<Name>; create(): PortClasses[Name] };
} = {
  PortTopology: { id: CLSID.PortTopology, create: () => new PortTopology() },
  PortWaveCyclic: { id: CLSID.PortWaveCyclic, create: () => new PortWaveCyclic() },
  PortWavePci: { id: CLSID.PortWavePci, create: () => new PortWavePci() },
  PortWaveRT: { id: CLSID.PortWaveRT, create: () => new PortWaveRT() },
  PortMidi: { id: CLSID.PortMidi, create: () => new PortDMus() },
  PortDMus: { id: CLSID.PortDMus, create: () => new PortDMus() },
};

/**
 * The port class system driver: adapters register here, and everything above (SysAudio, the mixer translation, the
 * panels) finds their filters here. One object per engine; there is no global registry. Specification 7.
 */
export class PortCls implements Disposable {
  readonly masterClock: MasterClock;
  readonly scheduler: Scheduler;
  /** Watches everything that crosses the engine, when it is started. */
  readonly tracer = new Tracer();
  readonly #adapters: AdapterDevice[] = [];
  readonly #miniports = new Map<Guid, () => Miniport>();
  readonly #emitter = new Emitter<InterfaceEvent>();
  readonly onInterface: Event<InterfaceEvent> = this.#emitter.event;

  constructor(options: { masterClock: MasterClock; scheduler?: Scheduler }) {
    this.masterClock = options.masterClock;
    this.scheduler = options.scheduler ?? systemScheduler;
  }

  /** PcNewPort. @throws KsError STATUS_NOT_SUPPORTED for a class this engine does not have */
  newPort<Name extends keyof PortClasses>(classId: ClassId<Name>): PortClasses[Name] {
    const entry = Object.values(CREATE_PORT).find(({ id }) => id === classId);
    if (!entry) throw new KsError('STATUS_NOT_SUPPORTED', `There is no port driver of class ${classId}.`);
    // The table pairs every id with the class its type names.
    return entry.create() as PortClasses[Name];
  }

  /** Makes a miniport available to `newMiniport`. */
  offerMiniport(classId: Guid, create: () => Miniport): void {
    this.#miniports.set(classId, create);
  }

  /** PcNewMiniport. @throws KsError STATUS_NOT_FOUND */
  newMiniport(classId: Guid): Miniport {
    const create = this.#miniports.get(classId);
    if (!create) throw new KsError('STATUS_NOT_FOUND', `There is no miniport driver of class ${classId}.`);
    return create();
  }

  /**
   * PcAddAdapterDevice: makes the functional device object. `maxObjects` limits its subdevices.
   * @throws KsError STATUS_OBJECT_NAME_COLLISION
   */
  addAdapterDevice(options: { id: string; name: string; maxObjects: number }): AdapterDevice {
    if (this.#adapters.some((adapter) => adapter.id === options.id)) {
      throw new KsError('STATUS_OBJECT_NAME_COLLISION', `There is already an adapter “${options.id}”.`);
    }
    const adapter = new AdapterDevice(
      options,
      { masterClock: this.masterClock, scheduler: this.scheduler },
      this.tracer,
      (event) => this.#emitter.fire(event),
    );
    this.#adapters.push(adapter);
    return adapter;
  }

  /** Removes the adapter with everything it registered. */
  removeAdapterDevice(adapter: AdapterDevice): void {
    const index = this.#adapters.indexOf(adapter);
    if (index < 0) return;
    adapter.dispose();
    this.#adapters.splice(index, 1);
  }

  get adapters(): readonly AdapterDevice[] {
    return this.#adapters;
  }

  dispose(): void {
    for (const adapter of [...this.#adapters]) this.removeAdapterDevice(adapter);
    this.#emitter.dispose();
  }
}
