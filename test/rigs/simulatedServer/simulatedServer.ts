import { encodePacket } from '../../../src/main/hardware/soundServer/packet.ts';
import { COMMAND, INVALID_INDEX } from '../../../src/main/hardware/soundServer/protocol.ts';
import { TagWriter } from '../../../src/main/hardware/soundServer/tagStruct.ts';
import {
  notify,
  ScriptedServer,
  signsIn,
  type Request,
} from '../../main/hardware/soundServer/scriptedServer.ts';

/**
 * A sound server with many devices and streams whose levels change all the time, to be run as a process of its own:
 * `node simulatedServer.ts DEVICES STREAMS CHANGES_PER_SECOND SECONDS`. It prints where it listens, and in the end what
 * every volume is.
 */

const [deviceCount, streamCount, changesPerSecond, seconds] = process.argv.slice(2).map(Number) as [
  number,
  number,
  number,
  number,
];

/** PA_SUBSCRIPTION_EVENT_* */
const FACILITY = { sink: 0, source: 1, sinkInput: 2 } as const;
const CHANGED = 0x10;
const SPEC = { format: 's16le', channels: 2, rate: 48_000 } as const;
const MAP = ['front-left', 'front-right'];
const FULL = 0x10000;

const sinks = Array.from({ length: Math.ceil(deviceCount / 2) }, () => FULL);
const sources = Array.from({ length: Math.floor(deviceCount / 2) }, () => FULL);
const streams = Array.from({ length: streamCount }, () => FULL);

/** Fields that only a server writes. */
class ServerWriter {
  readonly #parts: Buffer[] = [];

  put(write: (fields: TagWriter) => void): this {
    const fields = new TagWriter();
    write(fields);
    this.#parts.push(fields.bytes());
    return this;
  }

  putTime(): this {
    this.#parts.push(Buffer.concat([Buffer.from('U'), Buffer.alloc(8)]));
    return this;
  }

  putVolume(volume: number): this {
    const bytes = Buffer.alloc(5);
    bytes.write('V');
    bytes.writeUInt32BE(volume, 1);
    this.#parts.push(bytes);
    return this;
  }

  putFormat(): this {
    this.#parts.push(Buffer.from('f'));
    return this.put((fields) => fields.putU8(1).putPropertyList(new Map()));
  }

  bytes(): Buffer {
    return Buffer.concat(this.#parts);
  }
}

function device(kind: 'sink' | 'source', index: number, volume: number): Buffer {
  const properties = new Map([['device.description', `${kind} ${index}`]]);
  return new ServerWriter()
    .put((fields) =>
      fields
        .putU32(index)
        .putString(`${kind}${index}`)
        .putString(`${kind} ${index}`)
        .putSampleSpec(SPEC)
        .putChannelMap(MAP)
        .putU32(INVALID_INDEX)
        .putChannelVolumes([volume, volume])
        .putBoolean(false)
        .putU32(INVALID_INDEX)
        .putString(null),
    )
    .putTime()
    .put((fields) => fields.putString('simulated').putU32(0).putPropertyList(properties))
    .putTime()
    .putVolume(FULL)
    .put((fields) =>
      fields
        .putU32(0)
        .putU32(FULL + 1)
        .putU32(INVALID_INDEX)
        .putU32(0)
        .putString(null)
        .putU8(1),
    )
    .putFormat()
    .bytes();
}

function stream(index: number, volume: number): Buffer {
  const properties = new Map([
    ['application.name', `program ${index}`],
    ['media.name', `title ${index}`],
  ]);
  return new ServerWriter()
    .put((fields) =>
      fields
        .putU32(index)
        .putString(`stream ${index}`)
        .putU32(INVALID_INDEX)
        .putU32(INVALID_INDEX)
        .putU32(index % sinks.length)
        .putSampleSpec(SPEC)
        .putChannelMap(MAP)
        .putChannelVolumes([volume, volume]),
    )
    .putTime()
    .putTime()
    .put((fields) =>
      fields
        .putString(null)
        .putString('simulated')
        .putBoolean(false)
        .putPropertyList(properties)
        .putBoolean(false)
        .putBoolean(true)
        .putBoolean(true),
    )
    .putFormat()
    .bytes();
}

function answer({ command, id, socket }: Request): void {
  const records = (): Buffer[] => {
    switch (command) {
      case COMMAND.getSinkInfoList:
        return sinks.map((volume, index) => device('sink', index, volume));
      case COMMAND.getSourceInfoList:
        return sources.map((volume, index) => device('source', index, volume));
      case COMMAND.getSinkInputInfoList:
        return streams.map((volume, index) => stream(index, volume));
      case COMMAND.getServerInfo: {
        const fields = new TagWriter();
        for (const text of ['simulated', '1', 'nobody', 'nowhere']) fields.putString(text);
        return [fields.putSampleSpec(SPEC).putString('sink0').putString('source0').putU32(0).bytes()];
      }
      default:
        return [];
    }
  };
  const head = new TagWriter().putU32(COMMAND.reply).putU32(id).bytes();
  socket.write(encodePacket(Buffer.concat([head, ...records()])));
}

const server = await ScriptedServer.start(signsIn(answer));
process.stdout.write(`${JSON.stringify({ server: server.env['PULSE_SERVER'] })}\n`);

let step = 0;
/** The next volume of each list, and word of it. */
function change(): void {
  step++;
  const volume = 0x4000 + ((step * 97) % 0xc000);
  for (const [list, facility] of [
    [sinks, FACILITY.sink],
    [sources, FACILITY.source],
    [streams, FACILITY.sinkInput],
  ] as const) {
    if (list.length === 0) continue;
    const index = step % list.length;
    list[index] = volume;
    for (const socket of server.sockets) {
      notify(socket, COMMAND.subscribeEvent, (fields) => fields.putU32(CHANGED | facility).putU32(index));
    }
  }
}
// Not before somebody listens.
process.stdin.once('data', () => {
  const started = performance.now();
  const timer = setInterval(() => {
    const due = Math.min(seconds, (performance.now() - started) / 1000) * changesPerSecond;
    while (step < Math.floor(due)) change();
    if (step < Math.floor(seconds * changesPerSecond)) return;
    clearInterval(timer);
    process.stdout.write(`${JSON.stringify({ sinks, sources, streams })}\n`);
  }, 1000 / changesPerSecond);
});
