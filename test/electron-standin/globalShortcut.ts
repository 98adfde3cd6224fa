import type { GlobalShortcut } from 'electron';
import type { StandinApp } from './app.ts';
import { strictFacade } from './strict.ts';

/** Keys that work whatever program is in front; the test presses them. */
export class StandinShortcuts {
  /** Keys that another program has. */
  readonly taken = new Set<string>();
  readonly #callbacks = new Map<string, () => void>();
  readonly facade: GlobalShortcut;

  constructor(app: StandinApp) {
    this.facade = strictFacade<GlobalShortcut, 'register' | 'unregister' | 'isRegistered'>(
      'globalShortcut',
      {
        register: (accelerator, callback) => {
          app.assertReady('globalShortcut.register()');
          // “When the accelerator is already taken by other applications, this call will silently fail.”
          if (this.taken.has(accelerator)) return false;
          if (this.#callbacks.has(accelerator)) return false;
          this.#callbacks.set(accelerator, callback);
          return true;
        },
        unregister: (accelerator) => void this.#callbacks.delete(accelerator),
        isRegistered: (accelerator) => this.#callbacks.has(accelerator),
      },
      ['register', 'unregister', 'isRegistered'],
    );
  }

  /** False when nobody listens to it. */
  press(accelerator: string): boolean {
    const callback = this.#callbacks.get(accelerator);
    callback?.();
    return callback !== undefined;
  }
}
