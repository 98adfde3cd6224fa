import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

/** What the rigs of sound servers have in common. */

const run = promisify(execFile);
const START_TIMEOUT_MS = 10_000;

/** This process's environment without what could lead to another session, and with `session`. */
export function sessionEnvironment(session: Readonly<Record<string, string>>): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && !/^(PULSE|PIPEWIRE|WIREPLUMBER|SPA|XDG|DBUS)_/.test(name)) env[name] = value;
  }
  return { ...env, LC_ALL: 'C.UTF-8', ...session };
}

/** Runs `pactl` in an environment and answers its output. */
export async function runPactl(env: Record<string, string>, ...args: string[]): Promise<string> {
  return (await run('pactl', args, { env, timeout: 5000 })).stdout;
}

/** Rejects with what `failure` tells when the condition does not come true in time. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  failure: () => string,
  timeoutMs: number = START_TIMEOUT_MS,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(failure());
    await sleep(20);
  }
}
