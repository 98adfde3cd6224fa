import type { Worker } from 'node:worker_threads';
import type { HostWork } from '../../contract/hardware.ts';
import type { CardInput } from './cardInput.ts';

/** The threads beside the render thread, while they are there. */
export interface HelperThreads {
  readonly feeding: Worker | undefined;
  readonly capturing: Worker | undefined;
}

/**
 * Processor time of the whole process, and what of it each part of the card takes. Inputs are timed block by block on
 * the wall clock; a thread that had to wait for a processor looks busier than it was, which its own processor time puts
 * right.
 */
export class HostUsage {
  #process = process.cpuUsage();
  #thread = process.threadCpuUsage();
  #at = performance.now();
  #renderedMs = 0;
  readonly #feeding = new ThreadUsage();
  readonly #capturing = new ThreadUsage();

  /** The render thread was at work for so long. */
  rendered(milliseconds: number): void {
    this.#renderedMs += milliseconds;
  }

  /** Since the last time it was asked, percent of one core. */
  read(
    inputs: ReadonlyMap<string, CardInput>,
    threads: HelperThreads,
  ): { cpuPercent: number; work: HostWork['cpuPercent'] } {
    const at = performance.now();
    const all = process.cpuUsage();
    const thread = process.threadCpuUsage();
    const elapsedMs = Math.max(1, at - this.#at);
    const percent = (ms: number) => (100 * ms) / elapsedMs;
    const renderThreadMs = spentMs(this.#thread, thread);
    const scale = this.#renderedMs > renderThreadMs ? renderThreadMs / this.#renderedMs : 1;
    const work: HostWork['cpuPercent'] = {
      inputs: {},
      feeding: percent(this.#feeding.readMs(threads.feeding)),
      capturing: percent(this.#capturing.readMs(threads.capturing)),
    };
    for (const [id, input] of inputs) {
      work.inputs[id] = percent(input.renderedMs * scale);
      input.renderedMs = 0;
    }
    const cpuPercent = percent(spentMs(this.#process, all));
    this.#process = all;
    this.#thread = thread;
    this.#at = at;
    this.#renderedMs = 0;
    return { cpuPercent, work };
  }
}

/** Processor time of a worker, which answers a little later. */
class ThreadUsage {
  #worker: Worker | undefined;
  #known = 0;
  #ms = 0;

  /** Milliseconds that became known since the last time. */
  readMs(worker: Worker | undefined): number {
    if (worker !== this.#worker) {
      this.#worker = worker;
      this.#known = 0;
    }
    const ms = this.#ms;
    this.#ms = 0;
    worker?.cpuUsage().then(
      ({ user, system }) => {
        if (worker !== this.#worker) return;
        const total = (user + system) / 1000;
        this.#ms += total - this.#known;
        this.#known = total;
      },
      // It is about to end.
      () => undefined,
    );
    return ms;
  }
}

function spentMs(before: NodeJS.CpuUsage, now: NodeJS.CpuUsage): number {
  return (now.user - before.user + now.system - before.system) / 1000;
}
