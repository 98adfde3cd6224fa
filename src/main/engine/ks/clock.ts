import type { ReferenceTime } from '../../../contract/units.ts';

/** IMasterClock: 100 ns units, constant rate, never pauses. Specification 4.4. */
export interface MasterClock {
  now(): ReferenceTime;
}
