import { listenForLines, type LineSocket } from './lineSocket.ts';

interface Message {
  return?: unknown;
  error?: { desc: string };
  event?: string;
  data?: { device?: string };
}

/** QEMU's monitor, in its JSON form (QMP): devices are plugged and unplugged through it. */
export class MachineMonitor implements Disposable {
  #socket!: LineSocket;
  readonly #replies: ((reply: Message) => void)[] = [];
  readonly #deletions = new Map<string, () => void>();

  /** Listens at `path` for the QEMU that is to be started. */
  static async listen(path: string): Promise<MachineMonitor> {
    const monitor = new MachineMonitor();
    monitor.#socket = await listenForLines(path, {
      line: (line) => monitor.#receive(JSON.parse(line) as Message),
    });
    // Until this is said, QEMU takes no other command.
    void monitor.execute('qmp_capabilities');
    return monitor;
  }

  /** Throws what QEMU has against it. */
  async execute(command: string, args: Record<string, unknown> = {}): Promise<unknown> {
    const reply = await new Promise<Message>((resolve) => {
      this.#replies.push(resolve);
      this.#socket.send(JSON.stringify({ execute: command, arguments: args }));
    });
    if (reply.error) throw new Error(`QEMU refuses ${command}: ${reply.error.desc}`);
    return reply.return;
  }

  async addDevice(driver: string, id: string, properties: Record<string, string>): Promise<void> {
    await this.execute('device_add', { driver, id, ...properties });
  }

  /** Resolves when the guest has let go of it. */
  async removeDevice(id: string): Promise<void> {
    const gone = new Promise<void>((resolve) => this.#deletions.set(id, resolve));
    await this.execute('device_del', { id });
    await gone;
  }

  [Symbol.dispose](): void {
    this.#socket[Symbol.dispose]();
  }

  #receive(message: Message): void {
    if (message.event === 'DEVICE_DELETED') this.#deletions.get(message.data?.device ?? '')?.();
    // The rest is greetings and events that nobody here waits for.
    if ('return' in message || 'error' in message) this.#replies.shift()?.(message);
  }
}
