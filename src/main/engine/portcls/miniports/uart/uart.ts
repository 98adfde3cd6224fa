import type { StreamState } from '../../../../../contract/hardware.ts';
import type { FilterDescriptor } from '../../../ks/descriptor.ts';
import type { Guid } from '../../../ks/guid.ts';
import type { PortDMus } from '../../ports/dmus.ts';
import type { MiniportMidi, MiniportMidiStream } from '../../ports/midi.ts';
import type { MiniportInit } from '../../ports/port.ts';
import type { DevicePowerState } from '../../power.ts';
import { UartDevice, type UartDirection } from './uartDevice.ts';

/** A partial write takes a multiple of so many bytes. */
const STRIDE = 4;

/** CLSID_MiniportDriverUart: an MPU-401 as a byte stream, for the MIDI port. Specification 4.6, 4.9. */
export class MiniportUart implements MiniportMidi {
  readonly #device = new UartDevice();

  init(context: MiniportInit<PortDMus>): void {
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

  /** The bytes wait in the FIFO until the port reads them. */
  service(): void {}

  newStream(_pinId: number, capture: boolean): { stream: MiniportMidiStream } {
    const direction = capture ? 'capture' : 'render';
    this.#device.openStream(direction);
    return { stream: new UartStream(this.#device, direction) };
  }
}

class UartStream implements MiniportMidiStream {
  /** What hangs on the cable is not silenced by a stream that stops. */
  readonly silenceOnStop = true;
  readonly #device: UartDevice;
  readonly #direction: UartDirection;

  constructor(device: UartDevice, direction: UartDirection) {
    this.#device = device;
    this.#direction = direction;
  }

  setFormat(): void {
    // Bytes are bytes.
  }

  setState(state: StreamState): void {
    if (state === 'RUN') this.#device.checkCanRun();
    if (this.#direction !== 'capture') return;
    this.#device.capture(state === 'RUN');
    if (state === 'STOP') this.#device.fifo.clear();
  }

  read(buffer: Uint8Array): number {
    return this.#device.fifo.take(buffer);
  }

  write(bytes: Uint8Array): number {
    return this.#device.write(bytes, 0, bytes.length, STRIDE);
  }

  dispose(): void {
    if (this.#direction === 'capture') this.#device.capture(false);
    this.#device.closeStream(this.#direction);
  }
}
