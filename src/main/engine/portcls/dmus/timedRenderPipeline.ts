import type { Disposable } from '../../../../contract/disposable.ts';
import type { StreamState } from '../../../../contract/hardware.ts';
import { referenceTime, type ReferenceTime } from '../../../../contract/units.ts';
import type { MasterClock } from '../../ks/clock.ts';
import type { Scheduler } from '../scheduler.ts';
import { RenderPipeline, type RenderPipelineOptions } from './renderPipeline.ts';

/** The longest wait that is asked of a timer at once, 100 ns; a timer of the event loop ends at 2^31 ms. */
const LONGEST_WAIT = 600_000_000;

/** A render pipeline in this process that a timer of the scheduler wakes when its next event is due. */
export class TimedRenderPipeline implements Disposable {
  readonly #masterClock: MasterClock;
  readonly #scheduler: Scheduler;
  readonly #pipeline: RenderPipeline;
  #timer: Disposable | undefined;
  #timerFor = Infinity;

  constructor(options: RenderPipelineOptions & { readonly scheduler: Scheduler }) {
    this.#masterClock = options.masterClock;
    this.#scheduler = options.scheduler;
    this.#pipeline = new RenderPipeline(options);
  }

  /** @throws as RenderPipeline.setState */
  setState(state: StreamState): void {
    this.#pipeline.setState(state);
    if (state === 'RUN') this.#startTimer();
    else this.#stopTimer();
  }

  /** @throws as RenderPipeline.write */
  write(startTime: ReferenceTime, records: Uint8Array): void {
    this.#pipeline.write(startTime, records);
    this.#startTimer();
  }

  dispose(): void {
    this.#stopTimer();
    this.#pipeline.dispose();
  }

  /** Wakes when the next event is due. An earlier timer stays; one that wakes too early starts the next. */
  #startTimer(): void {
    const due = this.#pipeline.dueAt;
    if (due === Infinity || due >= this.#timerFor) return;
    this.#stopTimer();
    this.#timerFor = due;
    const wait = Math.min(LONGEST_WAIT, Math.max(0, due - this.#masterClock.now()));
    this.#timer = this.#scheduler.after(referenceTime(wait), () => {
      this.#timer = undefined;
      this.#timerFor = Infinity;
      this.#pipeline.service();
      this.#startTimer();
    });
  }

  #stopTimer(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
    this.#timerFor = Infinity;
  }
}
