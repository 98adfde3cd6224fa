import type { RegisterValues } from '../../contract/hardware.ts';

/** The card's gain registers: what hosts are told of them, and what the next one has to be told. */
export class GainRegisters {
  readonly #send: (values: RegisterValues) => void;
  readonly #gains = new Map<number, number[]>();
  readonly #changed = new Set<number>();
  #flush: NodeJS.Immediate | undefined;

  constructor(send: (values: RegisterValues) => void) {
    this.#send = send;
  }

  get all(): RegisterValues {
    return [...this.#gains].map(([register, gains]) => ({ register, gains }));
  }

  /** One factor per channel. The values of one event-loop turn travel in one message. */
  set(register: number, gains: number[]): void {
    this.#gains.set(register, [...gains]);
    this.#changed.add(register);
    this.#flush ??= setImmediate(() => {
      this.#flush = undefined;
      const values = [...this.#changed].map((changed) => ({
        register: changed,
        gains: this.#gains.get(changed) ?? [],
      }));
      this.#changed.clear();
      this.#send(values);
    });
  }

  dispose(): void {
    clearImmediate(this.#flush);
  }
}
