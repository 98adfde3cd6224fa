import { PinwheelError } from '../../contract/errors.ts';
import { Emitter, type Event } from '../../contract/emitter.ts';
import { DisposableStore } from '../../contract/disposable.ts';
import type {
  CaptureSources,
  CardDescription,
  CardPart,
  CardPower,
  HostCommand,
  HostEvent,
  HostStatus,
  SynthRequest,
  WaveFormatRecord,
} from '../../contract/hardware.ts';
import type { OutputState } from '../../contract/services/app.ts';
import type { DeviceList } from '../../contract/services/devices.ts';
import type { CardMixing, LatencySetting, OutputRate } from '../../contract/services/settings.ts';
import type { DevicePower } from '../../contract/services/topology.ts';
import { millisecondsToReferenceTime, referenceTime, type ReferenceTime } from '../../contract/units.ts';
import type { SoundListener, WaveMix } from '../../contract/waveMix.ts';
import type { CaptureHardwareStream } from './captureHardwareStream.ts';
import { CaptureSide } from './captureSide.ts';
import { CardBank } from './cardBank.ts';
import { CardPowerControl } from './cardPower.ts';
import { CardStreams } from './cardStreams.ts';
import { GainRegisters } from './gainRegisters.ts';
import type { HardwareStream } from './hardwareStream.ts';
import type { HostFactory } from './hostPort.ts';
import type { HostSession, OpenedEvent } from './hostSession.ts';
import type { PcmView, SoundServerView } from './machineViews.ts';
import { OutputKeeper, type Removal } from './outputKeeper.ts';
import { NO_SPDIF, SpdifOutput } from './spdif/spdifOutput.ts';
import type { HeldLevelsMemory } from './spdif/unityLevels.ts';
import type { WaveHardwareStream } from './waveHardwareStream.ts';

export interface SoundHardwareOptions {
  hostFactory: HostFactory;
  /** Undefined on systems where no sound server protocol is spoken. */
  soundServer?: SoundServerView | undefined;
  /** Undefined: the audio library never opens a PCM of its own by default. */
  pcms?: PcmView | undefined;
  /** Monotonic nanoseconds, the clock the host reads too. */
  clock?: () => bigint;
  /** Undefined: a sink that is held for S/PDIF when this program is killed keeps the levels it is held at. */
  heldLevels?: HeldLevelsMemory | undefined;
}

export interface StartRequest {
  /** Id of the device list: `default`, `preferred`, `null`, `sink:NAME` or `alsa:LABEL`. */
  output: string;
  /** What `preferred` means, as with `setPreferred`. */
  preferred?: readonly string[];
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

export type { Removal } from './outputKeeper.ts';

/** What the card says while it may not use its device. */
const GIVES_WAY = 'The output sends coded sound over S/PDIF and cannot play anything else meanwhile.';

/** What loading a bank counts as before it was measured. */
const UNKNOWN_LOAD_MS = 500;

/**
 * The sound hardware as the adapter drivers and services see it: one card with registers, streams and meters that is
 * present or not. Behind it, device hosts come and go (`OutputKeeper`): each is told what the one before was.
 *
 * One file, although it is long: it is the card's whole interface, most of it one line for each method; what it does is
 * in the objects that it is composed of.
 */
export class SoundHardware {
  readonly #clock: () => bigint;
  readonly #epochNs: bigint;
  readonly #store = new DisposableStore();
  readonly #output: OutputKeeper;
  readonly #registers: GainRegisters;
  readonly #streams = new CardStreams(() => this.#streamClosed());
  readonly #power: CardPowerControl;
  /** The wavetable synthesizer's, whose bank may be kept when it has none. */
  #wavetable: DevicePower = 'D0';
  #keepsBank = false;
  readonly #capture = new CaptureSide((command) => this.#toCard(command));
  #metering = false;
  #lastStatus: HostStatus | undefined;
  /** S/PDIF has the device of the card to itself. */
  #givesWay = false;
  #disposed = false;

  readonly #stateEmitter = new Emitter<OutputState>();
  readonly #devicesEmitter = new Emitter<DeviceList>();
  readonly #arrived = new Emitter<Arrival>();
  readonly #removed = new Emitter<Removal>();
  readonly #meters = new Emitter<Float32Array>();

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
  readonly onCaptureMeters: Event<Float32Array> = this.#capture.onMeters;
  /** Why capture inputs give nothing at the moment, by input. */
  readonly onCaptureFaults: Event<ReadonlyMap<string, string>> = this.#capture.onFaults;

