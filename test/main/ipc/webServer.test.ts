import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { request, type IncomingMessage } from 'node:http';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { connect } from '../../../src/contract/rpc/client.ts';
import type { ClientTransport } from '../../../src/contract/rpc/wire.ts';
import { serveBrowserShell, type BrowserShell } from '../../../src/main/ipc/webServer.ts';
import { openWebSocketTransport } from '../../../src/renderer/transport/webSocketTransport.ts';
import { scriptedServices, type ScriptedServices } from './scriptedServices.ts';
import { describeTransport } from './transportContract.ts';

let rendererDir: string;
beforeAll(async () => {
  const directory = await mkdtemp(join(tmpdir(), 'pinwheel-web-'));
  rendererDir = join(directory, 'renderer');
  await mkdir(join(rendererDir, 'assets'), { recursive: true });
  await writeFile(join(rendererDir, 'index.html'), '<!doctype html><title>Panel</title>');
  await writeFile(join(rendererDir, 'assets', 'index-1a2b.js'), 'export {};');
  await writeFile(join(rendererDir, 'assets', 'font.woff2'), Uint8Array.of(1, 2, 3));
  await writeFile(join(rendererDir, '.env'), 'secret');
  await writeFile(join(directory, 'secret.txt'), 'secret');
  await symlink(join(directory, 'secret.txt'), join(rendererDir, 'link.txt'));
});
afterAll(() => rm(join(rendererDir, '..'), { recursive: true }));

describeTransport('WebSocket transport', async (scripted) => {
  const shell = await serveBrowserShell({ served: scripted.served, rendererDir });
  const raw = new WeakMap<ClientTransport, WebSocket>();
  return {
    async open() {
      const socket = new WebSocket(`ws://127.0.0.1:${shell.port}/rpc?token=${shell.token}`);
      await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
      const { fromJson, toJson } = await import('../../../src/contract/rpc/wire.ts');
      const transport: ClientTransport = {
        send: (message) => socket.send(toJson(message)),
        onMessage: (listener) =>
          void socket.on('message', (data: Buffer, binary: boolean) => {
            if (!binary) listener(fromJson(data.toString()) as never);
          }),
        onFrame: (listener) =>
          void socket.on('message', (data: Buffer, binary: boolean) => {
            if (binary) listener(new Uint8Array(data));
          }),
        onClose: (listener) => void socket.on('close', listener),
        close: () => socket.close(),
      };
      raw.set(transport, socket);
      return transport;
    },
    sendRaw: (transport, message) => raw.get(transport)!.send(JSON.stringify(message) ?? 'null'),
    dispose: () => shell.dispose(),
  };
});

