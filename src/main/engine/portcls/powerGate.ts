import type { DevicePowerState } from './power.ts';

/**
 * Between a driver's registers and its hardware: in D0 a write goes through; outside D0, where hardware must not be
 * touched, the newest write of each register is kept and made on the return to D0. Specification 8.4.
 */
export class PowerGate<Register> {
  #powered = true;
  readonly #kept = new Map<Register, () => void>();

  /** `touch` writes the register's present value to the hardware. */
  write(register: Register, touch: () => void): void {
    if (this.#powered) touch();
    else this.#kept.set(register, touch);
  }

  /** From PowerChangeState. */
  changed(state: DevicePowerState): void {
    this.#powered = state === 'D0';
    if (!this.#powered) return;
    for (const touch of this.#kept.values()) touch();
    this.#kept.clear();
  }
}
