import type { PortCls } from '../../engine/portcls/portcls.ts';
import type { PowerSource } from '../../engine/portcls/idlePower.ts';
import type { PowerPolicy } from '../../engine/power/powerPolicy.ts';

/** What a shell tells of the machine's own power. Specification 8.4, 8.5. */
export interface SystemPower {
  /** The machine is about to sleep: everything stops, in order, before this returns. */
  suspend(): void;
  /** It is back: everything that is still there goes on where it was. */
  resume(): void;
  setSource(source: PowerSource): void;
  /** Nobody looks: the screen is locked. Sound goes on; what idles does so as soon as on battery. */
  setDisplayOff(off: boolean): void;
}

export function systemPower(portCls: PortCls, policy: PowerPolicy): SystemPower {
  return {
    suspend: () => policy.suspend(),
    resume: () => policy.resume(),
    setSource: (source) => (portCls.powerSource = source),
    setDisplayOff: (off) => (portCls.displayOff = off),
  };
}
