import { PinwheelError } from '../../contract/errors.ts';
import { Emitter, type Event } from '../../contract/emitter.ts';
import { DisposableStore, type Disposable } from '../../contract/disposable.ts';
import type {
  CaptureSources,
  CardDescription,
  HostEvent,
  HostStatus,
  SynthRequest,
  WaveFormatRecord,
} from '../../contract/hardware.ts';
import type { OutputState } from '../../contract/services/app.ts';
import type { DeviceList } from '../../contract/services/devices.ts';
import type { CardMixing, LatencySetting, OutputRate } from '../../contract/services/settings.ts';
import { millisecondsToReferenceTime, referenceTime, type ReferenceTime } from '../../contract/units.ts';
import type { SoundListener, WaveMix } from '../../contract/waveMix.ts';
import { CaptureHardwareStream } from './captureHardwareStream.ts';
import { CardBank } from './cardBank.ts';
import { HardwareStream } from './hardwareStream.ts';
import type { HostFactory, HostPort } from './hostPort.ts';
import { HostSession, type OpenedEvent, type SessionEnd } from './hostSession.ts';
import {
  chooseOutput,
  listOutputs,
  NO_DEVICE,
  nullChoice,
  type OutputChoice,
  type OutputSituation,
} from './outputChoice.ts';
import type { NamedPcm } from './pcmWatcher.ts';
import type { Outputs } from './soundServer/index.ts';
import { NO_SPDIF, SpdifOutput } from './spdif/spdifOutput.ts';
import type { SinkRequests } from './spdif/unityLevels.ts';
import { WaveHardwareStream } from './waveHardwareStream.ts';
import { resetStreams, type StreamRequests } from './streamReset.ts';

/** What the hardware wants of a sound server: a ServerWatcher, as a rule. */
export interface SoundServerView {
  readonly outputs: Outputs;
  readonly onChange: Event<Outputs>;
  /** Resolves when `outputs` is known for the first time. */
  ready(): Promise<void>;
  /** Undefined while the server is away. */
  readonly client: (StreamRequests & SinkRequests) | undefined;
}

/** What the hardware wants to know of the machine's own PCMs: a PcmWatcher, as a rule. */
export interface PcmView {
  readonly playback: boolean;
  /** Those of ALSA; empty on other systems. */
  readonly list: readonly NamedPcm[];
  readonly onChange: Event<void>;
  ready(): Promise<void>;
}

export interface SoundHardwareOptions {
  hostFactory: HostFactory;
  /** Undefined on systems where no sound server protocol is spoken. */
  soundServer?: SoundServerView | undefined;
  /** Undefined: the audio library never opens a PCM of its own by default. */
  pcms?: PcmView | undefined;
  /** Monotonic nanoseconds, the clock the host reads too. */
  clock?: () => bigint;
}

export interface StartRequest {
  /** Id of the device list: `default`, `null`, `sink:NAME` or `alsa:LABEL`. */
  output: string;
  latency: LatencySetting;
  /** Of a sound server's device; “auto” if not given. */
  rate?: OutputRate;
  card: CardDescription;
}

export interface Arrival {
  sampleRate: number;
  chunkFrames: number;
  kind: 'device' | 'null';
  label: string;
  /** How the card is laid out. */
  mixing: CardMixing;
}

export interface Removal {
  /** `switching`: another device follows at once by the user's or the system's wish. */
  reason: 'switching' | 'stalled' | 'host-exit' | 'server-gone';
  /** One sentence for the user. */
  message: string;
}

/** A watcher's news are acted on when this much time has passed without more: a server that starts brings its sinks one by one. */
const SETTLE_MS = 100;
const RETRY_FIRST_MS = 300;
const RETRY_LONGEST_MS = 5_000;
/** A device that ran this long is not a failing one. */
const PROVEN_AFTER_MS = 10_000;
/** An attempt older than this is given up when the sound server has news: it may hang on the server that was. */
const ATTEMPT_PATIENCE_MS = 1_000;

/** How long after a device arrived its streams are heard, as a rule: for so long the one before plays on. */
const HANDOVER_MS: Readonly<Record<LatencySetting, number>> = { low: 60, normal: 130, saving: 300 };

