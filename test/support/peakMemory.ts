/** How much memory a piece of work takes at most, as the kernel counts it for this process. */
import fs from 'node:fs';

/** Linux 4.0: writing 5 sets the peak of the resident set back to its size. proc(5). */
const CLEAR_REFS = '/proc/self/clear_refs';
const RESET_PEAK = '5';

/** Whether `peakMemory` can measure here: it needs Linux's proc file system. */
export const measuresPeakMemory = fs.existsSync(CLEAR_REFS);

/** Bytes by which the resident set was at most larger than before, while `work` ran. */
export function peakMemory(work: () => void): number {
  fs.writeFileSync(CLEAR_REFS, RESET_PEAK);
  const before = status('VmRSS');
  work();
  return Math.max(0, status('VmHWM') - before);
}

function status(field: string): number {
  const text = fs.readFileSync('/proc/self/status', 'latin1');
  const kilobytes = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1];
  if (kilobytes === undefined) throw new Error(`/proc/self/status has no ${field}.`);
  return Number(kilobytes) * 1024;
}
