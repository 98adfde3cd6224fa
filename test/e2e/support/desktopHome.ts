import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect, type Connection } from '../../../src/contract/rpc/client.ts';
import { connectControlSocket } from '../../../src/main/ipc/controlSocket.ts';

/** A folder for everything that a desktop shell under test writes, and an environment without the machine's sound. */
export interface DesktopHome {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** The services of the program that runs there, as the command line has them. */
  services(): Promise<Connection>;
  remove(): Promise<void>;
}

export async function desktopHome(settings: Record<string, unknown> = {}): Promise<DesktopHome> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pw-desk-'));
  // No sound server of the machine: the null device, whatever the machine has.
  await mkdir(path.join(folder, 'run-user'), { mode: 0o700 });
  // Chosen, so that there is no banner about it.
  const data = { output: 'null', bank: 'built-in', ...settings };
  await writeFile(
    path.join(folder, 'settings.json'),
    JSON.stringify({ format: 'pinwheel-settings', version: 1, data }),
  );
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    PINWHEEL_HOME: folder,
    XDG_RUNTIME_DIR: path.join(folder, 'run-user'),
  };
  for (const name of ['PULSE_SERVER', 'PULSE_RUNTIME_PATH', 'PIPEWIRE_REMOTE']) delete env[name];
  return {
    folder,
    env,
    async services() {
      for (;;) {
        const transport = await connectControlSocket(path.join(folder, 'run', 'control.sock'));
        if (transport) return connect(transport);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    remove: () => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }),
  };
}
