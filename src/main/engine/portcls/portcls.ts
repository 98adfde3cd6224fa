import { Emitter, type Event } from '../../../contract/emitter.ts';
import type { Disposable } from '../../../contract/disposable.ts';
import type { MasterClock } from '../ks/clock.ts';
import { CLSID, type ClassId, type Guid } from '../ks/guid.ts';
import type { PendingRequest } from '../ks/property.ts';
import { KsError, type KsStatus } from '../ks/status.ts';
import { Tracer } from '../ks/trace.ts';
import { AdapterDevice } from './adapter.ts';
import type { PowerSource } from './idlePower.ts';
import type { SystemPowerState } from './power.ts';
import { InterruptSync, type InterruptSyncMode } from './interruptSync.ts';
import { PortDMus } from './ports/dmus.ts';
import { PortTopology } from './ports/topology.ts';
import { PortWaveCyclic } from './ports/waveCyclic.ts';
import { PortWavePci } from './ports/wavePci.ts';
import { PortWaveRT } from './ports/waveRT.ts';
import { RegistryKey } from './registryKey.ts';
import { systemScheduler, type Scheduler } from './scheduler.ts';
import { ServiceGroup } from './serviceGroup.ts';
import type { Subdevice } from './subdevice.ts';
import type { Miniport } from './ports/port.ts';

/** A subdevice's interface came or went, or the wiring of an adapter changed. */
export type InterfaceEvent =
  | { kind: 'arrival' | 'removal'; adapter: AdapterDevice; subdevice: Subdevice }
  | { kind: 'connections'; adapter: AdapterDevice }
  /** The adapter itself is gone, after everything it had registered. */
  | { kind: 'adapterRemoval'; adapter: AdapterDevice };

/** What PcAddAdapterDevice is given. */
export interface AdapterOptions {
  /** Unique on the PortCls; the first part of its subdevices' symbolic links. */
  readonly id: string;
  readonly name: string;
  /** How many subdevices it may have at the same time. */
  readonly maxObjects: number;
  /** The hardware remembers its levels over restarts: nobody else is to set it to what it was left at. */
  readonly keepsLevels?: boolean;
  /** Bytes: 0, or at least `PORT_CLASS_DEVICE_EXTENSION_SIZE`. */
  readonly deviceExtensionSize?: number;
}

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

