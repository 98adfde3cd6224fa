import { readFileSync } from 'node:fs';

/**
 * Milliseconds since the machine started in which at least one thread was ready to run and had no processor (Linux'
 * pressure stall information). Undefined where the system does not tell.
 */
export function processorWaitMs(): number | undefined {
  try {
    const microseconds = /^some .*\btotal=(\d+)/m.exec(readFileSync('/proc/pressure/cpu', 'latin1'))?.[1];
    return microseconds === undefined ? undefined : Number(microseconds) / 1_000;
  } catch {
    // Not Linux, or a kernel without it.
    return undefined;
  }
}
