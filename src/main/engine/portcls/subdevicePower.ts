import { Emitter, type Event } from '../../../contract/emitter.ts';
import {
  millisecondsToReferenceTime,
  secondsToReferenceTime,
  type ReferenceTime,
} from '../../../contract/units.ts';
import type { MasterClock } from '../ks/clock.ts';
import type { PinInstance } from '../ks/pin.ts';
import type { Tracer } from '../ks/trace.ts';
import { offersPowerNotify, type AdapterPower, type DevicePowerState } from './power.ts';

/** Why a subdevice changed its state; on the way up, the reason it was woken for. */
export type PowerReason = 'registered' | 'stream' | 'request' | 'hold' | 'idle' | 'adapter' | 'system';

/** One change of a subdevice's state. */
export interface PowerChange {
  readonly time: ReferenceTime;
  readonly state: DevicePowerState;
  readonly reason: PowerReason;
}

/** How long it took to leave a state, against what that state promises. */
export interface ExitLatency {
  readonly from: DevicePowerState;
  readonly promised: ReferenceTime;
  readonly measured: ReferenceTime;
}

/** A miniport may promise its own exit latencies, 100 ns. */
export interface PromisesExitLatency {
  exitLatency(from: DevicePowerState): ReferenceTime;
}

/** How far back the history reaches. */
export const POWER_HISTORY = secondsToReferenceTime(600);

/** What a subdevice keeps to unless its miniport promises otherwise: what it holds is suspended, or closed. */
const USUAL_EXIT_LATENCY: Readonly<Record<DevicePowerState, ReferenceTime>> = {
  D0: millisecondsToReferenceTime(0),
  D1: millisecondsToReferenceTime(50),
  D2: millisecondsToReferenceTime(50),
  D3: millisecondsToReferenceTime(250),
};

export interface SubdevicePowerOptions {
  readonly target: string;
  readonly masterClock: MasterClock;
  readonly tracer: Tracer;
  readonly adapter: AdapterPower;
  readonly miniport: unknown;
  openPins(): Iterable<PinInstance>;
}

/**
 * The power state of one subdevice beside its adapter's, which is never less deep. Order down: running streams are
 * paused, its miniport and streams notified; up, the reverse, with the adapter first. Specification 8.4, 8.5.
 */
export class SubdevicePower {
  readonly #options: SubdevicePowerOptions;
  #own: DevicePowerState = 'D0';
  #history: PowerChange[];
  #exitLatency: ExitLatency | undefined;
  readonly #total: Record<DevicePowerState, number> = { D0: 0, D1: 0, D2: 0, D3: 0 };
  readonly #wakes = new Map<PowerReason, number>();
  readonly #paused = new Set<PinInstance>();
  readonly #stateEmitter = new Emitter<PowerChange>();
  readonly #latencyEmitter = new Emitter<ExitLatency>();
  /** After every change of `state`. */
  readonly onState: Event<PowerChange> = this.#stateEmitter.event;
  /** It is awake and was measured. */
  readonly onExitLatency: Event<ExitLatency> = this.#latencyEmitter.event;

  constructor(options: SubdevicePowerOptions) {
    this.#options = options;
    this.#history = [{ time: options.masterClock.now(), state: this.state, reason: 'registered' }];
  }

  /** What was asked of it, whatever its adapter is in. */
  get ownState(): DevicePowerState {
    return this.#own;
  }

  get state(): DevicePowerState {
    const { state } = this.#options.adapter;
    return state > this.#own ? state : this.#own;
  }

  /** Changes of the last ten minutes, and the one before them, oldest first. */
  get history(): readonly PowerChange[] {
    return this.#history;
  }

  /** The last way up; undefined before the first. */
  get exitLatency(): ExitLatency | undefined {
    return this.#exitLatency;
  }

