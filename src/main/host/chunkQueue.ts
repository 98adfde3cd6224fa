import { AudioBuffer, AudioBufferSourceNode } from 'node-web-audio-api';

/** Chunks that are sent together at most. */
const MOST_CHUNKS = 8;

/**
 * A row of chunks in the audio library's queue, one after the other without a seam. Few rows, since the library's
 * control channel is short, and as few nodes as can be, since each has its price: chunks that follow each other are
 * sent together, and a chunk without sound need not be added at all. Allocates nothing but what is sent.
 */
export class ChunkQueue {
  readonly #context: BaseAudioContext;
  readonly #target: AudioNode;
  readonly #room: number;
  readonly #channels: readonly Float32Array<ArrayBuffer>[];
  /** Device frame of the first sample that waits, and how many frames wait. */
  #first = 0;
  #frames = 0;

  constructor(context: BaseAudioContext, target: AudioNode, chunkFrames: number, channels = 2) {
    this.#context = context;
    this.#target = target;
    this.#room = MOST_CHUNKS * chunkFrames;
    this.#channels = Array.from({ length: channels }, () => new Float32Array(this.#room));
  }

  /** A chunk whose first sample is the device's frame `frame`. The samples are copied. */
  add(frame: number, ...channels: readonly Float32Array[]): void {
    const { length } = channels[0]!;
    const follows = frame === this.#first + this.#frames;
    if (!follows || this.#frames + length > this.#room) this.send();
    if (this.#frames === 0) this.#first = frame;
    for (let channel = 0; channel < this.#channels.length; channel++)
      this.#channels[channel]!.set(channels[channel]!, this.#frames);
    this.#frames += length;
  }

  /** Hands over what was added. */
  send(): void {
    if (this.#frames === 0) return;
    const { sampleRate } = this.#context;
    const numberOfChannels = this.#channels.length;
    const buffer = new AudioBuffer({ numberOfChannels, length: this.#frames, sampleRate });
    this.#channels.forEach((samples, channel) =>
      buffer.copyToChannel(samples.subarray(0, this.#frames), channel),
    );
    const source = new AudioBufferSourceNode(this.#context, { buffer });
    source.connect(this.#target);
    // Only a start at an exact multiple of the frame time joins the chunk before without a seam.
    source.start(this.#first / sampleRate);
    this.#frames = 0;
  }
}

export function isSilent(samples: Float32Array): boolean {
  for (let index = 0; index < samples.length; index++) if (samples[index] !== 0) return false;
  return true;
}
