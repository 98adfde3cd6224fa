import { createConnection } from 'node:net';
import { encodePacket, PacketReader } from '../../../src/main/hardware/soundServer/packet.ts';
import { COMMAND, PROTOCOL_VERSION } from '../../../src/main/hardware/soundServer/protocol.ts';
import { TagReader, TagWriter } from '../../../src/main/hardware/soundServer/tagStruct.ts';

const COOKIE = new Uint8Array(256);
/** Bytes behind the type of fields whose length is fixed. */
const LENGTHS: Readonly<Record<string, number>> = { L: 4, B: 1, a: 6, 1: 0, 0: 0, U: 8, r: 8, V: 4 };

/**
 * The types of the fields of a server's reply to a request without fields, one letter each as on the wire; texts are `s`
 * whether there is one or not, truth values `b`, property lists `P`. Read without the client under test.
 */
export async function replyLayout(path: string, command: number): Promise<string> {
  const socket = createConnection(path);
  const packets = new PacketReader();
  const bodies: Buffer[] = [];
  let arrived = () => {};
  socket.on('data', (piece) => {
    bodies.push(...packets.push(piece));
    arrived();
  });
  const ask = async (id: number, write: (fields: TagWriter) => void, what: number): Promise<Buffer> => {
    const fields = new TagWriter().putU32(what).putU32(id);
    write(fields);
    socket.write(encodePacket(fields.bytes()));
    for (;;) {
      const body = bodies.shift();
      if (body) {
        const reader = new TagReader(body);
        if (reader.getU32() !== COMMAND.reply) throw new Error(`The server refuses request ${what}.`);
        if (reader.getU32() === id) return body.subarray(10);
      } else await new Promise<void>((resolve) => (arrived = resolve));
    }
  };
  try {
    await ask(1, (fields) => fields.putU32(PROTOCOL_VERSION).putArbitrary(COOKIE), COMMAND.auth);
    await ask(2, (fields) => fields.putPropertyList(new Map()), COMMAND.setClientName);
    return layoutOf(await ask(3, () => undefined, command));
  } finally {
    socket.destroy();
  }
}

function layoutOf(bytes: Buffer): string {
  let layout = '';
  let at = 0;
  const text = () => {
    if (bytes[at++] === 0x74) at = bytes.indexOf(0, at) + 1;
  };
  const properties = () => {
    for (at++; bytes[at] === 0x74;) {
      text();
      at += 5;
      at += 5 + bytes.readUInt32BE(at + 1);
    }
    at++;
  };
  while (at < bytes.length) {
    const type = String.fromCharCode(bytes[at]!);
    layout += { t: 's', N: 's', 1: 'b', 0: 'b' }[type] ?? type;
    if (type === 't' || type === 'N') text();
    else if (type === 'P') properties();
    else if (type === 'm') at += 2 + bytes[at + 1]!;
    else if (type === 'v') at += 2 + 4 * bytes[at + 1]!;
    else if (type === 'f') {
      at += 3;
      properties();
    } else if (type in LENGTHS) at += 1 + LENGTHS[type]!;
    else throw new Error(`There is no field of type ${type} (byte ${at}).`);
  }
  return layout;
}
