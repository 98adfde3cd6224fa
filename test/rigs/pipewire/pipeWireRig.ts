import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  DEFAULT_SINK,
  PLACES,
  SINKS,
  SOURCE,
  writeConfiguration,
  type DigitalSink,
} from './configuration.ts';
import {
  endDaemon,
  isRunning,
  lastLines,
  signal,
  startDaemon,
  waitUntilGone,
  type Daemon,
} from '../daemon.ts';
import { runPactl, sessionEnvironment, until } from '../session.ts';
import { Recorder, type RecordOptions } from './recorder.ts';
import { monotonicMs } from './recording.ts';

export type { SinkName } from './configuration.ts';
export { Recorder, type RecordOptions } from './recorder.ts';
export { monotonicMs, Recording } from './recording.ts';

/** sun_path, less the longest socket name below the directory. */
const LONGEST_DIRECTORY = 107 - `/${PLACES.pipewireSocket}-manager`.length;

/** A playback stream, as `pactl -f json list sink-inputs` tells it. */
export interface RigSinkInput {
  index: number;
  sink: number;
  mute: boolean;
  corked: boolean;
  /** Percent of each channel. */
  volumePercent: number[];
  processId: number | undefined;
  properties: Record<string, string>;
}

export interface RigOptions {
  /** Where the session lives; a new temporary directory if not given. Must not exist yet, or be empty. */
  dir?: string;
  /** Leave the session running when this process ends. */
  outlivesUs?: boolean;
  /** A third sink beside the other two. */
  digital?: DigitalSink;
}

/**
 * A private PipeWire session without a sound card: D-Bus, PipeWire, WirePlumber and pipewire-pulse with two sinks
 * (`speakers`, the default, and `headset`, 48 kHz stereo) and a source (`mic`). Everything it keeps lies in one
 * temporary directory; `dispose` ends exactly the processes it started and removes the directory.
 */
export class PipeWireRig {
  readonly dir: string;
  readonly #outlivesUs: boolean;
  #daemons: Daemon[] = [];
  readonly #recorders = new Set<Recorder>();
  readonly #atExit = () => this.#abandon();

  private constructor(dir: string, outlivesUs: boolean) {
    this.dir = dir;
    this.#outlivesUs = outlivesUs;
  }

