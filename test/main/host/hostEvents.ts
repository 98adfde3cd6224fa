import type { HostCommand, HostEvent } from '../../../src/contract/hardware.ts';
import type { HostExit, HostPort } from '../../../src/main/hardware/hostPort.ts';
import { toneCard } from './toneCard.ts';

/** Everything a host says, for tests that wait for one thing or another. */
export class HostEvents {
  readonly all: HostEvent[] = [];
  exit: HostExit | undefined;
  #checks = new Set<() => void>();

  constructor(host: HostPort) {
    host.onEvent((event) => {
      this.all.push(event);
      for (const check of [...this.#checks]) check();
    });
    host.onExit((exit) => {
      this.exit = exit;
      for (const check of [...this.#checks]) check();
    });
  }

  of<T extends HostEvent['type']>(type: T): Extract<HostEvent, { type: T }>[] {
    return this.all.filter((event): event is Extract<HostEvent, { type: T }> => event.type === type);
  }

  /** Resolves with the first event of the type that fits, heard already or to come. */
  next<T extends HostEvent['type']>(
    type: T,
    fits: (event: Extract<HostEvent, { type: T }>) => boolean = () => true,
  ): Promise<Extract<HostEvent, { type: T }>> {
    return this.#until(() => this.of(type).find(fits), `no fitting event “${type}”`);
  }

  ended(): Promise<HostExit> {
    return this.#until(() => this.exit, 'the host does not end');
  }

  #until<T>(probe: () => T | undefined, failure: string): Promise<T> {
    return new Promise((resolve, reject) => {
      const check = () => {
        const found = probe();
        if (found === undefined) return;
        clearTimeout(timer);
        this.#checks.delete(check);
        resolve(found);
      };
      const heard = () => this.all.map(({ type }) => type).join(' ');
      const timer = setTimeout(() => reject(new Error(`${failure}; heard: ${heard()}`)), 15_000);
      this.#checks.add(check);
      check();
    });
  }
}

/** Opens the tone card on the null device. */
export function openOnNull(
  changes: Partial<Extract<HostCommand, { type: 'open' }>> = {},
): Extract<HostCommand, { type: 'open' }> {
  return {
    type: 'open',
    output: { kind: 'null', reason: 'No output device was found.' },
    latency: 'normal',
    card: toneCard,
    registers: [],
    epochNs: process.hrtime.bigint(),
    ...changes,
  };
}
