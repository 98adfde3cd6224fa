import { referenceTime, type ReferenceTime } from '../../../contract/units.ts';

/** 120 beats a minute, where a file says nothing. */
export const DEFAULT_MICROSECONDS_PER_QUARTER = 500_000;

/** What a tick is worth: the header's division word. */
export type Division =
  | { kind: 'ppq'; ticksPerQuarter: number }
  /** `framesPerSecond` 24, 25, 30 or 30000/1001. */
  | { kind: 'smpte'; framesPerSecond: number; ticksPerFrame: number };

/** Ticks to time: a piecewise linear function with a bend at each tempo change. */
export class TempoMap {
  /** Tick, time in 100 ns and tempo of each segment, by tick; the first starts at tick 0. */
  readonly ticks: Float64Array;
  readonly times: Float64Array;
  readonly microsecondsPerQuarter: Float64Array;
  readonly #perTick: Float64Array;

  /**
   * `changeTicks` rise; `changeTempos` are microseconds per quarter. Of several changes at one tick the last counts.
   * SMPTE time knows no tempo: changes are ignored.
   */
  constructor(division: Division, changeTicks: ArrayLike<number>, changeTempos: ArrayLike<number>) {
    const ticks: number[] = [0];
    const tempos: number[] = [DEFAULT_MICROSECONDS_PER_QUARTER];
    if (division.kind === 'ppq') {
      for (let index = 0; index < changeTicks.length; index++) {
        const tick = changeTicks[index]!;
        const tempo = changeTempos[index]!;
        // A tempo of 0 would stop time.
        if (tempo === 0) continue;
        if (tick === ticks[ticks.length - 1]) tempos[tempos.length - 1] = tempo;
        else if (tempo !== tempos[tempos.length - 1]) {
          ticks.push(tick);
          tempos.push(tempo);
        }
      }
    }
    this.ticks = Float64Array.from(ticks);
    this.microsecondsPerQuarter = Float64Array.from(tempos);
    this.times = new Float64Array(ticks.length);
    this.#perTick = new Float64Array(ticks.length);
    for (let index = 0; index < ticks.length; index++) {
      this.#perTick[index] =
        division.kind === 'ppq'
          ? (tempos[index]! * 10) / division.ticksPerQuarter
          : 10_000_000 / (division.framesPerSecond * division.ticksPerFrame);
      if (index > 0) {
        const length = this.ticks[index]! - this.ticks[index - 1]!;
        this.times[index] = this.times[index - 1]! + length * this.#perTick[index - 1]!;
      }
    }
  }

  get length(): number {
    return this.ticks.length;
  }

  /** Time of a tick, rounded to 100 ns. */
  timeOf(tick: number): ReferenceTime {
    return this.timeIn(this.segmentAt(tick, 0), tick);
  }

  /** Segment that a tick falls into. With rising ticks, hand in the last answer: the search goes on from there. */
  segmentAt(tick: number, from: number): number {
    let segment = from;
    if (segment + 1 < this.length && this.ticks[segment + 1]! <= tick) {
      segment++;
      if (segment + 1 < this.length && this.ticks[segment + 1]! <= tick) {
        let low = segment + 1;
        let high = this.length;
        while (low < high) {
          const middle = (low + high) >>> 1;
          if (this.ticks[middle]! <= tick) low = middle + 1;
          else high = middle;
        }
        segment = low - 1;
      }
    }
    return segment;
  }

  timeIn(segment: number, tick: number): ReferenceTime {
    return referenceTime(
      Math.round(this.times[segment]! + (tick - this.ticks[segment]!) * this.#perTick[segment]!),
    );
  }
}
