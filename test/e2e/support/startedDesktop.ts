import path from 'node:path';
import type { Connection } from '../../../src/contract/rpc/client.ts';
import { launchStandin, type RunningDesktop } from '../../electron-standin/launch.ts';
import { desktopHome, type DesktopHome } from './desktopHome.ts';
import { eventually } from './waiting.ts';

const root = path.resolve(import.meta.dirname, '../../..');

/** The built desktop shell on the stand-in for Electron, in a home of its own, with its card. */
export interface StartedDesktop {
  readonly home: DesktopHome;
  readonly desktop: RunningDesktop;
  readonly connection: Connection;
  end(): Promise<void>;
}

export async function startDesktop(settings: Record<string, unknown> = {}): Promise<StartedDesktop> {
  const home = await desktopHome(settings);
  let desktop: RunningDesktop | undefined;
  let connection: Connection | undefined;
  const end = async () => {
    connection?.dispose();
    await desktop?.kill();
    await home.remove();
  };
  try {
    desktop = await launchStandin({ app: root, env: home.env });
    connection = await home.services();
    const { app } = connection.services;
    const opened = async () => (await app.getState()).output.phase === 'running';
    await eventually(opened, 10_000, () => desktop!.stderr());
    return { home, desktop, connection, end };
  } catch (error) {
    await end();
    throw error;
  }
}
