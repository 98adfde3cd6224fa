import type { Event } from '../../../../../contract/emitter.ts';
import type { Disposable } from '../../../../../contract/disposable.ts';
import type { ReferenceTime } from '../../../../../contract/units.ts';
import type { HostedDMusStream } from '../../ports/dmus.ts';
import type { DevicePowerState } from '../../power.ts';

/** What a UART miniport needs of its hardware: an MPU-401 behind registers, or a MIDI port of the system. */
export interface UartHardware extends Disposable {
  /** Whether there is an input, and an output. */
  readonly canCapture: boolean;
  readonly canRender: boolean;
  /** Bytes that arrived and were not fetched yet are kept up to this many; newer ones are dropped. */
  readonly captureBytes: number;
  /** Brings the hardware into UART mode. @throws KsError STATUS_IO_DEVICE_ERROR */
  initialize(): void;
  /**
   * Hands out bytes from `offset` on and answers how many were taken. When the hardware is busy at a byte whose index
   * is a multiple of `stride`, it stops there: the rest is offered again later. @throws KsError STATUS_IO_DEVICE_ERROR
   */
  write(bytes: Uint8Array, offset: number, length: number, stride: number): number;
  /**
   * From now on bytes that arrive are handed to `take` when they arrive: at interrupt time. `time`: engine time of
   * their arrival, where the hardware knows it better than the service call that fetches them.
   */
  receive(take: (bytes: Uint8Array, time?: ReferenceTime) => void): void;
  /** Bytes are wanted from now on, or no longer; for hardware that need not listen all the time. */
  capture?(on: boolean): void;
  /** For hardware with power of its own: a promise on the way up resolves when it is ready. */
  setPower?(state: DevicePowerState): Promise<void> | undefined;
  /** What comes in is lost from now on, and why. */
  readonly onCaptureLost?: Event<string>;
  /**
   * A render stream whose sequencer is where the bytes leave, which is more punctual than a timer in this process.
   * @throws KsError
   */
  openRenderStream?(): HostedDMusStream;
}
