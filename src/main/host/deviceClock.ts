import {
  framesToReferenceTime,
  referenceTime,
  referenceTimeToFrames,
  type ReferenceTime,
} from '../../contract/units.ts';

/** An observation this far from the prediction is no noise: the device stood still, or time jumped. */
const RELOCK_DISTANCE = referenceTime(1_000_000);
/** Share of an error that is corrected at once when locked; at 100 observations a second a time constant of 2 s. */
const LOCKED_GAIN = 0.005;

/**
 * Maps device frames to engine time from what can be observed: a frame counter that advances in bursts, read at
 * moments that come late. A first-order loop at the nominal rate: the first observations are averaged, later ones
 * correct little, so that neither bursts nor late timers reach the mapping (a device that is 100 ppm off is followed
 * with a constant error of 0.2 ms). Time as told by `blockTime` never runs backwards.
 */
export class DeviceClock {
  readonly sampleRate: number;
  #frame = 0;
  #time = 0;
  #observations = 0;
  #blockFrame = -Infinity;
  #blockTime = -Infinity;

  constructor(sampleRate: number) {
    this.sampleRate = sampleRate;
  }

  /**
   * At engine time `now` the device had taken all frames before `frame`. Answers whether it has stood still, or jumped,
   * since it was seen last.
   */
  observe(frame: number, now: ReferenceTime): boolean {
    const predicted = this.timeOfFrame(frame);
    const error = now - predicted;
    const isFirst = this.#observations === 0;
    if (isFirst || Math.abs(error) > RELOCK_DISTANCE) {
      this.#frame = frame;
      this.#time = now;
      this.#observations = 1;
      return !isFirst;
    }
    this.#observations++;
    this.#frame = frame;
    this.#time = predicted + error * Math.max(1 / this.#observations, LOCKED_GAIN);
    return false;
  }

  /** The device stood still, and goes on with `frame` at about `time`: what was observed before holds no longer. */
  restart(frame: number, time: ReferenceTime): void {
    this.#frame = frame;
    this.#time = time;
    this.#observations = 0;
  }

  /** When the device takes `frame`. */
  timeOfFrame(frame: number): ReferenceTime {
    return referenceTime(this.#time + framesToReferenceTime(frame - this.#frame, this.sampleRate));
  }

  /** The frame, with fraction, that the device takes at `time`. */
  frameAtTime(time: ReferenceTime): number {
    return this.#frame + referenceTimeToFrames(referenceTime(time - this.#time), this.sampleRate);
  }

  /**
   * Time of the first frame of a block, for blocks asked for in order. Corrections backwards are spread: time goes on
   * at half speed at least.
   */
  blockTime(frame: number): ReferenceTime {
    const elapsed = framesToReferenceTime(frame - this.#blockFrame, this.sampleRate);
    const earliest = this.#blockTime + elapsed / 2;
    const time = this.timeOfFrame(frame);
    this.#blockFrame = frame;
    // Not a comparison with Math.max: the first block has no predecessor and `earliest` is not a number.
    this.#blockTime = earliest > time ? earliest : time;
    return referenceTime(this.#blockTime);
  }
}
