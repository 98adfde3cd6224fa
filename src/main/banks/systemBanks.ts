/** The banks of sounds that a machine has: the built-in one, and those that the system or the user installed. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { builtInBank } from './builtInBank.ts';

export interface KnownBank {
  /** Absolute; where several names lead to one file, the first that was found. */
  readonly file: string;
  /** File name without its ending. */
  readonly name: string;
  readonly origin: 'builtIn' | 'system' | 'user';
  readonly bytes: number;
  /** The system's own choice: its DLS file, or what its alternatives point to. */
  readonly isSystemDefault: boolean;
}

/** Where to look, so that a test can look elsewhere. */
export interface BankPlaces {
  readonly builtIn: string;
  /** Files that are the system's bank. */
  readonly systemFiles: readonly string[];
  readonly systemFolders: readonly string[];
  readonly userFolders: readonly string[];
}

const ENDINGS = new Set(['.dls', '.sf2', '.sf3']);
/** Debian's alternatives. */
const DEFAULT_NAME = /^default-GM\.sf[23]$/;

/** The places of this platform. */
export function bankPlaces(
  platform: NodeJS.Platform = process.platform,
  environment: NodeJS.ProcessEnv = process.env,
): BankPlaces {
  const home = os.homedir();
  const builtIn = builtInBank();
  if (platform === 'win32') {
    const windows = environment['SystemRoot'] ?? 'C:\\Windows';
    const drivers = path.win32.join(windows, 'System32', 'drivers');
    return { builtIn, systemFiles: [path.win32.join(drivers, 'gm.dls')], systemFolders: [], userFolders: [] };
  }
  if (platform === 'darwin') {
    const component = '/System/Library/Components/CoreAudio.component/Contents/Resources';
    return {
      builtIn,
      systemFiles: [`${component}/gs_instruments.dls`],
      systemFolders: ['/Library/Audio/Sounds/Banks'],
      userFolders: [path.join(home, 'Library/Audio/Sounds/Banks')],
    };
  }
  const data = environment['XDG_DATA_HOME'] ?? path.join(home, '.local/share');
  const shares = (environment['XDG_DATA_DIRS'] ?? '/usr/local/share:/usr/share').split(':').filter(Boolean);
  const inside = (share: string): string[] => [
    path.join(share, 'sounds/sf2'),
    path.join(share, 'sounds/sf3'),
    path.join(share, 'soundfonts'),
  ];
  return {
    builtIn,
    systemFiles: [],
    systemFolders: shares.flatMap(inside),
    userFolders: inside(data),
  };
}

/**
 * All banks of the machine: the built-in one first, then the system's, then the user's, each by name. Folders that
 * are not there or cannot be read have none.
 */
export async function findBanks(places: BankPlaces = bankPlaces()): Promise<readonly KnownBank[]> {
  const banks: KnownBank[] = [];
  const known = new Map<string, number>();
  const add = async (file: string, origin: KnownBank['origin'], isSystemDefault: boolean): Promise<void> => {
    try {
      const real = await fs.promises.realpath(file);
      const stat = await fs.promises.stat(real);
      if (!stat.isFile()) return;
      const index = known.get(real);
      if (index === undefined) {
        known.set(real, banks.length);
        const { name } = path.parse(real);
        banks.push({ file: real, name, origin, bytes: stat.size, isSystemDefault });
      } else if (isSystemDefault) {
        banks[index] = { ...banks[index]!, isSystemDefault };
      }
    } catch {
      // Gone, or a link to nothing.
    }
  };
  await add(places.builtIn, 'builtIn', false);
  for (const file of places.systemFiles) await add(file, 'system', true);
  for (const folder of places.systemFolders) {
    for (const name of await banksIn(folder)) {
      await add(path.join(folder, name), 'system', DEFAULT_NAME.test(name));
    }
  }
  for (const folder of places.userFolders) {
    for (const name of await banksIn(folder)) await add(path.join(folder, name), 'user', false);
  }
  return banks;
}

/**
 * The bank to play when nobody chose one: the system's default, of several the one that is not compressed, because it
 * is ready at once; otherwise the built-in one, otherwise any. Undefined when there is none.
 */
export function preferredBank(banks: readonly KnownBank[]): KnownBank | undefined {
  const defaults = banks.filter(({ isSystemDefault }) => isSystemDefault);
  return (
    defaults.find(({ file }) => !file.endsWith('.sf3')) ??
    defaults[0] ??
    banks.find(({ origin }) => origin === 'builtIn') ??
    banks[0]
  );
}

async function banksIn(folder: string): Promise<string[]> {
  try {
    const names = await fs.promises.readdir(folder);
    return names.filter((name) => ENDINGS.has(path.extname(name).toLowerCase())).sort();
  } catch {
    // No such folder on this system.
    return [];
  }
}
