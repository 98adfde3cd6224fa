/** When a piece of a recording arrived. */
export interface Arrival {
  /** Frames recorded when the piece was complete. */
  frames: number;
  /** `monotonicMs()` at that moment. */
  atMs: number;
}

/** The clock that all processes of the machine share, in milliseconds. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Frames around the wanted one whose arrivals are considered, in seconds. */
const ARRIVAL_WINDOW_SECONDS = 2;

/** Sound as it left a sink, with the time at which it did. */
export class Recording {
  readonly rate: number;
  readonly channels: number;
  /** All channels, frame by frame. A view: it is not to be written to. */
  readonly interleaved: Float32Array;
  /** The sound server ended the recording, not the test. */
  readonly interrupted: boolean;
  readonly #arrivals: readonly Arrival[];

  constructor(sound: {
    rate: number;
    channels: number;
    interleaved: Float32Array;
    interrupted: boolean;
    arrivals: readonly Arrival[];
  }) {
    this.rate = sound.rate;
    this.channels = sound.channels;
    this.interleaved = sound.interleaved;
    this.interrupted = sound.interrupted;
    this.#arrivals = sound.arrivals;
  }

  get frames(): number {
    return this.interleaved.length / this.channels;
  }

  get seconds(): number {
    return this.frames / this.rate;
  }

  /** One channel, from one frame to before another. A copy. */
  channel(index: number, from = 0, to = this.frames): Float32Array<ArrayBuffer> {
    const first = Math.max(0, from);
    const samples = new Float32Array(Math.max(0, Math.min(to, this.frames) - first));
    for (let frame = 0; frame < samples.length; frame++) {
      samples[frame] = this.interleaved[(first + frame) * this.channels + index]!;
    }
    return samples;
  }

  /**
   * About when the frame left the sink, on the clock of `monotonicMs()`. It is at most some 50 ms later than the truth
   * (the server's buffers) and never earlier: of the pieces around it, the one that was held up least counts.
   */
  timeOfFrame(frame: number): number {
    const window = ARRIVAL_WINDOW_SECONDS * this.rate;
    let origin = Infinity;
    for (const arrival of this.#arrivals) {
      if (arrival.frames < frame - window || arrival.frames > frame + window) continue;
      origin = Math.min(origin, arrival.atMs - (1000 * arrival.frames) / this.rate);
    }
    if (origin === Infinity)
      throw new Error(`Frame ${frame} is not near anything recorded (${this.frames} frames).`);
    return origin + (1000 * frame) / this.rate;
  }
}
