import type { DevicePowerState } from './power.ts';
import type { RegistryKey, RegistryValue } from './registryKey.ts';

/** The `PowerSettings` key of an adapter's driver key. Specification 8.5. */
export interface PowerSettings {
  /** Seconds without access before the adapter idles on battery; 0 = never. */
  readonly conservationIdleTime: number;
  /** The same on mains. */
  readonly performanceIdleTime: number;
  /** Where it goes then. */
  readonly idlePowerState: DevicePowerState;
  /** It idles as soon as power is not needed. */
  readonly immediateIdle: boolean;
}

const STATES: readonly DevicePowerState[] = ['D0', 'D1', 'D2', 'D3'];

/** Reads the settings below a driver's key. What is not stored, or is no such value, has its default. */
export function readPowerSettings(driverKey: RegistryKey): PowerSettings {
  const values = driverKey.newSubKey('PowerSettings').queryRegistryValues({
    ConservationIdleTime: rawBytes(0),
    PerformanceIdleTime: rawBytes(0),
    IdlePowerState: rawBytes(3),
    ImmediateIdle: rawBytes(0),
  });
  return {
    conservationIdleTime: numberOf(values.ConservationIdleTime) ?? 0,
    performanceIdleTime: numberOf(values.PerformanceIdleTime) ?? 0,
    idlePowerState: STATES[numberOf(values.IdlePowerState) ?? 3] ?? 'D3',
    immediateIdle: numberOf(values.ImmediateIdle) === 1,
  };
}

/** A number as the settings store it: four raw bytes, little endian. */
export function rawBytes(number: number): RegistryValue {
  const value = new Uint8Array(4);
  new DataView(value.buffer).setUint32(0, number, true);
  return { type: 'REG_BINARY', value };
}

function numberOf(stored: RegistryValue): number | undefined {
  if (stored.type === 'REG_DWORD') return stored.value;
  if (stored.type !== 'REG_BINARY' || stored.value.length !== 4) return undefined;
  return new DataView(stored.value.buffer, stored.value.byteOffset, 4).getUint32(0, true);
}
