import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { COOKIE_BYTES } from './protocol.ts';
import type { Environment } from './serverAddress.ts';

/**
 * The authentication cookie of PulseAudio: 256 bytes that only the user's own programs can read. Without one, zeros
 * are sent; PipeWire and a server of the same user let the client in by its user id then.
 */
export async function readAuthCookie(env: Environment): Promise<Buffer> {
  for (const path of cookiePaths(env)) {
    try {
      const cookie = await readFile(path);
      if (cookie.length >= COOKIE_BYTES) return cookie.subarray(0, COOKIE_BYTES);
    } catch {
      // Not there or not readable: the next place counts.
    }
  }
  return Buffer.alloc(COOKIE_BYTES);
}

function cookiePaths(env: Environment): string[] {
  const paths: string[] = [];
  const home = env['HOME'];
  if (env['PULSE_COOKIE']) paths.push(env['PULSE_COOKIE']);
  if (env['XDG_CONFIG_HOME']) paths.push(join(env['XDG_CONFIG_HOME'], 'pulse', 'cookie'));
  else if (home) paths.push(join(home, '.config', 'pulse', 'cookie'));
  if (home) paths.push(join(home, '.pulse-cookie'));
  return paths;
}