  /** Time spent in each state since it was registered, 100 ns. */
  get timeInStates(): Readonly<Record<DevicePowerState, ReferenceTime>> {
    const { time, state } = this.#history.at(-1)!;
    const total = { ...this.#total };
    total[state] += this.#options.masterClock.now() - time;
    return total as Record<DevicePowerState, ReferenceTime>;
  }

  /** How often it woke since it was registered. */
  get wakes(): ReadonlyMap<PowerReason, number> {
    return this.#wakes;
  }

  promisedExitLatency(from: DevicePowerState): ReferenceTime {
    const { miniport } = this.#options;
    return promises(miniport) ? miniport.exitLatency(from) : USUAL_EXIT_LATENCY[from];
  }

  /** The change is done when this returns. `streams` are paused: those whose path crosses the subdevice. */
  request(
    state: DevicePowerState,
    reason: PowerReason = 'request',
    streams: Iterable<PinInstance> = this.#options.openPins(),
  ): void {
    const before = this.#own;
    if (state === before) return;
    const { adapter, masterClock, tracer, target } = this.#options;
    const began = masterClock.now();
    const promised = this.promisedExitLatency(before);
    if (state === 'D0') adapter.request('D0');
    tracer.measure('power', target, `${before} to ${state}, ${reason}`, () => {
      if (state > before) {
        for (const pin of streams) {
          pin.pauseForPower(this);
          this.#paused.add(pin);
        }
        // What failed is the miniport's to tell.
        this.notify(state)?.catch(() => undefined);
        this.#own = state;
      } else {
        this.#own = state;
        this.#measureExit({ from: before, promised, began }, this.notify(state));
        if (state === 'D0') this.#resume();
      }
    });
    this.#record(reason);
  }

  /** The adapter's state is another one. */
  adapterChanged(): void {
    this.#record('adapter');
  }

  /** IPowerNotify of the miniport and of its streams; a promise while one of them is not done. */
  notify(state: DevicePowerState): Promise<unknown> | undefined {
    const { miniport, openPins } = this.#options;
    const pending: Promise<void>[] = [];
    for (const object of [miniport, ...[...openPins()].map(({ stream }) => stream)]) {
      const done = offersPowerNotify(object) ? object.powerChangeNotify(state) : undefined;
      if (done) pending.push(done);
    }
    return pending.length > 0 ? Promise.all(pending) : undefined;
  }

  /** The stream does not go through it any more: it does not hold it up. */
  release(pin: PinInstance): void {
    if (this.#paused.delete(pin)) pin.resumeAfterPower(this);
  }

  /** The subdevice is gone: what it held up and does not go through it any more runs on. */
  removed(): void {
    this.#resume();
  }

  #resume(): void {
    const paused = [...this.#paused];
    this.#paused.clear();
    for (const pin of paused) pin.resumeAfterPower(this);
  }

  #measureExit(
    { from, promised, began }: Omit<ExitLatency, 'measured'> & { readonly began: ReferenceTime },
    done: Promise<unknown> | undefined,
  ): void {
    const { masterClock, tracer, target } = this.#options;
    const finished = () => {
      const measured = (masterClock.now() - began) as ReferenceTime;
      this.#exitLatency = { from, promised, measured };
      if (tracer.on && measured > promised) {
        tracer.record({
          kind: 'power',
          target,
          action: `leaving ${from} took longer than promised`,
          status: 'STATUS_UNSUCCESSFUL',
          detail: `${measured / 10_000} ms, promised ${promised / 10_000} ms`,
          durationMs: measured / 10_000,
        });
      }
      this.#latencyEmitter.fire(this.#exitLatency);
    };
    if (!done) return finished();
    // What failed is the miniport's to tell; it is not awake then, and nothing was measured.
    done.then(finished, () => undefined);
  }

  #record(reason: PowerReason): void {
    const last = this.#history.at(-1)!;
    const { state } = this;
    if (state === last.state) return;
    const time = this.#options.masterClock.now();
    if (state === 'D0') this.#wakes.set(reason, (this.#wakes.get(reason) ?? 0) + 1);
    this.#total[last.state] += time - last.time;
    const change = { time, state, reason };
    this.#history.push(change);
    const first = this.#history.findIndex((each) => each.time > time - POWER_HISTORY);
    if (first > 1) this.#history = this.#history.slice(first - 1);
    this.#stateEmitter.fire(change);
  }
}

function promises(object: unknown): object is PromisesExitLatency {
  return typeof object === 'object' && object !== null && 'exitLatency' in object;
}
