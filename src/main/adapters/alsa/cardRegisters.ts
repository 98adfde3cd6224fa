import type { AlsaCard } from '../../../contract/alsaHardware.ts';
import { NewestWrite } from '../newestWrite.ts';

export interface CardRegisterOptions {
  write(numid: number, values: readonly number[]): Promise<readonly number[]>;
  /** An element has other values than it was set to here. */
  changed(numid: number): void;
}

interface Register {
  /** What is shown. */
  values: readonly number[];
  /** What the card said last. */
  confirmed: readonly number[];
  readonly writes: NewestWrite<readonly number[], readonly number[]>;
}

/**
 * Values of a card's elements that can be read and written at once. While a write is on its way the written values
 * count, and what the card still says of the old ones does not.
 */
export class CardRegisters {
  readonly #options: CardRegisterOptions;
  readonly #registers = new Map<number, Register>();

  constructor(card: AlsaCard, options: CardRegisterOptions) {
    this.#options = options;
    for (const { numid, values } of card.elements) {
      this.#registers.set(numid, {
        values,
        confirmed: values,
        writes: new NewestWrite((wanted) => options.write(numid, wanted), {
          done: (now) => this.#settle(numid, now),
          refused: () => this.#settle(numid),
        }),
      });
    }
  }

  /** Empty for what cannot be read. */
  values(numid: number): readonly number[] {
    return this.#registers.get(numid)?.values ?? [];
  }

  set(numid: number, values: readonly number[]): void {
    const register = this.#registers.get(numid);
    if (!register) return;
    register.values = [...values];
    register.writes.write(register.values);
  }

  setOne(numid: number, index: number, value: number): void {
    this.set(numid, this.values(numid).with(index, value));
  }

  /** Takes over what the card says. */
  update(numid: number, values: readonly number[]): void {
    const register = this.#registers.get(numid);
    if (!register) return;
    register.confirmed = values;
    if (!register.writes.busy) this.#settle(numid);
  }

  #settle(numid: number, now?: readonly number[]): void {
    const register = this.#registers.get(numid)!;
    if (now) register.confirmed = now;
    const { values, confirmed } = register;
    if (confirmed.length === values.length && confirmed.every((each, at) => each === values[at])) return;
    register.values = confirmed;
    this.#options.changed(numid);
  }
}
