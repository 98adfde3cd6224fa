import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type {
  HandlerDetails,
  IpcMainEvent,
  IpcMainInvokeEvent,
  Item,
  WebContents,
  WebFrameMain,
  WindowOpenHandlerResponse,
} from 'electron';
import type { StandinApp } from './app.ts';
import type { CdpSession } from './chromium.ts';
import { createCloneCodec } from './cloneCodec.ts';
import type { StandinIpcMain } from './ipcMain.ts';
import type { FromPage, ToPage } from './page/isolatedWorld.ts';
import { isolatedWorldScript, mainWorldScript } from './page/pageScripts.ts';
import type { Schemes } from './schemes.ts';
import type { StandinSession } from './session.ts';
import { NotImplementedError, preventableEvent, StrictEmitter, strictFacade } from './strict.ts';

/** What all parts of one stand-in share. */
export interface Standin {
  app: StandinApp;
  schemes: Schemes;
  session: StandinSession;
  ipcMain: StandinIpcMain;
}

/** Name of the world a preload runs in. */
const WORLD = 'Electron Isolated Context';

const EVENTS = [
  'did-start-loading',
  'did-finish-load',
  'did-fail-load',
  'dom-ready',
  'did-navigate',
  'will-navigate',
  'will-frame-navigate',
  'will-redirect',
  'will-attach-webview',
  'did-create-window',
  'preload-error',
  'render-process-gone',
  'unresponsive',
  'responsive',
  'console-message',
  'destroyed',
];

/** Chromium's permission names and Electron's, where the DevTools protocol can set them. */
const PERMISSIONS = {
  geolocation: 'geolocation',
  notifications: 'notifications',
  midi: 'midi',
  microphone: 'media',
  camera: 'media',
  'clipboard-read': 'clipboard-read',
} as const;

/** The codes of Chromium's `net::ERR_...` that a load of the stand-in can end with. */
interface LoadError extends Error {
  code: string;
}

/** One page: a Chromium target, with the preload in a world of its own. */
export class StandinWebContents extends StrictEmitter {
  readonly facade: WebContents;
  /** Chromium was told to close the page; what was asked of it meanwhile fails. */
  closing = false;
  /** Files that were dragged out of the window. */
  readonly dragged: string[] = [];
  readonly #standin: Standin;
  readonly #codec = createCloneCodec();
  readonly #secret = randomBytes(8).toString('hex');
  readonly #page: Promise<CdpSession>;
  #session: CdpSession | undefined;
  #mainFrameId = '';
  #url = '';
  #isolated: string | undefined;
  readonly #contexts = new Map<number, { uniqueId: string; frameId: string; world: string }>();
  /** Address that main itself is loading: such navigations ask nobody. */
  #ownNavigation: string | undefined;
  #loading: { resolve(): void; reject(error: LoadError): void } | undefined;
  #windowOpenHandler: ((details: HandlerDetails) => WindowOpenHandlerResponse) | undefined;
  #crashed = false;
  #destroyed = false;

