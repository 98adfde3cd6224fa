import * as v from 'valibot';
import { event, method } from '../service.ts';
import type { KsLevel } from '../units.ts';
import type { LevelRange } from './mixer.ts';

/**
 * The machine's own sound devices as the sound server has them, and the programs that play on them. Their levels are
 * mixer lines of the device `deviceId`; here is what a mixer line has no room for: ports, profiles, defaults, and the
 * streams of programs.
 */

export interface EndpointPort {
  id: string;
  name: string;
  /** Whether something is plugged in. */
  available: 'unknown' | 'no' | 'yes';
}

export interface Endpoint {
  /** Stable over restarts: `sink:NAME` or `source:NAME`. */
  id: string;
  name: string;
  direction: 'output' | 'input';
  /** Id of its mixer device and of its adapter in the topology. */
  deviceId: string;
  /** Name of its topology filter, as the nodes behind its mixer line's controls have it. */
  filter: string;
  isDefault: boolean;
  state: 'running' | 'idle' | 'suspended' | 'unknown';
  channels: number;
  /** Frames per second. */
  sampleRate: number;
  /** As the sound server calls the format of a sample: `s16le`, `float32le` ... */
  format: string;
  /** What the sound server has set the device up for, in milliseconds; 0 where it does not tell. */
  latencyMs: number;
  ports: EndpointPort[];
  activePort: string | null;
}

export interface EndpointCard {
  /** Stable over restarts: `card:NAME`. */
  id: string;
  name: string;
  deviceId: string;
  profiles: { id: string; name: string; available: boolean }[];
  activeProfile: string | null;
}

/** A playback stream of some program. */
export interface ProgramStream {
  /** Not used again until the sound server is restarted. */
  id: number;
  /** The program, as it calls itself. */
  program: string;
  /** What it plays, as it says; may be empty. */
  title: string;
  /** Name of the program's icon in the system's icon theme. */
  icon: string | null;
  processId: number | null;
  endpointId: string;
  /** 1/65536 dB, one per channel; empty for a stream that has no volume of its own. */
  levels: KsLevel[];
  range: LevelRange;
  muted: boolean;
  /** False while the program has paused it. */
  running: boolean;
  /** Pinwheel's own output. */
  own: boolean;
}

export interface EndpointsSnapshot {
  /** False where the machine's sound system is not known to Pinwheel, or is not running. */
  available: boolean;
  endpoints: Endpoint[];
  cards: EndpointCard[];
  programs: ProgramStream[];
}

const id = v.pipe(v.string(), v.nonEmpty());
const streamId = v.pipe(v.number(), v.integer(), v.minValue(0));
const level = v.pipe(v.number(), v.integer(), v.minValue(-0x80000000), v.maxValue(0x7fffffff));

export const endpointsService = {
  name: 'endpoints',
  methods: {
    getSnapshot: method<EndpointsSnapshot>()(v.strictTuple([])),
    /** Makes it the system's default output or input. */
    setDefault: method<void>()(v.strictTuple([id])),
    /** Endpoint, port. */
    setPort: method<void>()(v.strictTuple([id, id])),
    /** Card, profile. */
    setProfile: method<void>()(v.strictTuple([id, id])),
    /** One level for all channels, or one per channel. */
    setProgramLevels: method<void>()(
      v.strictTuple([streamId, v.pipe(v.array(level), v.minLength(1), v.maxLength(32))]),
    ),
    setProgramMuted: method<void>()(v.strictTuple([streamId, v.boolean()])),
    /** Program, endpoint it is to play on. */
    moveProgram: method<void>()(v.strictTuple([streamId, id])),
  },
  events: {
    /** Devices, cards or programs came, went or changed, in more than what `onPrograms` tells. */
    onSnapshot: event<EndpointsSnapshot>(),
    /** Only these programs have changed: level, mute, pause, title, or where they play. */
    onPrograms: event<ProgramStream[]>(),
  },
} as const;
