import * as v from 'valibot';
import { event, method } from '../service.ts';
import type { DevicePower } from './topology.ts';

/**
 * Power of the subdevices: what state each is in and was in, what keeps it awake, when it sleeps, how fast it wakes;
 * and subdevices and physical connections that come and go at run time. Times are seconds of engine time.
 */

/** Why a subdevice changed its state; on the way up, what woke it. */
export type PowerReason = 'registered' | 'stream' | 'request' | 'hold' | 'idle' | 'adapter' | 'system';

export interface PowerChange {
  seconds: number;
  state: DevicePower;
  reason: PowerReason;
}

/** An open stream. */
export interface PowerStream {
  /** Who streams, as a person knows it; empty when nobody said. */
  client: string;
  /** Name of the subdevice whose pin it is, and of the pin. */
  subdevice: string;
  pin: string;
  state: 'STOP' | 'ACQUIRE' | 'PAUSE' | 'RUN';
}

const idleSeconds = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(86_400));
export const idleTimesSchema = v.strictObject({
  /** Seconds without use before it sleeps on mains; 0 = never. */
  performanceSeconds: idleSeconds,
  /** The same on battery. */
  conservationSeconds: idleSeconds,
  /** Where it goes then. */
  state: v.picklist(['D1', 'D2', 'D3']),
});
export type IdleTimes = v.InferOutput<typeof idleTimesSchema>;

export const NEVER_IDLE: IdleTimes = { performanceSeconds: 0, conservationSeconds: 0, state: 'D3' };

/** What it costs now; null where nobody measures. */
export interface PowerCost {
  /** Of one core. */
  cpuPercent: number | null;
  memoryBytes: number | null;
  /** Estimated: it is what remains of something that other subdevices use too. */
  shared: boolean;
  /** What would be free in D3. */
  saves: { cpuPercent: number; memoryBytes: number } | null;
}

export const UNKNOWN_COST: PowerCost = { cpuPercent: null, memoryBytes: null, shared: false, saves: null };

export interface PowerSubdevice {
  /** Adapter id, slash, name. */
  path: string;
  adapter: string;
  name: string;
  /** Port class: `Topology`, `WaveRT`, `DMus` ... */
  port: string;
  /** False: it was unregistered and can be registered again; what follows is as it was then. */
  registered: boolean;
  state: DevicePower;
  /** Of the last ten minutes and the state before them, oldest first. */
  history: PowerChange[];
  /** Seconds in each state since it was registered. */
  secondsIn: Record<DevicePower, number>;
  /** How often it woke since it was registered, by reason. */
  wakes: Partial<Record<PowerReason, number>>;
  held: boolean;
  /** Streams in ACQUIRE or above whose path crosses it: they keep it awake, and pause when it sleeps. */
  holders: PowerStream[];
  /** Streams of its own pins: they end when it is unregistered. */
  streams: PowerStream[];
  idle: IdleTimes;
  /** When it sleeps unless it is used before; null while nothing counts. */
  idleAt: number | null;
  /** Milliseconds to leave its idle state; `measured` is the last way up, null before the first. */
  exitLatency: { promised: number; measured: number | null; from: DevicePower };
  cost: PowerCost;
}

const endSchema = v.strictObject({
  /** Path of the subdevice. */
  filter: v.pipe(v.string(), v.nonEmpty(), v.maxLength(1_000)),
  pin: v.pipe(v.number(), v.integer(), v.minValue(0)),
});
const connectionSchema = v.strictObject({ from: endSchema, to: endSchema });
export type PowerConnectionEnds = v.InferOutput<typeof connectionSchema>;

export interface PowerConnection extends PowerConnectionEnds {
  connected: boolean;
  /** False: one of its ends is not registered. */
  possible: boolean;
}

export interface PowerSnapshot {
  /** Engine time of the snapshot. */
  seconds: number;
  source: 'mains' | 'battery';
  /** Idle times of every subdevice that has none of its own. */
  idle: IdleTimes;
  /** Nothing goes to sleep by itself until the user, or the end of the program, resumes power saving. */
  paused: boolean;
  subdevices: PowerSubdevice[];
  /** Physical connections, also those that were taken away and can be made again. */
  connections: PowerConnection[];
}

/** Path, or a name that only one adapter has, in any case. */
const subdevice = v.pipe(v.string(), v.nonEmpty(), v.maxLength(1_000));

export const powerService = {
  name: 'power',
  methods: {
    getSnapshot: method<PowerSnapshot>()(v.strictTuple([])),
    /**
     * `D0` wakes it. `D3` lets it sleep until it is needed or woken; streams through it pause. `auto` leaves it to the
     * idle times; nobody holds it awake then.
     */
    setState: method<PowerSubdevice>()(v.strictTuple([subdevice, v.picklist(['D0', 'D3', 'auto'])])),
    /** Awake, whatever the idle times say. It is kept. */
    hold: method<PowerSubdevice>()(v.strictTuple([subdevice, v.boolean()])),
    /** Idle times of one subdevice; null: those of all. They are kept. */
    setIdleTimes: method<PowerSubdevice>()(v.strictTuple([subdevice, v.nullable(idleTimesSchema)])),
    /** Idle times of every subdevice that has none of its own. They are kept. */
    setDefaultIdleTimes: method<void>()(v.strictTuple([idleTimesSchema])),
    /** Pauses power saving: what is awake stays awake. It is not kept. */
    setPaused: method<void>()(v.strictTuple([v.boolean()])),
    /** Whether the wavetable synthesizer keeps its bank in memory while it sleeps. It is kept. */
    setKeepBank: method<void>()(v.strictTuple([v.boolean()])),
    /** Its physical connections go first, then it; its streams end. */
    unregister: method<PowerSubdevice>()(v.strictTuple([subdevice])),
    /** What was unregistered comes back under the same name, then its physical connections. */
    register: method<PowerSubdevice>()(v.strictTuple([subdevice])),
    setConnected: method<void>()(v.strictTuple([connectionSchema, v.boolean()])),
    /**
     * Stops an adapter by its id: streams end, its subdevices go, its resources are let go of. Then it starts with what
     * there is.
     */
    rebalance: method<void>()(v.strictTuple([v.pipe(v.string(), v.nonEmpty(), v.maxLength(1_000))])),
  },
  events: {
    onSnapshot: event<PowerSnapshot>(),
    /** Only that, for those whom the rest does not concern. */
    onPaused: event<boolean>(),
  },
} as const;
