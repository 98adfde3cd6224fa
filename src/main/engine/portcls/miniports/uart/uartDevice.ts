import type { FilterDescriptor } from '../../../ks/descriptor.ts';
import { KSMUSIC_TECHNOLOGY } from '../../../ks/format.ts';
import type { Guid } from '../../../ks/guid.ts';
import { KsError } from '../../../ks/status.ts';
import type { InterruptSync } from '../../interruptSync.ts';
import type { PortDMus } from '../../ports/dmus.ts';
import type { MiniportInit } from '../../ports/port.ts';
import type { DevicePowerState } from '../../power.ts';
import type { ResourceDescriptor, ResourceList } from '../../resourceList.ts';
import type { ServiceGroup } from '../../serviceGroup.ts';
import { CaptureFifo } from './captureFifo.ts';
import { Mpu401, type MpuPorts } from './mpu401.ts';
import { TransportUart, type MidiTransport } from './transportUart.ts';
import { uartDescription } from './uartDescription.ts';
import type { UartHardware } from './uartHardware.ts';

/** UnknownAdapter of a UART miniport: where its hardware comes from. One of the two. */
export interface UartAdapter {
  /** A MIDI port of the system. The subdevice needs no resources. */
  readonly midiTransport?: MidiTransport;
  /** The registers behind an I/O range of the resource list. */
  mapPorts?(range: ResourceDescriptor): MpuPorts;
  /** IInterruptSync of the device, for a UART whose list has an interrupt. */
  readonly interruptSync?: InterruptSync;
}

/** Writes in a row that moved no byte before the hardware counts as broken. */
const MOST_FAILED_WRITES = 100;
const MOST_STREAMS = { capture: 1, render: 2 } as const;
export type UartDirection = keyof typeof MOST_STREAMS;

/** The half of a UART miniport that is the same for both flavours: hardware, capture FIFO, streams, power. */
export class UartDevice {
  readonly #streams = { capture: 0, render: 0 };
  #technology = KSMUSIC_TECHNOLOGY.PORT;
  #hardware: UartHardware | undefined;
  #fifo: CaptureFifo | undefined;
  #capturing = false;
  #failed = false;
  #failedWrites = 0;

  /** The group that an arriving byte has serviced. */
  serviceGroup: ServiceGroup | undefined;

  /** IMusicTechnology::SetTechnology, before the port's Init. */
  setTechnology(technology: Guid): void {
    this.#technology = technology;
  }

  get description(): FilterDescriptor {
    const { canCapture = true, canRender = true } = this.#hardware ?? {};
    return uartDescription(this.#technology, { canCapture, canRender });
  }

  /**
   * Finds and initialises the hardware. The service group is registered before it can interrupt.
   * @throws KsError STATUS_DEVICE_CONFIGURATION_ERROR, STATUS_IO_DEVICE_ERROR
   */
  init({ adapter, resources, port }: MiniportInit<PortDMus>): void {
    const hardware = findHardware(adapter, resources);
    const fifo = new CaptureFifo(hardware.captureBytes);
    this.serviceGroup = port.newServiceGroup();
    port.registerServiceGroup(this.serviceGroup);
    hardware.receive((bytes, time) => {
      if (!this.#capturing) return;
      fifo.put(bytes, time);
      port.notify();
    });
    hardware.initialize();
    this.#hardware = hardware;
    this.#fifo = fifo;
  }

  get hardware(): UartHardware {
    return this.#hardware ?? notInitialised();
  }

  get fifo(): CaptureFifo {
    return this.#fifo ?? notInitialised();
  }

  /** Counts a stream in. @throws KsError STATUS_INVALID_DEVICE_REQUEST when there are enough of its direction */
  openStream(direction: UartDirection): void {
    if (this.#streams[direction] >= MOST_STREAMS[direction]) {
      throw new KsError(
        'STATUS_INVALID_DEVICE_REQUEST',
        `A UART has ${MOST_STREAMS[direction]} ${direction} stream(s) and no more.`,
      );
    }
    this.#streams[direction]++;
  }

  closeStream(direction: UartDirection): void {
    this.#streams[direction]--;
  }

  /** @throws KsError STATUS_INVALID_DEVICE_STATE: hardware that failed cannot run */
  checkCanRun(): void {
    if (this.#failed) {
      throw new KsError('STATUS_INVALID_DEVICE_STATE', 'The UART failed and cannot run.', {
        advice: 'Power the device off and on again.',
      });
    }
  }

  /** The capture stream enters or leaves RUN: bytes are stored in RUN only. */
  capture(on: boolean): void {
    this.#capturing = on;
    this.hardware.capture?.(on);
  }

  /**
   * As `UartHardware.write`. Bytes for hardware that failed are taken and lost.
   * @throws KsError STATUS_IO_DEVICE_ERROR once, when it fails
   */
  write(bytes: Uint8Array, offset: number, length: number, stride: number): number {
    if (this.#failed) return length;
    let taken: number;
    try {
      taken = this.hardware.write(bytes, offset, length, stride);
    } catch (error) {
      this.#failed = true;
      throw error;
    }
    if (taken > 0 || length === 0) this.#failedWrites = 0;
    else if (++this.#failedWrites >= MOST_FAILED_WRITES) {
      this.#failed = true;
      throw new KsError('STATUS_IO_DEVICE_ERROR', `The UART took no byte in ${MOST_FAILED_WRITES} tries.`);
    }
    return taken;
  }

  /**
   * PowerChangeState, for the adapter to pass on. Entering D0 initialises the hardware again; it must not fail, so
   * that hardware that does not answer cannot run until it is powered up the next time.
   */
  powerChangeState(state: DevicePowerState): Promise<void> | undefined {
    const done = this.hardware.setPower?.(state);
    if (state !== 'D0') return done;
    this.#failedWrites = 0;
    try {
      this.hardware.initialize();
      this.#failed = false;
    } catch (error) {
      if (!(error instanceof KsError)) throw error;
      this.#failed = true;
    }
    return done;
  }
}

function findHardware(adapter: unknown, resources: ResourceList): UartHardware {
  const { midiTransport, mapPorts, interruptSync } = (adapter ?? {}) as UartAdapter;
  if (midiTransport) return new TransportUart(midiTransport);
  const interrupts = resources.numberOfEntries('interrupt');
  const range = resources.findTranslatedEntry('port', 0);
  if (
    !range ||
    resources.numberOfEntries('port') !== 1 ||
    interrupts > 1 ||
    resources.numberOfEntries('dma') !== 0 ||
    !mapPorts
  ) {
    throw new KsError(
      'STATUS_DEVICE_CONFIGURATION_ERROR',
      'A UART needs one I/O range, one interrupt at most and no DMA channel.',
    );
  }
  return new Mpu401(mapPorts.call(adapter, range), interrupts === 1 ? interruptSync : undefined);
}

function notInitialised(): never {
  throw new KsError('STATUS_INVALID_DEVICE_STATE', 'The UART miniport is not initialised.');
}
