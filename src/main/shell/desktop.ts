import { app, dialog, session } from 'electron';
import { connect } from '../../contract/rpc/client.ts';
import { PinwheelError } from '../../contract/errors.ts';
import { connectControlSocket, listenControlSocket } from '../ipc/controlSocket.ts';
import { createPinwheel, type Pinwheel } from '../pinwheel.ts';
import type { AppPaths } from '../settings/appPaths.ts';
import { globalShortcuts } from './globalShortcuts.ts';
import { setApplicationMenu } from './menu.ts';
import { openPanelWindow, type PanelWindow } from './panelWindow.ts';
import { denyPermissions } from './permissions.ts';
import { servePanelScheme } from './panelScheme.ts';
import { disposeBeforeQuit } from './quitting.ts';
import type { RendererCrash } from './recovery.ts';
import { utilityHostFactory } from './utilityHost.ts';

export interface DesktopOptions {
  paths: AppPaths;
  /** The built panel, its preload and the hosts. */
  rendererDir: URL;
  preload: URL;
  hostEntry: URL;
  midiHostEntry: URL;
  alsaHostEntry: URL;
}

/** The desktop shell: one window onto one engine. The program ends with the window. */
export class Desktop {
  readonly #options: DesktopOptions;
  #window: PanelWindow | undefined;

  constructor(options: DesktopOptions) {
    this.#options = options;
  }

  focus(): void {
    this.#window?.focus();
  }

  /** Opens the window, then starts the engine behind it. What keeps the program from starting is shown, and ends it. */
  async run(): Promise<void> {
    await app.whenReady();
    try {
      await this.#run();
    } catch (error) {
      const { message, subject, advice } = PinwheelError.recordOf(error);
      const lines = [message, subject, advice].filter((line) => line !== undefined);
      dialog.showErrorBox('Pinwheel cannot start', lines.join('\n'));
      app.exit(1);
    }
  }

  async #run(): Promise<void> {
    const { rendererDir, preload } = this.#options;
    await this.#refuseAnotherShell();
    setApplicationMenu();
    denyPermissions(session.defaultSession);
    servePanelScheme(session.defaultSession, rendererDir);
    app.on('window-all-closed', () => app.quit());

    const starting = this.#startEngine();
    disposeBeforeQuit(async () => {
      this.#window?.dispose();
      await (await starting).dispose();
    });
    this.#window = openPanelWindow({
      served: starting.then(({ pinwheel }) => pinwheel.served),
      preload,
      onCrash: (crash) => void starting.then(({ pinwheel }) => pinwheel.addNotice(crashNotice(crash))),
    });
    await starting;
  }

  async #startEngine(): Promise<{ pinwheel: Pinwheel; dispose(): Promise<void> }> {
    const { paths, hostEntry, midiHostEntry, alsaHostEntry } = this.#options;
    const pinwheel = await createPinwheel({
      shell: 'desktop',
      paths,
      hostFactory: utilityHostFactory(hostEntry, 'Pinwheel device host'),
      midiHostFactory: utilityHostFactory(midiHostEntry, 'Pinwheel MIDI host'),
      alsaHostFactory: utilityHostFactory(alsaHostEntry, 'Pinwheel ALSA host'),
      midi: true,
      sound: true,
      shortcuts: globalShortcuts,
      openPanel: () => this.focus(),
      quit: () => app.quit(),
    });
    try {
      const socket = await listenControlSocket(pinwheel.served, paths.controlSocket);
      await pinwheel.start();
      return {
        pinwheel,
        async dispose() {
          await socket.dispose();
          await pinwheel.dispose();
        },
      };
    } catch (error) {
      await pinwheel.dispose();
      throw error;
    }
  }

  /** `pinwheel serve` or a command that plays may have the engine; two of them would pull the same levels. */
  async #refuseAnotherShell(): Promise<void> {
    const transport = await connectControlSocket(this.#options.paths.controlSocket);
    if (!transport) return;
    const connection = connect(transport);
    const url = await connection.services.app.getPanelUrl().catch(() => null);
    connection.dispose();
    throw new PinwheelError({
      code: 'bad-state',
      message: 'Pinwheel is running already, without a window of its own.',
      advice:
        url === null ? 'End it first, with “pinwheel quit”.' : `Its panel is open to your browser at ${url}`,
    });
  }
}

function crashNotice({ reason, restarted }: RendererCrash) {
  return {
    id: 'panel-crash',
    severity: 'warning' as const,
    message: restarted
      ? `The panel crashed (${reason}) and was started again. Sound was not affected.`
      : `The panel crashed again (${reason}). Close the window and start Pinwheel anew.`,
    dismissible: true,
  };
}
