import fc, { type Arbitrary } from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PinwheelError } from '../../../../src/contract/errors.ts';
import type { DevicePort } from '../../../../src/main/hardware/soundServer/records.ts';
import { referenceTime } from '../../../../src/contract/units.ts';
import { Endpoints } from '../../../../src/main/adapters/endpoints/endpoints.ts';
import { PortCls } from '../../../../src/main/engine/portcls/portcls.ts';
import { ServerSound } from '../../../../src/main/hardware/serverSound.ts';
import { ServerWatcher, SoundServerClient } from '../../../../src/main/hardware/soundServer/index.ts';
import {
  SAMPLE_FORMATS,
  CHANNEL_POSITIONS,
  PORT_TYPES,
} from '../../../../src/main/hardware/soundServer/protocol.ts';
import { EndpointsService } from '../../../../src/main/services/endpointsService.ts';
import { ManglingGate } from '../../../rigs/simulatedServer/manglingGate.ts';
import {
  simulatedDevice,
  type SimulatedCard,
  type SimulatedDevice,
  type SimulatedStream,
} from '../../../rigs/simulatedServer/serverRecords.ts';
import { SimulatedServer } from '../../../rigs/simulatedServer/simulatedServer.ts';
import { fuzz } from '../../../support/fuzzing.ts';

/**
 * A sound server that lies. Whatever it sends, every request ends with its answer or a typed error, the watcher is at
 * the server's state or at none and comes back with the next honest word, nothing grows; and whatever devices it tells
 * of, the engine has filters of them that can be asked.
 */

const SEEN = { timeout: 10_000, interval: 2 };
const TIMEOUT_MS = 60;

let server: SimulatedServer;
const disposables: { dispose(): unknown }[] = [];
beforeEach(async () => {
  server = await SimulatedServer.start();
  for (const name of ['speakers', 'headset']) server.addSink(simulatedDevice(name));
  server.addSource(simulatedDevice('mic'));
});
afterEach(async () => {
  for (const each of disposables.splice(0).reverse()) await each.dispose();
  await server.dispose();
});
const kept = <T extends { dispose(): unknown }>(item: T): T => {
  disposables.push(item);
  return item;
};

/** One lie: about the packet's length, its channel, the type of a field, its content, its end, or beside it. */
const lie: Arbitrary<(packet: Buffer) => Buffer> = fc.oneof(
  fc
    .constantFrom(0, 1, 9, 10, 0x100, 0xffffff, 0x1000001, 0x7fffffff, 0xffffffff)
    .map((length) => changed((bytes) => bytes.writeUInt32BE(length, 0))),
  fc
    .integer({ min: -40, max: 40 })
    .map((by) => changed((bytes) => bytes.writeUInt32BE(Math.max(0, bytes.readUInt32BE(0) + by), 0))),
  fc.nat(5).map((channel) => changed((bytes) => bytes.writeUInt32BE(channel, 4))),
  // Any byte, more often one of the first: command and number of the request are there.
  fc
    .tuple(
      fc.oneof(fc.nat(40), fc.nat()),
      fc.oneof(fc.constantFrom(...Buffer.from('tNLBax10UrmvPVf')), fc.nat(255)),
    )
    .map(([at, byte]) => changed((bytes) => (bytes[20 + (at % Math.max(1, bytes.length - 20))] = byte))),
  // Four bytes in a row: numbers of records, lengths of blocks.
  fc
    .tuple(fc.nat(), fc.constantFrom(0, 0x7fffffff, 0xffffffff))
    .map(([at, number]) =>
      changed(
        (bytes) => void (bytes.length >= 28 && bytes.writeUInt32BE(number, 20 + (at % (bytes.length - 24)))),
      ),
    ),
  fc
    .double({ min: 0, max: 1, noNaN: true })
    .map((part) => (packet: Buffer) => packet.subarray(0, packet.length * part)),
  fc.double({ min: 0, max: 1, noNaN: true }).map((part) => (packet: Buffer) => {
    const body = packet.subarray(20, 20 + (packet.length - 20) * part);
    const head = Buffer.from(packet.subarray(0, 20));
    head.writeUInt32BE(body.length, 0);
    return Buffer.concat([head, body]);
  }),
  fc.constant((packet: Buffer) => Buffer.concat([packet, packet])),
  fc.constant(() => Buffer.alloc(0)),
  fc.uint8Array({ maxLength: 100 }).map((junk) => (packet: Buffer) => Buffer.concat([packet, junk])),
);