/** A sound server that neither answers nor refuses does not hold up the start longer. */
const FIRST_LOOK_LIMIT_MS = 1_500;

/** What the card says while it may not use its device. */
const GIVES_WAY = 'The output sends coded sound over S/PDIF and cannot play anything else meanwhile.';

/** An output that could not be opened, by its key. */
interface Failure {
  message: string;
  delayMs: number;
  notBeforeMs: number;
}

/**
 * The sound hardware as the adapter drivers and services see it: one card with registers, streams and meters that is
 * present or not. Behind it, device hosts come and go: it chooses the output, opens a host on it, replays the
 * registers, and replaces a host that stopped answering, first by the null device so that the card exists, then by
 * the real device as soon as that is back. Nothing here blocks or throws later.
 */
export class SoundHardware {
  #options: SoundHardwareOptions;
  #clock: () => bigint;
  #epochNs: bigint;
  #store = new DisposableStore();

  #card: CardDescription | undefined;
  #selection = 'default';
  #latency: LatencySetting = 'normal';
  #rate: OutputRate = 'auto';
  #registers = new Map<number, number[]>();
  #changedRegisters = new Set<number>();
  #flush: NodeJS.Immediate | undefined;
  #metering = false;

  /** The session whose device the card is. */
  #current: HostSession | undefined;
  #arrivedAtMs = 0;
  /** The session that is being opened to take its place. */
  #next: HostSession | undefined;
  #nextSinceMs = 0;
  /** Sessions that are over but whose process may still be there. */
  #ending = new Set<HostSession>();
  /** Sessions that play on until their successor is heard. */
  #retiring = new Map<HostSession, NodeJS.Timeout>();
  /** A session that must be gone before the next one can open the same device. */
  #blockedBy: HostSession | undefined;
  /** A host that waits, started and idle, for the moment in which the lost device is back. */
  #spare: { host: HostPort; watch: Disposable } | undefined;
  #lastStatus: HostStatus | undefined;
  /** Why the device was lost, until the wanted one is there. */
  #lostMessage = '';
  #failures = new Map<string, Failure>();
  #timer: NodeJS.Timeout | undefined;
  #ready = false;
  #serverSeen = false;
  /** What of the server's news decides about outputs, as last seen. */
  #serverSignature = '';
  #pcmLabels: readonly string[] = [];
  #started: { promise: Promise<void>; resolve: () => void } | undefined;
  #disposed = false;

  /** S/PDIF has the device of the card to itself. */
  #givesWay = false;

  #nextStream = 1;
  #streams = new Map<number, HardwareStream | WaveHardwareStream | CaptureHardwareStream>();
  #captureSources: CaptureSources = {};
  #captureMetering = false;
  #captureFaults = new Map<string, string>();

  #stateEmitter = new Emitter<OutputState>();
  #devicesEmitter = new Emitter<DeviceList>();
  #arrived = new Emitter<Arrival>();
  #removed = new Emitter<Removal>();
  #meters = new Emitter<Float32Array>();
  #captureMeters = new Emitter<Float32Array>();
  #captureFaultsEmitter = new Emitter<ReadonlyMap<string, string>>();

  /** What the card's synthesizers play. */
  readonly bank = new CardBank();
  /** Sends coded sound, on a sink of its own choice. */
  readonly spdif: SpdifOutput;
  readonly onState: Event<OutputState> = this.#stateEmitter.event;
  readonly onDevices: Event<DeviceList> = this.#devicesEmitter.event;
  /** A device runs; streams can be opened. Also when the card has its device back from S/PDIF. */
  readonly onArrived: Event<Arrival> = this.#arrived.event;
  /** The device is gone, all its streams are lost. */
  readonly onRemoved: Event<Removal> = this.#removed.event;
  /** Peaks since the last ones, all meters of the card, channel by channel, at display rate. */
  readonly onMeters: Event<Float32Array> = this.#meters.event;
  /** As `onMeters`, of the capture side. */
  readonly onCaptureMeters: Event<Float32Array> = this.#captureMeters.event;
  /** Why capture inputs give nothing at the moment, by input. */
  readonly onCaptureFaults: Event<ReadonlyMap<string, string>> = this.#captureFaultsEmitter.event;

