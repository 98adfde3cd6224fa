import type { Session } from 'electron';

/** The panel needs no permission of the web platform: sound, MIDI and devices are the engine's business in main. */
export function denyPermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
}
