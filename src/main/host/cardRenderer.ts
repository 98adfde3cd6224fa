import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
import type {
  CardPart,
  CardPower,
  HostCommand,
  HostEvent,
  RegisterValues,
  StreamState,
} from '../../contract/hardware.ts';
import type { DevicePower } from '../../contract/services/topology.ts';
import { millisecondsToReferenceTime, type ReferenceTime } from '../../contract/units.ts';
import { openAudioDevice, OpenError } from './audioDevice.ts';
import { CardCapture } from './capture/cardCapture.ts';
import { LoopbackTap } from './capture/loopbackTap.ts';
import type { MonitorStream } from './capture/monitorStream.ts';
import { CardOutput } from './cardOutput.ts';
import { EngineClock } from './engineClock.ts';
import { HostUsage } from './hostUsage.ts';
import type { Progress } from './progress.ts';
import type { RenderStream, RenderStreamFactory } from './renderStream.ts';
import { WaveStreams } from './waveStreams.ts';

type OpenCommand = Extract<HostCommand, { type: 'open' }>;

/** Without a stream there is only the clock to watch. */
const IDLE_WAKE_MS = 20;
/** What is monitored comes in bursts, and must not leave in longer ones. */
const MONITOR_WAKE_MS = 20;
/** While meters are read. */
const METER_WAKE_MS = 16;
const STATUS_INTERVAL = millisecondsToReferenceTime(250);
const METER_INTERVAL = millisecondsToReferenceTime(32);
/** Files that are being recorded are completed in this time, or as they are: they can be read either way. */
const FINISH_LIMIT_MS = 120;
/** Stream number of the monitored input, which no stream of main's has. */
const MONITOR = -1;

const ALL_AWAKE: CardPower = { output: 'D0', wavetable: 'D0', fm: 'D0', wave: 'D0', capture: 'D0' };

/** The card from its first `open` on, with or without a device. */
interface Card {
  readonly command: OpenCommand;
  readonly clock: EngineClock;
  readonly registers: Map<number, number[]>;
  readonly capture: CardCapture | undefined;
  silent: boolean;
  /** Of the device that was opened last. */
  limits: { sampleRate: number; maxBlockFrames: number } | undefined;
}

interface OpenStream {
  stream: RenderStream;
  input: string;
  running: boolean;
  /** A wave stream in RUN of which nothing was rendered yet. */
  beginning: boolean;
  /** Closed by main; goes when it is silent. */
  closing: boolean;
}

/**
 * The card itself: renders the streams chunk by chunk ahead of the output device's clock, realises registers and
 * meters, and opens and closes the device as it has power. Lives in a thread of its own, since every call into the
 * library may block. `emit` gets the events for main except `stalled`, which this thread could not tell.
 *
 * One file, although it is long: power, streams and rendering are one machine here, in which each step depends on the state
 * of the others. What does not is apart: device and queue (`CardOutput`), recording (`CardCapture`), costs (`HostUsage`).
 */
export class CardRenderer {
  #emit: (event: HostEvent) => void;
  #progress: Progress;
  #createStream: RenderStreamFactory;
  #card: Card | undefined;
  #output: CardOutput | undefined;
  #announced = false;
  #closed = false;
  #timer: NodeJS.Timeout | undefined;
  readonly #power: CardPower = { ...ALL_AWAKE };
  /** What the output is in, which follows `#power` as fast as the device does. */
  #outputState: DevicePower = 'D3';
  #changing: Promise<void> | undefined;
  /** Commands that came while the device was being opened or woken, or before it was ever opened. */
  #early: HostCommand[] = [];
  #streams = new Map<number, OpenStream>();
  readonly #waves = new WaveStreams();
  /** The monitored input, as long as it is on. */
  #monitor: MonitorStream | undefined;
  #monitoring = false;
  /** Of devices that were closed. */
  #underruns = 0;
  #metering = false;
  #nextMeter = 0;
  #meterFrame = 0;
  #nextStatus = 0;
  readonly #usage = new HostUsage();

  constructor(emit: (event: HostEvent) => void, progress: Progress, createStream: RenderStreamFactory) {
    this.#emit = emit;
    this.#progress = progress;
    this.#createStream = createStream;
  }

