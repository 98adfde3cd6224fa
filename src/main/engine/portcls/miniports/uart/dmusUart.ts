import type { StreamState } from '../../../../../contract/hardware.ts';
import { millisecondsToReferenceTime, referenceTime } from '../../../../../contract/units.ts';
import type { MasterClock } from '../../../ks/clock.ts';
import type { FilterDescriptor } from '../../../ks/descriptor.ts';
import type { DataFormat } from '../../../ks/format.ts';
import type { Guid } from '../../../ks/guid.ts';
import { KsError } from '../../../ks/status.ts';
import { giveBuffer, type AllocatorMxf } from '../../dmus/allocator.ts';
import { KERNEL_EVENT_FLAGS, type KernelEvent } from '../../dmus/kernelEvent.ts';
import { MxfOutput, type Mxf } from '../../dmus/mxf.ts';
import type {
  DMusStreamType,
  HostedDMusStream,
  MiniportDMus,
  MxfStream,
  NewDMusStream,
  PortDMus,
} from '../../ports/dmus.ts';
import type { MiniportInit } from '../../ports/port.ts';
import { offersPowerNotify, type DevicePowerState } from '../../power.ts';
import type { ServiceGroup } from '../../serviceGroup.ts';
import { UartDevice } from './uartDevice.ts';

/** Index of bytes at which a busy UART is not waited for. */
const STRIDE = 3;
/** When a busy UART is tried again; negative = relative to now. */
const RETRY = millisecondsToReferenceTime(-1);
const CHANNEL_GROUP = 1;

/**
 * CLSID_MiniportDriverDMusUART and …Capture: an MPU-401 as event chains, for the DMus port. Specification 4.6, 4.9.
 */
export class MiniportDMusUart implements MiniportDMus {
  readonly #device = new UartDevice();
  #port: PortDMus | undefined;

  init(context: MiniportInit<PortDMus>): void {
    this.#port = context.port;
    this.#device.init(context);
  }

  getDescription(): FilterDescriptor {
    return this.#device.description;
  }

  /** IMusicTechnology::SetTechnology */
  setTechnology(technology: Guid): void {
    this.#device.setTechnology(technology);
  }

  /** IPowerNotify::PowerChangeNotify */
  powerChangeNotify(state: DevicePowerState): Promise<void> | undefined {
    return this.#device.powerChangeState(state);
  }