function changed(change: (bytes: Buffer) => unknown) {
  return (packet: Buffer): Buffer => {
    const copy = Buffer.from(packet);
    change(copy);
    return copy;
  };
}

/** Lies, by the number of the packet. */
const lies = fc.dictionary(fc.nat(12).map(String), lie, { minKeys: 1, maxKeys: 4 });

describe('replies of a sound server that lies', () => {
  it(
    'end every request, and the connection where it cannot be followed any more',
    { tags: 'fuzz' },
    async () => {
      const gate = kept(await ManglingGate.start(server.path));
      let answered = 0;
      let refused = 0;
      await fuzz(
        'sound-server/client-is-lied-to',
        fc.asyncProperty(lies, async (told) => {
          gate.mangle = (packet, at) => told[at]?.(packet) ?? packet;
          const outcome = async (what: Promise<unknown>) => {
            try {
              await what;
              answered++;
            } catch (error) {
              expect(error).toBeInstanceOf(PinwheelError);
              expect((error as PinwheelError).code).not.toBe('internal');
              refused++;
            }
          };
          let client: SoundServerClient | undefined;
          await outcome(
            SoundServerClient.connect({ env: gate.env, timeoutMs: TIMEOUT_MS }).then(
              (made) => (client = made),
            ),
          );
          if (!client) return;
          await Promise.all([
            outcome(client.serverInfo()),
            outcome(client.sinks()),
            outcome(client.sources()),
            outcome(client.cards()),
            outcome(client.sinkInputs()),
            outcome(client.setSinkVolume('speakers', [0.5])),
            outcome(client.watchPeaks('speakers.monitor', ['front-left'], () => undefined)),
          ]);
          client.dispose();
        }),
        { normal: 150, fuzz: 6_000 },
      );
      expect(answered).toBeGreaterThan(100);
      expect(refused).toBeGreaterThan(100);
    },
  );

  it('do not keep the watcher from the truth that follows', { tags: 'fuzz' }, async () => {
    const gate = kept(await ManglingGate.start(server.path));
    const watcher = kept(new ServerWatcher({ env: gate.env, timeoutMs: TIMEOUT_MS, pollMs: 5, settleMs: 1 }));
    await watcher.ready();
    let round = 0;
    await fuzz(
      'sound-server/watcher-is-lied-to',
      fc.asyncProperty(lies, async (told) => {
        const [sink] = server.sinks;
        const volume = 1 + (round++ % 0x10000);
        // This connection ends; the next one hears lies, those behind it the truth.
        let connections = 0;
        gate.mangle = (packet, at) => {
          if (at === 0) connections++;
          return connections > 1 ? packet : (told[at]?.(packet) ?? packet);
        };
        gate.hangUp();
        sink![1].device.volume = [volume, volume];
        server.tell('sink', 'change', sink![0]);
        await expect
          .poll(async () => {
            // A lie may have been taken for the truth; the next change is read anew.
            if (connections > 0) server.tell('sink', 'change', sink![0]);
            server.tell('source', 'change', 0);
            server.tell('card', 'change', 0);
            const { serverRunning, sinks } = watcher.state;
            const found = sinks.find(({ name }) => name === 'speakers');
            return (
              serverRunning && sinks.length === 2 && Math.round(Math.cbrt(found?.volume[0] ?? 0) * 0x10000)
            );
          }, SEEN)
          .toBe(volume);
      }),
      { normal: 40, fuzz: 2_000 },
    );
  });
});

const text = fc.oneof(
  fc.constantFrom('speakers', 'Analog Stereo', '', '@NONE@', '__proto__', 'a'.repeat(2_000)),
  fc.string({ unit: 'grapheme', maxLength: 20 }).map((value) => value.replaceAll('\0', '')),
);
const pcmVolume = fc.oneof(fc.nat(0x20000), fc.constantFrom(0, 0x10000, 0x7fffffff, 0xffffffff));
const properties = fc
  .dictionary(
    fc.constantFrom(
      'device.description',
      'alsa.card',
      'device.bus',
      'application.name',
      'application.process.id',
      'media.name',
      '__proto__',
    ),
    text,
  )
  .map((entries) => new Map(Object.entries(entries)));
