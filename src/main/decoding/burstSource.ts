import { setImmediate as turn } from 'node:timers/promises';
import type { WaveFormatRecord } from '../../contract/hardware.ts';
import type { ByteSource } from '../wave/files/byteSource.ts';
import { CARRIER_FRAME_BYTES } from '../wave/iec61937/burst.ts';
import { FRAME_READERS } from '../wave/iec61937/burstCoding.ts';
import { BurstWriter, burstLayout } from '../wave/iec61937/burstWriter.ts';
import { burstRecord } from '../wave/iec61937/codedFormat.ts';
import type { CodedFrame } from '../wave/iec61937/codedFrame.ts';
import { FrameScanner } from '../wave/iec61937/frameScanner.ts';
import type { DecodedSource } from './decodedSource.ts';

/** Every so many bursts it is written down where they begin. */
const MARK_BURSTS = 64;
const NOTHING = new Uint8Array(0);

/**
 * A file of coded frames, wrapped into IEC 61937 bursts as it is read: what it gives are the frames of the S/PDIF link.
 */
export class BurstSource implements DecodedSource {
  readonly format: WaveFormatRecord;
  readonly #source: ByteSource;
  readonly #codec: CodedFrame['codec'];
  readonly #period: number;
  /** Where in the file every `MARK_BURSTS`th burst begins, as far as it was read. */
  readonly #marks: number[];
  #writer: BurstWriter;
  /** Of the burst that comes next. */
  #number = 0;
  #rest: Uint8Array = NOTHING;
  #frames: number | undefined;

  /** `first`: the file's first frame, at byte `offset`. */
  constructor(source: ByteSource, first: CodedFrame, offset: number) {
    const { carrierRate, period } = burstLayout(first);
    this.#source = source;
    this.#codec = first.codec;
    this.#period = period;
    this.#marks = [offset];
    this.format = burstRecord(first.codec, carrierRate);
    this.#writer = this.#writerAt(offset);
  }

  /** Known when all of it was read. */
  get frames(): number | undefined {
    return this.#frames;
  }

  /** To a frame of the link, exactly. Where no burst was read yet, all before it are passed over. */
  async seek(frame: number): Promise<void> {
    const position = frame * CARRIER_FRAME_BYTES;
    const target = Math.floor(position / this.#period);
    const mark = Math.min(this.#marks.length - 1, Math.floor(target / MARK_BURSTS));
    this.#writer = this.#writerAt(this.#marks[mark]!);
    this.#number = mark * MARK_BURSTS;
    this.#rest = NOTHING;
    while (this.#number < target) {
      if (!this.#writer.skip()) return this.#ended();
      this.#count();
      // Others are fed in this thread, too.
      if (this.#number % MARK_BURSTS === 0) await turn();
    }
    this.#fetch();
    this.#rest = this.#rest.subarray(position - target * this.#period);
  }

  read(into: Uint8Array): Promise<number> {
    let done = 0;
    while (done < into.length) {
      if (this.#rest.length === 0 && !this.#fetch()) break;
      const part = this.#rest.subarray(0, into.length - done);
      into.set(part, done);
      done += part.length;
      this.#rest = this.#rest.subarray(part.length);
    }
    return Promise.resolve(done);
  }

  dispose(): void {
    // The file is whoever's who opened it.
  }

  #fetch(): boolean {
    const burst = this.#writer.next();
    if (!burst) {
      this.#ended();
      return false;
    }
    this.#rest = burst;
    this.#count();
    return true;
  }

  #count(): void {
    this.#number++;
    if (this.#number === this.#marks.length * MARK_BURSTS) this.#marks.push(this.#writer.offset);
  }

  #ended(): void {
    this.#frames = (this.#number * this.#period) / CARRIER_FRAME_BYTES;
  }

  #writerAt(offset: number): BurstWriter {
    return new BurstWriter(new FrameScanner(this.#source, FRAME_READERS[this.#codec], offset));
  }
}