  constructor(options: SoundHardwareOptions) {
    const { hostFactory, soundServer, pcms } = options;
    this.#clock = options.clock ?? process.hrtime.bigint;
    this.#epochNs = this.#clock();
    this.#output = new OutputKeeper({
      hostFactory,
      soundServer,
      pcms,
      epochNs: this.#epochNs,
      nowMs: () => Number(this.#clock() / 1_000_000n),
      registers: () => this.#registers.all,
      events: {
        opening: (session) => this.bank.add(session),
        arrived: (session, event) => this.#arrivedAs(session, event),
        removed: (removal) => this.#gone(removal),
        event: (session, event) => this.#eventOf(session, event),
        ended: (session) => this.bank.remove(session),
        changed: () => this.#report(),
      },
    });
    this.#power = new CardPowerControl({
      session: () => this.#session,
      openStreams: () => this.#streams.size,
      now: () => this.now(),
      wake: (session, power) => this.#wake(session, power),
      reopened: (session) => this.#output.deviceOpened(session),
      changed: () => this.#report(),
    });
    // A host that is being opened got the values of before; this follows its `open`.
    this.#registers = new GainRegisters((values) => this.#output.send({ type: 'setRegisters', values }));
    this.spdif = new SpdifOutput({
      hostFactory,
      soundServer,
      epochNs: this.#epochNs,
      isHost: (processId) => this.isHost(processId),
      memory: options.heldLevels,
    });
    this.#store.add(this.spdif.onHeld(() => this.#spdifChanged()));
  }

  /**
   * Opens the output for the first time. Resolves when the card is present, at the latest on the null device, or when
   * not even that can be had; it is tried again from time to time then.
   *
   * @throws PinwheelError `bad-state` when called twice.
   */
  start({ output, preferred = [], latency, rate = 'auto', card }: StartRequest): Promise<void> {
    if (this.#output.wishes || this.#disposed) {
      throw new PinwheelError({ code: 'bad-state', message: 'The sound hardware was started already.' });
    }
    const { selection } = this.#output;
    selection.output = output;
    selection.preferred = preferred;
    selection.rate = rate;
    this.spdif.start();
    return this.#output.start({ latency, card });
  }

  get present(): boolean {
    return this.#session !== undefined;
  }

  get state(): OutputState {
    const opened = this.#session?.opened;
    const status = this.#lastStatus;
    return {
      phase: this.#output.lost ? 'lost' : opened ? 'running' : 'opening',
      kind: opened?.output.kind ?? 'null',
      label: this.#output.label,
      reason: this.#givesWay ? GIVES_WAY : this.#output.reason,
      sampleRate: opened?.sampleRate ?? 0,
      latencyMs: status?.latencyMs ?? 0,
      cpuPercent: this.#power.output === 'D0' ? (status?.cpuPercent ?? 0) : 0,
      underruns: status?.underruns ?? 0,
    };
  }

  /** What the card's host reported last; undefined before that, and while there is none. */
  get status(): HostStatus | undefined {
    return this.#lastStatus;
  }

  /** Frames per second of the output; 0 while there is none. */
  get sampleRate(): number {
    return this.#session?.opened?.sampleRate ?? 0;
  }

  /** Between rendering and hearing, as last reported. */
  get latency(): ReferenceTime {
    return millisecondsToReferenceTime(this.#lastStatus?.latencyMs ?? 0);
  }

  /** Whether a process of this machine is one of the device hosts. */
  isHost(processId: number): boolean {
    return this.#output.isHost(processId) || this.spdif.isHost(processId);
  }

  /** Voices that sound, of all streams, as last reported. */
  get voices(): number {
    return this.#power.output === 'D0' ? (this.#lastStatus?.voices ?? 0) : 0;
  }

  get devices(): DeviceList {
    const { selection, heldSink } = this.spdif;
    return {
      ...this.#output.selection.list(this.#session?.choice.outputId ?? 'null'),
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
    this.#output.selection.check(outputId);
    this.#output.selection.output = outputId;
    this.retry();
  }

  /**
   * Gives the outputs in order of preference, for whoever selects `preferred`: ids of the device list.
   *
   * @throws PinwheelError `not-found` when one of them is not listed and was not in the list before.
   */
  selectPreferred(outputIds: readonly string[]): void {
    for (const id of outputIds) this.#output.selection.check(id);
    this.setPreferred(outputIds);
  }

  /** The same as it was chosen before: its devices may come later. */
  setPreferred(outputIds: readonly string[]): void {
    const { selection } = this.#output;
    if (JSON.stringify(outputIds) === JSON.stringify(selection.preferred)) return;
    selection.preferred = [...outputIds];
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
    if (latency !== this.#output.wishes?.latency) this.#output.wish({ latency });
  }

  /** Opens the output with other frames per second. */
  setRate(rate: OutputRate): void {
    if (rate === this.#output.selection.rate) return;
    this.#output.selection.rate = rate;
    this.retry();
  }

  /** Lays the card out anew: the device that plays is opened again with it. */
  setCard(card: CardDescription): void {
    if (JSON.stringify(card) !== JSON.stringify(this.#output.wishes?.card)) this.#output.wish({ card });
  }

  /** Lets go of the output device and opens it again: a removal, then an arrival. */
  reopen(): void {
    this.#output.reopen();
  }

  /** Tries the wanted output again now, without waiting for its turn. */
  retry(): void {
    this.#output.retry();
  }

  /** Sets a gain register, one factor per channel. The values of one event-loop turn travel in one message. */
  setRegister(register: number, gains: number[]): void {
    this.#registers.set(register, gains);
  }

  setMetering(on: boolean): void {
    if (on === this.#metering) return;
    this.#metering = on;
    this.#toCard({ type: 'setMetering', on });
  }

  setCaptureMetering(on: boolean): void {
    this.#capture.setMetering(on);
  }

  /** Which devices are behind the capture inputs; streams go on with the new ones. */
  setCaptureSources(sources: CaptureSources): void {
    this.#capture.setSources(sources);
  }

  /** Why capture inputs give nothing at the moment, by input. */
  get captureFaults(): ReadonlyMap<string, string> {
    return this.#capture.faults;
  }

  /**
   * Opens a stream of the capture converter, in state STOP.
   *
   * @throws PinwheelError `device-unavailable` while the card is not present.
   */
  openCapture(format: WaveFormatRecord): CaptureHardwareStream {
    const session = this.#openSession();
    return this.#streams.openCapture((command) => session.send(command), format);
  }

  /**
   * Opens a render stream behind the named input of the card, in state STOP.
   *
   * @throws PinwheelError `not-found` for an unknown input, `device-unavailable` while the card is not present,
   *   `bad-state` while S/PDIF has its device.
   */
  openStream(input: string, synth: SynthRequest): HardwareStream {
    const session = this.#sessionFor(input);
    return this.#streams.openSynth((command) => session.send(command), input, synth);
  }

  /** Opens a wave stream behind the named input of the card, in state STOP. @throws PinwheelError as `openStream` */
  openWave(input: string, format: WaveFormatRecord): WaveHardwareStream {
    const session = this.#sessionFor(input);
    return this.#streams.openWave((command) => session.send(command), input, format);
  }

  /** Sets what is between the data of wave streams and their input; all of it is heard from the same frame on. */
  mixWaves(
    mixes: readonly { readonly stream: { readonly id: number }; readonly mix: WaveMix }[],
    listener?: SoundListener,
  ): void {
    this.#toCard({
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

  /**
   * Gives a part of the card power or takes it. A promise when that takes time: it resolves when the part works, of the
   * output when the device takes its first sample, and rejects when the device is lost.
   */
  setPower(part: CardPart, state: DevicePower): Promise<unknown> | undefined {
    if (part !== 'wavetable') return this.#power.set(part, state);
    this.#wavetable = state;
    return this.#settleWavetable();
  }

  /** As `setPower`, of the card as a whole, whose parts have none in D3. */
  setCardPower(state: DevicePower): void {
    this.#power.setCard(state);
  }

  /** Whether the wavetable synthesizer keeps its bank while it has no power. */
  keepBank(keeps: boolean): void {
    this.#keepsBank = keeps;
    // A host that goes meanwhile is told by its removal.
    this.#settleWavetable()?.catch(() => undefined);
  }

  /** How long a part takes to work after `from`, at most. */
  exitLatency(part: CardPart, from: DevicePower): ReferenceTime {
    const output = this.#power.exitLatency(from);
    const loads = part === 'wavetable' && from === 'D3' && this.bank.asleep;
    if (!loads) return output;
    return (output + millisecondsToReferenceTime(this.bank.loadMs ?? UNKNOWN_LOAD_MS)) as ReferenceTime;
  }

  /** Ends every host. Resolves when their processes are gone. */
  async dispose(): Promise<void> {
    if (!this.#disposed) {
      this.#disposed = true;
      this.#registers.dispose();
      this.#store.dispose();
      this.#streams.loseAll('Pinwheel ends.');
    }
    const hostsGone = this.#output.dispose();
    await this.spdif.dispose();
    await hostsGone;
  }

  get #session(): HostSession | undefined {
    return this.#output.current;
  }

  #toCard(command: HostCommand): void {
    this.#session?.send(command);
  }

  #sessionFor(input: string): HostSession {
    if (!this.#output.wishes?.card.inputs.some(({ id }) => id === input)) {
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
    if (this.#session) return this.#session;
    throw new PinwheelError({
      code: 'device-unavailable',
      message: 'The sound card is not present.',
      advice: 'Try again when the output is back.',
    });
  }

  #arrivedAs(session: HostSession, event: OpenedEvent): void {
    this.bank.arrived(session);
    this.#lastStatus = undefined;
    this.#givesWay = this.#isHeld(session);
    this.#tellAll(session);
    this.#arrived.fire(arrivalOf(session, event));
  }

  #wake(session: HostSession, power: CardPower): void {
    this.#output.wake(session, power);
    this.#tellAll(session);
  }

  /** What a host does not hear with `open`. */
  #tellAll(session: HostSession): void {
    if (this.#metering) session.send({ type: 'setMetering', on: true });
    this.#capture.arrived();
    if (this.#givesWay) session.send({ type: 'setSilent', silent: true });
  }

  #streamClosed(): void {
    // A host that goes meanwhile is told by its removal.
    this.#settleWavetable()?.catch(() => undefined);
    this.#power.settle();
  }

  /** The bank is let go in D3, unless somebody has it open or it is to be kept. */
  #settleWavetable(): Promise<unknown> | undefined {
    const keeps = this.#keepsBank || this.#streams.playBank;
    const state = this.#wavetable === 'D3' && keeps ? 'D2' : this.#wavetable;
    const done = this.#power.set('wavetable', state);
    if (state === 'D3') this.bank.sleep();
    else if (this.bank.asleep) return Promise.all([done, this.bank.wake()]);
    return done;
  }

  #gone(removal: Removal): void {
    this.#givesWay = false;
    this.#wavetable = 'D0';
    this.#power.reset();
    if (this.bank.asleep) void this.bank.wake();
    this.#streams.loseAll(removal.message);
    this.#removed.fire(removal);
  }

  /** The card gives way to S/PDIF on the device of both, and gets it back: mixed into data, sound would destroy it. */
  #spdifChanged(): void {
    const session = this.#session;
    const givesWay = session !== undefined && this.#isHeld(session);
    const before = this.#givesWay;
    this.#givesWay = givesWay;
    this.#report();
    this.#output.cutShort((retiring) => this.#isHeld(retiring));
    if (!session?.opened || givesWay === before) return;
    session.send({ type: 'setSilent', silent: givesWay });
    if (givesWay) this.#streams.loseRendering((command) => session.send(command), GIVES_WAY);
    else this.#arrived.fire(arrivalOf(session, session.opened));
  }

  #isHeld({ choice: { request } }: HostSession): boolean {
    return request.kind === 'sink' && request.name !== undefined && request.name === this.spdif.heldSink;
  }

  #eventOf(session: HostSession, event: HostEvent): void {
    switch (event.type) {
      case 'bankProgress':
      case 'bankLoaded':
      case 'bankFailed':
        return this.bank.take(session, event);
      case 'status':
        this.#lastStatus = event.status;
        return this.#stateEmitter.fire(this.state);
      case 'meters':
        return this.#meters.fire(event.peaks);
      case 'captureMeters':
      case 'captureInput':
        return this.#capture.take(event);
      case 'powered':
        return this.#power.take(event);
      case 'pcms':
      case 'opened':
      case 'openFailed':
      case 'stalled':
        // Not the card's affair.
        return;
      default:
        this.#streams.report(event);
    }
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
