import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { toDisposable, type Disposable } from '../../contract/disposable.ts';

/** Where Linux tells of its power supplies. */
const FOLDER = '/sys/class/power_supply';
/** The kernel tells programs nothing by itself that a file would show. */
const LOOK_EVERY_MS = 30_000;

interface Supply {
  type: string;
  /** `1` for one that is plugged in. */
  online: string;
  /** Of a battery: `Discharging`, `Charging`, `Full`, `Not charging`, `Unknown`. */
  status: string;
  /** `Device` for the battery of a mouse or a keyboard, which does not run the machine. */
  scope: string;
}

/**
 * What the machine runs on, for shells that nobody tells: any charger that is plugged in is mains; without one a
 * battery that discharges is what it is. Undefined where the kernel knows of no supply, as on most desktops.
 */
export async function readPowerSource(folder: string = FOLDER): Promise<'mains' | 'battery' | undefined> {
  const names = await readdir(folder).catch(() => []);
  const supplies = await Promise.all(names.map((name) => readSupply(path.join(folder, name))));
  const chargers = supplies.filter(({ type }) => type === 'Mains' || type.startsWith('USB'));
  const batteries = supplies.filter(({ type, scope }) => type === 'Battery' && scope !== 'Device');
  if (chargers.some(({ online }) => online === '1')) return 'mains';
  if (batteries.length === 0) return chargers.length > 0 ? 'mains' : undefined;
  return batteries.some(({ status }) => status === 'Discharging') ? 'battery' : 'mains';
}

/** Tells the source now and whenever it has changed since it was told. */
export function watchPowerSource(
  onSource: (source: 'mains' | 'battery') => void,
  { folder = FOLDER, everyMs = LOOK_EVERY_MS }: { folder?: string; everyMs?: number } = {},
): Disposable {
  let told: string | undefined;
  let ended = false;
  const look = async (): Promise<void> => {
    const source = await readPowerSource(folder);
    if (ended || source === undefined || source === told) return;
    told = source;
    onSource(source);
  };
  void look();
  const timer = setInterval(() => void look(), everyMs);
  timer.unref();
  return toDisposable(() => {
    ended = true;
    clearInterval(timer);
  });
}

async function readSupply(folder: string): Promise<Supply> {
  const read = (name: string): Promise<string> =>
    readFile(path.join(folder, name), 'utf8').then(
      (text) => text.trim(),
      // What a supply does not have, or has just lost.
      () => '',
    );
  const [type, online, status, scope] = await Promise.all([
    read('type'),
    read('online'),
    read('status'),
    read('scope'),
  ]);
  return { type, online, status, scope };
}
