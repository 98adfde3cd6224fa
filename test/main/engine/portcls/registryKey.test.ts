import { describe, expect, it } from 'vitest';
import { RegistryKey, type RegistryValue } from '../../../../src/main/engine/portcls/registryKey.ts';
import { statusOf } from '../../../fixtures/statusOf.ts';
import { testPortCls } from '../../../support/testFilters.ts';

const dword = (value: number): RegistryValue => ({ type: 'REG_DWORD', value });

describe('registry key', () => {
  it('keeps values by name, whatever the case, and enumerates them', () => {
    const key = new RegistryKey('PowerSettings');
    key.setValueKey('ConservationIdleTime', { type: 'REG_BINARY', value: Uint8Array.of(0x1e, 0, 0, 0) });
    key.setValueKey('conservationidletime', dword(30));
    key.setValueKey('Name', { type: 'REG_SZ', value: 'Card' });
    expect(key.queryValueKey('CONSERVATIONIDLETIME')).toEqual(dword(30));
    expect(key.enumerateValueKey(0)).toEqual({ name: 'ConservationIdleTime', value: dword(30) });
    expect(key.queryKey()).toEqual({ name: 'PowerSettings', subKeys: 0, values: 2 });
    expect(statusOf(() => key.queryValueKey('Missing'))).toBe('STATUS_NOT_FOUND');
    expect(statusOf(() => key.enumerateValueKey(2))).toBe('STATUS_NOT_FOUND');
    expect(key.queryRegistryValues({ Missing: dword(7), conservationIdleTime: dword(0) })).toEqual({
      Missing: dword(7),
      conservationIdleTime: dword(30),
    });
  });

  it('opens sub-keys, makes them when missing, and deletes empty ones only', () => {
    const root = new RegistryKey('');
    const key = root.newSubKey('Driver');
    expect(root.newSubKey('driver')).toBe(key);
    key.newSubKey('0000');
    expect(key.enumerateKey(0)).toBe('0000');
    expect(statusOf(() => key.deleteKey())).toBe('STATUS_INVALID_DEVICE_REQUEST');
    key.newSubKey('0000').deleteKey();
    key.deleteKey();
    expect(statusOf(() => key.setValueKey('x', dword(1)))).toBe('STATUS_NOT_FOUND');
    expect(root.queryKey().subKeys).toBe(0);
    expect(statusOf(() => root.deleteKey())).toBe('STATUS_INVALID_DEVICE_REQUEST');
  });

  it('the settings of a driver outlive its adapter, apart from those of another', () => {
    const portCls = testPortCls();
    const add = (id: string) => portCls.addAdapterDevice({ id, name: id, maxObjects: 1 });
    const first = add('one');
    first.newRegistryKey('driver').setValueKey('Level', dword(3));
    portCls.removeAdapterDevice(first);
    expect(add('one').newRegistryKey('driver').queryValueKey('Level')).toEqual(dword(3));
    const other = add('two');
    expect(statusOf(() => other.newRegistryKey('driver').queryValueKey('Level'))).toBe('STATUS_NOT_FOUND');
    expect(statusOf(() => other.newRegistryKey('deviceInterface'))).toBe('STATUS_INVALID_PARAMETER');
    expect(other.newRegistryKey('deviceInterface', 'Wave').queryKey().name).toBe('Wave');
  });
});
