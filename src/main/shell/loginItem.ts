import { mkdir, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { app } from 'electron';

/** Starts this program, in the tray, when the user logs in; or no longer. */
export async function startAtLogin(on: boolean): Promise<void> {
  if (process.platform === 'darwin' || process.platform === 'win32') {
    app.setLoginItemSettings({ openAtLogin: on, args: ['--hidden'] });
    return;
  }
  // An AppImage's own path is in a folder that is gone with it.
  const program = process.env['APPIMAGE'] ?? app.getPath('exe');
  const command = app.isPackaged ? [program] : [program, app.getAppPath()];
  const file = autostartFile();
  if (!on) return rm(file, { force: true });
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, autostartEntry([...command, '--hidden']));
}

/** The XDG autostart specification's place for it. */
export function autostartFile(
  env: Readonly<Record<string, string | undefined>> = process.env,
  home: string = homedir(),
): string {
  const chosen = env['XDG_CONFIG_HOME'];
  const folder = chosen && path.isAbsolute(chosen) ? chosen : path.join(home, '.config');
  // A separate instance has an entry of its own.
  const instance = env['PINWHEEL_HOME'];
  return instance
    ? path.join(path.resolve(instance), 'autostart', 'pinwheel.desktop')
    : path.join(folder, 'autostart', 'pinwheel.desktop');
}

/** Arguments are quoted as the desktop entry specification wants. */
export function autostartEntry(command: readonly string[]): string {
  const quoted = command.map((word) =>
    /^[\w./=-]+$/.test(word)
      ? word
      : `"${word.replaceAll(/["`$\\]/g, (character) => `\\${character}`).replaceAll('\\', '\\\\')}"`,
  );
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Name=Pinwheel',
    'Comment=Mix, route, play and power sound devices',
    `Exec=${quoted.join(' ').replaceAll('%', '%%')}`,
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');
}
