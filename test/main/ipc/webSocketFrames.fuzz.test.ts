import { tmpdir } from 'node:os';
import fc, { type Arbitrary } from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect, type Connection } from '../../../src/contract/rpc/client.ts';
import { CLIENT_LIMITS } from '../../../src/contract/rpc/server.ts';
import { MESSAGE_BURST, MESSAGES_PER_SECOND } from '../../../src/main/ipc/messageRate.ts';
import { serveBrowserShell, type BrowserShell } from '../../../src/main/ipc/webServer.ts';
import { openWebSocketTransport } from '../../../src/renderer/transport/webSocketTransport.ts';
import { fuzz } from '../../support/fuzzing.ts';
import { encodeFrame, openRawWebSocket, type RawFrame } from './rawWebSocket.ts';
import { scriptedServices, type ScriptedServices } from './scriptedServices.ts';

/**
 * A client that knows the token and nothing else. Whatever it sends: the panel beside it is answered, no method runs
 * that was not called as its schema says, nothing of the client is left once it is gone, and nothing grows.
 */

let scripted: ScriptedServices;
let shell: BrowserShell;
let panel: Connection;

beforeEach(async () => {
  scripted = scriptedServices();
  shell = await serveBrowserShell({ served: scripted.served, rendererDir: tmpdir() });
  panel = connect(await openWebSocketTransport(`ws://127.0.0.1:${shell.port}/rpc?token=${shell.token}`));
});
afterEach(async () => {
  panel.dispose();
  await shell.dispose();
});

const raw = () => openRawWebSocket(shell.port, shell.token);

async function expectAlive(): Promise<void> {
  expect(await panel.services.settings.get()).toMatchObject({ theme: 'dark' });
}

/** Numbers that no subscription and no call has, and those that one may have. */
const id: Arbitrary<unknown> = fc.oneof(
  fc.nat({ max: 3 }),
  fc.constantFrom<unknown>(-1, 0.5, 2 ** 53, 1e308, '1', null, [], true),
);
const message = fc.record(
  {
    k: fc.constantFrom<unknown>(
      'call',
      'cancel',
      'listen',
      'unlisten',
      'frames',
      'ok',
      'err',
      'event',
      '',
      1,
    ),
    id,
    s: fc.constantFrom<unknown>(
      'settings',
      'mixer',
      'player',
      'app',
      '__proto__',
      'nobody',
      'x'.repeat(65),
      7,
    ),
    m: fc.constantFrom<unknown>('get', 'next', 'getSnapshot', 'constructor', 'dispose', '', null),
    e: fc.constantFrom<unknown>('onChange', 'onState', 'onControl', '__proto__', ''),
    a: fc.constantFrom<unknown>([], [1], {}, 'a', null, [{ $bytes: 'AAAA' }], [{ $bytes: '%' }]),
    on: fc.constantFrom<unknown>(true, false, 1),
  },
  { requiredKeys: ['k'] },
);
const payload: Arbitrary<Uint8Array> = fc.oneof(
  { weight: 4, arbitrary: message.map((value) => Buffer.from(JSON.stringify(value))) },
  // A message that ends in the middle, also in the middle of a character.
  fc
    .tuple(message, fc.nat(60))
    .map(([value, at]) => Buffer.from(`${JSON.stringify(value)}€`).subarray(0, at)),
  fc.uint8Array({ maxLength: 300 }),
  fc.integer({ min: 1, max: 20_000 }).map((depth) => Buffer.from('['.repeat(depth))),
);
const frame: Arbitrary<RawFrame> = fc.record({
  opcode: fc.oneof({ weight: 6, arbitrary: fc.constant(1) }, fc.nat(15)),
  fin: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, fc.boolean()),
  reserved: fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, fc.nat(7)),
  masked: fc.oneof({ weight: 9, arbitrary: fc.constant(true) }, fc.boolean()),
  payload,
  claims: fc.option(fc.oneof(fc.nat(400), fc.constantFrom(0xffff, 0x7fffffff, Number.MAX_SAFE_INTEGER)), {
    nil: undefined,
    freq: 9,
  }),
});
/** Frames, and how many bytes of them come at a time. */
const conversation = fc.tuple(
  fc.array(frame, { minLength: 1, maxLength: 8 }),
  fc.constantFrom(Infinity, 1, 7, 200),
);

