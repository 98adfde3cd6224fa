import fc from 'fast-check';
import { PinwheelError } from '../../../src/contract/errors.ts';
import type { StreamState } from '../../../src/contract/hardware.ts';
import { ksLevel, referenceTime, secondsToReferenceTime } from '../../../src/contract/units.ts';
import { PCM_OUT_PIN } from '../../../src/main/adapters/soundCard/wave.ts';
import { PCM_IN_PIN } from '../../../src/main/adapters/soundCard/waveCapture.ts';
import { pcmFormat, type DataFormat } from '../../../src/main/engine/ks/format.ts';
import { EventRecordWriter } from '../../../src/main/engine/portcls/dmus/eventRecords.ts';
import { DIRECTMUSIC_FORMAT } from '../../../src/main/engine/wdmaud/midiClient.ts';
import type { CardWorld } from './cardWorld.ts';

/** What may happen to the card: one thing of a random sequence. Its text is enough to do it again. */
export class Operation {
  readonly text: string;
  readonly #act: (world: CardWorld) => unknown;

  constructor(text: string, act: (world: CardWorld) => unknown) {
    this.text = text;
    this.#act = act;
  }

  /** Answers whether it was refused. */
  async run(world: CardWorld): Promise<{ refused: boolean }> {
    try {
      await this.#act(world);
      return { refused: false };
    } catch (error) {
      if (!(error instanceof PinwheelError)) throw error;
      return { refused: true };
    }
  }

  toString(): string {
    return this.text;
  }

  [fc.toStringMethod](): string {
    return this.text;
  }
}

export const CLIENTS = 8;

const SUBDEVICES = ['TopologyRender', 'Wavetable', 'FmSynth', 'Wave', 'TopologyCapture', 'WaveCapture'];
const PCM = pcmFormat(2, 48_000, 16);
/** Pins that clients stream to and from. */
const PINS: Readonly<Record<string, { pinId: number; format: DataFormat }>> = {
  Wavetable: { pinId: 0, format: DIRECTMUSIC_FORMAT },
  FmSynth: { pinId: 0, format: DIRECTMUSIC_FORMAT },
  Wave: { pinId: PCM_OUT_PIN, format: PCM },
  WaveCapture: { pinId: PCM_IN_PIN, format: PCM },
};
const NOTE = () =>
  new EventRecordWriter()
    .begin(referenceTime(0))
    .append(referenceTime(0), new Uint8Array([0x90, 60, 64]))
    .append(referenceTime(1_000_000), new Uint8Array([0x80, 60, 64]))
    .take();

const client = fc.nat(CLIENTS - 1);
const subdevice = fc.constantFrom(...SUBDEVICES);
const index = fc.nat(9);
const idleSeconds = fc.constantFrom(0, 5, 30);

const open = fc
  .tuple(client, fc.constantFrom(...Object.keys(PINS)))
  .map(([at, name]) => new Operation(`client ${at} opens ${name}`, (world) => openPin(world, at, name)));

const setState = fc.tuple(client, fc.constantFrom<StreamState>('STOP', 'ACQUIRE', 'PAUSE', 'RUN', 'RUN')).map(
  ([at, state]) =>
    new Operation(`client ${at} to ${state}`, (world) => {
      if (!world.asleep || state === 'STOP') world.clients[at]!.open?.pin.setState(state);
    }),
);

const write = client.map(
  (at) =>
    new Operation(`client ${at} plays a note`, ({ clients }) => {
      const { open: stream } = clients[at]!;
      if (!stream || PINS[stream.subdevice.name]!.format !== DIRECTMUSIC_FORMAT) return;
      // Below PAUSE a stream holds no events.
      if (stream.pin.state === 'PAUSE' || stream.pin.state === 'RUN')
        stream.pin.write(referenceTime(0), NOTE());
    }),
);

const close = client.map(
  (at) =>
    new Operation(`client ${at} closes`, ({ clients }) => {
      clients[at]!.open?.pin.close();
      clients[at]!.open = undefined;
    }),
);

