import { spawn, spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { createConnection, type Socket } from 'node:net';
import { constants, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Duplex } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect } from '../../../src/contract/rpc/client.ts';
import type { ClientTransport } from '../../../src/contract/rpc/wire.ts';
import {
  connectControlSocket,
  InstanceRunningError,
  listenControlSocket,
} from '../../../src/main/ipc/controlSocket.ts';
import {
  jsonSocketClient,
  jsonSocketServer,
  MAX_LINE_BYTES,
} from '../../../src/main/ipc/jsonSocketTransport.ts';
import { scriptedServices, type ScriptedServices } from './scriptedServices.ts';
import { describeTransport } from './transportContract.ts';

let directory: string;
let path: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pinwheel-ctl-'));
  path = join(directory, 'run', 'control.sock');
});
afterEach(() => rm(directory, { recursive: true, force: true }));

function socketTo(target: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(target, () => resolve(socket));
    socket.on('error', reject);
  });
}

describeTransport('control socket transport', async (scripted) => {
  const control = await listenControlSocket(scripted.served, path);
  const raw = new WeakMap<ClientTransport, Socket>();
  return {
    async open() {
      const socket = await socketTo(path);
      const transport = jsonSocketClient(socket);
      raw.set(transport, socket);
      return transport;
    },
    sendRaw: (transport, message) => void raw.get(transport)!.write(`${JSON.stringify(message) ?? 'null'}\n`),
    dispose: () => control.dispose(),
  };
});

