import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BankEvent } from '../../../src/contract/hardware.ts';
import { HostBanks } from '../../../src/main/host/hostBanks.ts';
import { makeDls } from '../synth/collections/support.ts';

describe('the bank of a device host', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pinwheel-bank-'));
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));
  const write = (name: string, bytes: Uint8Array): string => {
    const file = path.join(folder, name);
    fs.writeFileSync(file, bytes);
    return file;
  };
  const good = write('good.dls', makeDls({ regions: [[]] }));
  const damaged = write('damaged.dls', makeDls({ regions: [[]] }).slice(0, -10));

  let banks: HostBanks;
  let told: BankEvent[];
  beforeEach(() => {
    banks = new HostBanks();
    banks.readBuiltIn();
    told = [];
  });
  afterEach(() => banks.dispose());
  const load = (number: number, file: string) =>
    banks.load({ type: 'loadBank', load: number, file }, (event) => told.push(event));

  it('is the built-in one at first, with every program', () => {
    const [collection] = banks.device.collections;
    for (let program = 0; program < 128; program++)
      expect(collection!.exact({ bankMsb: 0, bankLsb: 0, program, isDrum: false })).toBeDefined();
  });

  it('gives its memory back when another one takes its place', async () => {
    const before = banks.device.memory.bytesInUse;
    await load(1, good);
    expect(told.at(-1)).toMatchObject({
      type: 'bankLoaded',
      load: 1,
      bank: { format: 'dls', instruments: 1 },
    });
    expect(banks.device.memory.bytesInUse).toBeLessThan(before / 10);
  });

  it('stays when another one cannot be read; the error names place and file', async () => {
    const before = banks.device.collections;
    await load(1, damaged);
    expect(told.at(-1)).toMatchObject({
      type: 'bankFailed',
      load: 1,
      error: { code: 'bad-input', subject: 'damaged.dls', offset: 0 },
    });
    await load(2, path.join(folder, 'missing.dls'));
    expect(told.at(-1)).toMatchObject({ type: 'bankFailed', load: 2, error: { code: 'not-found' } });
    expect(banks.device.collections).toBe(before);
  });

  it('is the last one asked for', async () => {
    await Promise.all([load(1, damaged), load(2, good)]);
    expect(told.filter(({ type }) => type !== 'bankProgress')).toMatchObject([
      { type: 'bankFailed', load: 1, error: { code: 'cancelled' } },
      { type: 'bankLoaded', load: 2 },
    ]);
  });

  it('is not changed by a load that is ended', async () => {
    const before = banks.device.memory.bytesInUse;
    const loading = load(1, good);
    banks.cancel();
    await loading;
    expect(told).toMatchObject([{ type: 'bankFailed', error: { code: 'cancelled' } }]);
    expect(banks.device.memory.bytesInUse).toBe(before);
  });
});
