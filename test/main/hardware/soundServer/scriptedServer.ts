import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodePacket, PacketReader } from '../../../../src/main/hardware/soundServer/packet.ts';
import { COMMAND, PROTOCOL_VERSION } from '../../../../src/main/hardware/soundServer/protocol.ts';
import { TagReader, TagWriter } from '../../../../src/main/hardware/soundServer/tagStruct.ts';

/** A request as it came in; `fields` stands behind the command and the request number. */
export interface Request {
  command: number;
  id: number;
  fields: TagReader;
  socket: Socket;
}

export type Script = (request: Request) => void;

/**
 * A sound server that behaves as badly as a test wants: silent, slow, lying, gone. What a well-behaved one does is
 * tested with real ones.
 */
export class ScriptedServer {
  readonly path: string;
  readonly env: Record<string, string>;
  readonly sockets = new Set<Socket>();
  readonly #folder: string;
  readonly #server: Server;

  private constructor(folder: string, script: Script) {
    this.#folder = folder;
    this.path = join(folder, 'native');
    this.env = { PULSE_SERVER: `unix:${this.path}`, HOME: folder };
    this.#server = createServer((socket) => {
      this.sockets.add(socket);
      const packets = new PacketReader();
      socket.on('error', () => {});
      socket.on('close', () => this.sockets.delete(socket));
      socket.on('data', (piece) => {
        for (const body of packets.push(piece)) {
          const fields = new TagReader(body);
          const command = fields.getU32();
          script({ command, id: fields.getU32(), fields, socket });
        }
      });
    });
  }

  static async start(script: Script): Promise<ScriptedServer> {
    const server = new ScriptedServer(mkdtempSync(join(tmpdir(), 'pss-')), script);
    await new Promise<void>((resolve) => server.#server.listen(server.path, resolve));
    return server;
  }

  async dispose(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Answers sign-in, name and subscription properly and leaves the rest to `rest`. */
export function signsIn(rest: Script = () => {}, version: number = PROTOCOL_VERSION): Script {
  return (request) => {
    switch (request.command) {
      case COMMAND.auth:
        return reply(request, (fields) => fields.putU32(version));
      case COMMAND.setClientName:
        return reply(request, (fields) => fields.putU32(1));
      case COMMAND.subscribe:
        return reply(request);
      default:
        return rest(request);
    }
  };
}

export function reply({ id, socket }: Request, write: (fields: TagWriter) => void = () => {}): void {
  const fields = new TagWriter().putU32(COMMAND.reply).putU32(id);
  write(fields);
  socket.write(encodePacket(fields.bytes()));
}

export function refuse({ id, socket }: Request, error: number): void {
  socket.write(encodePacket(new TagWriter().putU32(COMMAND.error).putU32(id).putU32(error).bytes()));
}

export function notify(socket: Socket, command: number, write: (fields: TagWriter) => void = () => {}): void {
  const fields = new TagWriter().putU32(command).putU32(0xffffffff);
  write(fields);
  socket.write(encodePacket(fields.bytes()));
}
