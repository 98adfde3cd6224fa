import { referenceTime, type ReferenceTime } from '../../../../../contract/units.ts';
import { KsError } from '../../../ks/status.ts';
import type { InterruptSync } from '../../interruptSync.ts';
import type { UartHardware } from './uartHardware.ts';

/** Registers, bits and times of an MPU-401. Specification 4.9. */
export const MPU401 = {
  STATUS_OUTPUT_NOT_READY: 0x40,
  STATUS_NO_INPUT: 0x80,
  COMMAND_RESET: 0xff,
  COMMAND_UART: 0x3f,
  ACK: 0xfe,
  /** 25 µs between two looks at the status. */
  POLL: referenceTime(250),
  /** 50 ms at most for an answer or for room. */
  TIMEOUT: referenceTime(500_000),
  /** Looks at the status before a byte that may be offered again later. */
  QUICK_POLLS: 2,
  FIFO_BYTES: 128,
} as const;

const POLLS = MPU401.TIMEOUT / MPU401.POLL;

/** The two registers of an MPU-401, and how a driver waits for them. */
export interface MpuPorts {
  /** base + 1, read. */
  readStatus(): number;
  /** base + 1, write. */
  writeCommand(command: number): void;
  /** base + 0. */
  readData(): number;
  writeData(byte: number): void;
  /** KeStallExecutionProcessor: lets `time` pass, 100 ns. */
  stall(time: ReferenceTime): void;
}

/** The state machine of an MPU-401 in UART mode. Specification 4.9. */
export class Mpu401 implements UartHardware {
  readonly captureBytes = MPU401.FIFO_BYTES;
  readonly canRender = true;
  readonly canCapture: boolean;
  readonly #ports: MpuPorts;
  readonly #interruptSync: InterruptSync | undefined;
  readonly #byte = new Uint8Array(1);
  #take: ((bytes: Uint8Array) => void) | undefined;
  #disposed = false;

  /** Without an interrupt line nothing can be captured. */
  constructor(ports: MpuPorts, interruptSync?: InterruptSync) {
    this.#ports = ports;
    this.#interruptSync = interruptSync;
    this.canCapture = interruptSync !== undefined;
    interruptSync?.registerServiceRoutine(() => this.#serviceInterrupt(), false);
  }

  /** Resets twice, because a device in UART mode does not answer the first one; only the second must be answered. */
  initialize(): void {
    this.#synchronized(() => {
      this.#reset();
      if (!this.#reset()) throw noAnswer('It did not acknowledge the reset');
      if (!this.#waitForRoom(POLLS)) throw noAnswer('It took no command');
      this.#ports.writeCommand(MPU401.COMMAND_UART);
      // Some devices acknowledge this one too. Left in the register it would be captured as a MIDI byte.
      this.#answered(MPU401.QUICK_POLLS);
    });
  }

  write(bytes: Uint8Array, offset: number, length: number, stride: number): number {
    return this.#synchronized(() => {
      for (let count = 0; count < length; count++) {
        const mayWait = count % stride !== 0;
        if (!this.#waitForRoom(mayWait ? POLLS : MPU401.QUICK_POLLS)) {
          if (mayWait) throw noAnswer('It took no byte for 50 ms');
          return count;
        }
        this.#ports.writeData(bytes[offset + count]!);
      }
      return length;
    });
  }

  receive(take: (bytes: Uint8Array) => void): void {
    this.#take = take;
  }

  dispose(): void {
    this.#disposed = true;
    this.#take = undefined;
  }

  /** Sends RESET and tells whether ACK came in time. */
  #reset(): boolean {
    if (!this.#waitForRoom(POLLS)) return false;
    this.#ports.writeCommand(MPU401.COMMAND_RESET);
    return this.#answered(POLLS);
  }

  #answered(polls: number): boolean {
    for (let poll = 0; poll < polls; poll++) {
      if ((this.#ports.readStatus() & MPU401.STATUS_NO_INPUT) === 0) {
        // Bytes from before the command may be in front of the answer.
        if (this.#ports.readData() === MPU401.ACK) return true;
      } else {
        this.#ports.stall(MPU401.POLL);
      }
    }
    return false;
  }

  #waitForRoom(polls: number): boolean {
    for (let poll = 0; poll < polls; poll++) {
      if ((this.#ports.readStatus() & MPU401.STATUS_OUTPUT_NOT_READY) === 0) return true;
      this.#ports.stall(MPU401.POLL);
    }
    return false;
  }

  /** At most one FIFO full per interrupt: a register that never runs empty must not hold the system. */
  #serviceInterrupt(): boolean {
    if (this.#disposed) return false;
    let count = 0;
    while (count < MPU401.FIFO_BYTES && (this.#ports.readStatus() & MPU401.STATUS_NO_INPUT) === 0) {
      this.#byte[0] = this.#ports.readData();
      this.#take?.(this.#byte);
      count++;
    }
    return count > 0;
  }

  #synchronized<T>(routine: () => T): T {
    return this.#interruptSync ? this.#interruptSync.callSynchronizedRoutine(routine) : routine();
  }
}

function noAnswer(what: string): KsError {
  return new KsError('STATUS_IO_DEVICE_ERROR', `The MPU-401 does not work: ${what}.`, {
    advice: 'Check the I/O range that the device was given.',
  });
}
