import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc, { type Arbitrary } from 'fast-check';
import type * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { ServerMessage } from '../../../src/contract/rpc/wire.ts';
import type { ServiceDefinition } from '../../../src/contract/service.ts';
import { services } from '../../../src/contract/services/index.ts';
import { localTransport } from '../../../src/main/ipc/localTransport.ts';
import type { Pinwheel } from '../../../src/main/pinwheel.ts';
import { pinwheelInProcess } from '../../support/pinwheelInProcess.ts';
import { garbage, schemaArbitrary } from '../../support/schemaArbitrary.ts';
import { fuzz } from '../../support/fuzzing.ts';

/** Everything a client could send to the whole program: all methods of all services, in and out of their schemas. */

const CALLS = { normal: 25, fuzz: 4_000 };
/** A method that often gets through and then makes a synthesizer ready. */
const SLOW_CALLS = { normal: 10, fuzz: 400 };

const home = mkdtempSync(path.join(tmpdir(), 'contract-fuzz-'));
let pinwheel: Pinwheel;
let words: string[];

beforeAll(async () => {
  pinwheel = await pinwheelInProcess(home, { sound: true });
  words = await namesOf(pinwheel);
});
afterAll(async () => {
  await pinwheel.dispose();
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true, force: true });
});

/** Names of what there is, so that not every call ends at “there is no such thing”; and paths that are no files. */
async function namesOf({ served: { implementations } }: Pinwheel): Promise<string[]> {
  const { devices } = await implementations.mixer.getSnapshot();
  const { filters } = await implementations.topology.getSnapshot();
  const { subdevices } = await implementations.power.getSnapshot();
  expect(subdevices).not.toEqual([]);
  const ids = [
    ...devices.map(({ id }) => id),
    ...filters.map(({ path }) => path),
    ...subdevices.map(({ path }) => path),
  ];
  return [...new Set([...ids, ...OTHER_WORDS])];
}

const OTHER_WORDS = [
  'null',
  'default',
  'synth',
  'VOLUMELEVEL',
  'KSPROPSETID_Audio',
  '/dev/zero',
  '/proc/self/mem',
  '',
];

/** A client that speaks the protocol by hand. */
function rawClient() {
  const transport = localTransport(pinwheel.served);
  const waiting = new Map<number, (message: ServerMessage) => void>();
  transport.onMessage((message) => waiting.get(message.id)?.(message));
  let id = 0;
  return {
    send: (message: unknown) => transport.send(message as never),
    call(s: string, m: string, a: unknown) {
      const call = ++id;
      const answer = new Promise<ServerMessage>((resolve) => waiting.set(call, resolve));
      transport.send({ k: 'call', id: call, s, m, a: a as unknown[] });
      return answer.finally(() => waiting.delete(call));
    },
    close: () => transport.close(),
  };
}

function openClient() {
  const client = rawClient();
  onTestFinished(() => client.close());
  return client;
}

/** The program is as whole as before: everything it tells about itself can be asked for. */
async function expectAlive() {
  const client = rawClient();
  for (const [service, method] of [
    ['app', 'getState'],
    ['mixer', 'getSnapshot'],
    ['topology', 'getSnapshot'],
    ['power', 'getSnapshot'],
    ['player', 'getState'],
    ['settings', 'get'],
  ] as const) {
    expect(await client.call(service, method, [])).toMatchObject({ k: 'ok' });
  }
  client.close();
}

const definitions: readonly ServiceDefinition[] = Object.values(services);
const methods = definitions.flatMap(({ name, methods: all }) =>
  Object.entries(all).map(([method, { args }]) => ({ service: name, method, args })),
);

describe('a client of any kind', () => {
  it.each(methods)(
    'gets an answer from $service $method whatever it sends',
    { tags: 'fuzz' },
    async ({ service, method, args }) => {
      const client = openClient();
      const schema = args as v.BaseSchema<unknown, unknown, v.BaseIssue<unknown>>;
      await fuzz(
        `contract/calls/${service}.${method}`,
        fc.asyncProperty(schemaArbitrary(schema, words), async (value) => {
          const answer = await client.call(service, method, value);
          // An error that nobody foresaw has the code “internal”.
          if (answer.k === 'err') expect(answer.e).not.toMatchObject({ code: 'internal' });
          if (answer.k === 'err') expect(answer.e.message).not.toBe('');
        }),
        method === 'chooseBank' ? SLOW_CALLS : CALLS,
      );
      await expectAlive();
    },
  );

  it('may send what is no message', { tags: 'fuzz' }, async () => {
    const client = openClient();
    const known = definitions.flatMap(({ name, methods: all, events }) => [
      name,
      ...Object.keys(all),
      ...Object.keys(events),
    ]);
    const field: Arbitrary<unknown> = fc.oneof(
      fc.constantFrom<unknown>(...known),
      fc.nat({ max: 20 }),
      garbage,
    );
    const nearly = fc.record(
      {
        k: fc.oneof(
          fc.constantFrom('call', 'cancel', 'listen', 'unlisten', 'frames', 'ok', 'event'),
          garbage,
        ),
        id: field,
        s: field,
        m: field,
        e: field,
        on: fc.oneof(fc.boolean(), garbage),
        a: fc.oneof(fc.array(field, { maxLength: 3 }), garbage),
      },
      { requiredKeys: [] },
    );
    await fuzz(
      'contract/no-messages',
      fc.asyncProperty(fc.oneof({ weight: 3, arbitrary: nearly }, garbage), async (message) => {
        client.send(message);
        await Promise.resolve();
      }),
      { normal: 2_000, fuzz: 200_000 },
    );
    await expectAlive();
  });
});
