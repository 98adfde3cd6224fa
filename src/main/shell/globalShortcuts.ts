import { globalShortcut } from 'electron';
import type { Shortcuts } from '../services/hotkeysService.ts';

/** The system's keys as Electron gives them out. Under Wayland the desktop asks the user through its portal. */
export const globalShortcuts: Shortcuts = {
  register: (accelerator, pressed) => globalShortcut.register(accelerator, pressed),
  unregister: (accelerator) => globalShortcut.unregister(accelerator),
};
