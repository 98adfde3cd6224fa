import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const DESCRIPTOR_BYTES = 20;

/** What becomes of the packets that a server sends, in their order: each is replaced by the bytes of the answer. */
export type Mangler = (packet: Buffer, at: number) => Buffer;

/** Stands between a client and a sound server and changes what the server says; what the client says goes through. */
export class ManglingGate {
  readonly env: Record<string, string>;
  readonly #folder = mkdtempSync(join(tmpdir(), 'psg-'));
  readonly #path = join(this.#folder, 'native');
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** Of the connections from now on. */
  mangle: Mangler = (packet) => packet;
  /** Packets that went through so far. */
  packets = 0;

  private constructor(target: string) {
    this.env = { PULSE_SERVER: `unix:${this.#path}`, HOME: this.#folder };
    this.#server = createServer((socket) => {
      const inner = createConnection(target);
      const { mangle } = this;
      let held = Buffer.alloc(0);
      let at = 0;
      inner.on('data', (piece) => {
        held = Buffer.concat([held, piece]);
        while (held.length >= DESCRIPTOR_BYTES) {
          const end = DESCRIPTOR_BYTES + held.readUInt32BE(0);
          if (held.length < end) return;
          this.packets++;
          socket.write(mangle(held.subarray(0, end), at++));
          held = held.subarray(end);
        }
      });
      socket.on('data', (piece) => void inner.write(piece));
      for (const [one, other] of [
        [socket, inner],
        [inner, socket],
      ] as const) {
        this.#sockets.add(one);
        one.on('error', () => {});
        one.on('close', () => {
          this.#sockets.delete(one);
          other.destroy();
        });
      }
    });
  }

  /** `target`: path of the server's socket. */
  static async start(target: string): Promise<ManglingGate> {
    const gate = new ManglingGate(target);
    await new Promise<void>((resolve) => gate.#server.listen(gate.#path, resolve));
    return gate;
  }

  /** Ends every connection. */
  hangUp(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async dispose(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
