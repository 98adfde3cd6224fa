import type { Disposable } from '../../../contract/disposable.ts';
import { millisecondsToReferenceTime } from '../../../contract/units.ts';
import { KsError } from '../ks/status.ts';
import type { Tracer } from '../ks/trace.ts';
import { runGuarded, type Scheduler } from './scheduler.ts';

const INTERVAL = millisecondsToReferenceTime(1_000);

/** PIO_TIMER_ROUTINE */
export type TimeoutRoutine<Context> = (context: Context) => void;

interface Entry {
  readonly routine: TimeoutRoutine<never>;
  readonly context: unknown;
}

/** The once-a-second calls of one adapter: PcRegisterIoTimeout. Specification 7.2. */
export class IoTimeouts implements Disposable {
  readonly #scheduler: Scheduler;
  readonly #tracer: Tracer;
  readonly #target: string;
  readonly #entries: Entry[] = [];
  #timer: Disposable | undefined;

  constructor(scheduler: Scheduler, tracer: Tracer, target: string) {
    this.#scheduler = scheduler;
    this.#tracer = tracer;
    this.#target = target;
  }

  /** @throws KsError STATUS_UNSUCCESSFUL when the pair is registered (check 103) */
  register<Context>(routine: TimeoutRoutine<Context>, context: Context): void {
    if (this.#find(routine, context) >= 0) {
      throw new KsError(
        'STATUS_UNSUCCESSFUL',
        'This timeout routine is registered with this context already.',
      );
    }
    this.#entries.push({ routine, context });
    if (!this.#timer) this.#start();
  }

  /** @throws KsError STATUS_NOT_FOUND (check 103) */
  unregister<Context>(routine: TimeoutRoutine<Context>, context: Context): void {
    const index = this.#find(routine, context);
    if (index < 0) {
      throw new KsError('STATUS_NOT_FOUND', 'This timeout routine is not registered with this context.');
    }
    this.#entries.splice(index, 1);
    if (this.#entries.length === 0) this.dispose();
  }

  /** No routine is called any more. */
  dispose(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
    this.#entries.length = 0;
  }

  #start(): void {
    this.#timer = this.#scheduler.after(INTERVAL, () => {
      this.#start();
      for (const entry of [...this.#entries]) {
        // A routine may unregister another one.
        if (this.#entries.includes(entry)) runGuarded(() => this.#call(entry));
      }
    });
  }

  #call({ routine, context }: Entry): void {
    this.#tracer.measure('timeout', this.#target, routine.name || 'timeout', () =>
      (routine as TimeoutRoutine<unknown>)(context),
    );
  }

  #find<Context>(routine: TimeoutRoutine<Context>, context: Context): number {
    return this.#entries.findIndex((each) => each.routine === routine && each.context === context);
  }
}