  /** Carries out a command. Failures are reported as events; only `open` and `close` take time, and resolve when done. */
  async handle(command: HostCommand): Promise<void> {
    if (this.#closed) return;
    if (command.type === 'open') return await this.#open(command);
    if (command.type === 'close') return await this.#close();
    // Takes its time beside the opening of the device.
    if (command.type === 'loadBank') return this.#createStream.loadBank?.(command, this.#emit);
    if (command.type === 'cancelBank') return this.#createStream.cancelBank?.();
    const card = this.#card;
    if (!card) return;
    if (command.type === 'setPower') return this.#setPower(command.part, command.state);
    // Recording does without the output.
    if (card.capture?.handle(command)) return;
    // A process that was started for another part knows no sample rate yet, which streams are made for.
    const waits = this.#power.output === 'D0' || card.limits === undefined;
    if (waits && this.#outputState !== 'D0') this.#early.push(command);
    else this.#execute(command, card);
  }

  /** Stops at once, without the device's consent. */
  dispose(): void {
    this.#closed = true;
    this.#progress.phase = 'closed';
    clearTimeout(this.#timer);
    for (const { stream } of this.#streams.values()) stream.dispose();
    this.#streams.clear();
    this.#createStream.dispose?.();
    this.#waves.dispose();
    this.#card?.capture?.dispose();
    const output = this.#output;
    this.#output = undefined;
    void output?.close();
  }

  async #open(command: OpenCommand): Promise<void> {
    if (this.#card) return;
    const { registers, epochNs, power } = command;
    Object.assign(this.#power, power);
    for (const [part, state] of Object.entries(this.#power) as [CardPart, DevicePower][]) {
      if (part !== 'output' && state !== 'D0') void this.#setPartPower(part, state);
    }
    const values = new Map(registers.map(({ register, gains }) => [register, gains]));
    this.#card = {
      command,
      clock: new EngineClock(epochNs),
      registers: values,
      capture: this.#createCapture(command),
      silent: false,
      limits: undefined,
    };
    void this.#card.capture?.setPower(this.#power.capture);
    if (this.#power.output === 'D0') await this.#followPower();
    else this.#progress.phase = 'closed';
  }

  #createCapture({
    card: { capture: description },
    registers,
    epochNs,
  }: OpenCommand): CardCapture | undefined {
    if (!description) return undefined;
    return new CardCapture({
      description,
      registers,
      epochNs,
      tell: (event) => this.#emit(event),
      tapLoopback: (ring) => this.#output && tap(this.#output, ring),
      monitor: (on, ring) => {
        this.#monitoring = on;
        this.#routeMonitor(ring);
      },
    });
  }

  /** Brings the monitored input into the sum of the device, or takes it out. */
  #routeMonitor(ring = this.#card?.capture?.monitorRing): void {
    const { through } = this.#card?.command.card.capture?.monitor ?? {};
    const input = through === undefined ? undefined : this.#output?.mixer.inputs.get(through);
    const limits = this.#card?.limits;
    if (!this.#monitoring || !input || !limits || !ring) {
      if (this.#monitor) this.#monitor.on = false;
      input?.streams.delete(MONITOR);
      return;
    }
    this.#monitor ??= this.#waves.openMonitor({ ring, ...limits });
    this.#monitor.on = true;
    input.streams.set(MONITOR, this.#monitor);
  }

  async #setPower(part: CardPart, state: DevicePower): Promise<void> {
    this.#power[part] = state;
    if (part === 'output') {
      if (state === this.#outputState && !this.#changing) return this.#powered(state);
      return await this.#followPower();
    }
    await this.#setPartPower(part, state);
    if (this.#power[part] === state) this.#emit({ type: 'powered', part, state });
  }

  #setPartPower(part: Exclude<CardPart, 'output'>, state: DevicePower): void | Promise<void> {
    switch (part) {
      case 'wavetable':
      case 'fm':
        return this.#createStream.setPower?.(part, state);
      case 'wave':
        return state === 'D3' ? this.#waves.rest() : undefined;
      case 'capture':
        return this.#card?.capture?.setPower(state);
    }
  }

  /** Brings the device into the state that is wanted, step by step, also when that changes meanwhile. */
  #followPower(): Promise<void> {
    return (this.#changing ??= this.#changePower().finally(() => (this.#changing = undefined)));
  }

  async #changePower(): Promise<void> {
    while (!this.#closed && this.#outputState !== this.#power.output) {
      const state = this.#power.output;
      if (state !== 'D0') await this.#powerDown(state);
      else if (!(await this.#powerUp())) return;
    }
  }

  async #powerDown(state: DevicePower): Promise<void> {
    const output = this.#output;
    if (output && this.#outputState === 'D0') {
      const isOver = () => this.#closed || this.#power.output === 'D0';
      await output.drain(isOver);
      // Needed again before anything was given back.
      if (isOver()) return this.#powered('D0');
      for (const [id, { closing }] of this.#streams) if (closing) this.#dropStream(id);
      await output.quieten();
      clearTimeout(this.#timer);
    }
    if (this.#closed) return;
    if (output && state === 'D3') await this.#closeOutput(output);
    else await output?.suspend(() => this.#closed);
    this.#powered(state);
  }

  async #closeOutput(output: CardOutput): Promise<void> {
    this.#output = undefined;
    this.#underruns += output.underruns;
    this.#card?.capture?.outputChanged();
    this.#routeMonitor();
    await output.close();
  }

  /** False: the device cannot be opened. */
  async #powerUp(): Promise<boolean> {
    const card = this.#card!;
    const isOver = () => this.#closed;
    const stood = this.#output;
    if (stood) {
      // What came with the wish, as the streams that go on, is in the first block.
      await turn();
      stood.makeReady(card.silent ? 0 : 1);
      this.#meterFrame = stood.frame;
      for (const early of this.#early.splice(0)) this.#execute(early, card);
      await stood.resume(this.#renderEvents, isOver);
    } else if (!(await this.#openOutput(card, isOver))) return false;
    if (this.#closed) return false;
    const output = this.#output!;
    if (card.silent && !stood) output.fade(0);
    const at = output.firstFrameTime;
    for (const early of this.#early.splice(0)) this.#execute(early, card);
    // Where streams are was told by a clock that was not known yet.
    this.#nextStatus = card.clock.now() + (stood ? 0 : STATUS_INTERVAL);
    this.#wake();
    if (this.#announced) this.#powered('D0', at);
    else this.#announce(card, output, at);
    return true;
  }

  #announce(
    { command: { output: request } }: Card,
    { device, sampleRate, chunkFrames }: CardOutput,
    at: ReferenceTime,
  ): void {
    this.#announced = true;
    this.#outputState = 'D0';
    const reason = request.kind === 'null' ? request.reason : '';
    this.#emit({
      type: 'opened',
      output: { kind: device.kind, label: device.label, reason },
      sampleRate,
      chunkFrames,
      at,
    });
  }

  #powered(state: DevicePower, at?: ReferenceTime): void {
    this.#outputState = state;
    this.#emit({ type: 'powered', part: 'output', state, ...(at === undefined ? {} : { at }) });
  }

  async #openOutput(card: Card, isOver: () => boolean): Promise<boolean> {
    const { output, latency, card: description } = card.command;
    this.#progress.phase = 'opening';
    try {
      const device = await openAudioDevice(output, latency, (labels) => this.#emit({ type: 'pcms', labels }));
      this.#createStream.prepare?.();
      const opened = await CardOutput.prepare(
        {
          device,
          output,
          latency,
          card: description,
          registers: registerValues(card.registers),
          clock: card.clock,
          progress: this.#progress,
          // A host that begins without power is one that is woken.
          hasty: this.#announced || card.command.power?.output !== undefined,
        },
        isOver,
      );
      if (this.#closed) {
        await device.context.close();
        return false;
      }
      this.#attach(opened, card);
      return true;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#progress.phase = 'closed';
      this.#emit({ type: 'openFailed', code: error instanceof OpenError ? error.code : 'failed', message });
      return false;
    }
  }

  /** What was there before the device goes on with it. @throws Error when the device is not as the one before */
  #attach(output: CardOutput, card: Card): void {
    const { sampleRate, chunkFrames, mixer } = output;
    if (card.limits && card.limits.sampleRate !== sampleRate) {
      void output.close();
      throw new Error('The output device came back with another sample rate.');
    }
    card.limits = { sampleRate, maxBlockFrames: chunkFrames };
    this.#output = output;
    for (const [id, { stream, input }] of this.#streams) mixer.inputs.get(input)?.streams.set(id, stream);
    mixer.setMetering(this.#metering);
    this.#meterFrame = output.frame;
    card.capture?.outputChanged();
    this.#routeMonitor();
  }

  #execute(command: HostCommand, card: Card): void {
    const output = this.#output;
    switch (command.type) {
      case 'setRegisters':
        for (const { register, gains } of command.values) card.registers.set(register, gains);
        output?.mixer.setRegisters(command.values);
        if (this.#outputState === 'D0') output?.mixer.update(output.earliest);
        break;
      case 'openStream': {
        const { stream, input, synth } = command;
        this.#openStream(stream, input, card, (limits) =>
          this.#createStream({
            ...limits,
            synth,
            onUnloaded: (handle) => this.#emit({ type: 'unloaded', stream, handle }),
          }),
        );
        break;
      }
      case 'openWave': {
        const { stream, input, format } = command;
        this.#openStream(stream, input, card, (limits) =>
          this.#waves.open({
            ...limits,
            stream,
            format,
            now: () => card.clock.now(),
            events: {
              segment: (segment) => this.#emit({ type: 'streamSegment', stream, segment }),
              ended: () => this.#emit({ type: 'streamEnded', stream }),
              underrun: () => this.#emit({ type: 'streamUnderrun', stream }),
              failed: (error) => this.#emit({ type: 'streamFailed', stream, error }),
            },
          }),
        );
        break;
      }
      case 'feedWave':
        this.#attempt(command.stream, () =>
          this.#streamOf(command.stream).stream.feed?.(command.feed, command.plan),
        );
        break;
      case 'chainWave':
        this.#attempt(command.stream, () =>
          this.#streamOf(command.stream).stream.follow?.(this.#streamOf(command.after).stream),
        );
        break;
      case 'planWave':
        this.#attempt(command.stream, () => this.#streamOf(command.stream).stream.plan?.(command.plan));
        break;
      case 'mixWaves':
        this.#waves.mix(command);
        break;
      case 'setStreamState':
        this.#attempt(command.stream, () => this.#setStreamState(command.stream, command.state, card));
        this.#wake();
        break;
      case 'writeStream':
        this.#attempt(command.stream, () =>
          this.#streamOf(command.stream).stream.write(command.startTime, command.records),
        );
        break;
      case 'synthCommand':
        this.#attempt(command.stream, () => this.#streamOf(command.stream).stream.command?.(command.command));
        break;
      case 'closeStream':
        this.#closeStream(command.stream);
        break;
      case 'setSilent':
        card.silent = command.silent;
        if (this.#outputState === 'D0') output?.fade(command.silent ? 0 : 1);
        break;
      case 'setMetering':
        this.#metering = command.on;
        this.#meterFrame = output?.frame ?? 0;
        output?.mixer.setMetering(command.on);
        break;
      case 'open':
      case 'close':
      case 'loadBank':
      case 'cancelBank':
      case 'setPower':
        // Carried out by `handle`.
        break;
      case 'setCaptureSources':
      case 'openCapture':
      case 'recordWave':
      case 'finishRecording':
      case 'setCaptureMetering':
        // Of a card that cannot record.
        break;
    }
  }

  #setStreamState(id: number, state: StreamState, { clock }: Card): void {
    const entry = this.#streamOf(id);
    // Without a device it is heard as soon as there is one.
    const heardAt = this.#output?.latencyClock ?? clock.now();
    entry.stream.setState(state, heardAt);
    const wasRunning = entry.running;
    entry.running = state === 'RUN';
    entry.beginning = entry.running && !wasRunning && entry.stream.feed !== undefined;
    // What is in the queue is still to be heard.
    if (wasRunning && state === 'PAUSE') this.#reportPosition(id, entry.stream, heardAt);
  }

  #openStream(
    id: number,
    input: string,
    { command: { card }, limits }: Card,
    create: (limits: { sampleRate: number; maxBlockFrames: number }) => RenderStream,
  ): void {
    this.#attempt(id, () => {
      if (!card.inputs.some((each) => each.id === input))
        throw new Error(`The card has no input “${input}”.`);
      if (!limits) throw new Error('The output was never open.');
      const stream = create(limits);
      this.#output?.mixer.inputs.get(input)?.streams.set(id, stream);
      this.#streams.set(id, { stream, input, running: false, beginning: false, closing: false });
    });
  }

  #streamOf(id: number): OpenStream {
    const entry = this.#streams.get(id);
    if (!entry || entry.closing) throw new Error(`Stream ${id} is not open.`);
    return entry;
  }

  #attempt(stream: number, action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#emit({
        type: 'streamError',
        stream,
        message: error instanceof Error ? error.message : String(error),
      });
    }
  }

  /** What still sounds after STOP is rendered to its end: cut off, it would click. */
  #closeStream(id: number): void {
    const entry = this.#streams.get(id);
    if (entry && !entry.running && !entry.stream.idle && this.#outputState === 'D0') entry.closing = true;
    else this.#dropStream(id);
  }

  #dropStream(id: number): void {
    const entry = this.#streams.get(id);
    if (!entry) return;
    this.#streams.delete(id);
    this.#output?.mixer.inputs.get(entry.input)?.streams.delete(id);
    entry.stream.dispose();
  }

  /** A stream that throws while it renders would do so in every chunk. */
  #onFault = (id: number, error: unknown): void => {
    const message = error instanceof Error ? error.message : String(error);
    this.#emit({ type: 'streamError', stream: id, message: `The stream was ended by a fault: ${message}` });
    this.#dropStream(id);
  };

  #wake = (): void => {
    clearTimeout(this.#timer);
    const output = this.#output;
    if (!output || this.#closed || this.#progress.phase === 'suspended') return;
    this.#render(output);
    // The chunk after the last sound must not be late either: it would count as an underrun.
    let idle = !this.#monitoring && !output.sounding;
    for (const { stream } of this.#streams.values()) if (!stream.idle) idle = false;
    let wakeMs = idle ? IDLE_WAKE_MS : output.wakeMs;
    if (this.#monitoring) wakeMs = Math.min(wakeMs, MONITOR_WAKE_MS);
    if (this.#metering) wakeMs = Math.min(wakeMs, METER_WAKE_MS);
    this.#timer = setTimeout(this.#wake, wakeMs);
  };

  #render(output: CardOutput): void {
    const began = performance.now();
    output.render(this.#renderEvents);
    this.#usage.rendered(performance.now() - began);
    for (const [id, entry] of this.#streams) if (entry.closing && entry.stream.idle) this.#dropStream(id);
    const now = this.#card!.clock.now();
    if (this.#metering && now >= this.#nextMeter) {
      this.#nextMeter = now + METER_INTERVAL;
      const current = output.frame;
      // The device's clock may be a burst behind what the meters have seen.
      const to = current + Math.ceil(output.controlAhead * output.sampleRate);
      this.#emit({ type: 'meters', peaks: output.mixer.readPeaks(this.#meterFrame, to) });
      this.#meterFrame = current;
    }
    if (now >= this.#nextStatus) {
      this.#nextStatus = now + STATUS_INTERVAL;
      this.#report(output, now);
    }
  }

  #report(output: CardOutput, now: ReferenceTime): void {
    let voices = 0;
    for (const [id, { stream, running }] of this.#streams) {
      voices += stream.activeVoices;
      if (!running) continue;
      const { statistics } = stream;
      this.#reportPosition(id, stream, now);
      if (statistics) this.#emit({ type: 'synthStatistics', stream: id, statistics });
    }
    const { cpuPercent, work } = this.#usage.read(output.mixer.inputs, {
      feeding: this.#waves.feederThread,
      capturing: this.#card?.capture?.thread,
    });
    this.#emit({
      type: 'status',
      status: {
        frames: output.frames,
        sampleRate: output.sampleRate,
        latencyMs: output.latencyMs,
        outputLatencyMs: output.outputLatency / 10_000,
        cpuPercent,
        underruns: this.#underruns + output.underruns,
        voices,
        work: {
          cpuPercent: work,
          bytes: {
            resident: process.memoryUsage.rss(),
            ...(this.#createStream.memoryBytes?.() ?? { wavetable: 0, fm: 0 }),
            waves: this.#waves.bufferBytes,
            capture: this.#card?.capture?.bufferBytes ?? 0,
          },
        },
      },
    });
  }

  /** When those streams are heard that the next block is the first one of. */
  readonly #renderEvents = {
    beforeChunk: (blockTime: ReferenceTime): void => {
      for (const [id, entry] of this.#streams) {
        if (!entry.beginning || entry.stream.idle) continue;
        entry.beginning = false;
        this.#reportPosition(id, entry.stream, blockTime);
      }
    },
    onFault: this.#onFault,
  };

  #reportPosition(id: number, { position, eventsPlayed }: RenderStream, at: ReferenceTime): void {
    this.#emit({ type: 'streamPosition', stream: id, position, at, eventsPlayed });
  }

  /** Ramps to silence, waits until the ramp has been taken by the device, closes it. */
  async #close(): Promise<void> {
    const output = this.#output;
    if (output && this.#outputState === 'D0') await output.quieten();
    await Promise.race([this.#card?.capture?.finish(), delay(FINISH_LIMIT_MS)]);
    this.#closed = true;
    clearTimeout(this.#timer);
    await output?.close();
    this.#output = undefined;
    this.dispose();
  }
}

function registerValues(registers: ReadonlyMap<number, number[]>): RegisterValues {
  return [...registers].map(([register, gains]) => ({ register, gains }));
}

function tap(
  { context, mixer, deviceClock }: CardOutput,
  ring: ConstructorParameters<typeof LoopbackTap>[2],
) {
  return new LoopbackTap(context, mixer.output, ring, (frame) => deviceClock.timeOfFrame(frame));
}
