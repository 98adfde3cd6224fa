import { chmod, lstat, mkdir, open, stat, unlink } from 'node:fs/promises';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { PinwheelError } from '../../contract/errors.ts';
import { serveClient, type Served } from '../../contract/rpc/server.ts';
import type { ClientTransport } from '../../contract/rpc/wire.ts';
import { jsonSocketClient, jsonSocketServer } from './jsonSocketTransport.ts';

/**
 * The private socket through which the command line talks to the running instance, and which makes it the one
 * instance: a Unix socket in a directory of this user alone, or a named pipe on Windows.
 */
export interface ControlSocket {
  readonly path: string;
  /** Cuts off every client and removes the socket. */
  dispose(): Promise<void>;
}

/** Another instance of Pinwheel answers on the control socket. */
export class InstanceRunningError extends PinwheelError {
  constructor(path: string) {
    super({
      code: 'bad-state',
      message: 'Another Pinwheel is running.',
      subject: path,
      advice: 'Use that one, or end it first.',
    });
    this.name = 'InstanceRunningError';
  }
}

const LOCK_DEAD_AFTER_MS = 3000;
const LOCK_RETRY_MS = 10;

const isPipe = (path: string): boolean => path.startsWith('\\\\');

/**
 * Serves the command line at `path`. InstanceRunningError when another instance does already; a socket left behind by
 * a crash is replaced. `not-allowed` when the socket's directory belongs to, or is open to, somebody else.
 */
export async function listenControlSocket(served: Served, path: string): Promise<ControlSocket> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    serveClient(served, jsonSocketServer(socket));
  });

  if (isPipe(path)) await listenOnPipe(server, path);
  else await listenOnUnixSocket(server, path);
  let disposed: Promise<void> | undefined;
  return {
    path,
    dispose() {
      disposed ??= new Promise((resolve) => {
        // Removes the socket file too.
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      });
      return disposed;
    },
  };
}

/** Undefined when no instance runs. */
export async function connectControlSocket(path: string): Promise<ClientTransport | undefined> {
  const socket = await tryConnect(path);
  return socket && jsonSocketClient(socket);
}

async function listenOnPipe(server: Server, path: string): Promise<void> {
  try {
    await listen(server, path);
  } catch (error) {
    throw codeOf(error) === 'EADDRINUSE' || codeOf(error) === 'EACCES'
      ? new InstanceRunningError(path)
      : error;
  }
}

/**
 * A socket file outlives a killed process and then keeps others from binding. Finding out that it is dead and
 * replacing it takes several steps, so instances that start at the same time take turns.
 */
async function listenOnUnixSocket(server: Server, path: string): Promise<void> {
  await preparePrivateDirectory(dirname(path));
  const release = await takeLock(`${path}.lock`);
  try {
    try {
      await listen(server, path);
    } catch (error) {
      if (codeOf(error) !== 'EADDRINUSE') throw error;
      const socket = await tryConnect(path);
      socket?.destroy();
      if (socket) throw new InstanceRunningError(path);
      await unlink(path);
      await listen(server, path);
    }
    await chmod(path, 0o600);
  } finally {
    await release();
  }
}

/** Held for a few milliseconds; one that is seconds old belongs to a process that was killed while it held it. */
async function takeLock(path: string): Promise<() => Promise<void>> {
  for (;;) {
    try {
      await (await open(path, 'wx', 0o600)).close();
      // Taken away by somebody who held it to be dead.
      return () => unlink(path).catch(() => undefined);
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
    // It was released meanwhile.
    const taken = await stat(path).catch(() => undefined);
    if (taken && Date.now() - taken.mtimeMs > LOCK_DEAD_AFTER_MS) await unlink(path).catch(() => undefined);
    else await setTimeout(LOCK_RETRY_MS);
  }
}

function tryConnect(path: string): Promise<Socket | undefined> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path);
    socket.once('connect', () => {
      socket.removeAllListeners('error');
      resolve(socket);
    });
    socket.once('error', (error) => {
      const code = codeOf(error);
      // ENOTSOCK: some other file. ENOTDIR, ENOENT: nothing there.
      if (code === 'ECONNREFUSED' || code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENOTSOCK') {
        resolve(undefined);
      } else {
        reject(
          new PinwheelError(
            {
              code: code === 'EACCES' || code === 'EPERM' ? 'not-allowed' : 'disconnected',
              message: `The control socket cannot be reached: ${error.message}.`,
              subject: path,
            },
            { cause: error },
          ),
        );
      }
    });
  });
}

/** In a directory that others may write to, somebody else could put a socket under our name. */
async function preparePrivateDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const found = await lstat(path);
  const mine = process.getuid === undefined || found.uid === process.getuid();
  if (!found.isDirectory() || !mine) {
    throw new PinwheelError({
      code: 'not-allowed',
      message: 'The directory of the control socket belongs to somebody else.',
      subject: path,
      advice: 'Remove it, or set PINWHEEL_HOME to a directory of your own.',
    });
  }
  if ((found.mode & 0o077) !== 0) await chmod(path, 0o700);
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | null)?.code;
}
