import type { Event } from '../../../../../contract/emitter.ts';
import type { Disposable } from '../../../../../contract/disposable.ts';
import type { ReferenceTime } from '../../../../../contract/units.ts';
import type { HostedDMusStream } from '../../ports/dmus.ts';
import type { DevicePowerState } from '../../power.ts';
import type { UartHardware } from './uartHardware.ts';

/** A 64 kB SysEx comes in one piece from the system's MIDI ports; two fit. */
const CAPTURE_BYTES = 1 << 17;

/** What a real MIDI port pair offers. Either half may be missing. */
export interface MidiTransport {
  /**
   * Takes bytes of whole or partial messages in order, without waiting. False = busy: nothing was taken.
   * @throws KsError STATUS_IO_DEVICE_ERROR when the port is gone
   */
  send?(bytes: Uint8Array): boolean;
  /**
   * Bytes that arrived; `time` is engine time, already re-anchored from the port's own clock. The port's input need
   * only be open while somebody listens.
   */
  readonly onBytes?: Event<{ bytes: Uint8Array; time?: ReferenceTime }>;
  /** The port is closed without power, and open again with it when the promise resolves. */
  setPower?(on: boolean): Promise<void> | undefined;
  /** The input failed, and why. */
  readonly onInputLost?: Event<string>;
  /**
   * A render stream that is sequenced where the port is. Without it, what is due is given to `send`.
   * @throws KsError
   */
  openRenderStream?(): HostedDMusStream;
}

/** A MIDI port of the system in the place of a UART: nothing to initialise, no registers, and room for long SysEx. */
export class TransportUart implements UartHardware {
  readonly captureBytes = CAPTURE_BYTES;
  readonly canCapture: boolean;
  readonly canRender: boolean;
  readonly onCaptureLost?: Event<string>;
  readonly openRenderStream?: () => HostedDMusStream;
  readonly #transport: MidiTransport;
  #take: (bytes: Uint8Array, time?: ReferenceTime) => void = () => undefined;
  #listening: Disposable | undefined;
  #powered = true;

  constructor(transport: MidiTransport) {
    this.#transport = transport;
    this.canCapture = transport.onBytes !== undefined;
    this.canRender = transport.send !== undefined || transport.openRenderStream !== undefined;
    if (transport.onInputLost) this.onCaptureLost = transport.onInputLost;
    if (transport.openRenderStream) this.openRenderStream = () => transport.openRenderStream!();
  }

  initialize(): void {
    // The system opened the port; it is ready.
  }

  write(bytes: Uint8Array, offset: number, length: number): number {
    const { send } = this.#transport;
    // Without an output there is nothing at the end of the cable, and a cable takes everything.
    if (!send) return length;
    return send.call(this.#transport, bytes.subarray(offset, offset + length)) ? length : 0;
  }

  receive(take: (bytes: Uint8Array, time?: ReferenceTime) => void): void {
    this.#take = take;
  }

  /** In D1 and D2 the port stays open. */
  setPower(state: DevicePowerState): Promise<void> | undefined {
    const on = state !== 'D3';
    if (on === this.#powered) return undefined;
    this.#powered = on;
    return this.#transport.setPower?.(on);
  }

  capture(on: boolean): void {
    if (!on) this.dispose();
    else this.#listening ??= this.#transport.onBytes?.(({ bytes, time }) => this.#take(bytes, time));
  }

  dispose(): void {
    this.#listening?.dispose();
    this.#listening = undefined;
  }
}
