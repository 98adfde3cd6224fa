import { Emitter, type Event } from '../../contract/emitter.ts';
import { toDisposable, type Disposable } from '../../contract/disposable.ts';
import type { ServiceImplementation } from '../../contract/service.ts';
import type { TraceEntry, TraceState, traceService } from '../../contract/services/trace.ts';
import { ksLevel, ksLevelToDecibels } from '../../contract/units.ts';
import { KSPROPERTY_AUDIO } from '../engine/ks/properties/audio.ts';
import { isSuccess } from '../engine/ks/status.ts';
import type { TraceRecord, Tracer } from '../engine/ks/trace.ts';

export interface TraceServiceOptions {
  /** Entries that are kept. */
  capacity?: number;
  /** Milliseconds since 1970. */
  now?: () => number;
}

/** Display rate. */
const PERIOD_MS = 33;
const METER_READING = `GET ${KSPROPERTY_AUDIO.PEAKMETER2.name}`;

/** Records what the engine's trace hook tells, in a ring, while anybody listens; the hook is off otherwise. */
export class TraceService implements ServiceImplementation<typeof traceService>, Disposable {
  readonly #tracer: Tracer;
  readonly #capacity: number;
  readonly #now: () => number;
  readonly #emitter = new Emitter<TraceEntry[]>();
  /** Place of entry `id` is `id % capacity`. */
  #ring: TraceEntry[] = [];
  #next = 0;
  /** First entry that the listeners were not told. */
  #untold = 0;
  /** First entry of this recording. */
  #first = 0;
  #meters = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    tracer: Tracer,
    { capacity = 10_000, now = () => performance.timeOrigin + performance.now() }: TraceServiceOptions = {},
  ) {
    this.#tracer = tracer;
    this.#capacity = capacity;
    this.#now = now;
  }

  readonly onEntries: Event<TraceEntry[]> = (listener) => {
    const handle = this.#emitter.event(listener);
    if (this.#timer === undefined) this.#start();
    return toDisposable(() => {
      handle.dispose();
      if (!this.#emitter.hasListeners) this.dispose();
    });
  };

  getState(): TraceState {
    return { recording: this.#timer !== undefined, meters: this.#meters, capacity: this.#capacity };
  }

  getEntries(): TraceEntry[] {
    return this.#since(this.#first);
  }

  setMeters(meters: boolean): void {
    this.#meters = meters;
  }

  dispose(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#tracer.start(undefined);
    this.#ring = [];
    this.#first = this.#untold = this.#next;
    this.#meters = false;
  }

  #start(): void {
    this.#timer = setInterval(() => this.#tell(), PERIOD_MS);
    this.#tracer.start((record) => this.#take(record));
  }

  #take(record: TraceRecord): void {
    if (!this.#meters && record.action.startsWith(METER_READING)) return;
    const id = this.#next++;
    this.#ring[id % this.#capacity] = entryOf(record, id, this.#now());
  }

  #tell(): void {
    if (this.#untold === this.#next) return;
    const entries = this.#since(this.#untold);
    this.#untold = this.#next;
    this.#emitter.fire(entries);
  }

  /** Of those that are kept still. */
  #since(id: number): TraceEntry[] {
    const entries: TraceEntry[] = [];
    for (let each = Math.max(id, this.#next - this.#capacity); each < this.#next; each++) {
      entries.push(this.#ring[each % this.#capacity]!);
    }
    return entries;
  }
}

function entryOf(record: TraceRecord, id: number, time: number): TraceEntry {
  const { kind, target, name = lastWord(target), status, durationMs } = record;
  const [action, detail] = inDecibels(record);
  return { id, time, kind, target, name, action, status, failed: !isSuccess(status), detail, durationMs };
}

/** Properties whose value is a level. */
const LEVELS = new RegExp(
  ` (?:${[
    KSPROPERTY_AUDIO.VOLUMELEVEL,
    KSPROPERTY_AUDIO.BASS,
    KSPROPERTY_AUDIO.MID,
    KSPROPERTY_AUDIO.TREBLE,
    KSPROPERTY_AUDIO.EQ_LEVEL,
  ]
    .map(({ name }) => name)
    .join('|')})\\b`,
);

/** Action and detail; nobody reads 1/65536 dB, so levels are told in dB, too. */
function inDecibels({ action, detail = '', status }: TraceRecord): [action: string, detail: string] {
  if (!LEVELS.test(action)) return [action, detail];
  const told = (text: string) =>
    text.replace(/-?\d+$/, (level) => {
      const decibels = ksLevelToDecibels(ksLevel(Number(level)));
      return `${level} (${decibels === -Infinity ? '-∞' : Number(decibels.toFixed(2))} dB)`;
    });
  return [action.startsWith('SET') ? told(action) : action, isSuccess(status) ? told(detail) : detail];
}

/** `card/Wave` is Wave. */
const lastWord = (target: string): string => target.slice(target.lastIndexOf('/') + 1);
