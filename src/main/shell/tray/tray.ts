import { app, Menu, nativeImage, nativeTheme, Tray } from 'electron';
import { DisposableStore, toDisposable, type Disposable } from '../../../contract/disposable.ts';
import type { Implementations } from '../../../contract/services/index.ts';
import type { Actions } from '../../services/actions/actions.ts';
import { drawTrayIcon, faceName, type TrayFace } from './trayIcon.ts';
import { headline, trayMenu, type TrayCommands } from './trayMenu.ts';
import { isMuted, levelsAt, loudness, readTrayState, type TrayState } from './trayState.ts';

export interface VolumeTrayOptions {
  services: Implementations;
  actions: Actions;
  /** Shows the flyout at the icon, or hides it. */
  toggleFlyout(at: Electron.Rectangle | undefined): void;
  /** What a choice could not do. */
  onFailure(error: unknown): void;
}

/** Changes of one drag of a fader, of 40 devices that come: the menu is made once for all of them. */
const SETTLE_MS = 60;
const ICON_POINTS = process.platform === 'win32' ? 16 : 22;

/**
 * The volume in the tray. The icon is kept for the life of the program: Windows and Linux's desktops ask it to show
 * itself again after the shell was restarted, and Electron answers with the picture and the menu that it was given last.
 */
export class VolumeTray implements Disposable {
  readonly #options: VolumeTrayOptions;
  readonly #store = new DisposableStore();
  readonly #tray: Tray;
  #face = '';
  #menu = '';
  #timer: NodeJS.Timeout | undefined;

  constructor(options: VolumeTrayOptions) {
    this.#options = options;
    this.#tray = new Tray(this.#image({ level: 0, muted: false, on: ground() }));
    this.#tray.setToolTip(app.getName());
    const { mixer, devices, endpoints, profiles, player, power } = options.services;
    const later = (): void => this.#later();
    this.#store.add(mixer.onSnapshot(later));
    this.#store.add(mixer.onControl(later));
    this.#store.add(devices.onDevices(later));
    this.#store.add(endpoints.onSnapshot(later));
    this.#store.add(profiles.onState(later));
    this.#store.add(player.onState(later));
    this.#store.add(power.onPaused(later));
    nativeTheme.on('updated', later);
    this.#store.add(toDisposable(() => nativeTheme.removeListener('updated', later)));
    this.#tray.on('click', (_event, bounds) => options.toggleFlyout(bounds));
    this.#show().catch(options.onFailure);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#store.dispose();
    this.#tray.destroy();
  }

  #later(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#show().catch(this.#options.onFailure);
    }, SETTLE_MS);
  }

  async #show(): Promise<void> {
    const state = await readTrayState(this.#options.services);
    if (this.#tray.isDestroyed()) return;
    const face: TrayFace = { level: loudness(state), muted: isMuted(state), on: ground() };
    if (faceName(face) !== this.#face) {
      this.#face = faceName(face);
      this.#tray.setImage(this.#image(face));
    }
    const template = trayMenu(state, this.#commands(state));
    // Functions are left out: what an item does follows from what it says.
    const menu = JSON.stringify(template);
    if (menu === this.#menu) return;
    this.#menu = menu;
    this.#tray.setToolTip(headline(state));
    this.#tray.setContextMenu(Menu.buildFromTemplate(template));
  }

  #commands({ deviceId, master }: TrayState): TrayCommands {
    const { services, actions, onFailure, toggleFlyout } = this.#options;
    const attempt = (act: () => unknown): void =>
      void Promise.resolve()
        .then(act)
        // A choice that failed must not stay checked.
        .catch(onFailure)
        .finally(() => {
          this.#menu = '';
          this.#later();
        });
    return {
      perform: (action) => attempt(() => actions.perform(action)),
      setMaster: (decibels) =>
        attempt(() => {
          if (deviceId === undefined || !master?.volume) return;
          const { volume } = master;
          return services.mixer.setControl(deviceId, volume.id, { levels: levelsAt(volume, decibels) });
        }),
      selectOutput: (id) => attempt(() => services.devices.selectOutput(id)),
      pausePowerSaving: (paused) => attempt(() => services.power.setPaused(paused)),
      openFlyout: () => toggleFlyout(undefined),
      quit: () => app.quit(),
    };
  }

  #image(face: TrayFace): Electron.NativeImage {
    const image = nativeImage.createFromBuffer(drawTrayIcon(face, ICON_POINTS), { scaleFactor: 1 });
    image.addRepresentation({ scaleFactor: 2, buffer: drawTrayIcon(face, 2 * ICON_POINTS) });
    if (face.on === 'template') image.setTemplateImage(true);
    return image;
  }
}

/** What the icon stands on: on Windows and Linux the taskbar, whose colour may be another than that of windows. */
function ground(): TrayFace['on'] {
  if (process.platform === 'darwin') return 'template';
  if (process.platform === 'win32') {
    return nativeTheme.shouldUseDarkColorsForSystemIntegratedUI ? 'dark' : 'light';
  }
  // GNOME's bar is dark whatever colours its windows have.
  const gnome = /\bGNOME\b/i.test(process.env['XDG_CURRENT_DESKTOP'] ?? '');
  return gnome || nativeTheme.shouldUseDarkColors ? 'dark' : 'light';
}
