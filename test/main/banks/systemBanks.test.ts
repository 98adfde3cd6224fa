import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  bankPlaces,
  findBanks,
  preferredBank,
  type BankPlaces,
} from '../../../src/main/banks/systemBanks.ts';

describe('banks of the machine', () => {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'pinwheel-banks-')));
  afterAll(() => {
    fs.rmSync(folder, { recursive: true, force: true });
  });
  const at = (...parts: string[]): string => path.join(folder, ...parts);
  const write = (bytes: number, ...parts: string[]): void => {
    fs.mkdirSync(path.dirname(at(...parts)), { recursive: true });
    fs.writeFileSync(at(...parts), new Uint8Array(bytes));
  };
  write(10, 'out', 'general-midi.dls');
  write(20, 'sf2', 'Large.sf2');
  write(21, 'sf2', 'small.SF2');
  write(22, 'sf2', 'readme.txt');
  write(30, 'sf3', 'Packed.sf3');
  write(40, 'user', 'Mine.dls');
  fs.symlinkSync(at('sf2', 'Large.sf2'), at('sf2', 'default-GM.sf2'));
  fs.symlinkSync(at('sf3', 'Packed.sf3'), at('sf3', 'default-GM.sf3'));
  fs.symlinkSync(at('nowhere.sf2'), at('sf2', 'broken.sf2'));
  fs.mkdirSync(at('sf2', 'folder.sf2'));
  const places: BankPlaces = {
    builtIn: at('out', 'general-midi.dls'),
    systemFiles: [],
    systemFolders: [at('sf2'), at('sf3'), at('not-there')],
    userFolders: [at('user')],
  };

  it('are files with a bank\u2019s ending, each once, with the system\u2019s default', async () => {
    const banks = await findBanks(places);
    expect(
      banks.map(({ name, origin, bytes, isSystemDefault }) => [name, origin, bytes, isSystemDefault]),
    ).toEqual([
      ['general-midi', 'builtIn', 10, false],
      ['Large', 'system', 20, true],
      ['small', 'system', 21, false],
      ['Packed', 'system', 30, true],
      ['Mine', 'user', 40, false],
    ]);
    expect(banks[1]!.file).toBe(at('sf2', 'Large.sf2'));
  });

  it('are chosen from: the system\u2019s default, the built-in one, any', async () => {
    const banks = await findBanks(places);
    expect(preferredBank(banks)!.name).toBe('Large');
    expect(preferredBank(banks.filter(({ name }) => name !== 'Large'))!.name).toBe('Packed');
    expect(preferredBank(banks.filter(({ isSystemDefault }) => !isSystemDefault))!.name).toBe('general-midi');
    expect(preferredBank(banks.slice(-1))!.name).toBe('Mine');
    expect(preferredBank([])).toBeUndefined();
  });

  it('are looked for where each platform has them', () => {
    expect(bankPlaces('win32', { SystemRoot: 'D:\\Windows' }).systemFiles).toEqual([
      'D:\\Windows\\System32\\drivers\\gm.dls',
    ]);
    expect(bankPlaces('darwin', {}).systemFiles[0]).toMatch(/gs_instruments\.dls$/);
    const linux = bankPlaces('linux', {});
    expect(linux.systemFolders).toContain('/usr/share/sounds/sf2');
    expect(linux.systemFolders).toContain('/usr/share/sounds/sf3');
    expect(bankPlaces('linux', { XDG_DATA_HOME: '/data' }).userFolders).toContain('/data/soundfonts');
  });
});
