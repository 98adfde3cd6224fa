import { app, dialog, powerMonitor, session } from 'electron';
import { connect } from '../../contract/rpc/client.ts';
import { PinwheelError } from '../../contract/errors.ts';
import { DisposableStore } from '../../contract/disposable.ts';
import { connectControlSocket, listenControlSocket } from '../ipc/controlSocket.ts';
import { LogFile } from '../logging/logFile.ts';
import { limitedLog } from '../logging/limitedLog.ts';
import { Logging, type Log } from '../logging/logging.ts';
import { logProcessFaults, stackOf } from '../logging/processFaults.ts';
import { createPinwheel, type Pinwheel } from '../pinwheel.ts';
import type { AppPaths } from '../settings/appPaths.ts';
import { WindowStore } from '../settings/windowStore.ts';
import { crashNotice, failureNotice, watchGpu } from './notices.ts';
import { Flyout } from './flyout.ts';
import { globalShortcuts } from './globalShortcuts.ts';
import type { LaunchRequest } from './launchRequest.ts';
import { startAtLogin } from './loginItem.ts';
import { setApplicationMenu } from './menu.ts';
import { openFiles } from './openFiles.ts';
import { openPanelWindow, type PanelWindow } from './panelWindow.ts';
import { denyPermissions } from './permissions.ts';
import { servePanelScheme } from './panelScheme.ts';
import { disposeBeforeQuit } from './quitting.ts';
import { saveReport } from './report.ts';
import { followSystemPower } from './systemPower.ts';
import { VolumeTray } from './tray/tray.ts';
import { watchUpdates } from './updates.ts';
import { utilityHostFactory } from './utilityHost.ts';

export interface DesktopOptions {
  paths: AppPaths;
  /** What this start asks for. */
  request: LaunchRequest;
  /** The built panel, its preload and the hosts. */
  rendererDir: URL;
  preload: URL;
  hostEntry: URL;
  midiHostEntry: URL;
  alsaHostEntry: URL;
}

/**
 * The desktop shell: one window onto one engine, an icon in the tray, keys. The program ends with the window, or goes on
 * in the tray, by choice.
 */
export class Desktop {
  readonly #options: DesktopOptions;
  readonly #store = new DisposableStore();
  readonly #starting = Promise.withResolvers<Pinwheel>();
  #window: PanelWindow | undefined;
  #windows: WindowStore | undefined;
  #tray: VolumeTray | undefined;
  #logging: Logging | undefined;
  #quitting = false;

  constructor(options: DesktopOptions) {
    this.#options = options;
    // A failed start is told by run().
    this.#starting.promise.catch(() => undefined);
    // macOS hands files over by events, the first ones before it is ready.
    app.on('open-file', (event, file) => {
      event.preventDefault();
      this.#attempt(this.#open([file]));
    });
  }

  /** What a second start was asked for. */
  receive(request: LaunchRequest): void {
    if (!request.hidden) this.showPanel();
    this.#attempt(this.#carryOut(request));
  }

