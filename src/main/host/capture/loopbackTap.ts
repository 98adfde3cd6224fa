import type { Disposable } from '../../../contract/disposable.ts';
import type { ReferenceTime } from '../../../contract/units.ts';
import type { SampleRing } from './sampleRing.ts';

/** Frames the library collects. */
const BUFFER_FRAMES = 1024;
const CHANNELS = 2;

/**
 * What the card plays, written into a ring as it leaves for the device. A script processor loses nothing, however late
 * this thread comes, and costs about 2 % of a core while it is there; the library's other taps either lose samples or
 * keep a processor busy.
 */
export class LoopbackTap implements Disposable {
  readonly #source: AudioNode;
  readonly #node: ScriptProcessorNode;

  /** Taps `source`. `timeOfFrame`: engine time at which the device takes a frame of the context. */
  constructor(
    context: BaseAudioContext,
    source: AudioNode,
    ring: SampleRing,
    timeOfFrame: (frame: number) => ReferenceTime,
  ) {
    this.#source = source;
    this.#node = context.createScriptProcessor(BUFFER_FRAMES, CHANNELS, CHANNELS);
    const { sampleRate } = context;
    const block = Array.from({ length: CHANNELS }, () => new Float32Array(BUFFER_FRAMES));
    this.#node.onaudioprocess = ({ inputBuffer, playbackTime }) => {
      block.forEach((samples, channel) => inputBuffer.copyFromChannel(samples, channel));
      ring.write(block, BUFFER_FRAMES, sampleRate, timeOfFrame(Math.round(playbackTime * sampleRate)));
    };
    // Its own output is silence; without a way to the destination it would not be processed.
    source.connect(this.#node).connect(context.destination);
  }

  dispose(): void {
    this.#node.onaudioprocess = null;
    this.#source.disconnect(this.#node);
    this.#node.disconnect();
  }
}