describe('browser shell', () => {
  let scripted: ScriptedServices;
  let shell: BrowserShell;
  beforeEach(async () => {
    scripted = scriptedServices();
    shell = await serveBrowserShell({ served: scripted.served, rendererDir });
  });
  afterEach(() => shell.dispose());

  const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    new Promise<{ response: IncomingMessage; body: string }>((resolve, reject) => {
      const outgoing = request({ host: '127.0.0.1', port: shell.port, path, method, headers }, (response) => {
        let body = '';
        response.setEncoding('latin1');
        response.on('data', (text: string) => (body += text));
        response.on('end', () => resolve({ response, body }));
      });
      outgoing.on('error', reject);
      outgoing.end();
    });

  /** Status of the answer to an upgrade; 101 when a socket was opened. */
  const upgrade = (path: string, headers: Record<string, string> = {}) =>
    new Promise<number>((resolve, reject) => {
      const socket = new WebSocket(`ws://127.0.0.1:${shell.port}${path}`, { headers });
      socket.on('open', () => {
        socket.close();
        resolve(101);
      });
      socket.on('unexpected-response', (_request, response) => {
        resolve(response.statusCode ?? 0);
        socket.terminate();
      });
      socket.on('error', reject);
    });

  it('listens on the loopback interface only, on a port of its own, with a token of 256 bits', () => {
    expect(shell.url).toBe(`http://127.0.0.1:${shell.port}/?token=${shell.token}`);
    expect(Buffer.from(shell.token, 'base64url').length).toBe(32);
  });

  it('serves the panel with its media types and the content security policy', async () => {
    const { response, body } = await get(`/?token=${shell.token}`);
    expect(response.statusCode).toBe(200);
    expect(body).toContain('<title>Panel</title>');
    expect(response.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(response.headers['content-security-policy']).toBe(
      `default-src 'self'; connect-src 'self' ws://127.0.0.1:${shell.port}; img-src 'self' data:; ` +
        "font-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'",
    );
    expect(response.headers['x-content-type-options']).toBe('nosniff');
    expect(response.headers['referrer-policy']).toBe('no-referrer');
    expect(response.headers['cache-control']).toBe('no-store');
    const script = await get('/assets/index-1a2b.js');
    expect(script.response.headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(script.response.headers['cache-control']).toContain('immutable');
    const font = await get('/assets/font.woff2');
    expect(font.response.headers['content-type']).toBe('font/woff2');
    expect(font.body).toBe('\x01\x02\x03');
  });

  it('answers HEAD without a body and refuses other methods', async () => {
    const head = await get('/', {}, 'HEAD');
    expect([head.response.statusCode, head.body]).toEqual([200, '']);
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      expect((await get('/', {}, method)).response.statusCode).toBe(405);
    }
  });

  it('serves nothing outside its directory', async () => {
    const paths = [
      '/../secret.txt',
      '/assets/../../secret.txt',
      '/%2e%2e/secret.txt',
      '/..%2fsecret.txt',
      '/assets/..%5c..%5csecret.txt',
      '/%252e%252e/secret.txt',
      '//etc/passwd',
      '/link.txt',
      '/.env',
      '/assets',
      '/assets/',
      '/%00',
      '/%',
      '/C:/secret.txt',
      'http://127.0.0.1/../secret.txt',
    ];
    for (const path of paths) {
      const { response, body } = await get(path);
      expect([path, response.statusCode], path).toEqual([path, 404]);
      expect(body).not.toContain('secret');
    }
  });

  it('refuses foreign host names, as after DNS rebinding', async () => {
    for (const host of ['evil.example', `evil.example:${shell.port}`, '127.0.0.1.evil.example', '10.0.0.1']) {
      expect((await get('/', { host })).response.statusCode, host).toBe(403);
      expect(await upgrade(`/rpc?token=${shell.token}`, { host }), host).toBe(403);
    }
    expect((await get('/', { host: `localhost:${shell.port}` })).response.statusCode).toBe(200);
  });

  it('works through a tunnel from another port', async () => {
    const { response } = await get('/', { host: 'localhost:9999' });
    expect(response.statusCode).toBe(200);
    expect(response.headers['content-security-policy']).toContain("connect-src 'self' ws://localhost:9999;");
    expect(
      await upgrade(`/rpc?token=${shell.token}`, { host: 'localhost:9999', origin: 'http://localhost:9999' }),
    ).toBe(101);
  });

  it('refuses pages of another origin, even with the token', async () => {
    const foreign = [
      'http://evil.example',
      'null',
      'https://127.0.0.1',
      'http://127.0.0.1:1',
      'http://localhost',
    ];
    for (const origin of foreign) {
      expect(await upgrade(`/rpc?token=${shell.token}`, { origin }), origin).toBe(403);
      expect((await get('/', { origin })).response.statusCode, origin).toBe(403);
    }
    expect(await upgrade(`/rpc?token=${shell.token}`, { origin: `http://127.0.0.1:${shell.port}` })).toBe(
      101,
    );
  });

  it('refuses a missing, wrong, partial or doubled token', async () => {
    const { token } = shell;
    const wrong = [
      '/rpc',
      '/rpc?token=',
      `/rpc?token=${token.slice(1)}`,
      `/rpc?token=${token}x`,
      `/rpc?token=${'x'.repeat(token.length)}`,
      `/rpc?token=${token}&token=${token}`,
      `/rpc?Token=${token}`,
    ];
    for (const path of wrong) expect(await upgrade(path), path).toBe(401);
    expect(await upgrade(`/other?token=${token}`)).toBe(404);
    expect(await upgrade(`/rpc?token=${token}`)).toBe(101);
  });

  it('refuses a token that could be guessed', async () => {
    await expect(
      serveBrowserShell({ served: scripted.served, rendererDir, token: 'short' }),
    ).rejects.toMatchObject({
      code: 'bad-input',
    });
  });

  it('says which port is taken', async () => {
    await expect(
      serveBrowserShell({ served: scripted.served, rendererDir, port: shell.port }),
    ).rejects.toMatchObject({ code: 'bad-state', message: `Port ${shell.port} is used by another program.` });
  });

  it('serves the panel’s own client', async () => {
    const transport = await openWebSocketTransport(`ws://127.0.0.1:${shell.port}/rpc?token=${shell.token}`);
    const connection = connect(transport);
    expect(await connection.services.settings.get()).toMatchObject({ theme: 'dark' });
    connection.dispose();
  });

  it('keeps two clients apart', async () => {
    const url = `ws://127.0.0.1:${shell.port}/rpc?token=${shell.token}`;
    const one = connect(await openWebSocketTransport(url));
    const two = connect(await openWebSocketTransport(url));
    const heard: string[] = [];
    one.services.settings.onChange(() => heard.push('one'));
    two.services.settings.onChange(() => heard.push('two'));
    await Promise.all([one.services.settings.get(), two.services.settings.get()]);
    scripted.settings.fire({ theme: 'dark', latency: 'low', output: 'x', bank: 'auto', panel: 'mixer' });
    await expect.poll(() => heard.sort()).toEqual(['one', 'two']);
    const waiting = one.services.player.next();
    const outcome = expect(waiting).rejects.toMatchObject({ code: 'disconnected' });
    await expect.poll(() => scripted.waiting).toBe(1);
    one.dispose();
    await outcome;
    expect(await two.services.settings.get()).toMatchObject({ theme: 'dark' });
    scripted.settings.fire({ theme: 'dark', latency: 'low', output: 'y', bank: 'auto', panel: 'mixer' });
    await expect.poll(() => heard).toEqual(['one', 'two', 'two']);
    two.dispose();
  });

  it('ends a client that sends binary data, text that is not JSON, or too much', async () => {
    const url = `ws://127.0.0.1:${shell.port}/rpc?token=${shell.token}`;
    const codeAfter = (send: (socket: WebSocket) => void) =>
      new Promise<number>((resolve) => {
        const socket = new WebSocket(url);
        socket.on('open', () => send(socket));
        socket.on('error', () => undefined);
        socket.on('close', resolve);
      });
    expect(await codeAfter((socket) => socket.send(Uint8Array.of(1, 2)))).toBe(1003);
    expect(await codeAfter((socket) => socket.send('{'))).toBe(1008);
    expect(await codeAfter((socket) => socket.send('{"k":"call","a":[{"$bytes":"%%%"}]}'))).toBe(1008);
    expect(await codeAfter((socket) => socket.send('x'.repeat(64 * 1024 * 1024 + 1)))).toBe(1009);
    const after = connect(await openWebSocketTransport(url));
    expect(await after.services.settings.get()).toMatchObject({ theme: 'dark' });
    after.dispose();
  });

  it('survives upgrade requests that are cut off or no WebSocket', async () => {
    const lines = [
      `GET /rpc?token=${shell.token} HTTP/1.1\r\nHost: 127.0.0.1:${shell.port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
      `GET /rpc?token=${shell.token} HTTP/1.1\r\nHost: 127.0.0.1:${shell.port}\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n`,
      'GET / HTTP/1.0\r\n\r\n',
      'GET / HTTP/9.9\r\n\r\n',
      '\x00\x01\x02\r\n\r\n',
    ];
    for (const text of lines) {
      await new Promise<void>((resolve) => {
        const socket = createConnection(shell.port, '127.0.0.1', () => socket.write(text));
        socket.on('close', () => resolve());
        socket.on('error', () => resolve());
        socket.on('data', (data) => {
          expect(data.toString()).toMatch(/^HTTP\/1\.1 4\d\d /);
        });
      });
    }
    expect((await get('/')).response.statusCode).toBe(200);
  });

  it('leaves frames out for a client that does not read, and loses no message', async () => {
    const url = `ws://127.0.0.1:${shell.port}/rpc?token=${shell.token}`;
    const socket = new WebSocket(url);
    await new Promise((resolve) => socket.once('open', resolve));
    socket.send(JSON.stringify({ k: 'frames', on: true }));
    socket.send(JSON.stringify({ k: 'listen', id: 1, s: 'settings', e: 'onChange' }));
    await expect.poll(() => scripted.frames.hasListeners && scripted.settings.hasListeners).toBe(true);
    let frames = 0;
    const events: string[] = [];
    socket.on('message', (data: Buffer, binary: boolean) => {
      if (binary) frames++;
      else events.push((JSON.parse(data.toString()) as { v: { output: string } }).v.output);
    });
    socket.pause();
    const frame = new Uint8Array(64 * 1024);
    for (let index = 0; index < 1000; index++) {
      scripted.frames.fire(frame);
      if (index % 10 === 0) {
        scripted.settings.fire({
          theme: 'dark',
          latency: 'low',
          output: String(index),
          bank: 'auto',
          panel: 'mixer',
        });
      }
    }
    socket.resume();
    await expect.poll(() => events.length).toBe(100);
    expect(events).toEqual(Array.from({ length: 100 }, (_, index) => String(index * 10)));
    expect(frames).toBeGreaterThan(0);
    expect(frames).toBeLessThan(200);
    // Caught up: frames flow again.
    const before = frames;
    scripted.frames.fire(frame);
    await expect.poll(() => frames).toBeGreaterThan(before);
    socket.close();
  });

  it('closes its clients and frees its port when disposed', async () => {
    const url = `ws://127.0.0.1:${shell.port}/rpc?token=${shell.token}`;
    const connection = connect(await openWebSocketTransport(url));
    connection.services.settings.onChange(() => undefined);
    await connection.services.settings.get();
    const closed = new Promise<void>((resolve) => connection.onClose(resolve));
    await shell.dispose();
    await closed;
    expect(scripted.settings.hasListeners).toBe(false);
    const next = await serveBrowserShell({ served: scripted.served, rendererDir, port: shell.port });
    await next.dispose();
    await shell.dispose();
  });
});
