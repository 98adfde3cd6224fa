import type {
  AdapterPowerManagement,
  DeviceCapabilities,
  DevicePowerState,
} from '../../engine/portcls/power.ts';
import type { CardHardware } from './cardHardware.ts';

/** IAdapterPowerManagement of the card: in D3 its hardware is let go of. Specification 8.4. */
export class CardAdapterPower implements AdapterPowerManagement {
  readonly #hardware: Pick<CardHardware, 'setCardPower'>;

  constructor(hardware: Pick<CardHardware, 'setCardPower'>) {
    this.#hardware = hardware;
  }

  powerChangeState(newState: DevicePowerState): void {
    this.#hardware.setCardPower(newState);
  }

  queryPowerChangeState(): void {
    // Every state is possible at any time.
  }

  queryDeviceCapabilities(capabilities: DeviceCapabilities): DeviceCapabilities {
    return capabilities;
  }
}