  /** Resolves when the server answers, both sinks are there and `speakers` is the default. */
  static async start(options: RigOptions = {}): Promise<PipeWireRig> {
    const dir =
      options.dir === undefined ? mkdtempSync(join(realpathSync(tmpdir()), 'pwr-')) : resolve(options.dir);
    const rig = new PipeWireRig(dir, options.outlivesUs ?? false);
    // Disposing removes the directory: it must hold nothing of somebody else's.
    if (existsSync(dir) && readdirSync(dir).length > 0) throw new Error(`${dir} is not empty.`);
    try {
      if (dir.length > LONGEST_DIRECTORY) {
        throw new Error(
          `${dir} is too long for the path of a socket: at most ${LONGEST_DIRECTORY} characters.`,
        );
      }
      if (!rig.#outlivesUs) process.once('exit', rig.#atExit);
      mkdirSync(dir, { recursive: true, mode: 0o700 });
      writeConfiguration(dir, options.digital);
      await rig.#startMissing();
      await rig.#waitUntilReady();
      return rig;
    } catch (error) {
      await rig.dispose();
      throw error;
    }
  }

  /** The session that another process started in `dir`. */
  static attach(dir: string): PipeWireRig {
    const rig = new PipeWireRig(resolve(dir), true);
    const file = join(rig.dir, PLACES.processes);
    if (!existsSync(file)) throw new Error(`No session lives in ${rig.dir}.`);
    rig.#daemons = JSON.parse(readFileSync(file, 'utf8')) as Daemon[];
    return rig;
  }

  /** What a program needs in its environment, over its usual one, to live in this session. */
  get env(): Record<string, string> {
    return {
      XDG_RUNTIME_DIR: this.dir,
      XDG_CONFIG_HOME: join(this.dir, PLACES.config),
      XDG_STATE_HOME: join(this.dir, PLACES.state),
      DBUS_SESSION_BUS_ADDRESS: `unix:path=${join(this.dir, PLACES.bus)}`,
      PIPEWIRE_RUNTIME_DIR: this.dir,
      PIPEWIRE_REMOTE: PLACES.pipewireSocket,
      PULSE_RUNTIME_PATH: join(this.dir, PLACES.pulse),
      PULSE_SERVER: `unix:${join(this.dir, PLACES.pulseSocket)}`,
    };
  }

  /** Processes of the session that run at the moment, recorders not counted. */
  get processes(): readonly Readonly<Daemon>[] {
    return this.#daemons.filter(isRunning);
  }

  /**
   * Kills the PipeWire daemon as a crash does. WirePlumber ends by itself then; pipewire-pulse stays alive, drops its
   * clients and turns new ones away until PipeWire is back. With `pulseToo`, pipewire-pulse is killed as well: nobody
   * listens on its socket then. Resolves when they are gone.
   */
  async killServer(options: { pulseToo?: boolean } = {}): Promise<void> {
    await this.#kill('pipewire');
    if (options.pulseToo) await this.#kill('pipewire-pulse');
    const wireplumber = this.#daemon('wireplumber');
    if (wireplumber && !(await waitUntilGone(wireplumber, 2000))) await endDaemon(wireplumber);
    this.#remember();
  }

  /**
   * Brings back what is missing after `killServer`, or ends and starts PipeWire when it still runs. Resolves when the
   * server answers again with both sinks and its default sink; `answeredAtMs` is that moment on `monotonicMs()`.
   */
  async restartServer(): Promise<{ answeredAtMs: number }> {
    if (this.#daemon('pipewire')) await this.killServer();
    await this.#startMissing();
    await this.#waitUntilReady();
    return { answeredAtMs: monotonicMs() };
  }

  /** Records what `sink` plays from now on. `dispose` ends the recording too. */
  async record(sink: string = DEFAULT_SINK, options: RecordOptions = {}): Promise<Recorder> {
    return this.recordSource(`${sink}.monitor`, options);
  }

  /** Records what comes in at a source from now on. `dispose` ends the recording too. */
  async recordSource(source: string, options: RecordOptions = {}): Promise<Recorder> {
    const recorder = await Recorder.start(source, this.#processEnv(), options);
    this.#recorders.add(recorder);
    return recorder;
  }

  /** The streams that play at the moment. */
  async sinkInputs(): Promise<RigSinkInput[]> {
    const list = JSON.parse(await this.pactl('-f', 'json', 'list', 'sink-inputs')) as {
      index: number;
      sink: number;
      mute: boolean;
      corked: boolean;
      volume: Record<string, { value_percent: string }>;
      properties: Record<string, string>;
    }[];
    return list.map(({ index, sink, mute, corked, volume, properties }) => {
      const processId = Number(properties['application.process.id']);
      return {
        index,
        sink,
        mute,
        corked,
        volumePercent: Object.values(volume).map((channel) => parseFloat(channel.value_percent)),
        processId: Number.isInteger(processId) ? processId : undefined,
        properties,
      };
    });
  }

  async defaultSink(): Promise<string> {
    return (await this.pactl('get-default-sink')).trim();
  }

  async setDefaultSink(name: string): Promise<void> {
    await this.pactl('set-default-sink', name);
  }

  /** Runs `pactl` in the session and answers its output. */
  async pactl(...args: string[]): Promise<string> {
    return runPactl(this.#processEnv(), ...args);
  }

  /** Ends everything this rig started, also half a session, and removes its directory. May be called again. */
  async dispose(): Promise<void> {
    process.removeListener('exit', this.#atExit);
    for (const recorder of this.#recorders) await recorder.stop();
    this.#recorders.clear();
    const failures: unknown[] = [];
    for (const daemon of this.#daemons.splice(0).reverse()) {
      await endDaemon(daemon).catch((error: unknown) => failures.push(error));
    }
    rmSync(this.dir, { recursive: true, force: true });
    if (failures.length > 0)
      throw new AggregateError(failures, `The session in ${this.dir} could not be ended.`);
  }

  async #startMissing(): Promise<void> {
    await this.#startOne('dbus-daemon', PLACES.bus, [
      `--config-file=${join(this.dir, PLACES.busConfig)}`,
      '--nofork',
      '--nopidfile',
    ]);
    await this.#startOne('pipewire', PLACES.pipewireSocket);
    await this.#startOne('wireplumber');
    await this.#startOne('pipewire-pulse', PLACES.pulseSocket);
  }

  async #startOne(command: string, socket?: string, args: string[] = []): Promise<void> {
    if (this.#daemon(command)) return;
    // The socket of a killed daemon stays behind and would be taken for the new one's.
    if (socket !== undefined) rmSync(join(this.dir, socket), { force: true });
    const logFile = join(this.dir, `${command}.log`);
    const daemon = await startDaemon(command, args, {
      env: this.#processEnv(),
      logFile,
      outlivesUs: this.#outlivesUs,
    });
    this.#daemons.push(daemon);
    this.#remember();
    if (socket === undefined) return;
    await until(
      () => existsSync(join(this.dir, socket)) || !isRunning(daemon),
      () => `${command} does not open its socket: ${lastLines(logFile)}`,
    );
    if (!isRunning(daemon)) throw new Error(`${command} ended: ${lastLines(logFile)}`);
  }

  async #waitUntilReady(): Promise<void> {
    let last = '';
    const ready = async () => {
      const ended = this.#daemons.find((daemon) => !isRunning(daemon));
      if (ended) throw new Error(`${ended.name} ended: ${lastLines(join(this.dir, `${ended.name}.log`))}`);
      try {
        const sinks = (await this.pactl('list', 'short', 'sinks'))
          .split('\n')
          .map((line) => line.split('\t')[1]);
        const sources = (await this.pactl('list', 'short', 'sources'))
          .split('\n')
          .map((line) => line.split('\t')[1]);
        last = `sinks ${sinks.join(' ')}`;
        if (!SINKS.every((sink) => sinks.includes(sink.name)) || !sources.includes(SOURCE.name)) return false;
        // Without WirePlumber the server makes up a default; a monitor as default source gives that away.
        const source = (await this.pactl('get-default-source')).trim();
        last += `, default source ${source}`;
        if (source !== SOURCE.name) return false;
        if ((await this.defaultSink()) === DEFAULT_SINK) return true;
        await this.setDefaultSink(DEFAULT_SINK);
      } catch (error) {
        last = error instanceof Error ? error.message : String(error);
      }
      return false;
    };
    await until(ready, () => `The session does not get ready: ${last}. ${this.#logs()}`);
  }

  async #kill(name: string): Promise<void> {
    const daemon = this.#daemon(name);
    if (!daemon) return;
    signal(daemon, 'SIGKILL');
    if (!(await waitUntilGone(daemon, 2000)))
      throw new Error(`${name} (pid ${daemon.pid}) cannot be killed.`);
  }

  #daemon(name: string): Daemon | undefined {
    return this.#daemons.find((daemon) => daemon.name === name && isRunning(daemon));
  }

  /** Writes down what runs, for a later `attach`. */
  #remember(): void {
    this.#daemons = this.#daemons.filter(isRunning);
    writeFileSync(join(this.dir, PLACES.processes), JSON.stringify(this.#daemons));
  }

  /** The owner of the session ends without having disposed it: there is no time left to be polite. */
  #abandon(): void {
    for (const daemon of this.#daemons) signal(daemon, 'SIGKILL');
    rmSync(this.dir, { recursive: true, force: true });
  }

  #processEnv(): Record<string, string> {
    return sessionEnvironment(this.env);
  }

  #logs(): string {
    return this.#daemons.map(({ name }) => `${name}: ${lastLines(join(this.dir, `${name}.log`))}`).join('; ');
  }
}
