import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks in a second of /proc/PID/stat, which Linux fixes for programs. */
const TICKS_PER_SECOND = 100;

/** Processor time that every Chromium process below this program has used, in seconds. */
export function browserSeconds(): number {
  const processes = new Map<number, { name: string; parent: number; ticks: number }>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
      const end = stat.lastIndexOf(')');
      const fields = stat.slice(end + 2).split(' ');
      processes.set(Number(entry), {
        name: stat.slice(stat.indexOf('(') + 1, end),
        parent: Number(fields[1]),
        ticks: Number(fields[11]) + Number(fields[12]),
      });
    } catch {
      // It ended meanwhile.
    }
  }
  const isOurs = (pid: number): boolean => {
    for (let at = processes.get(pid); at; at = processes.get(at.parent)) {
      if (at.parent === process.pid) return true;
    }
    return false;
  };
  let ticks = 0;
  for (const [pid, { name, ticks: each }] of processes) {
    if (/^chrom/.test(name) && isOurs(pid)) ticks += each;
  }
  if (ticks === 0) throw new Error('No Chromium process was found.');
  return ticks / TICKS_PER_SECOND;
}
