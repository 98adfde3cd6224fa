import { createConnection, createServer, type Server, type Socket } from 'node:net';

interface Passage {
  readonly program: Socket;
  readonly server: Socket;
}

/**
 * Stands between the program's own connections to the sound server and the server, and passes on what both say until
 * it is told otherwise. The audio library of a device host goes past it: an address with another machine's name before
 * it is none to libpulse, while the program's own client takes it for what it is.
 */
export class ServerGate {
  readonly #path: string;
  readonly #target: string;
  readonly #listener: Server;
  readonly #passages = new Set<Passage>();
  readonly #swallowing = new Set<Passage>();

  private constructor(path: string, target: string) {
    this.#path = path;
    this.#target = target;
    this.#listener = createServer({ allowHalfOpen: true }, (program) => this.#pass(program));
  }

  /** `target`: the socket of the server, which may come and go. */
  static async open(path: string, target: string): Promise<ServerGate> {
    const gate = new ServerGate(path, target);
    await new Promise<void>((resolve, reject) => {
      gate.#listener.once('error', reject);
      gate.#listener.listen(path, resolve);
    });
    return gate;
  }

  /** For PULSE_SERVER: the gate, then the server itself. */
  get address(): string {
    return `{another-machine}unix:${this.#path} unix:${this.#target}`;
  }

  /** Connections that go through it at the moment. */
  get passages(): number {
    return this.#passages.size;
  }

  /** Those of them that swallow everything. */
  get swallowing(): number {
    return this.#swallowing.size;
  }

  /** One direction of every connection is shut down: the one that leads to the program, or to the server. */
  halfClose(towards: keyof Passage): void {
    for (const passage of this.#passages) {
      const from = towards === 'program' ? passage.server : passage.program;
      from.unpipe();
      from.resume();
      passage[towards].end();
    }
  }

  /** From now on the connections that there are take everything and bring nothing. */
  swallow(): void {
    for (const passage of this.#passages) {
      this.#swallowing.add(passage);
      const { program, server } = passage;
      for (const side of [program, server]) {
        side.unpipe();
        side.resume();
      }
      // Whoever gives it up gets no answer to that either, and is let go.
      program.once('end', () => program.destroy());
    }
  }

  async dispose(): Promise<void> {
    for (const { program, server } of this.#passages) {
      program.destroy();
      server.destroy();
    }
    await new Promise((resolve) => this.#listener.close(resolve));
  }

  #pass(program: Socket): void {
    const server = createConnection({ path: this.#target, allowHalfOpen: true });
    const passage = { program, server };
    this.#passages.add(passage);
    const over = () => {
      this.#passages.delete(passage);
      this.#swallowing.delete(passage);
      program.destroy();
      server.destroy();
    };
    for (const side of [program, server]) {
      side.on('error', over);
      side.on('close', over);
    }
    program.pipe(server);
    server.pipe(program);
  }
}
