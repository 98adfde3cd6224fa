import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ClientTransport } from '../../../src/contract/rpc/wire.ts';
import { connect, type Connection } from '../../../src/contract/rpc/client.ts';
import { scriptedServices, type ScriptedServices } from './scriptedServices.ts';

export interface TransportUnderTest {
  /** A new client, as a real one connects. */
  open(): Promise<ClientTransport>;
  /** Sends something that the typed client would never send; undefined where the transport cannot carry it. */
  sendRaw(transport: ClientTransport, message: unknown): void;
  dispose(): Promise<void>;
}

/** What holds for every transport between a panel or command line and main. */
export function describeTransport(
  name: string,
  start: (scripted: ScriptedServices) => Promise<TransportUnderTest>,
): void {
  describe(name, () => {
    let scripted: ScriptedServices;
    let transport: TransportUnderTest;
    let open: Connection[];

    beforeEach(async () => {
      scripted = scriptedServices();
      transport = await start(scripted);
      open = [];
    });
    afterEach(async () => {
      for (const connection of open) connection.dispose();
      await transport.dispose();
    });
    const client = async (): Promise<Connection> => {
      const connection = connect(await transport.open());
      open.push(connection);
      return connection;
    };

    it('answers calls with their arguments and results, byte arrays included', async () => {
      const { services } = await client();
      const bytes = Uint8Array.from({ length: 300_000 }, (_, index) => index * 7);
      const entry = await services.player.add({ name: 'Ä ü €.mid', bytes });
      expect(entry).toEqual({
        id: 300_000,
        kind: 'song',
        name: 'Ä ü €.mid',
        title: null,
        artist: null,
        durationSeconds: 0,
        detail: Buffer.from(bytes.subarray(0, 16)).toString('hex'),
      });
      expect(await services.settings.set({ theme: 'light' })).toMatchObject({ theme: 'light' });
    });

    it('carries what a method throws as a typed error', async () => {
      const { services } = await client();
      await expect(services.app.retryOutput()).rejects.toMatchObject({
        name: 'PinwheelError',
        code: 'internal',
        message: 'something unforeseen',
      });
    });

    it('refuses arguments that do not fit and keeps the method from running', async () => {
      const { services } = await client();
      await expect(services.player.seek(-1)).rejects.toMatchObject({ code: 'bad-request' });
      await expect(services.mixer.setControl('card', 1, { levels: [] })).rejects.toMatchObject({
        code: 'bad-request',
      });
      expect(scripted.calls).toEqual([]);
    });

    it('cancels a call', async () => {
      const { services } = await client();
      const abort = new AbortController();
      // The signal as an extra last argument is what the proxy takes; see contract/rpc/client.ts.
      const next = services.player.next as (signal: AbortSignal) => Promise<void>;
      const call = next(abort.signal);
      const outcome = expect(call).rejects.toMatchObject({ message: 'cancelled' });
      await expect.poll(() => scripted.waiting).toBe(1);
      abort.abort();
      await outcome;
      expect(scripted.cancelled).toBe(1);
    });

    it('cancels what runs and ends subscriptions when a client goes away in the middle of a call', async () => {
      const connection = await client();
      const closed = new Promise<void>((resolve) => connection.onClose(resolve));
      connection.services.settings.onChange(() => undefined);
      connection.onFrame(() => undefined);
      const call = connection.services.player.next();
      const outcome = expect(call).rejects.toMatchObject({ code: 'disconnected' });
      await expect.poll(() => scripted.waiting).toBe(1);
      expect(scripted.settings.hasListeners).toBe(true);
      connection.dispose();
      await outcome;
      await closed;
      await expect.poll(() => scripted.cancelled).toBe(1);
      await expect.poll(() => scripted.settings.hasListeners || scripted.frames.hasListeners).toBe(false);
    });

    it('delivers events in order, until unsubscribed', async () => {
      const { services } = await client();
      const heard: string[] = [];
      const subscription = services.settings.onChange((settings) => heard.push(settings.output));
      await services.settings.get();
      for (let index = 0; index < 200; index++) {
        scripted.settings.fire({
          theme: 'dark',
          latency: 'low',
          output: String(index),
          bank: 'auto',
          panel: 'mixer',
        });
      }
      await services.settings.get();
      await expect.poll(() => heard.length).toBe(200);
      expect(heard).toEqual(Array.from({ length: 200 }, (_, index) => String(index)));
      subscription.dispose();
      await services.settings.get();
      expect(scripted.settings.hasListeners).toBe(false);
    });

    it('sends frames while somebody listens', async () => {
      const connection = await client();
      const frames: number[][] = [];
      const subscription = connection.onFrame((frame) => frames.push([...frame]));
      await expect.poll(() => scripted.frames.hasListeners).toBe(true);
      scripted.frames.fire(Uint8Array.of(1, 2, 3));
      scripted.frames.fire(Uint8Array.of(250, 0, 255));
      await expect
        .poll(() => frames)
        .toEqual([
          [1, 2, 3],
          [250, 0, 255],
        ]);
      subscription.dispose();
      await expect.poll(() => scripted.frames.hasListeners).toBe(false);
    });

    it('answers a million bytes of hostile messages with refusals and goes on', async () => {
      const raw = await transport.open();
      const connection = connect(raw);
      open.push(connection);
      await connection.services.settings.get();
      const name = fc.constantFrom(
        'player',
        'app',
        'mixer',
        '__proto__',
        'constructor',
        'toString',
        '',
        'x'.repeat(99),
      );
      const method = fc.constantFrom(
        'getState',
        'add',
        'onState',
        'constructor',
        '__proto__',
        'hasOwnProperty',
        '',
      );
      const id = fc.oneof(fc.integer(), fc.double(), fc.string(), fc.constant(undefined), fc.constant(null));
      const shaped = fc.record(
        {
          k: fc.constantFrom('call', 'cancel', 'listen', 'unlisten', 'frames', 'ok', '__proto__', ''),
          id: fc.oneof(fc.integer({ min: 1_000_000, max: 1_000_999 }), id),
          s: name,
          m: method,
          e: method,
          a: fc.oneof(fc.array(fc.jsonValue({ maxDepth: 3 }), { maxLength: 4 }), fc.jsonValue()),
          on: fc.oneof(fc.boolean(), fc.jsonValue()),
        },
        { requiredKeys: ['k'] },
      );
      const hostile = fc.oneof(shaped, fc.jsonValue(), fc.constant(Array(20_000).fill([])));
      fc.assert(
        fc.property(hostile, (message) => {
          transport.sendRaw(raw, message);
        }),
        { numRuns: 400, seed: 77 },
      );
      expect(await connection.services.settings.get()).toMatchObject({ theme: 'dark' });
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
      // Nothing that takes an argument got past its schema by accident.
      expect(scripted.calls.filter((call) => call !== 'quit')).toEqual([]);
    });
  });
}
