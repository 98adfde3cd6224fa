import { createConnection, createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { PinwheelError } from '../../../../src/contract/errors.ts';
import {
  ServerWatcher,
  SoundServerClient,
  type SoundServerEvent,
} from '../../../../src/main/hardware/soundServer/index.ts';
import { encodePacket } from '../../../../src/main/hardware/soundServer/packet.ts';
import { COMMAND } from '../../../../src/main/hardware/soundServer/protocol.ts';
import { simulatedDevice } from '../../../rigs/simulatedServer/serverRecords.ts';
import { SimulatedServer } from '../../../rigs/simulatedServer/simulatedServer.ts';
import { ServerGate } from '../../../support/serverGate.ts';
import {
  notify,
  refuse,
  reply,
  ScriptedServer,
  signsIn,
  type Request,
  type Script,
} from './scriptedServer.ts';

const TIMEOUT_MS = 150;

describe('a sound server that misbehaves', () => {
  const disposables: { dispose(): void | Promise<void> }[] = [];
  afterEach(async () => {
    for (const item of disposables.splice(0).reverse()) await item.dispose();
  });

  const serve = async (script: Script) => {
    const server = await ScriptedServer.start(script);
    disposables.push(server);
    return server;
  };
  const connect = async (script: Script) => {
    const server = await serve(script);
    const client = await SoundServerClient.connect({ env: server.env, timeoutMs: TIMEOUT_MS });
    disposables.push(client);
    return { server, client };
  };

  it('is not there', async () => {
    const error = await failure(SoundServerClient.connect({ env: { PULSE_SERVER: 'unix:/nowhere/native' } }));
    expect(error).toMatchObject({ code: 'device-unavailable', subject: 'unix:/nowhere/native' });
    expect(error.advice).toMatch(/PipeWire/);
  });

  it('says nothing when called', async () => {
    const { env } = await serve(() => {});
    const error = await failure(SoundServerClient.connect({ env, timeoutMs: TIMEOUT_MS }));
    expect(error).toMatchObject({ code: 'device-unavailable' });
    expect(error.message).toMatch(/did not answer within 150 ms \(sign in\)/);
  });

  it('says nothing any more, although nobody asked: it is given up, and looked for again', async () => {
    const server = await SimulatedServer.start();
    disposables.push(server);
    server.addSink(simulatedDevice('one'));
    const socket = server.env['PULSE_SERVER']!.replace('unix:', '');
    const gate = await ServerGate.open(`${socket}-gate`, socket);
    disposables.push(gate);
    const env = { ...server.env, PULSE_SERVER: gate.address };
    const watcher = new ServerWatcher({ env, timeoutMs: TIMEOUT_MS, checkMs: 100, pollMs: 20 });
    disposables.push(watcher);
    const running: boolean[] = [];
    watcher.onChange(({ serverRunning }) => running.push(serverRunning));
    await watcher.ready();
    // Asked again and again, it stays.
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(running).toEqual([true]);
    gate.swallow();
    server.addSink(simulatedDevice('two'));
    await expect.poll(() => running).toEqual([true, false, true]);
    expect(watcher.state.sinks.map(({ name }) => name)).toEqual(['one', 'two']);
  });

  it('turns us away', async () => {
    const { env, sockets } = await serve((request) => refuse(request, 1));
    expect(await failure(SoundServerClient.connect({ env }))).toMatchObject({ code: 'not-allowed' });
    await expect.poll(() => sockets.size).toBe(0);
  });

  it('is alive but has lost the daemon behind it, as pipewire-pulse without PipeWire', async () => {
    const { env } = await serve((request) =>
      request.command === COMMAND.auth ? reply(request, (fields) => fields.putU32(35)) : refuse(request, 6),
    );
    expect((await failure(SoundServerClient.connect({ env }))).message).toMatch(/connection refused/);
  });

  it('is too old', async () => {
    const { env } = await serve(signsIn(undefined, 13));
    expect(await failure(SoundServerClient.connect({ env }))).toMatchObject({ code: 'not-supported' });
  });

  it('does not answer a request, and answers it when nobody waits any more', async () => {
    const late: Request[] = [];
    const { client } = await connect(
      signsIn((request) =>
        request.command === COMMAND.setDefaultSink ? reply(request) : void late.push(request),
      ),
    );
    expect(await failure(client.sinks())).toMatchObject({ code: 'device-unavailable' });
    late.forEach((request) => reply(request));
    await client.setDefaultSink('a');
  });

  it('hangs up in the middle of requests', async () => {
    const { client, server } = await connect(signsIn());
    const reasons: PinwheelError[] = [];
    client.onClose((reason) => reasons.push(reason));
    const requests = [client.sinks(), client.sinkInputs(), client.setDefaultSink('a')].map(failure);
    for (const socket of server.sockets) socket.destroy();
    for (const error of await Promise.all(requests)) expect(error.code).toBe('disconnected');
    expect(reasons).toHaveLength(1);
    expect(await failure(client.serverInfo())).toMatchObject({ code: 'disconnected' });
  });

  it('answers with too little', async () => {
    const { client } = await connect(
      signsIn((request) =>
        request.command === COMMAND.getSinkInfoList
          ? reply(request, (fields) => fields.putU32(1))
          : reply(request),
      ),
    );
    expect(await failure(client.sinks())).toMatchObject({ code: 'device-unavailable', offset: 15 });
    // The connection goes on.
    await client.setSinkInputMute(1, true);
  });

  it('sends notifications that nobody knows', async () => {
    const events: SoundServerEvent[] = [];
    const { client } = await connect(
      signsIn((request) => {
        notify(request.socket, 200);
        notify(request.socket, COMMAND.subscribeEvent, (fields) => fields.putU32(0x0f).putU32(1));
        notify(request.socket, COMMAND.subscribeEvent, (fields) => fields.putU32(0x30).putU32(1));
        notify(request.socket, COMMAND.subscribeEvent, (fields) => fields.putU32(0x12).putU32(7));
        reply(request);
      }),
    );
    client.onEvent((event) => events.push(event));
    await client.setDefaultSink('a');
    expect(events).toEqual([{ facility: 'sinkInput', type: 'change', index: 7 }]);
  });

  it.each<[string, (request: Request) => void]>([
    ['a notification that cannot be read', ({ socket }) => notify(socket, COMMAND.subscribeEvent)],
    ['a packet without content', ({ socket }) => void socket.write(encodePacket(Buffer.alloc(0)))],
    ['a packet of 4 GB', ({ socket }) => void socket.write(Buffer.alloc(20, 0xff))],
    ['an error without a number', ({ socket, id }) => void socket.write(errorWithoutNumber(id))],
  ])('sends %s', async (_, misbehave) => {
    const { client } = await connect(signsIn(misbehave));
    const closed = new Promise<PinwheelError>((resolve) => client.onClose(resolve));
    const error = await failure(client.sinks());
    expect(error).toBe(await closed);
    expect(error.code).toMatch(/device-unavailable|disconnected/);
  });

  it('sends nonsense in every length', async () => {
    for (let length = 1; length < 60; length++) {
      const server = await ScriptedServer.start(({ socket }) => {
        const nonsense = Buffer.from(Array.from({ length }, (_, index) => (index * 37 + length) & 0xff));
        socket.end(Buffer.concat([encodePacket(nonsense), nonsense]));
      });
      expect(
        await failure(SoundServerClient.connect({ env: server.env, timeoutMs: TIMEOUT_MS })),
      ).toBeInstanceOf(PinwheelError);
      await server.dispose();
    }
  });

  it('does not keep a disposed client', async () => {
    const { client, server } = await connect(signsIn());
    const closed: unknown[] = [];
    client.onClose((reason) => closed.push(reason));
    const request = failure(client.sinks());
    client.dispose();
    client.dispose();
    expect((await request).code).toBe('disconnected');
    expect(closed).toEqual([]);
    await expect.poll(() => server.sockets.size).toBe(0);
  });

  it('is passed over for the next one that PULSE_SERVER lists', async () => {
    const server = await serve(signsIn());
    const client = await SoundServerClient.connect({ env: { PULSE_SERVER: `unix:/nowhere ${server.path}` } });
    disposables.push(client);
    expect(client.address).toBe(`unix:${server.path}`);
  });

  it('may be reached over TCP', async () => {
    const server = await serve(signsIn((request) => reply(request)));
    const gate = createServer((socket) => {
      const inner = createConnection(server.path);
      socket.on('error', () => {}).on('close', () => inner.destroy());
      socket.pipe(inner).pipe(socket);
    });
    const port = await new Promise<number>((resolve) =>
      gate.listen(0, '127.0.0.1', () => resolve((gate.address() as { port: number }).port)),
    );
    disposables.push({ dispose: () => void gate.close() });
    const client = await SoundServerClient.connect({ env: { PULSE_SERVER: `tcp:127.0.0.1:${port}` } });
    disposables.push(client);
    await client.setDefaultSink('a');
  });

  it('answers while the whole program stands still', async () => {
    const { client } = await connect(
      signsIn((request) => {
        reply(request);
        // Nobody gets to read it before its time is over.
        const end = performance.now() + 2 * TIMEOUT_MS;
        while (performance.now() < end);
      }),
    );
    await client.setDefaultSink('a');
  });

  it('gets no more than the arguments its protocol can carry', async () => {
    const { client } = await connect(signsIn((request) => reply(request)));
    expect(await failure(client.setDefaultSink('a\0b'))).toMatchObject({ code: 'bad-input' });
    expect(await failure(client.setSinkInputVolume(1, []))).toMatchObject({ code: 'bad-input' });
    await client.setDefaultSink('a');
  });
});

async function failure(promise: Promise<unknown>): Promise<PinwheelError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(PinwheelError);
  return error as PinwheelError;
}

function errorWithoutNumber(id: number): Buffer {
  const body = Buffer.alloc(10);
  body.write('L', 0);
  body.writeUInt32BE(COMMAND.error, 1);
  body.write('L', 5);
  body.writeUInt32BE(id, 6);
  return encodePacket(body);
}