/** PORT_CLASS_DEVICE_EXTENSION_SIZE on a 64-bit system, bytes: 64 pointers. */
export const PORT_CLASS_DEVICE_EXTENSION_SIZE = 512;

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
  #powerSource: PowerSource = 'mains';
  #displayOff = false;
  readonly #sourceEmitter = new Emitter<PowerSource>();
  /** The power source or the display is another one; `idleSource` as it is now. */
  readonly onPowerSource: Event<PowerSource> = this.#sourceEmitter.event;
  readonly #registry = new RegistryKey('');
  readonly #miniports = new Map<Guid, () => Miniport>();
  readonly #emitter = new Emitter<InterfaceEvent>();
  readonly onInterface: Event<InterfaceEvent> = this.#emitter.event;

  constructor(options: { masterClock: MasterClock; scheduler?: Scheduler }) {
    this.masterClock = options.masterClock;
    this.scheduler = options.scheduler ?? systemScheduler;
  }

  /** What the machine runs on, as last told. */
  get powerSource(): PowerSource {
    return this.#powerSource;
  }

  set powerSource(source: PowerSource) {
    if (source === this.#powerSource) return;
    this.#powerSource = source;
    this.#idleSourceChanged();
  }

  /** Nobody looks at the machine, as last told. */
  get displayOff(): boolean {
    return this.#displayOff;
  }

  set displayOff(off: boolean) {
    if (off === this.#displayOff) return;
    this.#displayOff = off;
    this.#idleSourceChanged();
  }

  /** Which idle times count: those of battery also on mains, while nobody looks. */
  get idleSource(): PowerSource {
    return this.#displayOff ? 'battery' : this.#powerSource;
  }

  /** The system goes to sleep or wakes: every adapter follows, the last one added first on the way down. */
  changeSystemPower(state: SystemPowerState): void {
    const order = state === 'S0' ? this.#adapters : [...this.#adapters].reverse();
    for (const { power } of order) power.changeSystemState(state);
  }

  /** PcNewPort. @throws KsError STATUS_NOT_SUPPORTED for a class this engine does not have */
  newPort<Name extends keyof PortClasses>(classId: ClassId<Name>): PortClasses[Name] {
    const entry = Object.values(CREATE_PORT).find(({ id }) => id === classId);
    if (!entry) throw new KsError('STATUS_NOT_SUPPORTED', `There is no port driver of class ${classId}.`);
    // The table pairs every id with the class its type names.
    return entry.create() as PortClasses[Name];
  }

  /** Makes a miniport driver available to `newMiniport`. @throws KsError STATUS_OBJECT_NAME_COLLISION */
  offerMiniport(classId: Guid, create: () => Miniport): void {
    if (this.#miniports.has(classId)) {
      throw new KsError(
        'STATUS_OBJECT_NAME_COLLISION',
        `There is already a miniport driver of class ${classId}.`,
      );
    }
    this.#miniports.set(classId, create);
  }

  /** PcNewMiniport. @throws KsError STATUS_NOT_FOUND for a class nobody offers */
  newMiniport(classId: Guid): Miniport {
    const create = this.#miniports.get(classId);
    if (!create) throw new KsError('STATUS_NOT_FOUND', `There is no miniport driver of class ${classId}.`);
    return create();
  }

  /** PcNewServiceGroup */
  newServiceGroup(): ServiceGroup {
    return new ServiceGroup(this.scheduler);
  }

  /** PcNewInterruptSync */
  newInterruptSync(mode: InterruptSyncMode): InterruptSync {
    return new InterruptSync(mode);
  }

  /**
   * PcAddAdapterDevice: makes the functional device object.
   * @throws KsError STATUS_OBJECT_NAME_COLLISION, STATUS_INVALID_PARAMETER
   */
  addAdapterDevice(options: AdapterOptions): AdapterDevice {
    let added: AdapterDevice | undefined;
    this.tracer.measure('registration', options.id, 'add adapter', () => {
      added = this.#addAdapterDevice(options);
    });
    return added!;
  }

  /**
   * PcCompleteIrp and PcCompletePendingPropertyRequest: ends a request that its handler left pending. Not to be
   * called from the handler itself.
   * @throws KsError STATUS_INVALID_PARAMETER for STATUS_PENDING or a request that is completed
   */
  completeRequest(request: PendingRequest, status: KsStatus): void {
    this.tracer.measure('property', 'pending request', `complete with ${status}`, () =>
      request.complete(status),
    );
  }

  /** Removes the adapter with everything it registered. */
  removeAdapterDevice(adapter: AdapterDevice): void {
    const index = this.#adapters.indexOf(adapter);
    if (index < 0) return;
    this.tracer.measure('registration', adapter.id, 'remove adapter', () => {
      adapter.dispose();
      this.#adapters.splice(index, 1);
    });
    this.#emitter.fire({ kind: 'adapterRemoval', adapter });
  }

  get adapters(): readonly AdapterDevice[] {
    return this.#adapters;
  }

  #addAdapterDevice(options: AdapterOptions): AdapterDevice {
    checkAdapterOptions(options);
    if (this.#adapters.some((adapter) => adapter.id === options.id)) {
      throw new KsError('STATUS_OBJECT_NAME_COLLISION', `There is already an adapter “${options.id}”.`);
    }
    const adapter = new AdapterDevice(options, {
      masterClock: this.masterClock,
      scheduler: this.scheduler,
      tracer: this.tracer,
      registry: this.#registry,
      powerSource: () => this.idleSource,
      tell: (event) => this.#emitter.fire(event),
    });
    this.#adapters.push(adapter);
    return adapter;
  }

  #idleSourceChanged(): void {
    for (const { idlePower } of this.#adapters) idlePower.conditionsChanged();
    this.#sourceEmitter.fire(this.idleSource);
  }

  dispose(): void {
    for (const adapter of [...this.#adapters]) this.removeAdapterDevice(adapter);
    this.#emitter.dispose();
    this.#sourceEmitter.dispose();
  }
}

/** Check 102: an extension is absent or has room for what the port class keeps in it. */
function checkAdapterOptions(options: AdapterOptions): void {
  const { id, maxObjects, deviceExtensionSize = 0 } = options;
  const fail = (problem: string): never => {
    throw new KsError('STATUS_INVALID_PARAMETER', `Adapter “${id}”: ${problem}.`, { subject: id });
  };
  if (id === '') fail('it has no id');
  if (!Number.isInteger(maxObjects) || maxObjects < 1) fail(`it cannot have ${maxObjects} subdevices`);
  if (deviceExtensionSize !== 0 && !(deviceExtensionSize >= PORT_CLASS_DEVICE_EXTENSION_SIZE)) {
    fail(
      `a device extension of ${deviceExtensionSize} bytes is less than ${PORT_CLASS_DEVICE_EXTENSION_SIZE}`,
    );
  }
}
