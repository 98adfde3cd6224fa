import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readPowerSource, watchPowerSource } from '../../../src/main/hardware/powerSupplies.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'pinwheel-supplies-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function supply(name: string, values: Record<string, string>): void {
  mkdirSync(path.join(folder, name), { recursive: true });
  for (const [file, value] of Object.entries(values))
    writeFileSync(path.join(folder, name, file), `${value}\n`);
}

describe('power supplies', () => {
  it('are nobody’s business on a machine that has none', async () => {
    expect(await readPowerSource(folder)).toBeUndefined();
    expect(await readPowerSource(path.join(folder, 'missing'))).toBeUndefined();
  });

  it.each([
    ['a laptop on its charger', '1', 'Charging', 'mains'],
    ['a laptop that is full', '1', 'Full', 'mains'],
    ['a laptop without its charger', '0', 'Discharging', 'battery'],
  ])('tell of %s', async (_what, online, status, source) => {
    supply('AC', { type: 'Mains', online });
    supply('BAT0', { type: 'Battery', status });
    expect(await readPowerSource(folder)).toBe(source);
  });

  it('tell of a charger by USB, of a battery alone, and not of a mouse', async () => {
    supply('hidpp_battery_0', { type: 'Battery', status: 'Discharging', scope: 'Device' });
    expect(await readPowerSource(folder)).toBeUndefined();
    supply('BAT0', { type: 'Battery', status: 'Discharging' });
    expect(await readPowerSource(folder)).toBe('battery');
    supply('ucsi-source-psy', { type: 'USB', online: '1' });
    expect(await readPowerSource(folder)).toBe('mains');
  });

  it('are told once, and again when they change', async () => {
    supply('AC', { type: 'Mains', online: '1' });
    supply('BAT0', { type: 'Battery', status: 'Charging' });
    const told: string[] = [];
    const watch = watchPowerSource((source) => told.push(source), { folder, everyMs: 5 });
    await expect.poll(() => told).toEqual(['mains']);
    supply('AC', { online: '0' });
    supply('BAT0', { status: 'Discharging' });
    await expect.poll(() => told.at(-1)).toBe('battery');
    expect(told).toEqual(['mains', 'battery']);
    watch.dispose();
    supply('AC', { online: '1' });
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(told).toHaveLength(2);
  });
});