describe.skipIf(process.platform === 'win32')('control socket', () => {
  let scripted: ScriptedServices;
  beforeEach(() => {
    scripted = scriptedServices();
  });

  it('is in a directory of this user alone, and gone after the end', async () => {
    const control = await listenControlSocket(scripted.served, path);
    expect((await stat(dirname(path))).mode & 0o777).toBe(0o700);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(dirname(path))).toEqual(['control.sock']);
    await control.dispose();
    expect(await readdir(dirname(path))).toEqual([]);
    expect(await connectControlSocket(path)).toBeUndefined();
  });

  it('closes a directory that was left open to others', async () => {
    await mkdir(dirname(path), { mode: 0o755 });
    await chmod(dirname(path), 0o777);
    const control = await listenControlSocket(scripted.served, path);
    expect((await stat(dirname(path))).mode & 0o777).toBe(0o700);
    await control.dispose();
  });

  /** What another user gets for an answer: `in`, or the error's number. */
  const asNobody = (target: string): string => {
    const connectTo = 'socket(S,PF_UNIX,SOCK_STREAM,0); print connect(S,sockaddr_un($ARGV[0])) ? "in" : 0+$!';
    const { stdout, stderr } = spawnSync('perl', ['-MSocket', '-e', connectTo, target], {
      uid: 65_534,
      gid: 65_534,
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    return stdout;
  };

  it.skipIf(process.getuid?.() !== 0)(
    'refuses another user of the machine, by its folder and by itself',
    async () => {
      await chmod(directory, 0o755);
      const control = await listenControlSocket(scripted.served, path);
      const denied = String(constants.errno.EACCES);
      expect(asNobody(path)).toBe(denied);
      // Also in a folder that lets everybody through.
      await chmod(dirname(path), 0o755);
      expect(asNobody(path)).toBe(denied);
      // The question can be answered otherwise.
      await chmod(path, 0o666);
      expect(asNobody(path)).toBe('in');
      await control.dispose();
    },
  );

  it('lets one instance in only', async () => {
    const first = await listenControlSocket(scripted.served, path);
    await expect(listenControlSocket(scripted.served, path)).rejects.toBeInstanceOf(InstanceRunningError);
    expect(await readdir(dirname(path))).toEqual(['control.sock']);
    const transport = await connectControlSocket(path);
    const connection = connect(transport!);
    expect(await connection.services.settings.get()).toMatchObject({ theme: 'dark' });
    connection.dispose();
    await first.dispose();
    const second = await listenControlSocket(scripted.served, path);
    await second.dispose();
  });

  it('replaces the socket of an instance that was killed', async () => {
    await mkdir(dirname(path), { mode: 0o700 });
    const child = spawn(process.execPath, [
      '-e',
      `require('net').createServer().listen(${JSON.stringify(path)}, () => process.stdout.write('up'))`,
    ]);
    await new Promise((resolve) => child.stdout.once('data', resolve));
    await expect(listenControlSocket(scripted.served, path)).rejects.toBeInstanceOf(InstanceRunningError);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    expect(await readdir(dirname(path))).toEqual(['control.sock']);
    expect(await connectControlSocket(path)).toBeUndefined();
    const control = await listenControlSocket(scripted.served, path);
    const connection = connect((await connectControlSocket(path))!);
    expect(await connection.services.settings.get()).toMatchObject({ theme: 'dark' });
    connection.dispose();
    await control.dispose();
  });

  it('lets exactly one of many in that start together over a dead socket', async () => {
    await mkdir(dirname(path), { mode: 0o700 });
    for (let round = 0; round < 10; round++) {
      await writeFile(path, '');
      const attempts = await Promise.allSettled(
        Array.from({ length: 6 }, () => listenControlSocket(scripted.served, path)),
      );
      const winners = attempts.filter((attempt) => attempt.status === 'fulfilled');
      expect(winners).toHaveLength(1);
      for (const attempt of attempts) {
        if (attempt.status === 'rejected') expect(attempt.reason).toBeInstanceOf(InstanceRunningError);
      }
      const connection = connect((await connectControlSocket(path))!);
      expect(await connection.services.settings.get()).toMatchObject({ theme: 'dark' });
      connection.dispose();
      await winners[0]!.value.dispose();
    }
    expect(await readdir(dirname(path))).toEqual([]);
  });

  it('is not kept out by the lock of an instance that was killed while starting', async () => {
    await mkdir(dirname(path), { mode: 0o700 });
    await writeFile(`${path}.lock`, '');
    await utimes(`${path}.lock`, 1, 1);
    const control = await listenControlSocket(scripted.served, path);
    await control.dispose();
    expect(await readdir(dirname(path))).toEqual([]);
  });

  it('ends a client that sends what is not JSON, and serves the others', async () => {
    const control = await listenControlSocket(scripted.served, path);
    for (const text of ['{\n', 'GET / HTTP/1.1\r\n\r\n', '\xff\xfe\n', '{"$bytes":"%"}\n']) {
      const socket = await socketTo(path);
      const closed = new Promise((resolve) => socket.once('close', resolve));
      socket.resume();
      socket.write(text, 'latin1');
      await closed;
    }
    const connection = connect((await connectControlSocket(path))!);
    expect(await connection.services.settings.get()).toMatchObject({ theme: 'dark' });
    connection.dispose();
    await control.dispose();
  });
});

describe('line transport', () => {
  it('puts messages together however the stream cuts them', async () => {
    const stream = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
    const heard: unknown[] = [];
    jsonSocketServer(stream).onMessage((message) => heard.push(message));
    const bytes = Buffer.from('{"a":"ä€😀"}\n[]\n"last"\n');
    for (const byte of bytes) stream.push(Uint8Array.of(byte));
    await expect.poll(() => heard).toEqual([{ a: 'ä€😀' }, [], 'last']);
  });

  it('cuts off a line without an end instead of keeping it', async () => {
    const stream = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
    let closed = false;
    jsonSocketServer(stream).onClose(() => (closed = true));
    const block = Buffer.alloc(8 * 1024 * 1024, 0x20);
    for (let sent = 0; sent <= MAX_LINE_BYTES; sent += block.length) stream.push(block);
    await expect.poll(() => closed && stream.destroyed).toBe(true);
  });
});
