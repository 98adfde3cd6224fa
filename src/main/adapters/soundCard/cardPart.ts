import type { CardPart } from '../../../contract/hardware.ts';
import type { ReferenceTime } from '../../../contract/units.ts';
import type { DevicePowerState, PowerNotify } from '../../engine/portcls/power.ts';
import type { PromisesExitLatency } from '../../engine/portcls/subdevicePower.ts';
import type { CardHardware } from './cardHardware.ts';

/** A miniport of the card behind which a part of the hardware has power of its own. Specification 8.4. */
export class CardPartMiniport implements PowerNotify, PromisesExitLatency {
  readonly #hardware: Pick<CardHardware, 'setPower' | 'exitLatency'>;
  readonly #part: CardPart;

  constructor(hardware: Pick<CardHardware, 'setPower' | 'exitLatency'>, part: CardPart) {
    this.#hardware = hardware;
    this.#part = part;
  }

  /** PowerChangeNotify: what takes time is begun, and done when the promise resolves. */
  powerChangeNotify(state: DevicePowerState): Promise<void> | undefined {
    return this.#hardware.setPower(this.#part, state)?.then(() => undefined);
  }

  exitLatency(from: DevicePowerState): ReferenceTime {
    return this.#hardware.exitLatency(this.#part, from);
  }
}
