import type { Disposable } from '../../../../contract/disposable.ts';
import { millisecondsToReferenceTime, type ReferenceTime } from '../../../../contract/units.ts';
import type { DataFormat } from '../../ks/format.ts';
import { CLSID } from '../../ks/guid.ts';
import type { PinInstanceParts } from '../../ks/pin.ts';
import { DmaChannel } from '../dmaChannel.ts';
import type { Scheduler } from '../scheduler.ts';
import type { ServiceGroup, ServiceSink } from '../serviceGroup.ts';
import { Port, type Miniport, type MiniportInit, type PortServices } from './port.ts';
import { MappingQueue, type PortWavePciStream } from '../wave/mappingQueue.ts';
import {
  captureBuffer,
  wavePin,
  type AllocatorFraming,
  type MiniportWaveStream,
  type WaveTransfer,
} from './wavePin.ts';

/** A stream without a service group of its own is serviced by the port this often. Specification 3.4. */
const SERVICE_INTERVAL = millisecondsToReferenceTime(20);

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
    const mappings = new MappingQueue();
    const { stream, serviceGroup } = this.miniport.newStream(mappings, pinId, capture, format);
    mappings.attach(stream);
    const sink: ServiceSink = { requestService: () => stream.service() };
    const timer = serviceGroup ? undefined : new ServiceTimer(this.services.scheduler, sink);
    serviceGroup?.addMember(sink);
    const parts = wavePin({
      stream,
      transfer: capture ? captureTransfer(stream, mappings) : renderTransfer(stream, mappings),
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

function renderTransfer(stream: MiniportWavePciStream, mappings: MappingQueue): WaveTransfer {
  let running = false;
  return {
    position: () => mappings.renderPosition(stream.getPosition()),
    starting: () => (running = true),
    paused: () => (running = false),
    stopped: () => mappings.reset(),
    seek: (offset) => mappings.seek(offset, running, stream.getPosition()),
    write: (data, header) => mappings.write(data, header),
  };
}

function captureTransfer(stream: MiniportWavePciStream, mappings: MappingQueue): WaveTransfer {
  return {
    position: () => ({ playOffset: stream.getPosition(), writeOffset: mappings.released }),
    stopped: () => mappings.reset(),
    read: (read) => mappings.add(captureBuffer(stream, read)),
  };
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
