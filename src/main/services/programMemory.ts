import type { Disposable } from '../../contract/disposable.ts';
import type { Event } from '../../contract/emitter.ts';
import type { KsLevel } from '../../contract/units.ts';
import { processIdOf } from '../hardware/soundServer/index.ts';

/** What is remembered of a program. */
export interface ProgramState {
  /** 1/65536 dB, one per channel. */
  readonly levels: readonly KsLevel[];
  readonly muted: boolean;
}

/** A playback stream of the sound server, as far as its program is to be known again. */
export interface KnownStream {
  readonly index: number;
  readonly properties: ReadonlyMap<string, string>;
}

export interface ProgramMemoryOptions {
  readonly server: {
    readonly state: { readonly serverRunning: boolean; readonly streams: readonly KnownStream[] };
  };
  /** The endpoints adapter, where the streams are pins. */
  readonly programs: {
    readonly onChange: Event<void>;
    programLevels(index: number): ProgramState | undefined;
    setProgramLevels(index: number, levels: readonly number[]): void;
    setProgramMuted(index: number, muted: boolean): void;
  };
  /** Over restarts, by `programKey`. */
  readonly memory: {
    program(key: string): ProgramState | undefined;
    setProgram(key: string, state: ProgramState): void;
  };
  /** The user wants it. */
  enabled(): boolean;
  /** Pinwheel's own processes, whose levels are the card's. */
  isOwn(processId: number): boolean;
  /** How long a level has to stand to be remembered: a fade to silence before the end is none. */
  settleMs?: number;
}

const SETTLE_MS = 1_000;

interface Watched {
  readonly key: string;
  last: ProgramState;
  timer: NodeJS.Timeout | undefined;
}

/**
 * Remembers at which level each program was, and sets its next stream to that. A stream is set once, as it comes, and
 * only where it comes at 100 % and unmuted: at another level it was set already, by its program or by the sound server's
 * own memory, which is then as new as this one. Streams that are there before Pinwheel are left as they are.
 */
export class ProgramMemory implements Disposable {
  readonly #options: ProgramMemoryOptions;
  readonly #streams = new Map<number, Watched>();
  readonly #subscription: Disposable;
  #serverSeen = false;

  constructor(options: ProgramMemoryOptions) {
    this.#options = options;
    this.#subscription = options.programs.onChange(() => this.#update());
    this.#update();
  }

  dispose(): void {
    this.#subscription.dispose();
    for (const { timer } of this.#streams.values()) clearTimeout(timer);
    this.#streams.clear();
  }

  #update(): void {
    const { server, programs } = this.#options;
    const { serverRunning, streams } = server.state;
    const present = new Set<number>();
    for (const stream of streams) {
      const state = programs.programLevels(stream.index);
      if (!state) continue;
      present.add(stream.index);
      const watched = this.#streams.get(stream.index);
      if (watched) this.#compare(watched, state);
      else this.#arrived(stream, state);
    }
    for (const [index, { timer }] of this.#streams) {
      if (present.has(index)) continue;
      clearTimeout(timer);
      this.#streams.delete(index);
    }
    this.#serverSeen ||= serverRunning;
  }

  #arrived({ index, properties }: KnownStream, state: ProgramState): void {
    const { isOwn, memory, enabled, programs } = this.#options;
    const key = programKey(properties);
    const processId = processIdOf({ properties });
    if (key === undefined || state.levels.length === 0 || (processId !== undefined && isOwn(processId)))
      return;
    const watched: Watched = { key, last: state, timer: undefined };
    this.#streams.set(index, watched);
    const remembered = memory.program(key);
    if (!this.#serverSeen || !remembered || !enabled() || !isUntouched(state)) return;
    const levels = fitting(remembered.levels, state.levels.length);
    watched.last = { levels, muted: remembered.muted };
    programs.setProgramLevels(index, levels);
    if (remembered.muted) programs.setProgramMuted(index, true);
  }

  #compare(watched: Watched, state: ProgramState): void {
    if (isSame(watched.last, state)) return;
    watched.last = state;
    clearTimeout(watched.timer);
    watched.timer = setTimeout(() => {
      if (this.#options.enabled()) this.#options.memory.setProgram(watched.key, watched.last);
    }, this.#options.settleMs ?? SETTLE_MS);
    watched.timer.unref();
  }
}

/**
 * What a program is known by: the id that it gives itself, else its file and name, because many run in the same
 * interpreter. Undefined for a stream that tells nothing.
 */
export function programKey(properties: ReadonlyMap<string, string>): string | undefined {
  const parts = (...names: string[]): string[] =>
    names.flatMap((name) => {
      const value = properties.get(name) ?? '';
      return value === '' ? [] : `${name}=${value}`;
    });
  const [key = parts('application.process.binary', 'application.name').join(' ')] = parts('application.id');
  return key === '' ? undefined : key;
}

const isUntouched = ({ levels, muted }: ProgramState): boolean =>
  !muted && levels.every((level) => level === 0);

const isSame = (a: ProgramState, b: ProgramState): boolean =>
  a.muted === b.muted &&
  a.levels.length === b.levels.length &&
  a.levels.every((level, channel) => level === b.levels[channel]);

/** The levels themselves for as many channels, else the loudest for each. */
function fitting(levels: readonly KsLevel[], channels: number): KsLevel[] {
  if (levels.length === channels) return [...levels];
  const loudest = levels.reduce((most, level) => (level > most ? level : most));
  return Array.from({ length: channels }, () => loudest);
}
