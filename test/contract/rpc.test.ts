import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { connect } from '../../src/contract/rpc/client.ts';
import { serveClient } from '../../src/contract/rpc/server.ts';
import { fromJson, toJson, type ClientTransport, type ServerMessage } from '../../src/contract/rpc/wire.ts';
import { localTransport } from '../../src/main/ipc/localTransport.ts';
import { scriptedServices } from '../main/ipc/scriptedServices.ts';
import { describeTransport } from '../main/ipc/transportContract.ts';

describeTransport('local transport', async (scripted) => ({
  open: async () => localTransport(scripted.served),
  sendRaw: (transport: ClientTransport, message) => transport.send(message as never),
  dispose: async () => undefined,
}));

describe('JSON of the wire', () => {
  it('keeps byte arrays and everything else that JSON has', () => {
    const bytes = fc.uint8Array({ maxLength: 5000 });
    fc.assert(
      fc.property(fc.jsonValue(), bytes, fc.nat(), (value, data, id) => {
        const message = { k: 'call' as const, id, s: 'player', m: 'add', a: [value, { data }, [data]] };
        const copy = fromJson(toJson(message)) as typeof message;
        // JSON itself knows no -0.
        expect(JSON.stringify(copy.a[0])).toBe(JSON.stringify(value));
        expect((copy.a[1] as { data: Uint8Array }).data).toEqual(data);
        expect((copy.a[2] as Uint8Array[])[0]).toEqual(data);
      }),
      { numRuns: 200, seed: 11 },
    );
  });

  it('throws on text that is no message rather than making something of it', () => {
    for (const text of ['', '{', 'undefined', '{"$bytes":"%"}', '{"a":{"$bytes":"###"}}']) {
      expect(() => fromJson(text), text).toThrow();
    }
  });
});

describe('serving a client', () => {
  const serve = () => {
    const scripted = scriptedServices();
    const sent: ServerMessage[] = [];
    let receive: (message: unknown) => void = () => undefined;
    let close: () => void = () => undefined;
    const handle = serveClient(scripted.served, {
      send: (message) => void sent.push(message),
      onMessage: (listener) => (receive = listener),
      onClose: (listener) => (close = listener),
      close: () => close(),
    });
    return { scripted, sent, handle, receive: (message: unknown) => receive(message) };
  };
  const settled = () => new Promise((resolve) => setImmediate(resolve));

  it('tells of requests that fail by a mistake in the program, and of no others', async () => {
    const { scripted, sent, receive } = serve();
    const faults: unknown[] = [];
    scripted.served.fault = (request, error) => faults.push([request, error]);
    receive({ k: 'call', id: 1, s: 'app', m: 'retryOutput', a: [] });
    receive({ k: 'call', id: 2, s: 'app', m: 'noSuchMethod', a: [] });
    await settled();
    expect(sent.map((message) => (message.k === 'err' ? message.e.code : message.k)).sort()).toEqual([
      'bad-request',
      'internal',
    ]);
    expect(faults).toEqual([['app.retryOutput', new TypeError('something unforeseen')]]);
  });

  it('refuses inherited names as services, methods and events', async () => {
    const { sent, receive } = serve();
    let id = 0;
    for (const s of ['player', '__proto__', 'constructor', 'toString']) {
      for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'onState']) {
        receive({ k: 'call', id: id++, s, m: name, a: [] });
        if (!(s === 'player' && name === 'onState')) receive({ k: 'listen', id: id++, s, e: name });
      }
    }
    await settled();
    expect(sent).toHaveLength(id);
    expect(sent.map((message) => (message.k === 'err' ? message.e.code : message.k))).toEqual(
      Array(id).fill('bad-request'),
    );
  });

  it('refuses an id that is in use and keeps the call that has it', async () => {
    const { scripted, sent, receive } = serve();
    receive({ k: 'call', id: 1, s: 'player', m: 'next', a: [] });
    receive({ k: 'call', id: 1, s: 'settings', m: 'get', a: [] });
    await settled();
    expect(sent).toMatchObject([{ k: 'err', id: 1, e: { code: 'bad-request' } }]);
    receive({ k: 'cancel', id: 1 });
    await settled();
    expect(scripted.cancelled).toBe(1);
  });

  it('answers nothing after it was disposed', async () => {
    const { scripted, sent, receive, handle } = serve();
    receive({ k: 'listen', id: 1, s: 'settings', e: 'onChange' });
    receive({ k: 'call', id: 2, s: 'player', m: 'next', a: [] });
    receive({ k: 'frames', on: true });
    handle.dispose();
    handle.dispose();
    await settled();
    expect(scripted.cancelled).toBe(1);
    expect(scripted.settings.hasListeners || scripted.frames.hasListeners).toBe(false);
    expect(sent).toEqual([]);
  });
});

describe('client', () => {
  it('does not send a call whose signal is aborted already, and never the signal itself', async () => {
    const sent: unknown[] = [];
    const connection = connect({
      send: (message) => void sent.push(message),
      onMessage: () => undefined,
      onClose: () => undefined,
      close: () => undefined,
    });
    const next = connection.services.player.next as (signal: AbortSignal) => Promise<void>;
    await expect(next(AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
    expect(sent).toEqual([]);
    const abort = new AbortController();
    next(abort.signal).catch(() => undefined);
    abort.abort();
    expect(sent).toEqual([
      { k: 'call', id: 2, s: 'player', m: 'next', a: [] },
      { k: 'cancel', id: 2 },
    ]);
  });

  it('fails every open call when the connection closes, and every later one', async () => {
    let close: () => void = () => undefined;
    const connection = connect({
      send: () => undefined,
      onMessage: () => undefined,
      onClose: (listener) => (close = listener),
      close: () => close(),
    });
    const first = connection.services.settings.get();
    const second = connection.services.app.getState();
    connection.dispose();
    await expect(first).rejects.toMatchObject({ code: 'disconnected' });
    await expect(second).rejects.toMatchObject({ code: 'disconnected' });
    await expect(connection.services.settings.get()).rejects.toMatchObject({ code: 'disconnected' });
  });
});