describe('raw frames to the browser shell', () => {
  it(
    'never reach more than the schemas let through, and leave nothing behind',
    { tags: 'fuzz' },
    async () => {
      await fuzz(
        'web-socket/conversations',
        fc.asyncProperty(conversation, async ([frames, pieces]) => {
          const client = await raw();
          const bytes = Buffer.concat(frames.map(encodeFrame));
          const step = Math.max(1, Math.min(pieces, bytes.length));
          // At most 300 writes: what matters is that frames are cut anywhere.
          for (let at = 0; at < bytes.length; at += at / step < 300 ? step : bytes.length) {
            client.send(bytes.subarray(at, at + (at / step < 299 ? step : bytes.length)));
          }
          await expectAlive();
          client.socket.destroy();
          await client.ended();
        }),
        { normal: 300, fuzz: 30_000 },
      );
      await expect.poll(() => scripted.settings.hasListeners || scripted.frames.hasListeners).toBe(false);
      await expect.poll(() => scripted.waiting - scripted.cancelled).toBe(0);
      expect(scripted.calls.filter((call) => call !== 'quit')).toEqual([]);
    },
  );

  it.each<[string, (token: RawFrame) => RawFrame]>([
    ['an oversized message, by its header alone', (any) => ({ ...any, claims: 64 * 1024 * 1024 + 1 })],
    ['a message of 2^53 bytes', (any) => ({ ...any, claims: Number.MAX_SAFE_INTEGER })],
    ['a frame that is not masked', (any) => ({ ...any, masked: false })],
    ['a kind of frame that does not exist', (any) => ({ ...any, opcode: 5 })],
    ['a continuation of nothing', (any) => ({ ...any, opcode: 0 })],
    ['binary data', (any) => ({ ...any, opcode: 2 })],
    ['text that is no UTF-8', (any) => ({ ...any, payload: Uint8Array.of(0xc3, 0x28) })],
  ])('end a client for %s', async (_what, broken) => {
    const client = await raw();
    client.send(
      encodeFrame(broken({ opcode: 1, fin: true, reserved: 0, masked: true, payload: Buffer.from('{}') })),
    );
    client.socket.end();
    await client.ended();
    await expectAlive();
  });
});

describe('a client that wants too much', () => {
  it('is read at a rate that leaves main to the others, and everything it said is answered', async () => {
    const { send, heard, close } = await listening();
    const flood = MESSAGE_BURST + MESSAGES_PER_SECOND;
    const started = performance.now();
    for (let call = 0; call < flood; call++) send({ k: 'call', id: call, s: 'settings', m: 'get', a: [] });
    await expectAlive();
    await expect.poll(() => heard.length, { timeout: 15_000 }).toBe(flood);
    // What came after the burst took its second, less what had been read in one piece.
    expect(performance.now() - started).toBeGreaterThan(500);
    for (const answer of heard) expect(answer).toMatchObject({ k: 'ok' });
    close();
  });

  it('is not answered pings without end', async () => {
    const client = await raw();
    client.socket.pause();
    const ping = encodeFrame({ opcode: 9, fin: true, reserved: 0, masked: true, payload: Buffer.alloc(125) });
    client.send(Buffer.concat(Array.from({ length: 20_000 }, () => ping)));
    const before = process.memoryUsage().external;
    for (let look = 0; look < 20; look++) {
      await expectAlive();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    // Its own bytes are in this process as well.
    expect(process.memoryUsage().external - before).toBeLessThan(8 * 1024 * 1024);
    client.socket.destroy();
    await client.ended();
  });

  it('gets so many subscriptions and no more, and others once it ended some', async () => {
    const { send, heard, close } = await listening();
    for (let each = 0; each < CLIENT_LIMITS.subscriptions; each++) {
      send({ k: 'listen', id: each, s: 'settings', e: 'onChange' });
    }
    send({ k: 'listen', id: 1_000, s: 'settings', e: 'onChange' });
    await expect.poll(() => heard.length).toBe(1);
    expect(heard[0]).toMatchObject({ k: 'err', id: 1_000, e: { code: 'bad-state' } });
    send({ k: 'unlisten', id: 0 });
    send({ k: 'listen', id: 1_001, s: 'settings', e: 'onChange' });
    send({ k: 'call', id: 1, s: 'settings', m: 'get', a: [] });
    await expect.poll(() => heard.length).toBe(2);
    expect(heard[1]).toMatchObject({ k: 'ok' });
    close();
    await expect.poll(() => scripted.settings.hasListeners).toBe(false);
  });

  it('gets so many calls under way and no more, each answered in the end', async () => {
    const { send, heard, close } = await listening();
    for (let call = 0; call <= CLIENT_LIMITS.callsUnderWay; call++) {
      send({ k: 'call', id: call, s: 'player', m: 'next', a: [] });
    }
    await expect.poll(() => heard.length, { timeout: 10_000 }).toBe(1);
    expect(heard[0]).toMatchObject({
      k: 'err',
      id: CLIENT_LIMITS.callsUnderWay,
      e: { code: 'bad-state', advice: expect.any(String) as string },
    });
    expect(scripted.waiting).toBe(CLIENT_LIMITS.callsUnderWay);
    send({ k: 'cancel', id: 0 });
    await expect.poll(() => heard.length).toBe(2);
    send({ k: 'call', id: 5_000, s: 'settings', m: 'get', a: [] });
    await expect.poll(() => heard.at(-1)).toMatchObject({ k: 'ok', id: 5_000 });
    close();
    await expect.poll(() => scripted.cancelled).toBe(CLIENT_LIMITS.callsUnderWay);
  });
});

/** A client that speaks the protocol by hand. */
async function listening() {
  const socket = new WebSocket(`ws://127.0.0.1:${shell.port}/rpc?token=${shell.token}`);
  await new Promise((resolve) => socket.addEventListener('open', resolve));
  const heard: unknown[] = [];
  socket.addEventListener('message', ({ data }) => heard.push(JSON.parse(String(data))));
  return {
    send: (value: unknown) => socket.send(JSON.stringify(value)),
    heard,
    close: () => socket.close(),
  };
}
