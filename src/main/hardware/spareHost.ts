import type { Disposable } from '../../contract/disposable.ts';
import type { HostFactory, HostPort } from './hostPort.ts';

/**
 * A host that waits, started and idle, for the moment in which the lost device is back: starting a process is most of
 * the time that it takes to get a device back.
 */
export class SpareHost {
  readonly #start: HostFactory;
  #spare: { host: HostPort; watch: Disposable } | undefined;

  constructor(start: HostFactory) {
    this.#start = start;
  }

  keep(wanted: boolean): void {
    if (wanted && !this.#spare) {
      const host = this.#start();
      this.#spare = { host, watch: host.onExit(() => (this.#spare = undefined)) };
    } else if (!wanted && this.#spare) {
      this.take().kill();
    }
  }

  /** The one that waits, or a fresh one. */
  take(): HostPort {
    const spare = this.#spare;
    if (!spare) return this.#start();
    this.#spare = undefined;
    spare.watch.dispose();
    return spare.host;
  }
}