const unregister = subdevice.map(
  (name) => new Operation(`unregister ${name}`, ({ service }) => service.unregister(name)),
);
const register = subdevice.map(
  (name) => new Operation(`register ${name}`, ({ service }) => service.register(name)),
);
const setConnected = fc.tuple(index, fc.boolean()).map(
  ([at, connected]) =>
    new Operation(`${connected ? 'connect' : 'disconnect'} wire ${at}`, ({ service }) => {
      const { connections } = service.getSnapshot();
      const connection = connections[at % Math.max(1, connections.length)];
      if (connection) service.setConnected({ from: connection.from, to: connection.to }, connected);
    }),
);
const power = fc
  .tuple(subdevice, fc.constantFrom('D0', 'D3', 'auto'))
  .map(
    ([name, state]) => new Operation(`${name} to ${state}`, ({ service }) => service.setState(name, state)),
  );
const hold = fc
  .tuple(subdevice, fc.boolean())
  .map(
    ([name, held]) =>
      new Operation(`${held ? 'hold' : 'let go of'} ${name}`, ({ service }) => service.hold(name, held)),
  );
const idleTimes = fc
  .tuple(subdevice, idleSeconds, idleSeconds, fc.constantFrom('D1', 'D2', 'D3'))
  .map(
    ([name, performanceSeconds, conservationSeconds, state]) =>
      new Operation(
        `${name} idles after ${performanceSeconds}/${conservationSeconds} s in ${state}`,
        ({ service }) => service.setIdleTimes(name, { performanceSeconds, conservationSeconds, state }),
      ),
  );
const pass = fc
  .integer({ min: 1, max: 40 })
  .map(
    (seconds) =>
      new Operation(`${seconds} s pass`, ({ clock }) => clock.advance(secondsToReferenceTime(seconds))),
  );
const source = fc.constantFrom('mains', 'battery').map(
  (powerSource) =>
    new Operation(`on ${powerSource}`, ({ portCls }) => {
      portCls.powerSource = powerSource;
    }),
);
const system = fc.boolean().map(
  (sleeps) =>
    new Operation(sleeps ? 'the system sleeps' : 'the system wakes', (world) => {
      if (sleeps === world.asleep) return;
      world.asleep = sleeps;
      if (sleeps) world.policy.suspend();
      else world.policy.resume();
    }),
);
const level = fc.tuple(index, fc.integer({ min: -20, max: 0 })).map(
  ([at, decibels]) =>
    new Operation(`volume ${at} to ${decibels} dB`, ({ mixer }) => {
      const lines = mixer.destinations.flatMap((line) => [line, ...line.sources]);
      const volumes = lines.flatMap(({ controls }) => controls.filter(({ type }) => type === 'VOLUME'));
      const volume = volumes[at % Math.max(1, volumes.length)];
      if (volume) mixer.setControl(volume.id, { levels: [ksLevel(decibels * 0x10000)] });
    }),
);
const lose = fc.constant(
  new Operation('the output device is lost', async (world) => {
    if (!world.resting) await world.arrivedAfter(() => world.loseDevice());
  }),
);
const rebalance = fc.constant(
  new Operation('rebalance', (world) =>
    world.arrivedAfter(() => world.service.rebalance(world.card.adapter.id)),
  ),
);

/** Any operation, the usual ones often. */
export const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 100, arbitrary: open },
  { weight: 120, arbitrary: setState },
  { weight: 20, arbitrary: write },
  { weight: 40, arbitrary: close },
  { weight: 30, arbitrary: unregister },
  { weight: 50, arbitrary: register },
  { weight: 40, arbitrary: setConnected },
  { weight: 60, arbitrary: power },
  { weight: 30, arbitrary: hold },
  { weight: 20, arbitrary: idleTimes },
  { weight: 40, arbitrary: pass },
  { weight: 10, arbitrary: source },
  { weight: 40, arbitrary: system },
  { weight: 20, arbitrary: level },
  { weight: 4, arbitrary: lose },
  { weight: 4, arbitrary: rebalance },
);

/** The client's one stream, if it has none; refused, as by everybody, with an error of the engine. */
export function openPin(world: CardWorld, at: number, name: string): void {
  const client = world.clients[at]!;
  const subdevice = world.card.adapter.subdevice(name);
  if (client.open || !subdevice || world.asleep) return;
  const { pinId, format } = PINS[name]!;
  const pin = subdevice.filter.createPin(pinId, format, { client: client.name });
  client.open = { pin, subdevice, host: world.host };
}