  newStream(
    _pinId: number,
    streamType: DMusStreamType,
    _format: DataFormat,
    services: { allocator: AllocatorMxf; masterClock: MasterClock },
  ): NewDMusStream {
    const schedulePreFetch = referenceTime(0);
    switch (streamType) {
      case 'DMUS_STREAM_MIDI_CAPTURE': {
        this.#device.openStream('capture');
        const mxf = new CaptureStream(this.#device, services);
        const { serviceGroup, hardware } = this.#device;
        const { onCaptureLost: onLost } = hardware;
        return { mxf, serviceGroup: serviceGroup!, schedulePreFetch, ...(onLost ? { onLost } : {}) };
      }
      case 'DMUS_STREAM_MIDI_RENDER': {
        if (this.#device.hardware.openRenderStream) return this.#hostedStream();
        this.#device.openStream('render');
        const mxf = new RenderStream(this.#device, services.allocator, this.#port!.newServiceGroup());
        return { mxf, schedulePreFetch, silenceOnStop: true };
      }
      case 'DMUS_STREAM_WAVE_SINK':
        throw new KsError('STATUS_INVALID_DEVICE_REQUEST', 'A UART makes no sound.');
    }
  }

  /** The sequencer is at the other end, which wants the events as early as they come. */
  #hostedStream(): NewDMusStream {
    const device = this.#device;
    device.openStream('render');
    let stream: HostedDMusStream;
    try {
      stream = device.hardware.openRenderStream!();
    } catch (error) {
      device.closeStream('render');
      throw error;
    }
    const close = (): void => {
      stream.close();
      device.closeStream('render');
    };
    const { onPosition, onLost } = stream;
    return {
      stream: {
        setState: (state) => stream.setState(state),
        putBuffer: (startTime, records) => stream.putBuffer(startTime, records),
        close,
        ...(offersPowerNotify(stream) && {
          powerChangeNotify: (state: DevicePowerState) => stream.powerChangeNotify(state),
        }),
        onPosition,
        onLost,
      },
      schedulePreFetch: referenceTime(Number.MAX_SAFE_INTEGER),
    };
  }
}

/** Turns what is in the FIFO into events of raw bytes when the port asks for service. */
class CaptureStream implements MxfStream {
  readonly #device: UartDevice;
  readonly #allocator: AllocatorMxf;
  readonly #masterClock: MasterClock;
  readonly #output: MxfOutput;

  constructor(device: UartDevice, services: { allocator: AllocatorMxf; masterClock: MasterClock }) {
    this.#device = device;
    this.#allocator = services.allocator;
    this.#masterClock = services.masterClock;
    this.#output = new MxfOutput(services.allocator);
  }

  connectOutput(sink: Mxf): void {
    this.#output.connect(sink);
  }

  disconnectOutput(sink: Mxf): void {
    this.#output.disconnect(sink);
  }

  setState(state: StreamState): void {
    if (state === 'RUN') this.#device.checkCanRun();
    this.#device.capture(state === 'RUN');
    if (state === 'STOP') this.#device.fifo.clear();
  }

  /** `null`: one clock reading for all bytes whose arrival nobody timed. Events have no way out through here. */
  putMessage(event: KernelEvent | null): void {
    if (event !== null) {
      this.#allocator.putMessage(event);
      return;
    }
    const { fifo } = this.#device;
    const now = this.#masterClock.now();
    while (fifo.size > 0) {
      const raw = this.#allocator.getMessage();
      const time = fifo.time ?? now;
      const buffer = this.#allocator.getBuffer();
      giveBuffer(this.#allocator, raw, buffer, fifo.take(buffer, this.#allocator.getBufferSize()));
      raw.presentationTime = time;
      raw.channelGroup = CHANNEL_GROUP;
      raw.flags = KERNEL_EVENT_FLAGS.incomplete;
      this.#output.put(raw);
    }
  }

  dispose(): void {
    this.#device.capture(false);
    this.#device.closeStream('capture');
  }
}

/** Sends the bytes of events in order; what a busy UART does not take is tried again by a delayed service call. */
class RenderStream implements MxfStream {
  readonly #device: UartDevice;
  readonly #allocator: AllocatorMxf;
  readonly #retries: ServiceGroup;
  #head: KernelEvent | null = null;
  #tail: KernelEvent | null = null;
  /** Bytes of the first event that were sent. */
  #sent = 0;
  #waiting = false;
  #closed = false;

  constructor(device: UartDevice, allocator: AllocatorMxf, retries: ServiceGroup) {
    this.#device = device;
    this.#allocator = allocator;
    this.#retries = retries;
    retries.supportDelayedService();
    retries.addMember({ requestService: () => this.putMessage(null) });
  }

  /** Nothing comes out but bytes. */
  connectOutput(_sink: Mxf): void {}
  disconnectOutput(_sink: Mxf): void {}

  setState(state: StreamState): void {
    if (state === 'RUN') this.#device.checkCanRun();
    if (state === 'STOP') this.#drop();
  }

  putMessage(event: KernelEvent | null): void {
    if (event === null) this.#waiting = false;
    else this.#append(event);
    if (!this.#waiting) this.#send();
  }

  /** What STOP left to be sent, the note-offs, is still sent when the UART is busy now. */
  dispose(): void {
    this.#closed = true;
    this.#device.closeStream('render');
    if (this.#head === null) this.#retries.dispose();
  }

  #append(chain: KernelEvent): void {
    for (let event: KernelEvent | null = chain; event !== null;) {
      const next: KernelEvent | null = event.next;
      event.next = null;
      const inner = event.packageEvent;
      if (inner !== null || event.channelGroup > CHANNEL_GROUP) {
        // A package is its inner chain; another group has no destination on one cable.
        event.packageEvent = null;
        this.#allocator.putMessage(event);
        if (inner !== null) this.#append(inner);
      } else {
        if (this.#tail === null) this.#head = event;
        else this.#tail.next = event;
        this.#tail = event;
      }
      event = next;
    }
  }

  #send(): void {
    for (let event = this.#head; event !== null; event = this.#head) {
      const left = event.length - this.#sent;
      this.#sent += this.#write(event, left);
      if (this.#sent < event.length) {
        this.#waiting = true;
        this.#retries.requestDelayedService(RETRY);
        return;
      }
      this.#removeFirst(event);
    }
    if (this.#closed) this.#retries.dispose();
  }

  /** PutMessage answers nothing: hardware that failed takes everything until the stream is set to RUN again. */
  #write(event: KernelEvent, left: number): number {
    try {
      return this.#device.write(event.data, event.dataOffset + this.#sent, left, STRIDE);
    } catch (error) {
      if (!(error instanceof KsError)) throw error;
      return left;
    }
  }

  #removeFirst(event: KernelEvent): void {
    this.#head = event.next;
    if (this.#head === null) this.#tail = null;
    event.next = null;
    this.#sent = 0;
    this.#allocator.putMessage(event);
  }

  /** All but a message that is partly sent: half of one would swallow what comes next. */
  #drop(): void {
    const first = this.#sent > 0 ? this.#head : null;
    const chain = first === null ? this.#head : first.next;
    if (first !== null) first.next = null;
    this.#head = this.#tail = first;
    this.#allocator.putMessage(chain);
  }
}
