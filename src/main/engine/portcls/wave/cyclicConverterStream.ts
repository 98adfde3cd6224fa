import type { DmaChannel } from '../dmaChannel.ts';
import type { MiniportWaveCyclicStream } from '../ports/waveCyclic.ts';
import { ConverterStream, type ConverterOptions } from './converterStream.ts';

/** A WaveCyclic stream: the converter goes round in the DMA channel's buffer and interrupts after every block. */
export class CyclicConverterStream extends ConverterStream implements MiniportWaveCyclicStream {
  readonly #channel: DmaChannel;
  readonly #interrupt: () => void;

  constructor(options: ConverterOptions & { channel: DmaChannel; interrupt(): void }) {
    super(options);
    this.#channel = options.channel;
    this.#interrupt = options.interrupt;
  }

  /** The interval is that of the converter's blocks, and never more than asked for. */
  setNotificationFreq(interval: number): { interval: number; frameSize: number } {
    const { blockAlign, samplesPerSec } = this.wave;
    const frames = Math.max(this.options.blockFrames, Math.ceil((samplesPerSec * interval) / 1000));
    return { interval, frameSize: frames * blockAlign };
  }

  getPosition(): number {
    return this.clock.position % this.#channel.bufferSize;
  }

  dispose(): void {
    this.#channel.freeBuffer();
  }

  protected override move(block: Uint8Array): number {
    const size = this.#channel.bufferSize;
    for (let done = 0; done < block.length;) {
      const offset = (this.moved + done) % size;
      const part = block.subarray(done, done + size - offset);
      if (this.options.capture) this.#channel.copyTo(offset, part);
      else this.#channel.copyFrom(part, offset);
      done += part.length;
    }
    return block.length;
  }

  protected override movedBlock(): void {
    this.#interrupt();
  }

  protected override stopped(): void {
    // The buffer is the port's to fill.
  }
}
