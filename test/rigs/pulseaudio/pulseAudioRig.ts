import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { unpackedFolder } from '../../support/machine.ts';
import { endDaemon, isRunning, lastLines, startDaemon, type Daemon } from '../daemon.ts';
import { Recorder, type RecordOptions } from '../pipewire/recorder.ts';
import { runPactl, sessionEnvironment, until } from '../session.ts';

/**
 * A private PulseAudio without a sound card: the daemon of Debian's package, unpacked and not installed, with the same
 * devices as the PipeWire rig: the sinks `speakers` (the default) and `headset`, 48 kHz stereo, and the source `mic`.
 * Everything it keeps lies in one temporary directory, which `dispose` removes.
 */
export class PulseAudioRig {
  readonly dir = mkdtempSync(join(realpathSync(tmpdir()), 'par-'));
  /** The server listens on this TCP port of the loopback interface, too; there it asks for the cookie. */
  readonly tcpPort: number;
  readonly #recorders = new Set<Recorder>();
  #daemon: Daemon | undefined;

  private constructor(tcpPort: number) {
    this.tcpPort = tcpPort;
  }

  /** Resolves when the server answers. */
  static async start(): Promise<PulseAudioRig> {
    const rig = new PulseAudioRig(await freePort());
    try {
      await rig.#start();
      return rig;
    } catch (error) {
      await rig.dispose();
      throw error;
    }
  }

  /** What a program needs in its environment, over its usual one, to live in this session. */
  get env(): Record<string, string> {
    return {
      HOME: this.dir,
      XDG_RUNTIME_DIR: this.dir,
      XDG_CONFIG_HOME: join(this.dir, 'config'),
      XDG_STATE_HOME: join(this.dir, 'state'),
      // It needs no bus, and would start one.
      DBUS_SESSION_BUS_ADDRESS: 'disabled:',
      PULSE_RUNTIME_PATH: join(this.dir, 'pulse'),
      PULSE_SERVER: `unix:${this.#socket}`,
    };
  }

  /** Records what `sink` plays from now on. `dispose` ends the recording too. */
  async record(sink: string, options: RecordOptions = {}): Promise<Recorder> {
    const recorder = await Recorder.start(`${sink}.monitor`, sessionEnvironment(this.env), options);
    this.#recorders.add(recorder);
    return recorder;
  }

  /** Runs `pactl` in the session and answers its output. */
  async pactl(...args: string[]): Promise<string> {
    return runPactl(sessionEnvironment(this.env), ...args);
  }

  /** May be called again. */
  async dispose(): Promise<void> {
    for (const recorder of this.#recorders) await recorder.stop();
    this.#recorders.clear();
    const daemon = this.#daemon;
    this.#daemon = undefined;
    if (daemon) await endDaemon(daemon);
    rmSync(this.dir, { recursive: true, force: true });
  }

  get #socket(): string {
    return join(this.dir, 'native');
  }

  async #start(): Promise<void> {
    mkdirSync(join(this.dir, 'config'));
    const script = join(this.dir, 'rig.pa');
    writeFileSync(script, startScript(this.#socket, this.tcpPort));
    const logFile = join(this.dir, 'log');
    const { program, modules, libraries } = findPulseAudio();
    const daemon = await startDaemon(
      program,
      [
        '-n', // without the machine's own start script
        '--daemonize=no',
        '--exit-idle-time=-1',
        '--use-pid-file=no',
        '--disable-shm=yes',
        `--dl-search-path=${modules}`,
        '-F',
        script,
      ],
      {
        env: { ...sessionEnvironment(this.env), LD_LIBRARY_PATH: libraries.join(':') },
        logFile,
        outlivesUs: false,
      },
    );
    this.#daemon = daemon;
    let last = '';
    const answers = async () => {
      if (!isRunning(daemon)) throw new Error(`PulseAudio ended: ${lastLines(logFile)}`);
      try {
        return (await this.pactl('get-default-sink')).trim() === 'speakers';
      } catch (error) {
        last = error instanceof Error ? error.message : String(error);
        return false;
      }
    };
    await until(answers, () => `PulseAudio does not answer: ${last} ${lastLines(logFile)}`);
  }
}

function startScript(socket: string, tcpPort: number): string {
  const device = (module: string, kind: string, name: string, description: string) =>
    `load-module ${module} ${kind}_name=${name} rate=48000 ${description}`;
  const sink = (name: string, description: string) =>
    device('module-null-sink', 'sink', name, `sink_properties="device.description='${description}'"`);
  return [
    sink('speakers', 'Test Speakers'),
    sink('headset', 'Test Headset'),
    device('module-null-source', 'source', 'mic', 'description="Test Microphone"'),
    `load-module module-native-protocol-unix socket=${socket}`,
    `load-module module-native-protocol-tcp listen=127.0.0.1 port=${tcpPort}`,
    'set-default-sink speakers',
    'set-default-source mic',
    '',
  ].join('\n');
}

/** The unpacked daemon, its modules, the libraries that only it uses, and what it knows of ALSA's mixers. */
export function findPulseAudio(): {
  program: string;
  modules: string;
  libraries: string[];
  alsaMixers: string;
} {
  const root = unpackedFolder('pulseaudio');
  const modules = folderWith(join(root, 'usr/lib'), 'module-null-sink.so');
  return {
    program: join(root, 'usr/bin/pulseaudio'),
    modules,
    libraries: [
      modules, // they use each other
      folderWith(join(root, 'usr/lib'), /^libpulsecore-/),
      folderWith(unpackedFolder('libtdb1'), 'libtdb.so.1'),
      folderWith(unpackedFolder('libwrap0'), 'libwrap.so.0'),
    ],
    alsaMixers: join(root, 'usr/share/pulseaudio/alsa-mixer'),
  };
}

/** The folder below `root` that holds the file; its path tells the version or the processor. */
function folderWith(root: string, name: string | RegExp): string {
  const file = readdirSync(root, { recursive: true, encoding: 'utf8' }).find((path) => {
    const last = path.slice(path.lastIndexOf('/') + 1);
    return typeof name === 'string' ? last === name : name.test(last);
  });
  if (file === undefined) throw new Error(`${root} holds no ${String(name)}. Remove it and run npm test.`);
  return dirname(join(root, file));
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
