import { DisposableStore } from '../../contract/disposable.ts';
import type { HostPort } from './hostPort.ts';

/** What became of a host. `message` is a sentence for the user. */
export interface HostEnd<Cause extends string = never> {
  cause: Cause | 'stalled' | 'host-exit' | 'closed';
  message: string;
}

export interface WatchedHostOptions<Command, Report, Cause extends string> {
  readonly host: HostPort<Command, Report>;
  /** Asks the host for an orderly end. */
  readonly closeCommand: Command;
  /** Milliseconds the host may take for that. */
  readonly closeLimitMs: number;
  /** The limit begins anew with every word from the host: it has something to finish. */
  readonly closesWhileAlive?: boolean;
  /** What to call it: “the device host”. */
  readonly name: string;
  /** Intervals of half a second without a word after which it counts as stalled, asked every time. */
  silenceLimit(): number;
  /** Whether it is something that the host may say. */
  fits(event: unknown): boolean;
  /** What the host reports until its end. */
  event(event: Report): void;
  /** Once, when the host cannot be used any more. */
  ended(end: HostEnd<Cause>): void;
  /** Once, when its process is gone, or counts as gone because it cannot be ended. */
  exited(): void;
}

const LIVENESS_INTERVAL_MS = 500;
/** A killed process that the kernel holds in a call goes when that returns, perhaps never: nobody waits for it longer. */
const GONE_LIMIT_MS = 2_000;

/** One life of a device host: a host that stopped answering is killed, whatever the reason. */
export class WatchedHost<Command, Report, Cause extends string = never> {
  readonly #options: WatchedHostOptions<Command, Report, Cause>;
  readonly #store = new DisposableStore();
  readonly #liveness: NodeJS.Timeout;
  #ended = false;
  #exited = false;
  #silentIntervals = 0;
  #closeLimit: NodeJS.Timeout | undefined;
  #goneLimit: NodeJS.Timeout | undefined;

  constructor(options: WatchedHostOptions<Command, Report, Cause>) {
    this.#options = options;
    const { host, name } = options;
    this.#store.add(
      host.onEvent((event) => {
        this.#silentIntervals = 0;
        if (!options.fits(event)) this.end('host-exit', `The ${name} said what nobody understands.`);
        else if (!this.#ended) options.event(event);
        else if (options.closesWhileAlive) this.#closeLimit?.refresh();
      }),
    );
    this.#store.add(
      host.onExit(({ code, signal, stderrTail }) => {
        this.#exited = true;
        const how = signal ?? `exit code ${code}`;
        const why = lastError(stderrTail);
        this.end(
          'host-exit',
          `The ${name} ended unexpectedly (${how})${why === undefined ? '' : `: ${why}`}.`,
        );
        this.#gone();
      }),
    );
    // Counted in ticks of our own timer: when the whole program was stopped for a while, only one tick has passed.
    this.#liveness = setInterval(() => {
      if (++this.#silentIntervals >= options.silenceLimit())
        this.end('stalled', `The ${name} stopped answering.`);
    }, LIVENESS_INTERVAL_MS);
  }

  get exited(): boolean {
    return this.#exited;
  }

  get processId(): number | undefined {
    return this.#options.host.pid;
  }

  send(command: Command): void {
    if (!this.#ended) this.#options.host.send(command);
  }

  /** It is told to do something for which it has the whole silence limit. */
  beginPatience(): void {
    this.#silentIntervals = 0;
  }

  /** Orderly end; the process is gone within the limit. */
  close(): void {
    if (this.#ended) return;
    const { host, closeCommand, closeLimitMs } = this.#options;
    host.send(closeCommand);
    this.#closeLimit = setTimeout(() => this.#kill(), closeLimitMs);
    this.end('closed', '');
  }

  /** The host is of no use any more. One that is not closing in an orderly way is killed. */
  end(cause: HostEnd<Cause>['cause'], message: string): void {
    if (this.#ended) return;
    this.#ended = true;
    clearInterval(this.#liveness);
    if (this.#closeLimit === undefined && !this.#exited) this.#kill();
    this.#options.ended({ cause, message });
  }

  #kill(): void {
    this.#options.host.kill();
    this.#goneLimit = setTimeout(() => this.#gone(), GONE_LIMIT_MS);
  }

  #gone(): void {
    clearInterval(this.#liveness);
    clearTimeout(this.#closeLimit);
    clearTimeout(this.#goneLimit);
    this.#store.dispose();
    this.#options.exited();
  }
}

/** The last line of an error that ended the host, such as a library that could not be loaded. */
function lastError(stderrTail: string): string | undefined {
  const line = stderrTail.split('\n').findLast((each) => /^\s*\w*Error\b/.test(each));
  return line?.trim().replace(/[.{\s]+$/, '');
}
