import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readWav, type Sound } from '../../support/audio/wav.ts';
import { endDaemon, startDaemon, type Daemon } from '../daemon.ts';
import { GuestCommands, type Finished, type GuestProcess } from './guestCommands.ts';
import { initrd } from './initrd.ts';
import { findKernel, type Kernel } from './kernel.ts';
import { MachineMonitor } from './machineMonitor.ts';

export type { Finished, GuestProcess } from './guestCommands.ts';

/** Cards that are there from the start, with the ALSA index and id of each; then the sequencer and what USB needs. */
const CARDS = [
  'snd_intel8x0.index=0 snd_intel8x0.id=AC97',
  'snd_aloop.index=3',
  'snd_virmidi.index=4',
  'snd_dummy.index=5',
];
const DRIVERS = [
  'snd-intel8x0',
  'snd-aloop',
  'snd-virmidi',
  'snd-dummy',
  'snd-seq',
  'snd-seq-midi',
  'snd-usb-audio',
  'xhci-pci',
];

const PROJECT = resolve(import.meta.dirname, '../../..');

/** Where QEMU writes what a card plays. */
const RECORDINGS = { ac97: 'ac97.wav', 'usb-audio': 'usb-audio.wav' } as const;
export type RecordedCard = keyof typeof RECORDINGS;
export type PluggableDevice = 'usb-audio' | 'usb-midi';

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
  /** The rig's own directory. */
  readonly #home: string;
  #qemu: Daemon | undefined;
  #monitor!: MachineMonitor;
  #commands!: GuestCommands;
  readonly #atExit = () => rmSync(this.#home, { recursive: true, force: true });

  private constructor(home: string) {
    this.#home = home;
    this.dir = join(home, 'exchange');
  }

  /** Resolves when all drivers are loaded and the guest takes commands. */
  static async start(): Promise<AlsaVm> {
    const vm = new AlsaVm(mkdtempSync(join(realpathSync(tmpdir()), 'avm-')));
    process.once('exit', vm.#atExit);
    try {
      await vm.#boot(findKernel());
      return vm;
    } catch (error) {
      await vm.dispose();
      throw error;
    }
  }

  /** Runs Bash in the guest, as root, in a directory of its own. Throws when it takes longer than its time. */
  async run(line: string, options: { timeoutMs?: number } = {}): Promise<Finished> {
    const timeoutMs = options.timeoutMs ?? COMMAND_TIMEOUT_MS;
    const command = this.spawn(line);
    const late = sleep(timeoutMs, 'late' as const, { ref: false });
    const outcome = await Promise.race([command.finished, late]);
    if (outcome !== 'late') return outcome;
    command.signal('KILL');
    throw new Error(
      `This takes longer than ${timeoutMs} ms in the guest:\n${line}\n${command.stdout}\n${command.stderr}\n${this.console}`,
    );
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
    if (device === 'usb-audio') await this.#monitor.addDevice(device, device, { audiodev: device });
    else await this.output(`${join(import.meta.dirname, 'guest/usb-midi')} plug`);
  }

  async unplug(device: PluggableDevice): Promise<void> {
    if (device === 'usb-midi') {
      await this.output(`${join(import.meta.dirname, 'guest/usb-midi')} unplug`);
      return;
    }
    const late = sleep(UNPLUG_TIMEOUT_MS, 'late', { ref: false });
    if ((await Promise.race([this.#monitor.removeDevice(device), late])) === 'late')
      throw new Error(`The guest does not let go of ${device}.\n${this.console}`);
  }

  /**
   * What the card has played so far, without the pauses in which nothing had it open. The last 4096 bytes may be
   * missing until it has played more.
   */
  wav(card: RecordedCard): Sound {
    const bytes = readFileSync(join(this.#home, RECORDINGS[card]));
    // QEMU notes the length at its end only.
    bytes.writeUInt32LE(bytes.length - 44, 40);
    return readWav(bytes);
  }

  /** What the guest's kernel and its first programs have said. */
  get console(): string {
    return readFileSync(join(this.#home, 'console.log'), 'utf8');
  }

  /** Ends the guest and removes `dir`. May be called again. */
  async dispose(): Promise<void> {
    process.removeListener('exit', this.#atExit);
    const qemu = this.#qemu;
    this.#qemu = undefined;
    if (qemu) await endDaemon(qemu);
    this.#commands?.[Symbol.dispose]();
    this.#monitor?.[Symbol.dispose]();
    rmSync(this.#home, { recursive: true, force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }

  async #boot(kernel: Kernel): Promise<void> {
    mkdirSync(this.dir);
    const settings = {
      KERNEL: kernel.folder,
      EXCHANGE: this.dir,
      AGENT: join(import.meta.dirname, 'guest/agent'),
      AGENT_PATH: [join(PROJECT, 'node_modules/.bin'), '/usr/sbin', '/usr/bin', '/sbin', '/bin'].join(':'),
      DRIVERS: DRIVERS.join(' '),
    };
    writeFileSync(join(this.#home, 'initrd'), initrd(kernel, settings));
    this.#monitor = await MachineMonitor.listen(join(this.#home, 'monitor'));
    this.#commands = await GuestCommands.listen(
      join(this.#home, 'agent'),
      this.dir,
      () => `The guest has ended.\n${this.console}`,
    );
    this.#qemu = await startDaemon('qemu-system-x86_64', this.#arguments(kernel), {
      env: { ...process.env } as Record<string, string>,
      logFile: join(this.#home, 'console.log'),
      outlivesUs: false,
    });
    const late = sleep(START_TIMEOUT_MS, 'late', { ref: false });
    if ((await Promise.race([this.#commands.ready, late])) === 'late')
      throw new Error(`The guest is not ready after ${START_TIMEOUT_MS} ms.\n${this.console}`);
  }

  #arguments(kernel: Kernel): string[] {
    const share = 'security_model=none,multidevs=remap';
    const socket = (id: string) => `socket,id=${id},path=${join(this.#home, id)}`;
    const recording = (card: RecordedCard) => [
      '-audiodev',
      `wav,id=${card},path=${join(this.#home, RECORDINGS[card])},out.frequency=48000,out.channels=2`,
    ];
    return [
      ...['-M', 'q35', '-accel', 'tcg,thread=multi', '-cpu', 'max', '-smp', '2', '-m', '2048'],
      ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot', '-serial', 'stdio'],
      ...['-kernel', kernel.image, '-initrd', join(this.#home, 'initrd')],
      ...['-append', ['console=ttyS0 quiet panic=-1 mitigations=off', ...CARDS].join(' ')],
      ...['-fsdev', `local,id=host,path=/,readonly=on,${share}`],
      ...['-device', 'virtio-9p-pci,fsdev=host,mount_tag=host'],
      ...['-fsdev', `local,id=exchange,path=${this.dir},${share}`],
      ...['-device', 'virtio-9p-pci,fsdev=exchange,mount_tag=exchange'],
      ...[
        '-device',
        'virtio-serial',
        '-chardev',
        socket('agent'),
        '-device',
        'virtserialport,chardev=agent,nr=1',
      ],
      ...['-chardev', socket('monitor'), '-mon', 'chardev=monitor,mode=control'],
      ...recording('ac97'),
      ...['-device', 'AC97,audiodev=ac97'],
      ...recording('usb-audio'),
      ...['-device', 'qemu-xhci'],
    ];
  }
}
