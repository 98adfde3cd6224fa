import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readWav, type Sound } from '../../support/audio/wav.ts';
import { endDaemon, startDaemon } from '../daemon.ts';
import { GuestCommands, type Finished, type GuestProcess } from './guestCommands.ts';
import { guestSettings, initrd } from './initrd.ts';
import { findKernel } from './kernel.ts';
import { MachineMonitor } from './machineMonitor.ts';
import { qemuArguments } from './qemuArguments.ts';
import { RigHome, type RecordedCard } from './rigHome.ts';

export type { Finished, GuestProcess } from './guestCommands.ts';
export type { RecordedCard } from './rigHome.ts';

export type PluggableDevice = 'usb-audio' | 'usb-midi';

const USB_MIDI = join(import.meta.dirname, 'guest/usb-midi');

const START_TIMEOUT_MS = 90_000;
const COMMAND_TIMEOUT_MS = 60_000;
const UNPLUG_TIMEOUT_MS = 10_000;

/**
 * A guest with Linux's own sound drivers, in QEMU without the help of the processor: an AC'97 card with its mixer,
 * snd-aloop, snd-dummy, snd-virmidi, the sequencer, and USB devices to plug. It sees the host's whole file system,
 * read-only under a throw-away overlay, so that Node and the project are at their usual paths. `dir` is written by both.
 *
 * Time in the guest is real time, but its processor is slow: Node starts in one to two seconds.
 */
export class AlsaVm implements AsyncDisposable {
  /** A directory that host and guest have in common, of the same path in both. */
  readonly dir: string;
  readonly #home: RigHome;
  readonly #monitor: MachineMonitor;
  readonly #commands: GuestCommands;
  readonly #owned: AsyncDisposableStack;

  private constructor(
    home: RigHome,
    monitor: MachineMonitor,
    commands: GuestCommands,
    owned: AsyncDisposableStack,
  ) {
    this.dir = home.exchange;
    this.#home = home;
    this.#monitor = monitor;
    this.#commands = commands;
    this.#owned = owned;
  }

  /** Resolves when all drivers are loaded and the guest takes commands. */
  static async start(): Promise<AlsaVm> {
    const kernel = findKernel();
    await using owned = new AsyncDisposableStack();
    const home = owned.use(new RigHome());
    writeFileSync(home.initrd, initrd(kernel, guestSettings(kernel, home)));
    const monitor = owned.use(await MachineMonitor.listen(home.monitor));
    const ended = () => `The guest has ended.\n${home.consoleText}`;
    const commands = owned.use(await GuestCommands.listen(home.agent, home.exchange, ended));
    const qemu = await startDaemon('qemu-system-x86_64', qemuArguments(kernel, home), {
      env: { ...process.env } as Record<string, string>,
      logFile: home.console,
      outlivesUs: false,
    });
    owned.defer(() => endDaemon(qemu));
    await within(
      START_TIMEOUT_MS,
      commands.ready,
      () => `The guest does not get ready.\n${home.consoleText}`,
    );
    return new AlsaVm(home, monitor, commands, owned.move());
  }

  /** Runs Bash in the guest, as root, in a directory of its own. Throws when it takes longer than its time. */
  async run(line: string, options: { timeoutMs?: number } = {}): Promise<Finished> {
    const timeoutMs = options.timeoutMs ?? COMMAND_TIMEOUT_MS;
    const command = this.spawn(line);
    return within(timeoutMs, command.finished, () => {
      command.signal('KILL');
      return `This is not done in the guest:\n${line}\n${command.stdout}\n${command.stderr}\n${this.console}`;
    });
  }

  /** The standard output of a command that must succeed. */
  async output(line: string, options: { timeoutMs?: number } = {}): Promise<string> {
    const { code, stdout, stderr } = await this.run(line, options);
    if (code !== 0) throw new Error(`This ended with ${code} in the guest:\n${line}\n${stdout}\n${stderr}`);
    return stdout;
  }

  /** Starts Bash in the guest and lets it run; at the latest it ends with the guest. */
  spawn(line: string): GuestProcess {
    return this.#commands.start(line);
  }

  /** `usb-audio`: a sound card in QEMU. `usb-midi`: a MIDI device in the guest itself, with a raw port at its far end. */
  async plug(device: PluggableDevice): Promise<void> {
    if (device === 'usb-midi') await this.output(`${USB_MIDI} plug`);
    else await this.#monitor.addDevice(device, device, { audiodev: device });
  }

  async unplug(device: PluggableDevice): Promise<void> {
    if (device === 'usb-midi') {
      await this.output(`${USB_MIDI} unplug`);
      return;
    }
    const removed = this.#monitor.removeDevice(device);
    await within(
      UNPLUG_TIMEOUT_MS,
      removed,
      () => `The guest does not let go of ${device}.\n${this.console}`,
    );
  }

  /**
   * What the card has played so far, without the pauses in which nothing had it open. The last 4096 bytes may be
   * missing until it has played more.
   */
  wav(card: RecordedCard): Sound {
    const bytes = readFileSync(this.#home.recording(card));
    // QEMU notes the length at its end only.
    bytes.writeUInt32LE(bytes.length - 44, 40);
    return readWav(bytes);
  }

  /** What the guest's kernel and its first programs have said. */
  get console(): string {
    return this.#home.consoleText;
  }

  /** Ends the guest and removes `dir`. May be called again. */
  async dispose(): Promise<void> {
    await this.#owned.disposeAsync();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }
}

/** Rejects with the reason when it takes longer. */
async function within<T>(timeoutMs: number, promise: Promise<T>, reason: () => string): Promise<T> {
  const done = new AbortController();
  const late = sleep(timeoutMs, undefined, { signal: done.signal }).then(() => {
    throw new Error(`${reason()}\nIt had ${timeoutMs} ms.`);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    done.abort();
    late.catch(() => {});
  }
}
