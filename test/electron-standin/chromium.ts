import { spawn, type ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { WebSocket } from 'ws';

/** A DevTools protocol connection to a Chromium that belongs to the stand-in. */
export interface Chromium {
  /** DevTools endpoint, for the test to look into the same browser. */
  readonly endpoint: string;
  /** A new page and a session with it. */
  openPage(size: { width: number; height: number }): Promise<CdpSession>;
  /** Ends the browser at once. */
  kill(): void;
}

type Params = Record<string, unknown>;

/** A session with one page. Emits the protocol's events under their names. */
export class CdpSession extends EventEmitter {
  readonly targetId: string;
  readonly #send: (method: string, params: Params) => Promise<Params>;

  constructor(targetId: string, send: (method: string, params: Params) => Promise<Params>) {
    super();
    this.targetId = targetId;
    this.#send = send;
  }

  send(method: string, params: Params = {}): Promise<Params> {
    return this.#send(method, params);
  }
}

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-extensions',
  '--disable-breakpad',
  '--mute-audio',
  '--no-first-run',
  '--no-startup-window',
  // There is no network on the stand-in.
  '--host-resolver-rules=MAP * ~NOTFOUND',
  '--remote-debugging-port=0',
];

export async function launchChromium(userDataDir: string): Promise<Chromium> {
  const executable = process.env['PINWHEEL_CHROMIUM'] ?? 'chromium';
  const child = spawn(executable, [...FLAGS, `--user-data-dir=${userDataDir}`], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const endpoint = await devToolsEndpoint(child);
  // Unread, the pipe would fill up and block the browser.
  child.stderr.resume();
  const socket = new WebSocket(endpoint, { perMessageDeflate: false, maxPayload: 512 * 1024 * 1024 });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', reject);
  });

  let lastId = 0;
  const pending = new Map<
    number,
    { method: string; resolve(result: Params): void; reject(error: Error): void }
  >();
  const sessions = new Map<string, CdpSession>();
  const byTarget = new Map<string, CdpSession>();

  const send = (method: string, params: Params, sessionId?: string): Promise<Params> =>
    new Promise((resolve, reject) => {
      if (socket.readyState !== WebSocket.OPEN) return reject(new Error(`Chromium is gone (${method})`));
      const id = ++lastId;
      pending.set(id, { method, resolve, reject });
      socket.send(JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) }));
    });

  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString('utf8')) as {
      id?: number;
      result?: Params;
      error?: { message: string };
      method?: string;
      params?: Params;
      sessionId?: string;
    };
    if (message.id !== undefined) {
      const call = pending.get(message.id);
      pending.delete(message.id);
      if (message.error) call?.reject(new Error(`${call.method}: ${message.error.message}`));
      else call?.resolve(message.result ?? {});
      return;
    }
    if (message.sessionId !== undefined) {
      sessions.get(message.sessionId)?.emit(message.method!, message.params);
    } else if (message.method === 'Target.targetDestroyed') {
      byTarget.get(message.params!['targetId'] as string)?.emit('destroyed');
    } else if (message.method === 'Target.targetCreated') {
      // A page opens windows only through the handler of its webContents, which the stand-in knows to deny.
      const { targetId, type, openerId } = message.params!['targetInfo'] as Record<
        string,
        string | undefined
      >;
      if (type === 'page' && openerId !== undefined) {
        send('Target.closeTarget', { targetId }).catch(() => undefined);
      }
    }
  });
  socket.on('close', () => {
    for (const call of pending.values()) call.reject(new Error(`Chromium is gone (${call.method})`));
    pending.clear();
  });
  socket.on('error', () => undefined);
  await send('Target.setDiscoverTargets', { discover: true });

  return {
    endpoint,
    async openPage({ width, height }) {
      const { targetId } = await send('Target.createTarget', {
        url: 'about:blank',
        width,
        height,
        newWindow: true,
      });
      const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true });
      const session = new CdpSession(targetId as string, (method, params) =>
        send(method, params, sessionId as string),
      );
      // The size is the page's; a headless window has a frame around it all the same.
      const { windowId } = await send('Browser.getWindowForTarget', { targetId });
      await send('Browser.setContentsSize', { windowId, width, height });
      sessions.set(sessionId as string, session);
      byTarget.set(targetId as string, session);
      return session;
    },
    kill() {
      socket.terminate();
      child.kill('SIGKILL');
    },
  };
}

function devToolsEndpoint(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    child.stderr!.setEncoding('utf8');
    const read = (text: string): void => {
      output += text;
      const found = /DevTools listening on (ws:\/\/\S+)/.exec(output);
      if (!found) return;
      child.stderr!.off('data', read);
      resolve(found[1]!);
    };
    child.stderr!.on('data', read);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`Chromium ended with code ${code}:\n${output}`)));
  });
}
