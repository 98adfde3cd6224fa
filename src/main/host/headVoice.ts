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
  readonly sides: readonly [left: number, right: number];
}

/**
 * What the library's transfer functions take away, on average over directions, at the rate they were measured at; at
 * other rates they are as much louder as the rate is higher.
 */
const LOSS = 2;
const MEASURED_RATE = 44_100;
/** Of the filter; the library ends it with its input. */
const TAIL_SECONDS = 0.02;

/**
 * A stream placed by head-related transfer functions: a row of chunks of its own through a panner into an input of the
 * card. Distance, cone and pitch are in its samples already; it is heard 2 ms later than by amplitude pan.
 */
export class HeadVoice {
  readonly #queue: ChunkQueue;
  readonly #panner: PannerNode;
  readonly #nodes: readonly AudioNode[];
  readonly #sides: GainRegister;
  readonly #gain: number;
  readonly #rate: number;
  readonly #tailFrames: number;
  /** Frames of silence that must still follow. */
  #tail = 0;
  /** What the nodes are set to. */
  readonly #place = { right: 0, up: 0, front: 1 };
  readonly #gains: [left: number, right: number];

  /** Reads the transfer functions, which takes the first voice of a process tens of milliseconds, and more at high rates. */
  static prepare(context: BaseAudioContext): void {
    new PannerNode(context, { panningModel: 'HRTF' });
  }

  constructor(context: BaseAudioContext, target: AudioNode, source: HeadSource) {
    this.#rate = context.sampleRate;
    this.#tailFrames = TAIL_SECONDS * context.sampleRate;
    this.#gain = (LOSS * MEASURED_RATE) / context.sampleRate;
    this.#panner = new PannerNode(context, { panningModel: 'HRTF', rolloffFactor: 0, positionZ: -1 });
    const splitter = new ChannelSplitterNode(context, { numberOfOutputs: 2 });
    const merger = new ChannelMergerNode(context, { numberOfInputs: 2 });
    const ears = [new GainNode(context), new GainNode(context)];
    this.#gains = [...source.sides];
    this.#sides = new GainRegister(
      ears.map(({ gain }, side) => new GainChannel(gain, this.#gain * source.sides[side]!)),
    );
    this.#panner.connect(splitter);
    ears.forEach((ear, side) => {
      splitter.connect(ear, side);
      ear.connect(merger, 0, side);
    });
    merger.connect(target);
    this.#nodes = [this.#panner, splitter, ...ears, merger];
    this.#queue = new ChunkQueue(context, this.#panner, source.samples.length, 1);
    this.#turn(source, 0);
  }

  /** The newest block of the source, to be heard at `frame` from where the source is; answers whether it has sound. */
  play(source: HeadSource, frame: number): boolean {
    this.#turn(source, frame / this.#rate);
    if (isSilent(source.samples)) {
      this.rest(source.samples, frame);
      return false;
    }
    this.#tail = this.#tailFrames;
    this.#queue.add(frame, source.samples);
    return true;
  }

  /** Its filter is not empty yet. */
  get sounding(): boolean {
    return this.#tail > 0;
  }

  /** Nothing is to be heard of the source: silence follows until what its filter has taken in was heard. */
  rest(silence: Float32Array<ArrayBuffer>, frame: number): void {
    if (this.#tail <= 0) return;
    this.#tail -= silence.length;
    this.#queue.add(frame, silence);
  }

  send(): void {
    this.#queue.send();
  }

  dispose(): void {
    for (const node of this.#nodes) node.disconnect();
  }

  #turn({ right, up, front, sides }: HeadSource, time: number): void {
    const gains = this.#gains;
    if (sides[0] !== gains[0] || sides[1] !== gains[1]) {
      [gains[0], gains[1]] = sides;
      this.#sides.set(gains.map((gain) => gain * this.#gain));
    }
    this.#sides.update(time);
    const place = this.#place;
    if (right === place.right && up === place.up && front === place.front) return;
    Object.assign(place, { right, up, front });
    // Web Audio's listener looks along the negative z axis.
    this.#panner.positionX.setValueAtTime(right, time);
    this.#panner.positionY.setValueAtTime(up, time);
    this.#panner.positionZ.setValueAtTime(-front, time);
  }
}
