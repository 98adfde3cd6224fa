import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Disposable } from '../../contract/disposable.ts';
import { PinwheelError } from '../../contract/errors.ts';
import { serveClient, type Served } from '../../contract/rpc/server.ts';
import { contentSecurityPolicy, panelFiles, securityHeaders } from './panelFiles.ts';
import { MAX_MESSAGE_BYTES, webSocketTransport } from './webSocketTransport.ts';

/**
 * The browser shell: the panel over HTTP on the loopback interface, and its services over a WebSocket at
 * `/rpc?token=...`. Only who knows the token gets a socket. A page of another origin cannot use a token it might have
 * learnt, and a foreign host name that was pointed at this machine (DNS rebinding) is answered nothing at all.
 */
export interface BrowserShellOptions {
  served: Served;
  /** The built panel. */
  rendererDir: URL | string;
  /** 0 or none: any free port. */
  port?: number;
  /** None: 256 random bits. */
  token?: string;
}

export interface BrowserShell {
  /** What to open in a browser; it contains the token. */
  readonly url: string;
  readonly port: number;
  readonly token: string;
  /** Closes every connection; resolves when the port is free. */
  dispose(): Promise<void>;
}

/** More panels than anybody opens; a bound on what a page gone wild can cost. */
const MAX_CLIENTS = 64;
const MIN_TOKEN_LENGTH = 22;

/** `bad-input` when the token is too short to be one, `not-allowed` or `bad-state` when the port cannot be had. */
export async function serveBrowserShell(options: BrowserShellOptions): Promise<BrowserShell> {
  const token = options.token ?? randomBytes(32).toString('base64url');
  if (!/^[\w-]+$/.test(token) || token.length < MIN_TOKEN_LENGTH) {
    throw new PinwheelError({
      code: 'bad-input',
      message: 'The token of the browser shell is too short or has other characters than A-Z a-z 0-9 _ -.',
      advice: `Use at least ${MIN_TOKEN_LENGTH} characters, or none for a random one.`,
    });
  }
  const tokenDigest = digest(token);
  const files = panelFiles(options.rendererDir);
  const clients = new Set<Disposable>();
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
  });

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const host = loopbackHost(request);
    const refuse = (status: number, text: string, headers: Record<string, string> = {}): void => {
      response.writeHead(status, {
        ...securityHeaders("default-src 'none'; frame-ancestors 'none'"),
        'Content-Type': 'text/plain; charset=utf-8',
        'Cache-Control': 'no-store',
        ...headers,
      });
      response.end(request.method === 'HEAD' ? undefined : `${text}\n`);
    };
    if (host === undefined) return refuse(403, 'This server answers to localhost only.');
    if (!originFits(request, host)) return refuse(403, 'This server answers its own pages only.');
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return refuse(405, 'Only GET and HEAD.', { Allow: 'GET, HEAD' });
    }
    const path = (request.url ?? '').split('?', 1)[0]!;
    const file = await files.read(path);
    if (!file) return refuse(404, 'Not found.');
    const policy = contentSecurityPolicy([`ws://${host}`]);
    response.writeHead(200, {
      ...securityHeaders(policy),
      'Content-Type': file.contentType,
      'Content-Length': String(file.body.byteLength),
      'Cache-Control': file.immutable ? 'private, max-age=31536000, immutable' : 'no-store',
    });
    response.end(request.method === 'HEAD' ? undefined : file.body);
  };

  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    // A client that goes away in the middle.
    socket.on('error', () => socket.destroy());
    const host = loopbackHost(request);
    if (host === undefined || !originFits(request, host)) return refuseUpgrade(socket, '403 Forbidden');
    const [path, query = ''] = (request.url ?? '').split('?', 2) as [string, string?];
    if (path !== '/rpc') return refuseUpgrade(socket, '404 Not Found');
    const given = new URLSearchParams(query).getAll('token');
    if (given.length !== 1 || !timingSafeEqual(digest(given[0]!), tokenDigest)) {
      return refuseUpgrade(socket, '401 Unauthorized');
    }
    if (sockets.clients.size >= MAX_CLIENTS) return refuseUpgrade(socket, '503 Service Unavailable');
    sockets.handleUpgrade(request, socket, head, (client) => {
      const transport = webSocketTransport(client);
      const handle = serveClient(options.served, transport);
      clients.add(handle);
      transport.onClose(() => clients.delete(handle));
    });
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      options.served.fault?.('a file of the panel', error);
      response.destroy();
    });
  });
  server.on('upgrade', upgrade);
  // A header field or a request line nobody sends is not worth an answer.
  server.on('clientError', (_error, socket) => socket.destroy());
  const port = await listen(server, options.port ?? 0);

  let disposed: Promise<void> | undefined;
  return {
    url: `http://127.0.0.1:${port}/?token=${token}`,
    port,
    token,
    dispose() {
      disposed ??= new Promise((resolve) => {
        for (const client of clients) client.dispose();
        sockets.close();
        server.close(() => resolve());
        // Whoever does not answer the farewell is cut off.
        setTimeout(() => {
          for (const socket of sockets.clients) socket.terminate();
          server.closeAllConnections();
        }, 250).unref();
        server.closeIdleConnections();
      });
      return disposed;
    },
  };
}

function listen(server: ReturnType<typeof createServer>, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const denied = error.code === 'EACCES';
      reject(
        new PinwheelError(
          {
            code: denied ? 'not-allowed' : 'bad-state',
            message:
              error.code === 'EADDRINUSE'
                ? `Port ${port} is used by another program.`
                : `The browser shell cannot listen on port ${port}: ${error.message}.`,
            subject: `127.0.0.1:${port}`,
            advice: 'Choose another port, or none for any that is free.',
          },
          { cause: error },
        ),
      );
    });
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/**
 * The Host header if it names this machine's loopback interface. The port may be another than ours: a tunnel leads
 * here from a port of its own, and rebinding a foreign name does not change the name.
 */
function loopbackHost(request: IncomingMessage): string | undefined {
  const host = request.headers.host?.toLowerCase();
  return host !== undefined && /^(?:127\.0\.0\.1|localhost)(?::\d{1,5})?$/.test(host) ? host : undefined;
}

/** Browsers name the origin with every WebSocket; what names none is no page, and needs the token as well. */
function originFits(request: IncomingMessage, host: string): boolean {
  const { origin } = request.headers;
  return origin === undefined || origin.toLowerCase() === `http://${host}`;
}

function refuseUpgrade(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
}

/** Equal lengths for a comparison that tells nothing by its duration. */
function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
