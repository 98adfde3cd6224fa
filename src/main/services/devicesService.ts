import type { Event } from '../../contract/emitter.ts';
import type { ServiceImplementation } from '../../contract/service.ts';
import type { DeviceList, devicesService } from '../../contract/services/devices.ts';

/** The output side of the sound hardware. */
export interface OutputDevices {
  readonly devices: DeviceList;
  readonly onDevices: Event<DeviceList>;
  select(outputId: string): void;
}

/** `chosen` is told what the user selected, so that it is still selected next time. */
export function devicesServiceImplementation(
  outputs: OutputDevices,
  chosen: (outputId: string) => void,
): ServiceImplementation<typeof devicesService> {
  return {
    list: () => outputs.devices,
    selectOutput: (outputId) => {
      outputs.select(outputId);
      chosen(outputId);
    },
    onDevices: (listener) => outputs.onDevices(listener),
  };
}