  constructor(options: SoundHardwareOptions) {
    this.#options = options;
    this.#clock = options.clock ?? process.hrtime.bigint;
    this.#epochNs = this.#clock();
    const { soundServer, pcms } = options;
    if (soundServer) {
      this.#serverSeen = soundServer.outputs.serverRunning;
      this.#store.add(soundServer.onChange((outputs) => this.#serverNews(outputs)));
    }
    if (pcms) this.#store.add(pcms.onChange(() => this.#situationChanged()));
    this.spdif = new SpdifOutput({ hostFactory: options.hostFactory, soundServer, epochNs: this.#epochNs });
    this.#store.add(this.spdif.onHeld(() => this.#spdifChanged()));
  }

  /**
   * Opens the output for the first time. Resolves when the card is present, at the latest on the null device, or when
   * not even that can be had; it is tried again from time to time then.
   *
   * @throws PinwheelError `bad-state` when called twice.
   */
  start(request: StartRequest): Promise<void> {
    if (this.#card || this.#disposed) {
      throw new PinwheelError({ code: 'bad-state', message: 'The sound hardware was started already.' });
    }
    this.#card = request.card;
    this.#selection = request.output;
    this.#latency = request.latency;
    this.#rate = request.rate ?? 'auto';
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#started = { promise, resolve };
    const { soundServer, pcms } = this.#options;
    const looks = Promise.all([soundServer?.ready(), pcms?.ready()]);
    const limit = new Promise<void>((over) => (this.#timer = setTimeout(over, FIRST_LOOK_LIMIT_MS)));
    void Promise.race([looks, limit]).then(() => {
      this.#ready = true;
      this.#situationChanged();
    });
    return promise;
  }

  get present(): boolean {
    return this.#current !== undefined;
  }

  get state(): OutputState {
    const opened = this.#current?.opened;
    const status = this.#lastStatus;
    const onNull = opened === undefined || opened.output.kind === 'null';
    const waiting = this.#lostMessage !== '' && onNull;
    const wanted = this.#wanted();
    return {
      phase: waiting ? 'lost' : opened ? 'running' : 'opening',
      kind: onNull ? 'null' : 'device',
      label: this.#current?.choice.label ?? wanted.label,
      reason: this.#reason(wanted, onNull),
      sampleRate: opened?.sampleRate ?? 0,
      latencyMs: status?.latencyMs ?? 0,
      cpuPercent: status?.cpuPercent ?? 0,
      underruns: status?.underruns ?? 0,
    };
  }

  /** Frames per second of the output; 0 while there is none. */
  get sampleRate(): number {
    return this.#current?.opened?.sampleRate ?? 0;
  }

  /** Between rendering and hearing, as last reported. */
  get latency(): ReferenceTime {
    return millisecondsToReferenceTime(this.#lastStatus?.latencyMs ?? 0);
  }

  /** Whether a process of this machine is one of the device hosts. */
  isHost(processId: number): boolean {
    const isHost = [...this.#ending].some((session) => session.processId === processId);
    return isHost || this.spdif.isHost(processId);
  }

  /** Voices that sound, of all streams, as last reported. */
  get voices(): number {
    return this.#lastStatus?.voices ?? 0;
  }

  get devices(): DeviceList {
    const { selection, heldSink } = this.spdif;
    return {
      ...listOutputs(this.#selection, this.#current?.choice.outputId ?? 'null', this.#situation()),
      selectedSpdif: selection,
      openSpdif: heldSink === undefined ? null : `sink:${heldSink}`,
    };
  }

  /** Master clock of the engine: monotonic time since this object was made. */
  now(): ReferenceTime {
    return referenceTime(Number((this.#clock() - this.#epochNs) / 100n));
  }

  /**
   * Chooses the output by its id in the device list.
   *
   * @throws PinwheelError `not-found` when no such output is listed.
   */
  select(outputId: string): void {
    if (outputId !== this.#selection && !this.devices.outputs.some(({ id }) => id === outputId)) {
      throw new PinwheelError({
        code: 'not-found',
        message: `There is no output “${outputId}”.`,
        subject: outputId,
        advice: 'Choose one of the listed outputs.',
      });
    }
    this.#selection = outputId;
    this.retry();
  }

  /**
   * Chooses the output for S/PDIF: a sink's id in the device list, or `none`.
   *
   * @throws PinwheelError `not-found` when no such sink is listed.
   */
  selectSpdif(outputId: string): void {
    const { outputs, selectedSpdif } = this.devices;
    const isKnown = outputId === NO_SPDIF || outputId === selectedSpdif;
    if (!isKnown && !outputs.some(({ id, kind }) => id === outputId && kind === 'sink')) {
      throw new PinwheelError({
        code: 'not-found',
        message: `There is no output “${outputId}” for S/PDIF.`,
        subject: outputId,
        advice: 'Choose a listed output of the sound server, or “none”.',
      });
    }
    this.setSpdif(outputId);
  }

  /** The same as it was chosen before: its sink may come later. */
  setSpdif(outputId: string): void {
    this.spdif.select(outputId);
    this.#report();
  }

  setLatency(latency: LatencySetting): void {
    if (latency === this.#latency) return;
    this.#latency = latency;
    this.retry();
  }

  /** Opens the output with other frames per second. */
  setRate(rate: OutputRate): void {
    if (rate === this.#rate) return;
    this.#rate = rate;
    this.retry();
  }

  /** Lays the card out anew: the device that plays is opened again with it. */
  setCard(card: CardDescription): void {
    if (!this.#card || JSON.stringify(card) === JSON.stringify(this.#card)) return;
    this.#card = card;
    this.retry();
  }

  /** Tries the wanted output again now, without waiting for its turn. */
  retry(): void {
    this.#failures.clear();
    this.#situationChanged();
  }

  /** Sets a gain register, one factor per channel. The values of one event-loop turn travel in one message. */
  setRegister(register: number, gains: number[]): void {
    this.#registers.set(register, [...gains]);
    this.#changedRegisters.add(register);
    this.#flush ??= setImmediate(() => {
      this.#flush = undefined;
      const values = [...this.#changedRegisters].map((changed) => ({
        register: changed,
        gains: this.#registers.get(changed) ?? [],
      }));
      this.#changedRegisters.clear();
      // The one being opened got the values of before; this message follows its `open`.
      this.#current?.send({ type: 'setRegisters', values });
      this.#next?.send({ type: 'setRegisters', values });
    });
  }

  setMetering(on: boolean): void {
    if (on === this.#metering) return;
    this.#metering = on;
    this.#current?.send({ type: 'setMetering', on });
  }

  setCaptureMetering(on: boolean): void {
    if (on === this.#captureMetering) return;
    this.#captureMetering = on;
    this.#current?.send({ type: 'setCaptureMetering', on });
  }

  /** Which devices are behind the capture inputs; streams go on with the new ones. */
  setCaptureSources(sources: CaptureSources): void {
    this.#captureSources = sources;
    this.#captureFaults.clear();
    this.#current?.send({ type: 'setCaptureSources', sources });
  }

  /** Why capture inputs give nothing at the moment, by input. */
  get captureFaults(): ReadonlyMap<string, string> {
    return this.#captureFaults;
  }

  /**
   * Opens a stream of the capture converter, in state STOP.
   *
   * @throws PinwheelError `device-unavailable` while the card is not present.
   */
  openCapture(format: WaveFormatRecord): CaptureHardwareStream {
    const session = this.#openSession();
    const stream = new CaptureHardwareStream(
      this.#nextStream++,
      (command) => session.send(command),
      (closed) => this.#streams.delete(closed),
    );
    this.#streams.set(stream.id, stream);
    session.send({ type: 'openCapture', stream: stream.id, format });
    return stream;
  }

  /**
   * Opens a render stream behind the named input of the card, in state STOP.
   *
   * @throws PinwheelError `not-found` for an unknown input, `device-unavailable` while the card is not present,
   *   `bad-state` while S/PDIF has its device.
   */
  openStream(input: string, synth: SynthRequest): HardwareStream {
    const session = this.#sessionFor(input);
    const stream = new HardwareStream(
      this.#nextStream++,
      (command) => session.send(command),
      (closed) => this.#streams.delete(closed),
    );
    this.#streams.set(stream.id, stream);
    session.send({ type: 'openStream', stream: stream.id, input, synth });
    return stream;
  }

  /** Opens a wave stream behind the named input of the card, in state STOP. @throws PinwheelError as `openStream` */
  openWave(input: string, format: WaveFormatRecord): WaveHardwareStream {
    const session = this.#sessionFor(input);
    const stream = new WaveHardwareStream(
      this.#nextStream++,
      (command) => session.send(command),
      (closed) => this.#streams.delete(closed),
    );
    this.#streams.set(stream.id, stream);
    session.send({ type: 'openWave', stream: stream.id, input, format });
    return stream;
  }

  /** Sets what is between the data of wave streams and their input; all of it is heard from the same frame on. */
  mixWaves(
    mixes: readonly { readonly stream: { readonly id: number }; readonly mix: WaveMix }[],
    listener?: SoundListener,
  ): void {
    this.#current?.send({
      type: 'mixWaves',
      ...(listener && { listener }),
      streams: mixes.map(({ stream, mix }) => ({ stream: stream.id, mix })),
    });
  }

  /** Opens the stream of S/PDIF, in state STOP. @throws PinwheelError as `SpdifOutput.open` */
  openSpdif(format: WaveFormatRecord): WaveHardwareStream {
    return this.spdif.open(format);
  }

  get spdifLatency(): ReferenceTime {
    return this.spdif.latency;
  }

  /** Ends every host. Resolves when their processes are gone. */
  async dispose(): Promise<void> {
    if (!this.#disposed) {
      this.#disposed = true;
      clearTimeout(this.#timer);
      clearImmediate(this.#flush);
      this.#store.dispose();
      for (const stream of this.#streams.values()) stream.reportLost('Pinwheel ends.');
      this.#streams.clear();
      this.#keepSpare(false);
      for (const [session, timer] of this.#retiring) {
        clearTimeout(timer);
        session.close();
      }
      this.#retiring.clear();
      this.#next?.kill();
      this.#current?.close();
      this.#next = undefined;
      this.#current = undefined;
      this.#started?.resolve();
    }
    await this.spdif.dispose();
    while (this.#ending.size > 0) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  #sessionFor(input: string): HostSession {
    if (!this.#card?.inputs.some(({ id }) => id === input)) {
      throw new PinwheelError({
        code: 'not-found',
        message: `The card has no input “${input}”.`,
        subject: input,
      });
    }
    if (this.#givesWay) {
      throw new PinwheelError({
        code: 'bad-state',
        message: GIVES_WAY,
        status: 'STATUS_UNSUCCESSFUL',
        advice: 'Stop what is sent over S/PDIF, or choose another output.',
      });
    }
    return this.#openSession();
  }

  #openSession(): HostSession {
    if (this.#current) return this.#current;
    throw new PinwheelError({
      code: 'device-unavailable',
      message: 'The sound card is not present.',
      advice: 'Try again when the output is back.',
    });
  }

  #situation(): OutputSituation {
    return {
      rate: this.#rate,
      outputs: this.#options.soundServer?.outputs,
      serverSeen: this.#serverSeen,
      pcmPlayback: this.#options.pcms?.playback ?? false,
      pcms: this.#options.pcms?.list ?? [],
      pcmLabels: this.#pcmLabels,
    };
  }

  #wanted(): OutputChoice {
    return chooseOutput(this.#selection, this.#situation());
  }

  #reason(wanted: OutputChoice, onNull: boolean): string {
    const failure = this.#failures.get(wanted.key)?.message ?? '';
    // A device that runs although another one was chosen: the other one could not be opened.
    if (this.#givesWay) return GIVES_WAY;
    if (!onNull) return this.#current?.choice.key === wanted.key ? '' : failure;
    if (wanted.request.kind === 'null') return this.#lostMessage || wanted.request.reason;
    return this.#lostMessage || failure || `Opening ${wanted.label}.`;
  }

  #serverNews(outputs: Outputs): void {
    this.#serverSeen ||= outputs.serverRunning;
    const signature = JSON.stringify([
      outputs.serverRunning,
      outputs.defaultSink,
      outputs.sinks.map(({ name }) => name),
    ]);
    // Volumes and the like, our own stream's among them.
    if (signature === this.#serverSignature) return this.#report();
    this.#serverSignature = signature;
    const next = this.#next?.choice.request.kind === 'sink' ? this.#next : undefined;
    const current = this.#current?.choice.request.kind === 'sink' ? this.#current : undefined;
    if (!outputs.serverRunning) {
      next?.kill();
      if (current) this.#lose(current, { reason: 'server-gone', message: 'The sound server went away.' });
    } else if (this.#nowMs() - this.#nextSinceMs > ATTEMPT_PATIENCE_MS) {
      next?.kill();
    }
    // News make a new attempt worth while at once.
    this.#failures.clear();
    this.#situationChanged(SETTLE_MS);
  }

  #nowMs(): number {
    return Number(this.#clock() / 1_000_000n);
  }

  #situationChanged(delayMs = 0): void {
    if (this.#disposed || !this.#card) return;
    this.#schedule(delayMs);
    this.#report();
  }

  #schedule(delayMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#reconcile(), delayMs);
  }

  /** Brings what is open in line with what is wanted. Every change of the situation ends here. */
  #reconcile(): void {
    if (this.#disposed || !this.#card || !this.#ready) return;
    clearTimeout(this.#timer);
    const target = this.#target();
    if (!target) return;
    const key = this.#sessionKey(target);
    if (this.#next && this.#next.key !== key) {
      // Its end brings us back here.
      this.#next.kill();
      return;
    }
    if (this.#current?.key === key) return this.#report();
    if (this.#next || this.#blockedBy) return;
    if (target.request.kind === 'pcm' && this.#current?.choice.request.kind === 'pcm') {
      // A PCM opens once only.
      const before = this.#current;
      this.#blockedBy = before;
      this.#detach({ reason: 'switching', message: `Switching to ${target.label}.` });
      before.close();
      return;
    }
    this.#open(target, key);
  }

  #sessionKey(choice: OutputChoice): string {
    return [choice.key, this.#latency, this.#rate, this.#card?.mixing].join(' ');
  }

  /** The output to have now; undefined while even the null device has to wait for its next attempt. */
  #target(): OutputChoice | undefined {
    const wanted = this.#wanted();
    const waitMs = this.#waitMs(wanted.key);
    if (wanted.request.kind === 'null') {
      if (waitMs === 0) return wanted;
      this.#schedule(waitMs);
      return undefined;
    }
    // After a loss the card comes back on the null device first.
    const afterLoss = !this.#current && this.#lostMessage !== '';
    if (!afterLoss && waitMs === 0) return wanted;
    if (waitMs > 0) this.#schedule(waitMs);
    if (this.#current) return this.#current.choice;
    const nullDevice = nullChoice(this.#lostMessage || this.#failures.get(wanted.key)?.message || NO_DEVICE);
    const nullWaitMs = this.#waitMs(nullDevice.key);
    if (nullWaitMs === 0) return nullDevice;
    this.#schedule(nullWaitMs);
    return undefined;
  }

  /** Milliseconds until the output may be tried again. */
  #waitMs(key: string): number {
    const failure = this.#failures.get(key);
    return failure ? Math.max(0, failure.notBeforeMs - this.#nowMs()) : 0;
  }

  #open(choice: OutputChoice, key: string): void {
    const registers = [...this.#registers].map(([register, gains]) => ({ register, gains }));
    const session: HostSession = new HostSession(
      this.#takeHost(),
      choice,
      key,
      {
        type: 'open',
        output: choice.request,
        latency: this.#latency,
        card: this.#card!,
        registers,
        epochNs: this.#epochNs,
      },
      {
        opened: (opened, event) => this.#openedBy(opened, event),
        event: (source, event) => this.#eventOf(source, event),
        ended: (ended, end) => this.#endedBy(ended, end),
        exited: (exited) => this.#exitedBy(exited),
      },
    );
    this.bank.add(session);
    this.#next = session;
    this.#nextSinceMs = this.#nowMs();
    this.#ending.add(session);
  }

  #takeHost(): HostPort {
    const spare = this.#spare;
    if (!spare) return this.#options.hostFactory();
    this.#spare = undefined;
    spare.watch.dispose();
    return spare.host;
  }

  /** Starting a process is most of the time that it takes to get a device back. */
  #keepSpare(wanted: boolean): void {
    if (wanted && !this.#spare) {
      const host = this.#options.hostFactory();
      this.#spare = { host, watch: host.onExit(() => (this.#spare = undefined)) };
    } else if (!wanted && this.#spare) {
      this.#takeHost().kill();
    }
  }

  #openedBy(session: HostSession, event: OpenedEvent): void {
    if (session !== this.#next) return;
    this.#next = undefined;
    const before = this.#current;
    if (before) {
      this.#detach({ reason: 'switching', message: `Switching to ${session.choice.label}.` });
      // Nobody hears the null device, and on the same device both would be heard one over the other.
      if (before.opened?.output.kind === 'null' || before.choice.key === session.choice.key) before.close();
      else this.#retire(before);
    }
    this.#current = session;
    this.bank.arrived(session);
    this.#arrivedAtMs = this.#nowMs();
    this.#lastStatus = undefined;
    if (session.choice.key === this.#wanted().key) this.#lostMessage = '';
    if (this.#metering) session.send({ type: 'setMetering', on: true });
    session.send({ type: 'setCaptureSources', sources: this.#captureSources });
    if (this.#captureMetering) session.send({ type: 'setCaptureMetering', on: true });
    const requests = this.#options.soundServer?.client;
    if (requests && session.choice.request.kind === 'sink' && session.processId !== undefined) {
      // Best effort: a server that does not do it plays at the volume it remembers.
      resetStreams(requests, session.processId).catch(() => {});
    }
    this.#keepSpare(event.output.kind === 'null' && this.#serverSeen && this.#selection !== 'null');
    this.#givesWay = this.#isHeld(session);
    if (this.#givesWay) session.send({ type: 'setSilent', silent: true });
    this.#arrived.fire(arrivalOf(session, event));
    this.#started?.resolve();
    this.#report();
    this.#schedule(0);
  }

  /** What is played goes on where it was as soon as its clients have moved: until that is heard there is no silence. */
  #retire(session: HostSession): void {
    const timer = setTimeout(() => {
      this.#retiring.delete(session);
      session.close();
    }, HANDOVER_MS[this.#latency]);
    this.#retiring.set(session, timer);
  }

  /** The card gives way to S/PDIF on the device of both, and gets it back: mixed into data, sound would destroy it. */
  #spdifChanged(): void {
    const session = this.#current;
    const givesWay = session !== undefined && this.#isHeld(session);
    const before = this.#givesWay;
    this.#givesWay = givesWay;
    this.#report();
    for (const [retired, timer] of this.#retiring) {
      if (!this.#isHeld(retired)) continue;
      clearTimeout(timer);
      this.#retiring.delete(retired);
      retired.close();
    }
    if (!session?.opened || givesWay === before) return;
    session.send({ type: 'setSilent', silent: givesWay });
    if (!givesWay) return this.#arrived.fire(arrivalOf(session, session.opened));
    for (const stream of [...this.#streams.values()]) {
      // What is recorded meanwhile does no harm.
      if (stream instanceof CaptureHardwareStream) continue;
      this.#streams.delete(stream.id);
      session.send({ type: 'closeStream', stream: stream.id });
      stream.reportLost(GIVES_WAY);
    }
  }

  #isHeld({ choice: { request } }: HostSession): boolean {
    return request.kind === 'sink' && request.name !== undefined && request.name === this.spdif.heldSink;
  }

  #eventOf(session: HostSession, event: HostEvent): void {
    if (event.type === 'pcms') {
      this.#pcmLabels = event.labels;
      return this.#report();
    }
    if (event.type === 'bankProgress' || event.type === 'bankLoaded' || event.type === 'bankFailed')
      return this.bank.take(session, event);
    if (session !== this.#current) return;
    switch (event.type) {
      case 'status':
        this.#lastStatus = event.status;
        this.#stateEmitter.fire(this.state);
        break;
      case 'meters':
        this.#meters.fire(event.peaks);
        break;
      case 'streamPosition':
        this.#streams.get(event.stream)?.reportPosition(event);
        break;
      case 'synthStatistics':
      case 'unloaded': {
        const stream = this.#streams.get(event.stream);
        if (stream instanceof HardwareStream) stream.report(event);
        break;
      }
      case 'captureMeters':
        this.#captureMeters.fire(event.peaks);
        break;
      case 'captureInput':
        if (event.fault === '') this.#captureFaults.delete(event.input);
        else this.#captureFaults.set(event.input, event.fault);
        this.#captureFaultsEmitter.fire(this.#captureFaults);
        break;
      case 'recordingProgress':
      case 'recordingFinished': {
        const stream = this.#streams.get(event.stream);
        if (stream instanceof CaptureHardwareStream) stream.report(event);
        break;
      }
      case 'streamSegment':
      case 'streamEnded':
      case 'streamUnderrun':
      case 'streamFailed': {
        const stream = this.#streams.get(event.stream);
        if (stream instanceof WaveHardwareStream) stream.report(event);
        else if (stream instanceof CaptureHardwareStream && event.type === 'streamFailed')
          stream.report(event);
        break;
      }
      case 'streamError':
        this.#streams.get(event.stream)?.reportError(event.message);
        break;
      case 'opened':
      case 'openFailed':
      case 'stalled':
        // The session's own affair.
        break;
    }
  }

  #endedBy(session: HostSession, { cause, message }: SessionEnd): void {
    this.bank.remove(session);
    if (this.#disposed) return;
    if (session === this.#next) {
      this.#next = undefined;
      if (cause !== 'closed') {
        this.#failed(session, message);
        // Not even the null device: nothing can be rendered here, and nobody is to wait for it.
        if (session.choice.request.kind === 'null') {
          this.#lostMessage = message;
          this.#started?.resolve();
        }
      }
      this.#schedule(0);
      this.#report();
    } else if (session === this.#current && cause !== 'closed') {
      this.#lose(session, { reason: cause === 'host-exit' ? 'host-exit' : 'stalled', message });
    }
  }

  #exitedBy(session: HostSession): void {
    this.#ending.delete(session);
    if (this.#blockedBy === session) {
      this.#blockedBy = undefined;
      if (!this.#disposed) this.#schedule(0);
    }
  }

  #failed(session: HostSession, message: string): void {
    const { key } = session.choice;
    const before = this.#failures.get(key)?.delayMs ?? RETRY_FIRST_MS / 2;
    const delayMs = Math.min(before * 2, RETRY_LONGEST_MS);
    this.#failures.set(key, { message, delayMs, notBeforeMs: this.#nowMs() + delayMs });
  }

  #lose(session: HostSession, removal: Removal): void {
    this.#lostMessage = removal.message;
    // A device that fails soon after it was opened is tried less and less often.
    if (this.#nowMs() - this.#arrivedAtMs < PROVEN_AFTER_MS) this.#failed(session, removal.message);
    else this.#failures.delete(session.choice.key);
    this.#detach(removal);
    session.kill();
    this.#report();
    this.#reconcile();
  }

  /** The card is gone until the next arrival. */
  #detach(removal: Removal): void {
    this.#current = undefined;
    this.#givesWay = false;
    const streams = [...this.#streams.values()];
    this.#streams.clear();
    for (const stream of streams) stream.reportLost(removal.message);
    this.#removed.fire(removal);
  }

  #report(): void {
    if (this.#disposed) return;
    this.#stateEmitter.fire(this.state);
    this.#devicesEmitter.fire(this.devices);
  }
}

function arrivalOf({ choice, card }: HostSession, { sampleRate, chunkFrames, output }: OpenedEvent): Arrival {
  return {
    sampleRate,
    chunkFrames,
    kind: output.kind,
    label: choice.label,
    mixing: card.mixing ?? 'analog',
  };
}
