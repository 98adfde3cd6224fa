/** From the gravest to what only a developer reads. */
export const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Level by part of the program; `*` is that of every other part. */
export type LogLevels = Readonly<Record<string, LogLevel>>;

/** What one part of the program writes with. */
export type Log = Readonly<Record<LogLevel, (message: string) => void>>;

export interface LogSink {
  write(line: string): void;
  dispose(): Promise<void>;
}

const DEFAULT_LEVEL: LogLevel = 'info';

/** Levels as a person writes them: `debug`, or `hardware=debug,*=warn`. What is no level is left out. */
export function parseLogLevels(text: string): LogLevels {
  const levels: Record<string, LogLevel> = {};
  for (const word of text.split(',')) {
    const [part, level] = word.includes('=') ? word.split('=', 2) : ['*', word];
    const known = LOG_LEVELS.find((each) => each === level?.trim());
    if (known && part) levels[part.trim()] = known;
  }
  return levels;
}

/** The program's log: one line for each thing that happened, with time, level and part. */
export class Logging {
  readonly #sink: LogSink;
  readonly #now: () => Date;
  #levels: LogLevels;
  readonly #newest: string[] = [];

  constructor(sink: LogSink, levels: LogLevels = {}, now: () => Date = () => new Date()) {
    this.#sink = sink;
    this.#levels = levels;
    this.#now = now;
  }

  setLevels(levels: LogLevels): void {
    this.#levels = levels;
  }

  /** The newest lines, for a report. */
  get newest(): readonly string[] {
    return this.#newest;
  }

  part(name: string): Log {
    const write = (level: LogLevel) => (message: string) => this.#write(name, level, message);
    return { error: write('error'), warn: write('warn'), info: write('info'), debug: write('debug') };
  }

  dispose(): Promise<void> {
    return this.#sink.dispose();
  }

  #write(part: string, level: LogLevel, message: string): void {
    const wanted = this.#levels[part] ?? this.#levels['*'] ?? DEFAULT_LEVEL;
    if (LOG_LEVELS.indexOf(level) > LOG_LEVELS.indexOf(wanted)) return;
    const line = logLine(this.#now(), level, part, message);
    this.#newest.push(line);
    if (this.#newest.length > KEPT_LINES) this.#newest.shift();
    this.#sink.write(line);
  }
}

const KEPT_LINES = 300;

/** One thing, one line. */
export function logLine(at: Date, level: LogLevel, part: string, message: string): string {
  return `${at.toISOString()} ${level.padEnd(5)} ${part}: ${message.replaceAll(/\s*\n\s*/g, ' | ')}`;
}

export const NO_SINK: LogSink = { write: () => undefined, dispose: () => Promise.resolve() };