const port: Arbitrary<DevicePort> = fc.record({
  name: text,
  description: text,
  priority: fc.nat(),
  available: fc.constantFrom<DevicePort['available'][]>('unknown', 'no', 'yes'),
  type: fc.constantFrom(...PORT_TYPES),
});
const sampleSpec = fc.record({
  format: fc.constantFrom(...SAMPLE_FORMATS),
  channels: fc.oneof(fc.integer({ min: 1, max: 8 }), fc.nat(255)),
  rate: fc.constantFrom(0, 1, 8_000, 44_100, 48_000, 192_000, 0xffffffff),
});
const channelMap = fc.array(fc.constantFrom(...CHANNEL_POSITIONS), { maxLength: 32 });
const volume = fc.array(pcmVolume, { minLength: 1, maxLength: 32 });
const device: Arbitrary<SimulatedDevice> = fc.record({
  name: text,
  description: text,
  sampleSpec,
  channelMap,
  volume,
  mute: fc.boolean(),
  latency: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  ports: fc.array(port, { maxLength: 4 }),
  activePort: fc.oneof(fc.constant(null), text),
  properties,
});
const stream: Arbitrary<SimulatedStream> = fc.record({
  name: text,
  sampleSpec,
  channelMap,
  volume,
  mute: fc.boolean(),
  corked: fc.boolean(),
  sink: fc.oneof(fc.nat(8), fc.constant(0xffffffff)),
  properties,
});
const card: Arbitrary<SimulatedCard> = fc
  .record({
    name: text,
    description: text,
    profile: fc.record({ name: text, description: text, priority: fc.nat(), available: fc.boolean() }),
    sinks: fc.array(device, { maxLength: 2 }),
    sources: fc.array(device, { maxLength: 2 }),
  })
  .map(({ profile, ...rest }) => ({
    ...rest,
    activeProfile: profile.name,
    profiles: [
      {
        ...profile,
        sinks: rest.sinks.map(({ name }) => name),
        sources: rest.sources.map(({ name }) => name),
      },
    ],
  }));

describe('devices and streams that no sane server has', () => {
  it('become filters and mixers that can be asked all the same', { tags: 'fuzz' }, async () => {
    const watcher = kept(new ServerWatcher({ env: server.env, settleMs: 1 }));
    await watcher.ready();
    const sound = new ServerSound(watcher);
    const portCls = kept(new PortCls({ masterClock: { now: () => referenceTime(0) } }));
    const endpoints = kept(new Endpoints(portCls, sound));
    const service = kept(new EndpointsService(sound, endpoints, () => false));
    let round = 0;
    await fuzz(
      'sound-server/devices',
      fc.asyncProperty(
        fc.array(device, { maxLength: 3 }),
        fc.array(device, { maxLength: 2 }),
        fc.array(stream, { maxLength: 4 }),
        fc.array(card, { maxLength: 2 }),
        async (sinks, sources, streams, cards) => {
          for (const list of [server.sinks, server.sources, server.streams, server.cards]) list.clear();
          sinks.forEach((each) => server.addSink(each));
          sources.forEach((each) => server.addSource(each));
          streams.forEach((each) => server.addStream(each));
          cards.forEach((each) => server.addCard(each));
          for (const facility of ['sinkInput', 'source', 'card'] as const) server.tell(facility, 'remove', 0);
          // A last one by which the reading is known to be of all of it.
          const last = `round ${round++}`;
          server.addSink(simulatedDevice(last));
          await expect
            .poll(
              () => watcher.state.sinks.some(({ name }) => name === last) && watcher.state.streams.length,
              SEEN,
            )
            .toBe(streams.length);
          const snapshot = service.getSnapshot();
          expect(snapshot.endpoints.some(({ id }) => id === `sink:${last}`)).toBe(true);
          expect(JSON.stringify(snapshot)).not.toContain('NaN');
          for (const { subdevices } of portCls.adapters) {
            for (const { filter } of subdevices) expect(filter.descriptor.pins.length).toBeGreaterThan(0);
          }
        },
      ),
      { normal: 60, fuzz: 3_000 },
    );
  });
});
