import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';
import type { Disposable } from '../../../contract/disposable.ts';
import { PinwheelError } from '../../../contract/errors.ts';
import type { RecordingProgress, WaveFormatRecord, WaveRecording } from '../../../contract/hardware.ts';
import { CyclicBuffer } from '../../engine/portcls/wave/cyclicBuffer.ts';
import type { SampleFormat } from '../../wave/samples/sampleFormat.ts';
import { WavWriter, type ByteSink } from '../../wave/files/wavWriter.ts';
import { CaptureReader } from './captureReader.ts';
import { FlacWriter } from './flacWriter.ts';

/** What the two writers have in common. */
interface SampleWriter {
  /** Whole frames in the stream's format. */
  write(samples: Uint8Array): void;
  /** Makes the file right up to here. */
  update(): void;
  finish(): void;
}

const PIECE_BYTES = 1 << 18;
/** Sizes in the header are brought up to date this often. */
const UPDATE_SECONDS = 1;

/** A file, written at any place; blocks its thread as long as the disk takes. */
class FileSink implements ByteSink, Disposable {
  readonly #file: string;
  readonly #descriptor: number;
  #bytes = 0;

  /** Replaces the file. @throws PinwheelError `bad-input` for a file that cannot be written */
  constructor(file: string) {
    this.#file = file;
    try {
      this.#descriptor = openSync(file, 'w');
      ftruncateSync(this.#descriptor, 0);
    } catch (error) {
      throw this.#failure('be written', error);
    }
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** @throws PinwheelError `bad-state` when the disk takes no more */
  write(offset: number, bytes: Uint8Array): void {
    try {
      for (let done = 0; done < bytes.length;) {
        done += writeSync(this.#descriptor, bytes, done, bytes.length - done, offset + done);
      }
    } catch (error) {
      throw this.#failure('be written any further', error);
    }
    this.#bytes = Math.max(this.#bytes, offset + bytes.length);
  }

  dispose(): void {
    closeSync(this.#descriptor);
  }

  #failure(what: string, cause: unknown): PinwheelError {
    const { code } = cause as NodeJS.ErrnoException;
    const why =
      code === 'ENOSPC'
        ? 'the disk is full'
        : code === 'EACCES' || code === 'EROFS'
          ? 'it is not allowed'
          : code === 'ENOENT'
            ? 'there is no such folder'
            : code === 'EISDIR'
              ? 'it is a folder'
              : (code ?? String(cause));
    return new PinwheelError(
      {
        code: 'bad-input',
        message: `“${path.basename(this.#file)}” cannot ${what}: ${why}.`,
        subject: this.#file,
      },
      { cause },
    );
  }
}

/** One capture stream on its way into a file. */
export class FileRecording implements Disposable {
  readonly #sink: FileSink;
  readonly #writer: SampleWriter;
  readonly #reader: CaptureReader;
  readonly #blockAlign: number;
  readonly #sampleRate: number;
  readonly #piece: Uint8Array;
  #frames = 0;
  #updatedAt = 0;

  /** @throws PinwheelError `bad-input` for a file that cannot be written, `not-supported` for FLAC of floats */
  constructor({ file, container }: WaveRecording, format: WaveFormatRecord, shared: SharedArrayBuffer) {
    const { channels, sampleRate, channelMask } = format;
    const samples: SampleFormat = {
      encoding: format.encoding === 'float' ? 'float' : 'integer',
      containerBytes: format.containerBits / 8,
      validBits: format.validBits,
    };
    this.#blockAlign = channels * samples.containerBytes;
    this.#sampleRate = sampleRate;
    this.#piece = new Uint8Array(PIECE_BYTES);
    this.#reader = new CaptureReader(new CyclicBuffer(shared), this.#blockAlign);
    if (container === 'flac') FlacWriter.check(samples);
    this.#sink = new FileSink(file);
    const options = { format: samples, channels, sampleRate, channelMask };
    try {
      this.#writer =
        container === 'flac' ? new FlacWriter(this.#sink, options) : new WavWriter(this.#sink, options);
    } catch (error) {
      this.#sink.dispose();
      throw error;
    }
  }

  get progress(): RecordingProgress {
    return {
      frames: this.#frames,
      bytes: this.#sink.bytes,
      lostFrames: this.#reader.lost / this.#blockAlign,
    };
  }

  /** Writes what is new. @throws PinwheelError when the disk takes no more */
  write(): void {
    for (;;) {
      const length = this.#reader.read(this.#piece);
      if (length === 0) break;
      this.#writer.write(this.#piece.subarray(0, length));
      this.#frames += length / this.#blockAlign;
    }
    if (this.#frames - this.#updatedAt < UPDATE_SECONDS * this.#sampleRate) return;
    this.#updatedAt = this.#frames;
    this.#writer.update();
  }

  finish(): void {
    this.write();
    this.#writer.finish();
  }

  dispose(): void {
    this.#sink.dispose();
  }
}
