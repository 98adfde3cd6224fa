import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A program's processes as the system sees them. */

/** Every process with a variable of this value in its environment. */
export function processesWith(variable: string, value: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((processId) => read(`/proc/${processId}/environ`).split('\0').includes(`${variable}=${value}`));
}

/** The arguments that it was started with. */
export function commandLine(processId: number): string {
  return read(`/proc/${processId}/cmdline`).replaceAll('\0', ' ').trim();
}

/** Names of its threads. */
export function threads(processId: number): string[] {
  return list(`/proc/${processId}/task`).map((id) => read(`/proc/${processId}/task/${id}/comm`).trim());
}

/** What its file descriptors lead to. */
export function descriptors(processId: number): string[] {
  return list(`/proc/${processId}/fd`).map((id) => {
    try {
      return readlinkSync(`/proc/${processId}/fd/${id}`);
    } catch {
      return '';
    }
  });
}

/** Processor time that it has used, all threads together, in seconds. */
export function processorSeconds(processId: number): number {
  const fields = read(`/proc/${processId}/stat`).split(') ').at(-1)!.split(' ');
  // utime and stime, in ticks of 10 ms.
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Empty when it is gone. */
function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