  /** Opens the panel's window, or brings it in front. */
  showPanel(): void {
    if (!app.isReady() || !this.#windows) return;
    if (this.#window && !this.#window.closed) return this.#window.focus();
    const windows = this.#windows;
    this.#window = openPanelWindow({
      served: this.#starting.promise.then(({ served }) => served),
      preload: this.#options.preload,
      places: windows.value,
      remember: (display, place) => windows.remember(display, place),
      onCrash: (crash) => this.#tell((pinwheel) => pinwheel.addNotice(crashNotice(crash))),
      onReport: () => this.#tell((pinwheel) => saveReport(pinwheel)),
      onClosed: () => (this.#window = undefined),
    });
  }

  /** Opens the window, then starts the engine behind it. What keeps the program from starting is shown, and ends it. */
  async run(): Promise<void> {
    await app.whenReady();
    try {
      await this.#run();
    } catch (error) {
      this.#starting.reject(error);
      const { message, subject, advice } = PinwheelError.recordOf(error);
      const lines = [message, subject, advice].filter((line) => line !== undefined);
      dialog.showErrorBox('Pinwheel cannot start', lines.join('\n'));
      app.exit(1);
    }
  }

  async #run(): Promise<void> {
    const { rendererDir, preload, request, paths } = this.#options;
    await this.#refuseAnotherShell();
    this.#logging = new Logging(new LogFile(paths.logs));
    // For as long as there is a process.
    logProcessFaults(limitedLog(this.#log('program')));
    const windows = await WindowStore.open(paths);
    this.#windows = windows;
    denyPermissions(session.defaultSession);
    servePanelScheme(session.defaultSession, rendererDir);
    app.on('before-quit', () => (this.#quitting = true));
    app.on('window-all-closed', () => this.#attempt(this.#windowsClosed()));
    app.on('activate', () => this.showPanel());

    const engine = this.#startEngine();
    disposeBeforeQuit(async () => {
      this.#store.dispose();
      this.#window?.dispose();
      await windows.dispose();
      await (await engine).dispose();
    });
    if (!request.hidden) this.showPanel();
    setApplicationMenu({
      openPanel: () => this.showPanel(),
      openFiles: (files) => this.#attempt(this.#open(files)),
    });
    const flyout = this.#store.add(
      new Flyout({ served: this.#starting.promise.then(({ served }) => served), preload }),
    );
    const { pinwheel } = await engine;
    this.#starting.resolve(pinwheel);
    this.#store.add(watchGpu((notice) => pinwheel.addNotice(notice)));
    this.#store.add(watchUpdates((notice) => pinwheel.addNotice(notice), this.#log('updates')));
    this.#keepTray(pinwheel, flyout);
    this.#keepLoginItem(pinwheel);
    await this.#carryOut(request);
  }

  /** An icon in the tray, as long as the settings have one. */
  #keepTray(pinwheel: Pinwheel, flyout: Flyout): void {
    const { settings } = pinwheel.served.implementations;
    const follow = ({ tray = true }: { tray?: boolean }): void => {
      if (tray === (this.#tray !== undefined)) return;
      this.#tray?.dispose();
      this.#tray = tray
        ? new VolumeTray({
            services: pinwheel.served.implementations,
            actions: pinwheel.actions,
            toggleFlyout: (at) => flyout.toggle(at),
            onFailure: (error) => pinwheel.addNotice(failureNotice(error)),
          })
        : undefined;
    };
    this.#attempt(Promise.resolve(settings.get()).then(follow));
    this.#store.add(settings.onChange(follow));
    this.#store.add({ dispose: () => this.#tray?.dispose() });
  }

  /** What the settings say of it, when they change: what the user does in the system's own settings stays. */
  #keepLoginItem({ served, addNotice }: Pinwheel): void {
    const { settings } = served.implementations;
    let before: boolean | undefined;
    const follow = ({ startAtLogin: on = false }: { startAtLogin?: boolean }, apply = true): void => {
      if (apply && on !== before) startAtLogin(on).catch((error: unknown) => addNotice(failureNotice(error)));
      before = on;
    };
    this.#attempt(Promise.resolve(settings.get()).then((now) => follow(now, false)));
    this.#store.add(settings.onChange((now) => follow(now)));
  }

  #log(part: string): Log {
    return this.#logging!.part(part);
  }

  /** With the last window the program ends, unless it is to go on in the tray. */
  async #windowsClosed(): Promise<void> {
    if (this.#quitting) return;
    const { settings } = (await this.#starting.promise).served.implementations;
    const { closeToTray = false } = await settings.get();
    if (!closeToTray || !this.#tray) app.quit();
  }

  async #carryOut({ files, profile }: LaunchRequest): Promise<void> {
    await this.#open(files);
    if (profile === null) return;
    const { actions, addNotice } = await this.#starting.promise;
    await actions
      .perform({ kind: 'profile', profile })
      .catch((error: unknown) => addNotice(failureNotice(error)));
  }

  async #open(files: readonly string[]): Promise<void> {
    if (files.length === 0) return;
    const { served, addNotice } = await this.#starting.promise;
    await openFiles(served.implementations, files, (error) => addNotice(failureNotice(error)));
  }

  #tell(act: (pinwheel: Pinwheel) => unknown): void {
    this.#attempt(this.#starting.promise.then(act));
  }

  /** Nobody waits for it; that it failed is written down. */
  #attempt(work: Promise<unknown>): void {
    work.catch((error: unknown) => this.#logging?.part('shell').error(stackOf(error)));
  }

  async #startEngine(): Promise<{ pinwheel: Pinwheel; dispose(): Promise<void> }> {
    const { paths, hostEntry, midiHostEntry, alsaHostEntry } = this.#options;
    const pinwheel = await createPinwheel({
      shell: 'desktop',
      ...(this.#logging === undefined ? {} : { logging: this.#logging }),
      paths,
      hostFactory: utilityHostFactory(hostEntry, 'Pinwheel device host'),
      midiHostFactory: utilityHostFactory(midiHostEntry, 'Pinwheel MIDI host'),
      alsaHostFactory: utilityHostFactory(alsaHostEntry, 'Pinwheel ALSA host'),
      midi: true,
      sound: true,
      shortcuts: globalShortcuts,
      openPanel: () => this.showPanel(),
      quit: () => app.quit(),
    });
    try {
      const socket = await listenControlSocket(pinwheel.served, paths.controlSocket);
      await pinwheel.start();
      const power = followSystemPower(powerMonitor, pinwheel.systemPower, () => app.quit());
      return {
        pinwheel,
        async dispose() {
          power.dispose();
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
    // One that ends just now has none.
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
