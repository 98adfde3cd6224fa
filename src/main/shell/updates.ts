import { existsSync } from 'node:fs';
import path from 'node:path';
import { app } from 'electron';
import { toDisposable, type Disposable } from '../../contract/disposable.ts';
import type { Notice } from '../../contract/services/app.ts';
import type { Log } from '../logging/logging.ts';

const FIRST_MS = 60_000;
const EVERY_MS = 24 * 3_600_000;

/**
 * Looks for updates once a day where the package names a feed, and downloads them; they are installed when the program
 * ends. Without a feed nothing is loaded and nothing is asked.
 */
export function watchUpdates(tell: (notice: Notice) => void, log: Log): Disposable {
  if (!app.isPackaged || !existsSync(path.join(process.resourcesPath, 'app-update.yml'))) {
    log.debug('no feed for updates');
    return toDisposable(() => undefined);
  }
  const check = async (): Promise<void> => {
    try {
      const { default: updater } = await import('electron-updater');
      const { autoUpdater } = updater;
      autoUpdater.logger = log;
      autoUpdater.autoInstallOnAppQuit = true;
      autoUpdater.removeAllListeners('update-downloaded');
      autoUpdater.on('update-downloaded', ({ version }) =>
        tell({
          id: 'update',
          severity: 'info',
          message: `Pinwheel ${version} is installed when Pinwheel ends.`,
          dismissible: true,
        }),
      );
      await autoUpdater.checkForUpdates();
    } catch (error) {
      // No network, no feed today: tomorrow is another day.
      log.warn(`no updates: ${String(error)}`);
    }
  };
  const first = setTimeout(() => void check(), FIRST_MS);
  const daily = setInterval(() => void check(), EVERY_MS);
  return toDisposable(() => {
    clearTimeout(first);
    clearInterval(daily);
  });
}
