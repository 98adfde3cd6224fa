import { PinwheelError } from '../../../../contract/errors.ts';
import { REFERENCE_TIME_PER_SECOND, referenceTime, type ReferenceTime } from '../../../../contract/units.ts';
import type { MasterClock } from '../../ks/clock.ts';

/** Bandwidth of the loop in Hz: slow enough to average a millisecond of noise away, fast enough to follow drift. */
const LOOP_BANDWIDTH_HZ = 0.1;
const LOOP_OMEGA = 2 * Math.PI * LOOP_BANDWIDTH_HZ;
/** An error beyond this is no noise: it is corrected no faster than this much of it would be. */
const ERROR_LIMIT = 20_000;
/** No two crystals differ by more. */
const RATE_LIMIT = 0.001;
/** An error beyond this means that one of the clocks stood still. */
const JUMP_LIMIT = 5_000_000;

/**
 * Clock half of ISynthSinkDMus: relates the sample clock of the device to the master clock. Specification 4.7.
 *
 * The two drift apart, and what is known of the device's clock is noisy. A phase-locked loop of second order
 * corrects part of the error with each `syncToMaster`, and it corrects by bending the rate until the next one: time
 * never jumps and never runs backwards. Sample times count frames since the start; all conversions are meant for
 * frames around the present position.
 */
export class WaveSinkClock {
  readonly sampleRate: number;
  readonly #nominalPeriod: number;
  /** Sample clock: frames rendered since the start. */
  #position = 0;
  /** Reference time of frame `#position`, as far as told by the loop. */
  #time = 0;
  /** 100 ns per frame until the next synchronisation. */
  #period: number;
  /** Measured rate of the device against the master, relative: the loop's integral. */
  #drift = 0;
  #lastSync = 0;
  #started = false;

  constructor(sampleRate: number) {
    this.sampleRate = sampleRate;
    this.#nominalPeriod = REFERENCE_TIME_PER_SECOND / sampleRate;
    this.#period = this.#nominalPeriod;
  }

  /** Frames rendered since the start. */
  get position(): number {
    return this.#position;
  }

  /** Reference time of the frame that is rendered next. */
  get time(): ReferenceTime {
    return referenceTime(this.#time);
  }

  /** 100 ns per frame at present, within 0.3 % of nominal. */
  get period(): number {
    return this.#period;
  }

  /** Frames were rendered. */
  advance(frames: number): void {
    this.#position += frames;
    this.#time += frames * this.#period;
  }

  /**
   * ISynthSinkDMus::SyncToMaster. `masterTime` is the master's time for the frame that is rendered next. With
   * `start`, on the first call after entering RUN, the sample clock becomes 0 there; later calls only adjust.
   *
   * Returns the jump of the master clock that was taken over at once because one of the clocks had stood still
   * (0 otherwise): whoever counts time since the start shifts that by it. @throws PinwheelError `bad-state` before the
   * first start
   */
  syncToMaster(masterTime: ReferenceTime, start: boolean): ReferenceTime {
    if (start) {
      this.#position = 0;
      this.#time = masterTime;
      this.#lastSync = 0;
      // What was learnt of the drift holds for the device, not for one run.
      this.#period = this.#nominalPeriod * (1 + this.#drift);
      this.#started = true;
      return referenceTime(0);
    }
    if (!this.#started) {
      throw new PinwheelError({
        code: 'bad-state',
        message: 'The sample clock was adjusted before it was started.',
        subject: 'ISynthSinkDMus::SyncToMaster',
        status: 'STATUS_INVALID_DEVICE_STATE',
      });
    }
    const elapsed = (this.#position - this.#lastSync) * this.#nominalPeriod;
    if (elapsed <= 0) return referenceTime(0);
    this.#lastSync = this.#position;
    const error = masterTime - this.#time;
    if (Math.abs(error) > JUMP_LIMIT) {
      this.#time = masterTime;
      this.#period = this.#nominalPeriod * (1 + this.#drift);
      return referenceTime(error);
    }
    const limited = Math.min(ERROR_LIMIT, Math.max(-ERROR_LIMIT, error));
    const seconds = elapsed / REFERENCE_TIME_PER_SECOND;
    // Relative rate that would remove the error in one second.
    const rate = limited / REFERENCE_TIME_PER_SECOND;
    if (limited === error) {
      const drift = this.#drift + LOOP_OMEGA * LOOP_OMEGA * seconds * rate;
      this.#drift = Math.min(RATE_LIMIT, Math.max(-RATE_LIMIT, drift));
    }
    this.#period = this.#nominalPeriod * (1 + this.#drift + Math.SQRT2 * LOOP_OMEGA * rate);
    return referenceTime(0);
  }

  /** ISynthSinkDMus::SampleToRefTime. */
  sampleToRefTime(sample: number): ReferenceTime {
    return referenceTime(this.#time + (sample - this.#position) * this.#period);
  }

  /** ISynthSinkDMus::RefTimeToSample, not rounded. */
  refTimeToSample(time: ReferenceTime): number {
    return this.#position + (time - this.#time) / this.#period;
  }
}

/**
 * The latency clock: the first time that can still be rendered. "Play now" events are stamped with it, not with the
 * master clock. Specification 4.7.
 */
export class LatencyClock implements MasterClock {
  readonly #master: MasterClock;
  readonly #latency: number;
  #renderedUntil = -Infinity;

  /** `latency`: 100 ns between rendering and hearing, when nothing is rendered ahead. */
  constructor(master: MasterClock, latency: ReferenceTime) {
    this.#master = master;
    this.#latency = latency;
  }

  /** Sound up to master time `time` is written and cannot be changed any more. */
  renderedUntil(time: ReferenceTime): void {
    this.#renderedUntil = time;
  }

  now(): ReferenceTime {
    return referenceTime(Math.max(this.#master.now() + this.#latency, this.#renderedUntil));
  }
}
