import { readFileSync } from 'node:fs';

/** Clock ticks in a second of /proc/PID/stat, which Linux fixes for programs. */
const TICKS_PER_SECOND = 100;

/** User and system time of a process, in seconds. */
export function processorSeconds(processId: number): number {
  const stat = readFileSync(`/proc/${processId}/stat`, 'utf8');
  // The second field is the name, in parentheses, and may have spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** The program that a command of the project runs as its only child. */
export function onlyChild(processId: number): number {
  const children = readFileSync(`/proc/${processId}/task/${processId}/children`, 'utf8').trim().split(' ');
  const child = Number(children[0]);
  if (children.length !== 1 || !(child > 0))
    throw new Error(`Process ${processId} has ${children.length} children.`);
  return child;
}
