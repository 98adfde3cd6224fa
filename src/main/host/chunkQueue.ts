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
  add(frame: number, ...channels: readonly Float32Array<ArrayBuffer>[]): void {
    const { sampleRate } = this.#context;
    const length = channels[0]!.length;
    const buffer = new AudioBuffer({ numberOfChannels: channels.length, length, sampleRate });
    channels.forEach((samples, channel) => buffer.copyToChannel(samples, channel));
    const source = new AudioBufferSourceNode(this.#context, { buffer });
    source.connect(this.#target);
    // Only a start at an exact multiple of the frame time joins the chunk before without a seam.
    source.start(frame / sampleRate);
  }
}

export function isSilent(samples: Float32Array): boolean {
  for (let index = 0; index < samples.length; index++) if (samples[index] !== 0) return false;
  return true;
}
