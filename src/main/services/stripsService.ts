import { Emitter } from '../../contract/emitter.ts';
import type { ServiceImplementation } from '../../contract/service.ts';
import type { DeviceStrips, StripsChange, stripsService } from '../../contract/services/strips.ts';

/** Where strips are kept over restarts. */
export interface StripMemory {
  readonly strips: Readonly<Record<string, DeviceStrips>>;
  setStrips(deviceId: string, strips: DeviceStrips | undefined): void;
}

/** The strips service over its memory; every panel hears of what another one changed. */
export function stripsServiceImplementation(
  memory: StripMemory,
): ServiceImplementation<typeof stripsService> {
  const emitter = new Emitter<StripsChange>();
  return {
    getAll: () => ({ ...memory.strips }),
    set(deviceId, { looks, order }) {
      // A look without anything is none.
      const kept = Object.entries(looks).filter(([, look]) => Object.keys(look).length > 0);
      const strips: DeviceStrips = { looks: Object.fromEntries(kept), order };
      memory.setStrips(deviceId, kept.length === 0 && order.length === 0 ? undefined : strips);
      emitter.fire({ deviceId, strips });
    },
    onChange: emitter.event,
  };
}