  constructor(standin: Standin, page: Promise<CdpSession>, preload: string | undefined) {
    super('webContents', EVENTS);
    this.#standin = standin;
    this.facade = strictFacade<
      WebContents,
      | 'loadURL'
      | 'reload'
      | 'send'
      | 'getURL'
      | 'isDestroyed'
      | 'isCrashed'
      | 'forcefullyCrashRenderer'
      | 'setWindowOpenHandler'
      | 'startDrag'
      | 'mainFrame'
    >('webContents', this, [
      'loadURL',
      'reload',
      'send',
      'getURL',
      'isDestroyed',
      'isCrashed',
      'forcefullyCrashRenderer',
      'setWindowOpenHandler',
      'startDrag',
      'mainFrame',
    ]);
    this.#page = page.then((session) => this.#attach(session, preload));
    this.#page.catch((error: unknown) => {
      if (!this.#destroyed && !this.closing) throw error;
    });
    standin.session.onPermissions(() => {
      this.#page.then((session) => this.#applyPermissions(session)).catch(() => undefined);
    });
  }

  get mainFrame(): WebFrameMain {
    return this.#frame(this.#mainFrameId, this.#url);
  }

  getURL(): string {
    return this.#url;
  }

  isDestroyed(): boolean {
    return this.#destroyed;
  }

  isCrashed(): boolean {
    return this.#crashed;
  }

  /** “This can be helpful in recovering a hung webContents by reloading it.” */
  forcefullyCrashRenderer(): void {
    // Chromium never answers this.
    void this.#page.then((session) => session.send('Page.crash').catch(() => undefined));
  }

  /** Resolves when the page has loaded, rejects when it cannot be. */
  async loadURL(url: string, options?: object): Promise<void> {
    if (options !== undefined) throw new NotImplementedError('options of webContents.loadURL()');
    const session = await this.#page;
    if (this.#destroyed || this.closing) throw loadError('ERR_ABORTED', url);
    const loaded = new Promise<void>((resolve, reject) => (this.#loading = { resolve, reject }));
    this.#ownNavigation = this.#standin.schemes.toChromium(url);
    this.emit('did-start-loading');
    const { errorText } = await session.send('Page.navigate', { url: this.#ownNavigation });
    if (typeof errorText === 'string') this.#loadFailed(errorText, url);
    return loaded;
  }

  reload(): void {
    this.#ownNavigation = this.#standin.schemes.toChromium(this.#url);
    this.emit('did-start-loading');
    void this.#page.then((session) => session.send('Page.reload'));
  }

  /**
   * “Send an asynchronous message to the renderer process via `channel`, along with arguments. Arguments will be
   * serialized with the Structured Clone Algorithm ... Sending Functions, Promises, Symbols, WeakMaps, or WeakSets will
   * throw an exception.”
   */
  send(channel: string, ...args: unknown[]): void {
    if (this.#destroyed) throw new TypeError('Object has been destroyed');
    this.#deliver({ kind: 'message', channel, args: this.#codec.encode(args) });
  }

  /** “Sets the `item` as dragging item for current drag-drop operation”: what the person has at the pointer. */
  startDrag({ file, icon }: Item): void {
    if (icon === '' || (typeof icon !== 'string' && icon.isEmpty()))
      throw new Error('Must specify non-empty icon');
    this.dragged.push(file);
  }

  setWindowOpenHandler(handler: (details: HandlerDetails) => WindowOpenHandlerResponse): void {
    this.#windowOpenHandler = handler;
  }

  /** The window is gone. */
  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.#isolated = undefined;
    this.#loading?.reject(loadError('ERR_ABORTED', this.#url));
    this.emit('destroyed');
  }

  async #attach(session: CdpSession, preload: string | undefined): Promise<CdpSession> {
    this.#session = session;
    const binding = `standin${this.#secret}`;
    session.on('Page.frameNavigated', (params: { frame: { id: string; parentId?: string; url: string } }) => {
      if (params.frame.parentId !== undefined) return;
      this.#mainFrameId = params.frame.id;
      this.#url = this.#standin.schemes.fromChromium(params.frame.url);
      this.emit('did-navigate', preventableEvent({}), this.#url, 200, 'OK');
    });
    session.on('Page.domContentEventFired', () => this.emit('dom-ready', preventableEvent({})));
    session.on('Page.loadEventFired', () => {
      this.#loading?.resolve();
      this.#loading = undefined;
      this.emit('did-finish-load');
    });
    session.on('Runtime.executionContextCreated', (params: ContextCreated) => {
      const { id, uniqueId, name, auxData } = params.context;
      this.#contexts.set(id, { uniqueId, frameId: auxData.frameId, world: name });
      if (name === WORLD && auxData.frameId === this.#mainFrameId) this.#isolated = uniqueId;
    });
    session.on('Runtime.executionContextDestroyed', (params: { executionContextUniqueId: string }) => {
      if (params.executionContextUniqueId === this.#isolated) this.#isolated = undefined;
    });
    session.on('Runtime.executionContextsCleared', () => {
      this.#contexts.clear();
      this.#isolated = undefined;
    });
    session.on(
      'Runtime.bindingCalled',
      (params: { name: string; payload: string; executionContextId: number }) => {
        if (params.name === binding) this.#receive(params.payload, params.executionContextId);
      },
    );
    session.on('Runtime.exceptionThrown', (params: ExceptionThrown) => {
      const { exception, text } = params.exceptionDetails;
      process.stderr.write(`[page] ${exception?.description ?? text}\n`);
    });
    session.on('Fetch.requestPaused', (params: RequestPaused) => {
      this.#answerRequest(session, params).catch((error: unknown) => {
        if (!this.#destroyed && !this.#crashed) process.stderr.write(`[stand-in] ${String(error)}\n`);
      });
    });
    session.on('Page.windowOpen', (params: { url: string; windowName: string }) =>
      this.#windowOpen(params.url, params.windowName),
    );
    session.on('Inspector.targetCrashed', () => this.#crash());

    const { frameTree } = (await session.send('Page.getFrameTree')) as {
      frameTree: { frame: { id: string } };
    };
    this.#mainFrameId = frameTree.frame.id;
    await session.send('Page.enable');
    await session.send('Inspector.enable');
    await session.send('Runtime.addBinding', { name: binding, executionContextName: WORLD });
    await session.send('Runtime.enable');
    await session.send('Fetch.enable', { patterns: [{ urlPattern: '*' }] });
    await session.send('Page.addScriptToEvaluateOnNewDocument', { source: mainWorldScript(this.#secret) });
    if (preload !== undefined) {
      const options = { binding, deliver: `deliver${this.#secret}`, platform: process.platform };
      const source = isolatedWorldScript(this.#secret, options, readFileSync(preload, 'utf8'));
      await session.send('Page.addScriptToEvaluateOnNewDocument', { source, worldName: WORLD });
    }
    await this.#applyPermissions(session);
    return session;
  }

  #receive(payload: string, contextId: number): void {
    const message = JSON.parse(payload) as FromPage;
    const context = this.#contexts.get(contextId);
    if (context?.world !== WORLD || this.#destroyed) return;
    const senderFrame = this.#frame(context.frameId, this.#url);
    if (message.kind === 'preload-error') {
      const error = new Error(message.message);
      error.stack = message.stack;
      process.stderr.write(`[preload] ${message.stack || message.message}\n`);
      this.emit('preload-error', preventableEvent({}), '', error);
      return;
    }
    if (message.kind === 'open') {
      this.#windowOpen(message.url, message.name);
      return;
    }
    const args = this.#codec.decode(message.args) as unknown[];
    const event = preventableEvent({
      sender: this.facade,
      senderFrame,
      ports: [],
      type: 'frame',
      frameId: 1,
      processId: 1,
    });
    if (message.kind === 'send') {
      this.#standin.ipcMain.receive(message.channel, event as unknown as IpcMainEvent, args);
      return;
    }
    this.#standin.ipcMain
      .invoke(message.channel, event as unknown as IpcMainInvokeEvent, args)
      .then((value) => this.#deliver({ kind: 'result', id: message.id, value: this.#codec.encode(value) }))
      .catch((error: unknown) =>
        this.#deliver({
          kind: 'failure',
          id: message.id,
          // Electron's words for it.
          message: `Error invoking remote method '${message.channel}': ${String(error)}`,
        }),
      );
  }

  /** A person is going to drop or choose a file that lies there. */
  takesFile(file: string): void {
    this.#deliver({ kind: 'file', name: path.basename(file), path: file });
  }

  /** Without a document whose preload listens, a message is lost, as in Electron. */
  #deliver(message: ToPage): void {
    const uniqueContextId = this.#isolated;
    if (!this.#session || uniqueContextId === undefined) return;
    const expression = `deliver${this.#secret}(${JSON.stringify(JSON.stringify(message))})`;
    this.#session.send('Runtime.evaluate', { expression, uniqueContextId }).then(
      (result) => {
        const { exceptionDetails } = result as { exceptionDetails?: ExceptionThrown['exceptionDetails'] };
        if (exceptionDetails) {
          process.stderr.write(
            `[preload] ${exceptionDetails.exception?.description ?? exceptionDetails.text}\n`,
          );
        }
      },
      // The document went away meanwhile.
      () => undefined,
    );
  }

  async #answerRequest(session: CdpSession, params: RequestPaused): Promise<void> {
    const { requestId, request, frameId, resourceType } = params;
    const url = this.#standin.schemes.fromChromium(request.url);
    const fail = (errorReason: string) => session.send('Fetch.failRequest', { requestId, errorReason });

    if (resourceType === 'Document' && !this.#mayNavigate(request.url, url, frameId)) {
      await fail('Aborted');
      return;
    }
    const handler = this.#standin.schemes.handlerOf(url);
    if (!handler) {
      // There is no network here.
      await fail('InternetDisconnected');
      return;
    }
    if (request.hasPostData) throw new NotImplementedError('request bodies in protocol.handle()');
    const response = await handler(new Request(url, { method: request.method, headers: request.headers }));
    if (response.status >= 300 && response.status < 400)
      throw new NotImplementedError('redirects of protocol.handle()');
    const body = Buffer.from(await response.arrayBuffer());
    await session.send('Fetch.fulfillRequest', {
      requestId,
      responseCode: response.status,
      responseHeaders: [...response.headers].map(([name, value]) => ({ name, value })),
      body: body.toString('base64'),
    });
  }

  /** “This event will not emit when the navigation is started programmatically with APIs like `webContents.loadURL`.” */
  #mayNavigate(chromiumUrl: string, url: string, frameId: string): boolean {
    const isMainFrame = frameId === this.#mainFrameId;
    if (isMainFrame && chromiumUrl === this.#ownNavigation) {
      this.#ownNavigation = undefined;
      return true;
    }
    const frame = this.#frame(frameId, url);
    const details = { url, isSameDocument: false, isMainFrame, frame, initiator: frame };
    const forFrame = preventableEvent(details);
    this.emit('will-frame-navigate', forFrame);
    if (forFrame.defaultPrevented) return false;
    if (!isMainFrame) return true;
    const forPage = preventableEvent(details);
    this.emit('will-navigate', forPage, url, false, true, 1, 1);
    return !forPage.defaultPrevented;
  }

  /** A handler that denies is the only one the stand-in knows; Chromium closes what it opened, see chromium.ts. */
  #windowOpen(chromiumUrl: string, frameName: string): void {
    const url = this.#standin.schemes.fromChromium(chromiumUrl);
    const details = {
      url,
      frameName,
      features: '',
      disposition: 'new-window',
      referrer: { url: '', policy: 'default' },
    } as unknown as HandlerDetails;
    const response = this.#windowOpenHandler?.(details);
    if (response?.action !== 'deny') throw new NotImplementedError('windows that a page opens');
  }

  /** Chromium asks nobody in headless mode, so the handlers are asked beforehand and it is told the answers. */
  async #applyPermissions(session: CdpSession): Promise<void> {
    const { permissionCheckHandler: check, permissionRequestHandler: request } = this.#standin.session;
    for (const [chromiumName, name] of Object.entries(PERMISSIONS)) {
      const origin = this.#url || 'about:blank';
      let granted = check ? check(this.facade, name, origin, { isMainFrame: true }) : true;
      if (!granted && request) request(this.facade, name, (answer) => (granted ||= answer), {} as never);
      await session.send('Browser.setPermission', {
        permission: { name: chromiumName },
        setting: granted ? 'granted' : 'denied',
      });
    }
  }

  #crash(): void {
    this.#crashed = true;
    this.#isolated = undefined;
    this.#contexts.clear();
    const details = { reason: 'crashed', exitCode: 5 };
    this.emit('render-process-gone', preventableEvent({}), details);
    this.#standin.app.emit('render-process-gone', preventableEvent({}), this.facade, details);
    this.once('did-finish-load', () => (this.#crashed = false));
  }

  #loadFailed(errorText: string, url: string): void {
    const code = errorText.replace('net::', '');
    this.emit('did-fail-load', preventableEvent({}), -1, code, url, true, 1, 1);
    this.#loading?.reject(loadError(code, url));
    this.#loading = undefined;
  }

  #frame(frameId: string, url: string): WebFrameMain {
    const isMain = frameId === this.#mainFrameId;
    const keys = ['url', 'origin', 'parent'] as const;
    return strictFacade<WebFrameMain, (typeof keys)[number]>(
      'webFrameMain',
      {
        url: isMain ? this.#url : url,
        origin: URL.canParse(url) ? `${new URL(url).protocol}//${new URL(url).host}` : 'null',
        get parent() {
          if (isMain) return null;
          throw new NotImplementedError('webFrameMain.parent of a subframe');
        },
      },
      keys,
    );
  }
}

function loadError(code: string, url: string): LoadError {
  return Object.assign(new Error(`${code} loading '${url}'`), { code });
}

interface ContextCreated {
  context: { id: number; uniqueId: string; name: string; auxData: { frameId: string } };
}

interface ExceptionThrown {
  exceptionDetails: { text: string; exception?: { description?: string } };
}

interface RequestPaused {
  requestId: string;
  frameId: string;
  resourceType: string;
  request: { url: string; method: string; headers: Record<string, string>; hasPostData?: boolean };
}
