import { describe, expect, it } from 'vitest';
import { appPaths, UNIX_SOCKET_PATH_MAX, type UserPlaces } from '../../../src/main/settings/appPaths.ts';

const linux: UserPlaces = { home: '/home/ann', temporary: '/tmp', user: '1000' };
const windows: UserPlaces = {
  home: 'C:\\Users\\Ann',
  temporary: 'C:\\Users\\Ann\\AppData\\Local\\Temp',
  user: 'Ann',
};

describe('appPaths', () => {
  it('follows the XDG variables', () => {
    const env = { XDG_CONFIG_HOME: '/c', XDG_STATE_HOME: '/s', XDG_RUNTIME_DIR: '/run/user/1000' };
    expect(appPaths(env, 'linux', linux)).toEqual({
      settingsFile: '/c/pinwheel/settings.json',
      profilesFile: '/c/pinwheel/profiles.json',
      stateFile: '/s/pinwheel/state.json',
      windowsFile: '/s/pinwheel/windows.json',
      logs: '/s/pinwheel/logs',
      banksFolder: '/home/ann/.local/share/pinwheel/banks',
      controlSocket: '/run/user/1000/pinwheel/control.sock',
    });
  });

  it('has the XDG defaults where a variable is missing or relative', () => {
    expect(appPaths({ XDG_CONFIG_HOME: 'relative', XDG_RUNTIME_DIR: '' }, 'linux', linux)).toEqual({
      settingsFile: '/home/ann/.config/pinwheel/settings.json',
      profilesFile: '/home/ann/.config/pinwheel/profiles.json',
      stateFile: '/home/ann/.local/state/pinwheel/state.json',
      windowsFile: '/home/ann/.local/state/pinwheel/windows.json',
      logs: '/home/ann/.local/state/pinwheel/logs',
      banksFolder: '/home/ann/.local/share/pinwheel/banks',
      controlSocket: '/tmp/pinwheel-1000/control.sock',
    });
  });

  it('uses Application Support on macOS and the application data folders on Windows', () => {
    expect(appPaths({}, 'darwin', { ...linux, home: '/Users/ann' }).settingsFile).toBe(
      '/Users/ann/Library/Application Support/Pinwheel/settings.json',
    );
    const paths = appPaths({ LOCALAPPDATA: 'D:\\Local' }, 'win32', windows);
    expect(paths.settingsFile).toBe('C:\\Users\\Ann\\AppData\\Roaming\\Pinwheel\\settings.json');
    expect(paths.stateFile).toBe('D:\\Local\\Pinwheel\\state.json');
    expect(paths.controlSocket).toMatch(/^\\\\\.\\pipe\\pinwheel-[0-9a-f]{16}-control$/);
  });

  it('makes a separate instance of PINWHEEL_HOME', () => {
    const paths = appPaths(
      { PINWHEEL_HOME: '/tmp/one', XDG_CONFIG_HOME: '/c', XDG_RUNTIME_DIR: '/run/x' },
      'linux',
      linux,
    );
    expect(paths).toEqual({
      settingsFile: '/tmp/one/settings.json',
      profilesFile: '/tmp/one/profiles.json',
      stateFile: '/tmp/one/state.json',
      windowsFile: '/tmp/one/windows.json',
      logs: '/tmp/one/logs',
      banksFolder: '/tmp/one/banks',
      controlSocket: '/tmp/one/run/control.sock',
    });
    const one = appPaths({ PINWHEEL_HOME: 'C:\\one' }, 'win32', windows);
    const two = appPaths({ PINWHEEL_HOME: 'C:\\two' }, 'win32', windows);
    expect(one.controlSocket).not.toBe(two.controlSocket);
  });

  it('moves a socket whose path is too long for the kernel, and keeps instances apart there', () => {
    const long = '/tmp/' + 'x'.repeat(UNIX_SOCKET_PATH_MAX);
    const one = appPaths({ PINWHEEL_HOME: `${long}1` }, 'linux', linux).controlSocket;
    const two = appPaths({ PINWHEEL_HOME: `${long}2` }, 'linux', linux).controlSocket;
    expect(one).toMatch(/^\/tmp\/pinwheel-1000-[0-9a-f]{16}\/control\.sock$/);
    expect(two).not.toBe(one);
    expect(appPaths({ XDG_RUNTIME_DIR: long }, 'linux', linux).controlSocket).toBe(
      '/tmp/pinwheel-1000/control.sock',
    );
  });
});
