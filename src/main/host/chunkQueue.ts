import { AudioBuffer, AudioBufferSourceNode } from 'node-web-audio-api';

/**
 * A row of chunks in the audio library's queue, one after the other without a seam. Few rows, since the library's
 * control channel is short; and a chunk without sound need not be sent at all.
 */
export class ChunkQueue {
  readonly #context: BaseAudioContext;
  readonly #target: AudioNode;

  constructor(context: BaseAudioContext, target: AudioNode) {
    this.#context = context;
    this.#target = target;
  }

  /** Schedules a chunk whose first sample is the device's frame `frame`. The samples are copied. */
  add(frame: number, left: Float32Array<ArrayBuffer>, right: Float32Array<ArrayBuffer>): void {
    const { sampleRate } = this.#context;
    const buffer = new AudioBuffer({ numberOfChannels: 2, length: left.length, sampleRate });
    buffer.copyToChannel(left, 0);
    buffer.copyToChannel(right, 1);
    const source = new AudioBufferSourceNode(this.#context, { buffer });
    source.connect(this.#target);
    // Only a start at an exact multiple of the frame time joins the chunk before without a seam.
    source.start(frame / sampleRate);
  }
}
