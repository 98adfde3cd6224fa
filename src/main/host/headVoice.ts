import { ChannelMergerNode, ChannelSplitterNode, GainNode, PannerNode } from 'node-web-audio-api';
import { ChunkQueue, isSilent } from './chunkQueue.ts';
import { GainChannel, GainRegister } from './gainRegister.ts';

/** What a stream plays that has a place around the listener's head, as of its newest block. */
export interface HeadSource {
  readonly samples: Float32Array<ArrayBuffer>;
  /** Where it is, a vector of length 1 along the listener's axes. */
  readonly right: number;
  readonly up: number;
  readonly front: number;
  /** Linear gains of what the two ears hear. */
  readonly sides: readonly number[];
}

/**
 * What the library's transfer functions take away, on average over directions, at the rate they were measured at; at
 * other rates they are as much louder as the rate is higher.
 */
const LOSS = 2;
const MEASURED_RATE = 44_100;

/**
 * A stream placed by head-related transfer functions: a row of chunks of its own through a panner into an input of the
 * card. Distance, cone and pitch are in its samples already; it is heard 2 ms later than by amplitude pan.
 */
export class HeadVoice {
  readonly #queue: ChunkQueue;
  readonly #panner: PannerNode;
  readonly #last: GainNode[];
  readonly #nodes: readonly AudioNode[];
  readonly #sides: GainRegister;
  readonly #gain: number;
  readonly #rate: number;
  readonly #place = { right: 0, up: 0, front: 1 };

  /** Reads the transfer functions, which takes the first voice of a process tens of milliseconds, and more at high rates. */
  static prepare(context: BaseAudioContext): void {
    new PannerNode(context, { panningModel: 'HRTF' });
  }

  constructor(context: BaseAudioContext, target: AudioNode, source: HeadSource) {
    this.#rate = context.sampleRate;
    this.#gain = (LOSS * MEASURED_RATE) / context.sampleRate;
    this.#panner = new PannerNode(context, { panningModel: 'HRTF', rolloffFactor: 0, positionZ: -1 });
    const splitter = new ChannelSplitterNode(context, { numberOfOutputs: 2 });
    const merger = new ChannelMergerNode(context, { numberOfInputs: 2 });
    this.#last = [new GainNode(context), new GainNode(context)];
    this.#sides = new GainRegister(
      this.#last.map(({ gain }, side) => new GainChannel(gain, this.#gain * source.sides[side]!)),
    );
    this.#panner.connect(splitter);
    this.#last.forEach((gain, side) => {
      splitter.connect(gain, side);
      gain.connect(merger, 0, side);
    });
    merger.connect(target);
    this.#nodes = [this.#panner, splitter, ...this.#last, merger];
    this.#queue = new ChunkQueue(context, this.#panner, source.samples.length, 1);
    this.#turn(source, 0);
  }

  /** The newest block of the source, to be heard at `frame` from where the source is; answers whether it has sound. */
  play(source: HeadSource, frame: number): boolean {
    this.#turn(source, frame / this.#rate);
    if (isSilent(source.samples)) return false;
    this.#queue.add(frame, source.samples);
    return true;
  }

  send(): void {
    this.#queue.send();
  }

  dispose(): void {
    for (const node of this.#nodes) node.disconnect();
  }

  #turn(source: HeadSource, time: number): void {
    this.#sides.set(source.sides.map((gain) => gain * this.#gain));
    this.#sides.update(time);
    const { right, up, front } = source;
    const place = this.#place;
    if (right === place.right && up === place.up && front === place.front) return;
    Object.assign(place, { right, up, front });
    // Web Audio's listener looks along the negative z axis.
    this.#panner.positionX.setValueAtTime(right, time);
    this.#panner.positionY.setValueAtTime(up, time);
    this.#panner.positionZ.setValueAtTime(-front, time);
  }
}
