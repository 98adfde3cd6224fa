import { closeSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { PinwheelError } from '../../contract/errors.ts';

const HEADER_BYTES = 44;
const CHANNELS = 2;
const BYTES_PER_SAMPLE = 2;
/** Frames of the write buffer. */
const BUFFER_FRAMES = 16_384;
/** What the 32 bits of a RIFF size allow. */
const MOST_FRAMES = Math.floor((0xffffffff - HEADER_BYTES) / (CHANNELS * BYTES_PER_SAMPLE));

/** A WAVE file of 16-bit stereo that is written as sound comes in; its header is right once it is finished. */
export class WavFile {
  readonly #path: string;
  readonly #file: number;
  readonly #sampleRate: number;
  readonly #buffer = new Int16Array(BUFFER_FRAMES * CHANNELS);
  #filled = 0;
  #frames = 0;
  #clipped = 0;

  /** @throws PinwheelError `bad-input` when the file cannot be written */
  constructor(path: string, sampleRate: number) {
    this.#path = path;
    this.#sampleRate = sampleRate;
    this.#file = this.#attempt(() => openSync(path, 'w'));
    this.#attempt(() => writeSync(this.#file, this.#header()));
  }

  /** Frames written. */
  get frames(): number {
    return this.#frames;
  }

  /** Samples beyond full scale, which were clipped. */
  get clipped(): number {
    return this.#clipped;
  }

  write(left: Float32Array, right: Float32Array, frames: number): void {
    if (this.#frames + frames > MOST_FRAMES) {
      throw new PinwheelError({
        code: 'bad-input',
        message: 'The sound is longer than a WAVE file can be.',
        subject: this.#path,
        advice: 'Render it at a lower rate.',
      });
    }
    for (let frame = 0; frame < frames; frame++) {
      this.#buffer[this.#filled++] = this.#sample(left[frame]!);
      this.#buffer[this.#filled++] = this.#sample(right[frame]!);
      if (this.#filled === this.#buffer.length) this.#flush();
    }
    this.#frames += frames;
  }

  /** Completes the file and closes it. */
  finish(): void {
    this.#flush();
    this.#attempt(() => writeSync(this.#file, this.#header(), 0, HEADER_BYTES, 0));
    closeSync(this.#file);
  }

  /** Closes and removes the file. */
  discard(): void {
    closeSync(this.#file);
    unlinkSync(this.#path);
  }

  #sample(value: number): number {
    const scaled = Math.round(value * 32_768);
    if (scaled >= -32_768 && scaled <= 32_767) return scaled;
    this.#clipped++;
    return scaled < 0 ? -32_768 : 32_767;
  }

  #flush(): void {
    const bytes = new Uint8Array(this.#buffer.buffer, 0, this.#filled * BYTES_PER_SAMPLE);
    this.#attempt(() => writeSync(this.#file, bytes));
    this.#filled = 0;
  }

  #header(): Uint8Array {
    const bytes = new Uint8Array(HEADER_BYTES);
    const view = new DataView(bytes.buffer);
    const data = this.#frames * CHANNELS * BYTES_PER_SAMPLE;
    const text = (at: number, tag: string): void =>
      bytes.set(
        [...tag].map((letter) => letter.charCodeAt(0)),
        at,
      );
    text(0, 'RIFF');
    view.setUint32(4, HEADER_BYTES - 8 + data, true);
    text(8, 'WAVEfmt ');
    view.setUint32(16, 16, true);
    view.setUint16(20, 1, true);
    view.setUint16(22, CHANNELS, true);
    view.setUint32(24, this.#sampleRate, true);
    view.setUint32(28, this.#sampleRate * CHANNELS * BYTES_PER_SAMPLE, true);
    view.setUint16(32, CHANNELS * BYTES_PER_SAMPLE, true);
    view.setUint16(34, BYTES_PER_SAMPLE * 8, true);
    text(36, 'data');
    view.setUint32(40, data, true);
    return bytes;
  }

  #attempt<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? String(error);
      throw new PinwheelError(
        {
          code: 'bad-input',
          message: `“${this.#path}” cannot be written: ${code}.`,
          subject: this.#path,
          advice: 'Name a file in a folder that you can write to.',
        },
        { cause: error },
      );
    }
  }
}
