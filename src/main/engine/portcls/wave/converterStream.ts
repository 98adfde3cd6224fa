import type { StreamState } from '../../../../contract/hardware.ts';
import { framesToReferenceTime, type ReferenceTime } from '../../../../contract/units.ts';
import { KSDATAFORMAT_SUBTYPE, type DataFormat, type WaveFormat } from '../../ks/format.ts';
import { KsError } from '../../ks/status.ts';
import { BlockClock } from './blockClock.ts';

/** What the streams of a converter have in common. */
export interface ConverterOptions {
  readonly format: DataFormat;
  readonly capture: boolean;
  /** Engine time. */
  now(): ReferenceTime;
  /** Largest block the converter moves at once, frames. */
  readonly blockFrames: number;
}

/**
 * A stream of a converter that this program is itself: an output or input device that takes or gives blocks of bytes.
 * The base of the built-in wave miniports' streams.
 */
export abstract class ConverterStream {
  protected readonly options: ConverterOptions;
  protected readonly clock: BlockClock;
  #wave: WaveFormat;
  #silence: number;
  #state: StreamState = 'STOP';
  #moved = 0;

  /** @throws KsError STATUS_INVALID_PARAMETER for a format without samples */
  constructor(options: ConverterOptions) {
    this.options = options;
    this.clock = new BlockClock(options.now);
    this.#wave = waveOf(options.format);
    this.#silence = silenceOf(options.format);
    this.clock.setFormat(this.#wave);
  }

  get state(): StreamState {
    return this.#state;
  }

  /** Bytes moved since the start. */
  get moved(): number {
    return this.#moved;
  }

  /** Bytes heard or recorded since the start. */
  get played(): number {
    return this.clock.position;
  }

  get wave(): WaveFormat {
    return this.#wave;
  }

  setFormat(format: DataFormat): void {
    this.#wave = waveOf(format);
    this.#silence = silenceOf(format);
    this.clock.setFormat(this.#wave);
  }

  setState(state: StreamState): void {
    this.#state = state;
    if (state === 'RUN') this.clock.run();
    else if (state !== 'STOP') this.clock.pause();
    else {
      this.clock.stop();
      this.#moved = 0;
      this.stopped();
    }
  }

  /** Bytes of the stream as 100 ns units. */
  normalizePhysicalPosition(position: number): ReferenceTime {
    return framesToReferenceTime(position / this.#wave.blockAlign, this.#wave.samplesPerSec);
  }

  /** 0x80 for 8-bit samples, 0 otherwise. */
  silence(buffer: Uint8Array, from = 0, to = buffer.length): void {
    buffer.fill(this.#silence, from, to);
  }

  /**
   * The converter's turn: it takes (render) or gives (capture) a block whose first byte is converted at `time`.
   * Outside RUN, and where the stream has nothing, it takes silence. Allocates nothing.
   */
  transfer(block: Uint8Array, time: ReferenceTime): void {
    const moved = this.#state === 'RUN' ? this.move(block) : 0;
    if (moved < block.length && !this.options.capture) this.silence(block, moved);
    if (this.#state !== 'RUN') return;
    this.clock.took(this.#moved, moved, time);
    this.#moved += moved;
    this.movedBlock(moved, time);
  }

  /** Moves what it can of the block; answers its bytes. */
  protected abstract move(block: Uint8Array): number;
  /** After the positions took over a block. */
  protected abstract movedBlock(length: number, time: ReferenceTime): void;
  /** STOP: everything counts from 0 again. */
  protected abstract stopped(): void;
}

function waveOf({ wave }: DataFormat): WaveFormat {
  if (wave) return wave;
  throw new KsError('STATUS_INVALID_PARAMETER', 'A wave stream needs a format with samples.');
}

/** What silence is made of: the middle of the range, which unsigned 8-bit samples have at 0x80. */
export function silenceOf({ subFormat, wave }: DataFormat): number {
  return subFormat === KSDATAFORMAT_SUBTYPE.PCM && wave?.bitsPerSample === 8 ? 0x80 : 0;
}
