import type { Disposable } from '../../../../contract/disposable.ts';
import { millisecondsToReferenceTime, type ReferenceTime } from '../../../../contract/units.ts';
import type { DataFormat } from '../../ks/format.ts';
import { CLSID } from '../../ks/guid.ts';
import type { PinInstanceParts } from '../../ks/pin.ts';
import { KsError } from '../../ks/status.ts';
import { DmaChannel } from '../dmaChannel.ts';
import type { Scheduler } from '../scheduler.ts';
import type { ServiceGroup, ServiceSink } from '../serviceGroup.ts';
import { Port, type Miniport, type MiniportInit, type PortServices } from './port.ts';
import { wavePin, type AllocatorFraming, type AudioPosition, type MiniportWaveStream } from './wavePin.ts';

/** A stream without a service group of its own is serviced by the port this often. Specification 3.4. */
const SERVICE_INTERVAL = millisecondsToReferenceTime(20);

/** One piece of a client's buffer, as IPortWavePciStream::GetMapping hands it out. */
export interface Mapping {
  readonly bytes: Uint8Array;
  /** `Flags` ≠ 0: the last mapping of its packet. */
  readonly last: boolean;
}

/** IPortWavePciStream, with IPreFetchOffset. Specification 3.4. */
export interface PortWavePciStream {
  /** GetMapping. @throws KsError STATUS_NOT_FOUND when none is left; `mappingAvailable` is called later, then only */
  getMapping(tag: number): Mapping;
  /** ReleaseMapping, in the order of acquisition. @throws KsError STATUS_INVALID_PARAMETER for a tag not held */
  releaseMapping(tag: number): void;
  /** TerminatePacket: the present packet ends here. */
  terminatePacket(): void;
  /** IPreFetchOffset::SetPreFetchOffset, bytes: from now on write cursor = play cursor + offset. */
  setPreFetchOffset(offset: number): void;
}

/** IMiniportWavePciStream. Specification 3.4. */
export interface MiniportWavePciStream extends MiniportWaveStream {
  /** GetPosition: bytes since the stream's start, monotonic. */
  getPosition(): number;
  /** NormalizePhysicalPosition: bytes of the stream as 100 ns units. */
  normalizePhysicalPosition(position: number): ReferenceTime;
  /** GetAllocatorFraming */
  getAllocatorFraming(): AllocatorFraming;
  /** RevokeMappings: drops mappings from first to last inclusive and answers how many it held. */
  revokeMappings(firstTag: number, lastTag: number): number;
  /** MappingAvailable: after `getMapping` was refused. */
  mappingAvailable(): void;
  /** Service: the stream's group was serviced. */
  service(): void;
}

/** IMiniportWavePci. Specification 3.4. */
export interface MiniportWavePci extends Miniport {
  /** Init. Its service group, if any, has the miniport's `service` called. */
  init(context: MiniportInit<PortWavePci>): { serviceGroup?: ServiceGroup };
  /** NewStream. Without a service group the port's own 20 ms timer services the stream in RUN. @throws KsError */
  newStream(
    portStream: PortWavePciStream,
    pinId: number,
    capture: boolean,
    format: DataFormat,
  ): { stream: MiniportWavePciStream; serviceGroup?: ServiceGroup };
  /** Service */
  service(): void;
}

/** IPortWavePci: scatter/gather streams; the miniport pulls mappings of client buffers. Specification 3.4, 3.5. */
export class PortWavePci extends Port<MiniportWavePci> {
  readonly classId = CLSID.PortWavePci;

  /** NewMasterDmaChannel. `maximumLength` in bytes. @throws KsError STATUS_INVALID_PARAMETER */
  newMasterDmaChannel(maximumLength: number): DmaChannel {
    return new DmaChannel(maximumLength);
  }

  /** Notify: from the interrupt routine; every member of the group is serviced in a deferred call. */
  notify(group: ServiceGroup): void {
    group.requestService();
  }

  protected override initMiniport(miniport: MiniportWavePci, { adapter, resources }: PortServices): void {
    const { serviceGroup } = miniport.init({ adapter, resources, port: this });
    serviceGroup?.addMember({ requestService: () => miniport.service() });
  }

  override createPin(pinId: number, format: DataFormat): PinInstanceParts {
    const capture = this.descriptor.pins[pinId]?.dataFlow === 'OUT';
    const portStream = new UnfedStream();
    const { stream, serviceGroup } = this.miniport.newStream(portStream, pinId, capture, format);
    const sink: ServiceSink = { requestService: () => stream.service() };
    const timer = serviceGroup ? undefined : new ServiceTimer(this.services.scheduler, sink);
    serviceGroup?.addMember(sink);
    const parts = wavePin({
      stream,
      position: () => portStream.positionAt(stream.getPosition()),
      framing: () => stream.getAllocatorFraming(),
      formatInRun: 'STATUS_INVALID_DEVICE_STATE',
      close() {
        timer?.stop();
        serviceGroup?.removeMember(sink);
      },
    });
    if (!timer) return parts;
    return {
      ...parts,
      setState(state) {
        parts.setState(state);
        if (state === 'RUN') timer.start();
        else timer.stop();
      },
    };
  }
}

/** The mapping queue of a pin that no client buffer was queued to: there is never a mapping in it. */
class UnfedStream implements PortWavePciStream {
  #preFetchOffset = 0;

  getMapping(tag: number): Mapping {
    throw new KsError('STATUS_NOT_FOUND', `There is no mapping for tag ${tag}: no buffer is queued.`);
  }

  releaseMapping(tag: number): void {
    throw new KsError('STATUS_INVALID_PARAMETER', `No mapping has tag ${tag}.`);
  }

  terminatePacket(): void {
    throw new KsError('STATUS_INVALID_DEVICE_STATE', 'There is no packet to end: no buffer is queued.');
  }

  setPreFetchOffset(offset: number): void {
    if (!Number.isInteger(offset) || offset < 0) {
      throw new KsError('STATUS_INVALID_PARAMETER', `A pre-fetch offset of ${offset} bytes is impossible.`);
    }
    this.#preFetchOffset = offset;
  }

  positionAt(playOffset: number): AudioPosition {
    return { playOffset, writeOffset: playOffset + this.#preFetchOffset };
  }
}

/** Services a stream that has no interrupt of its own. */
class ServiceTimer {
  readonly #scheduler: Scheduler;
  readonly #sink: ServiceSink;
  #pending: Disposable | undefined;

  constructor(scheduler: Scheduler, sink: ServiceSink) {
    this.#scheduler = scheduler;
    this.#sink = sink;
  }

  start(): void {
    this.#pending ??= this.#scheduler.after(SERVICE_INTERVAL, () => {
      this.#pending = undefined;
      this.start();
      this.#sink.requestService();
    });
  }

  stop(): void {
    this.#pending?.dispose();
    this.#pending = undefined;
  }
}
