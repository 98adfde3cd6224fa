import { REFERENCE_TIME_PER_SECOND, type ReferenceTime } from '../../../../contract/units.ts';

/** Where a converter is between the blocks it takes: the block taken last and when its first byte is converted. */
export interface ConvertedBlock {
  /** Bytes since the stream's start. */
  from: number;
  /** Bytes. */
  length: number;
  /** 100 ns. */
  time: number;
}

/** Of a frame: times between two ticks of 100 ns are not exact, and a frame that is reached counts. */
const ROUNDING = 1e-6;

/**
 * The byte at the converter at time `now`, in whole frames: the block's place in time, continued at the stream's rate
 * in both directions, but never beyond the data the converter has.
 */
export function byteAtConverter(
  { from, length, time }: Readonly<ConvertedBlock>,
  now: ReferenceTime,
  { avgBytesPerSec, blockAlign }: { avgBytesPerSec: number; blockAlign: number },
): number {
  const bytes = from + ((now - time) * avgBytesPerSec) / REFERENCE_TIME_PER_SECOND;
  const limited = Math.min(from + length, Math.max(0, bytes));
  return Math.floor(limited / blockAlign + ROUNDING) * blockAlign;
}

/** The position a stream reports: interpolated in RUN, never going back, and at the end of the data in all other states. */
export class BlockClock {
  readonly #now: () => ReferenceTime;
  readonly #block: ConvertedBlock = { from: 0, length: 0, time: 0 };
  #format = { avgBytesPerSec: 0, blockAlign: 1 };
  #running = false;
  #reached = 0;

  constructor(now: () => ReferenceTime) {
    this.#now = now;
  }

  setFormat(format: { avgBytesPerSec: number; blockAlign: number }): void {
    this.#format = format;
  }

  /** The converter took a block. */
  took(from: number, length: number, time: ReferenceTime): void {
    this.#block.from = from;
    this.#block.length = length;
    this.#block.time = time;
  }

  run(): void {
    this.#running = true;
  }

  /** What the converter has taken is still heard. */
  pause(): void {
    this.#running = false;
    this.#reached = this.#block.from + this.#block.length;
  }

  stop(): void {
    this.#running = false;
    this.#reached = 0;
    this.took(0, 0, 0 as ReferenceTime);
  }

  /** Bytes since the start. */
  get position(): number {
    if (this.#running) {
      this.#reached = Math.max(this.#reached, byteAtConverter(this.#block, this.#now(), this.#format));
    }
    return this.#reached;
  }
}
