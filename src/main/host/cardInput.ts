import { AudioBuffer, AudioBufferSourceNode } from 'node-web-audio-api';
import type { ReferenceTime } from '../../contract/units.ts';
import type { RenderStream } from './renderStream.ts';

/**
 * One input of the card: the streams behind it, summed here into one row of chunks, because the audio library's
 * control channel is short. Chunks without sound are not sent at all.
 */
export class CardInput {
  readonly streams = new Map<number, RenderStream>();
  #context: BaseAudioContext;
  #target: AudioNode;
  #left: Float32Array<ArrayBuffer>;
  #right: Float32Array<ArrayBuffer>;

  constructor(context: BaseAudioContext, target: AudioNode, chunkFrames: number) {
    this.#context = context;
    this.#target = target;
    this.#left = new Float32Array(chunkFrames);
    this.#right = new Float32Array(chunkFrames);
  }

  /**
   * Renders one chunk and schedules it at `frame`.
   *
   * @param onFault a stream threw while it rendered.
   * @returns whether there was anything to schedule.
   */
  renderChunk(
    frame: number,
    blockTime: ReferenceTime,
    onFault: (stream: number, error: unknown) => void,
  ): boolean {
    let rendered = false;
    for (const [id, stream] of this.streams) {
      if (stream.idle) continue;
      if (!rendered) {
        this.#left.fill(0);
        this.#right.fill(0);
        rendered = true;
      }
      try {
        stream.render(this.#left, this.#right, this.#left.length, blockTime);
      } catch (error) {
        onFault(id, error);
      }
    }
    if (!rendered || (isSilent(this.#left) && isSilent(this.#right))) return false;
    const { sampleRate } = this.#context;
    const buffer = new AudioBuffer({ numberOfChannels: 2, length: this.#left.length, sampleRate });
    buffer.copyToChannel(this.#left, 0);
    buffer.copyToChannel(this.#right, 1);
    const source = new AudioBufferSourceNode(this.#context, { buffer });
    source.connect(this.#target);
    // Only a start at an exact multiple of the frame time joins the chunk before without a seam.
    source.start(frame / sampleRate);
    return true;
  }
}

function isSilent(samples: Float32Array): boolean {
  for (let index = 0; index < samples.length; index++) if (samples[index] !== 0) return false;
  return true;
}
