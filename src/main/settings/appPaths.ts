import { createHash } from 'node:crypto';
import { homedir, tmpdir, userInfo } from 'node:os';
import { posix, win32 } from 'node:path';

/** Where this user's copy of Pinwheel keeps its things. All paths are absolute; nothing is created here. */
export interface AppPaths {
  /** What the user chose. */
  readonly settingsFile: string;
  /** The mixer's profiles. */
  readonly profilesFile: string;
  /** What the machine was left in: levels, mutes, selections. */
  readonly stateFile: string;
  /** Where windows stood. */
  readonly windowsFile: string;
  /** Folder of the logs. */
  readonly logs: string;
  /** Folder of banks of sounds that were added by a panel. */
  readonly banksFolder: string;
  /** Private socket (a named pipe on Windows) of the one running instance. */
  readonly controlSocket: string;
}

/** What the operating system says about the user; a parameter so that every platform can be tested on any. */
export interface UserPlaces {
  home: string;
  temporary: string;
  /** Name in paths that several users share: the numeric id where there is one. */
  user: string;
}

/** sun_path holds 104 bytes on macOS and 108 on Linux, with the terminating zero. */
export const UNIX_SOCKET_PATH_MAX = 103;

/**
 * Linux and others: XDG base directories. macOS: Application Support. Windows: roaming and local application data.
 * `PINWHEEL_HOME` moves everything into one directory and makes a separate instance of it.
 */
export function appPaths(
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform: NodeJS.Platform = process.platform,
  places: UserPlaces = currentUser(),
): AppPaths {
  const path = platform === 'win32' ? win32 : posix;
  const instance = env['PINWHEEL_HOME'];
  if (instance) {
    const home = path.resolve(instance);
    return {
      settingsFile: path.join(home, 'settings.json'),
      profilesFile: path.join(home, 'profiles.json'),
      stateFile: path.join(home, 'state.json'),
      windowsFile: path.join(home, 'windows.json'),
      logs: path.join(home, 'logs'),
      banksFolder: path.join(home, 'banks'),
      controlSocket: controlSocketOf(platform, places, path.join(home, 'run'), fingerprint(home)),
    };
  }
  // A relative path in an XDG variable is to be ignored, says the XDG base directory specification.
  const folder = (name: string, ...fallback: string[]): string => {
    const value = env[name];
    return value && path.isAbsolute(value) ? value : path.join(places.home, ...fallback);
  };
  if (platform === 'win32') {
    const local = path.join(folder('LOCALAPPDATA', 'AppData', 'Local'), 'Pinwheel');
    return {
      settingsFile: path.join(folder('APPDATA', 'AppData', 'Roaming'), 'Pinwheel', 'settings.json'),
      profilesFile: path.join(folder('APPDATA', 'AppData', 'Roaming'), 'Pinwheel', 'profiles.json'),
      stateFile: path.join(local, 'state.json'),
      windowsFile: path.join(local, 'windows.json'),
      logs: path.join(local, 'logs'),
      banksFolder: path.join(local, 'Banks'),
      controlSocket: controlSocketOf(platform, places, undefined, fingerprint(places.home)),
    };
  }
  if (platform === 'darwin') {
    const support = path.join(places.home, 'Library', 'Application Support', 'Pinwheel');
    return {
      settingsFile: path.join(support, 'settings.json'),
      profilesFile: path.join(support, 'profiles.json'),
      stateFile: path.join(support, 'state.json'),
      windowsFile: path.join(support, 'windows.json'),
      logs: path.join(places.home, 'Library', 'Logs', 'Pinwheel'),
      banksFolder: path.join(support, 'Banks'),
      controlSocket: controlSocketOf(platform, places, undefined, undefined),
    };
  }
  const runtime = env['XDG_RUNTIME_DIR'];
  const state = path.join(folder('XDG_STATE_HOME', '.local', 'state'), 'pinwheel');
  return {
    settingsFile: path.join(folder('XDG_CONFIG_HOME', '.config'), 'pinwheel', 'settings.json'),
    profilesFile: path.join(folder('XDG_CONFIG_HOME', '.config'), 'pinwheel', 'profiles.json'),
    stateFile: path.join(state, 'state.json'),
    windowsFile: path.join(state, 'windows.json'),
    logs: path.join(state, 'logs'),
    banksFolder: path.join(folder('XDG_DATA_HOME', '.local', 'share'), 'pinwheel', 'banks'),
    controlSocket: controlSocketOf(
      platform,
      places,
      runtime && path.isAbsolute(runtime) ? path.join(runtime, 'pinwheel') : undefined,
      undefined,
    ),
  };
}

/** The preferred directory, or one per user under the temporary directory where that is missing or too long. */
function controlSocketOf(
  platform: NodeJS.Platform,
  places: UserPlaces,
  preferred: string | undefined,
  instance: string | undefined,
): string {
  if (platform === 'win32') return `\\\\.\\pipe\\pinwheel-${instance ?? fingerprint(places.home)}-control`;
  if (preferred !== undefined) {
    const path = posix.join(preferred, 'control.sock');
    if (Buffer.byteLength(path) <= UNIX_SOCKET_PATH_MAX) return path;
  }
  const suffix = instance === undefined ? '' : `-${instance}`;
  return posix.join(places.temporary, `pinwheel-${places.user}${suffix}`, 'control.sock');
}

function fingerprint(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function currentUser(): UserPlaces {
  return {
    home: homedir(),
    temporary: tmpdir(),
    user: process.getuid ? String(process.getuid()) : userInfo().username,
  };
}
