import { setTimeout as delay } from 'node:timers/promises';
import type { AudioContext } from 'node-web-audio-api';
import {
  CHUNK_FRAMES,
  type CaptureDescription,
  type HostCommand,
  type HostEvent,
  type RegisterValues,
} from '../../contract/hardware.ts';
import type { LatencySetting } from '../../contract/services/settings.ts';
import {
  millisecondsToReferenceTime,
  secondsToReferenceTime,
  type ReferenceTime,
} from '../../contract/units.ts';
import { openAudioDevice, OpenError, type AudioDevice } from './audioDevice.ts';
import { CardCapture } from './capture/cardCapture.ts';
import { LoopbackTap } from './capture/loopbackTap.ts';
import type { MonitorStream } from './capture/monitorStream.ts';
import type { CardInput } from './cardInput.ts';
import { createCardMixer, type CardMixer } from './cardMixer.ts';
import { DeviceClock } from './deviceClock.ts';
import { EngineClock } from './engineClock.ts';
import { RAMP_SECONDS } from './gainRegister.ts';
import { Lead } from './lead.ts';
import type { Progress } from './progress.ts';
import type { RenderStream, RenderStreamFactory } from './renderStream.ts';
import { WaveStreams } from './waveStreams.ts';

type OpenCommand = Extract<HostCommand, { type: 'open' }>;

interface Timing {
  /** How far ahead of the device chunks are scheduled: a burst of its clock, a late wakeup, and some more. */
  leadMs: number;
  /** Time between wakeups. */
  wakeMs: number;
  /** How far ahead of the clock a parameter change is scheduled: a burst, so that no ramp begins in the past. */
  controlAheadMs: number;
}

/** On a sound server the clock advances in bursts of 5 ms (low), 10 to 21 ms (normal), 43 ms (saving). */
const TIMING: Readonly<Record<LatencySetting, Timing>> = {
  low: { leadMs: 12, wakeMs: 2, controlAheadMs: 8 },
  normal: { leadMs: 90, wakeMs: 20, controlAheadMs: 23 },
  saving: { leadMs: 190, wakeMs: 40, controlAheadMs: 46 },
};
/** Without a stream there is only the clock to watch. */
const IDLE_WAKE_MS = 20;
/** While meters are read. */
const METER_WAKE_MS = 16;
const STATUS_INTERVAL = millisecondsToReferenceTime(250);
const METER_INTERVAL = millisecondsToReferenceTime(32);
/** The clock is observed this long before anything is scheduled by it. */
const ACQUISITION = millisecondsToReferenceTime(60);
const CLOSE_RAMP_SECONDS = 0.01;
/** Files that are being recorded are completed in this time, or as they are: they can be read either way. */
const FINISH_LIMIT_MS = 120;
/** Stream number of the monitored input, which no stream of main's has. */
const MONITOR = -1;
/** Closing never takes longer, whatever the device says. */
const CLOSE_LIMIT = millisecondsToReferenceTime(150);
const CLOSE_CALL_LIMIT_MS = 60;

interface Opened {
  device: AudioDevice;
  context: AudioContext;
  sampleRate: number;
  chunkFrames: number;
  lead: Lead;
  wakeMs: number;
  /** In seconds; see Timing. */
  controlAhead: number;
  clock: EngineClock;
  deviceClock: DeviceClock;
  /** From a frame's turn in the device's buffer to the listener. */
  outputLatency: ReferenceTime;
  mixer: CardMixer;
  /** What is played is data: it is cut off, not ramped down. */
  exact: boolean;
  capture: CardCapture | undefined;
  /** The monitored input. */
  monitor: MonitorStream | undefined;
  /** The device's clock as last seen. */
  deviceFrame: number;
  /** Frame at which the next chunk starts. */
  nextFrame: number;
  firstFrame: number;
  /** The chunk before `nextFrame` had sound in it, so a gap after it can be heard. */
  sounding: boolean;
}

interface OpenStream {
  stream: RenderStream;
  input: CardInput;
  running: boolean;
  /** A wave stream in RUN of which nothing was rendered yet. */
  beginning: boolean;
  /** Closed by main; goes when it is silent. */
  closing: boolean;
}

/**
 * The card itself: owns the one audio context, renders the streams chunk by chunk at exact frame times ahead of the
 * device's clock, realises registers and meters. Lives in a thread of its own, since every call into the library
 * may block. `emit` gets the events for main except `stalled`, which this thread could not tell.
 */
export class CardRenderer {
  #emit: (event: HostEvent) => void;
  #progress: Progress;
  #createStream: RenderStreamFactory;
  #opened: Opened | undefined;
  #opening = false;
  #closed = false;
  #timer: NodeJS.Timeout | undefined;
  /** Commands that came while the device was being opened. */
  #early: HostCommand[] = [];
  #streams = new Map<number, OpenStream>();
  readonly #waves = new WaveStreams();
  #underruns = 0;
  #metering = false;
  #nextMeter = 0;
  #meterFrame = 0;
  #nextStatus = 0;
  #cpu = process.cpuUsage();
  #cpuAt = performance.now();

  constructor(emit: (event: HostEvent) => void, progress: Progress, createStream: RenderStreamFactory) {
    this.#emit = emit;
    this.#progress = progress;
    this.#createStream = createStream;
  }

  /** Carries out a command. Failures are reported as events; only `close` takes time, and resolves when it is done. */
  async handle(command: HostCommand): Promise<void> {
    if (this.#closed) return;
    if (command.type === 'open') return await this.#open(command);
    if (command.type === 'close') return await this.#close();
    // Takes its time beside the opening of the device.
    if (command.type === 'loadBank') return this.#createStream.loadBank?.(command, this.#emit);
    if (command.type === 'cancelBank') return this.#createStream.cancelBank?.();
    if (!this.#opened) {
      if (this.#opening) this.#early.push(command);
      return;
    }
    this.#execute(command, this.#opened);
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
    this.#opened?.capture?.dispose();
    const context = this.#opened?.context;
    this.#opened = undefined;
    context?.close().catch(() => {});
  }

  async #open(command: OpenCommand): Promise<void> {
    if (this.#opening || this.#opened) return;
    this.#opening = true;
    this.#progress.phase = 'opening';
    try {
      const device = await openAudioDevice(command.output, command.latency, (labels) =>
        this.#emit({ type: 'pcms', labels }),
      );
      const opened = await this.#prepare(device, command);
      if (this.#closed) {
        await device.context.close();
        return;
      }
      this.#opened = opened;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#progress.phase = 'closed';
      this.#emit({ type: 'openFailed', code: error instanceof OpenError ? error.code : 'failed', message });
      return;
    } finally {
      this.#opening = false;
    }
    for (const early of this.#early.splice(0)) this.#execute(early, this.#opened);
    const { device, sampleRate, chunkFrames, clock } = this.#opened;
    this.#nextStatus = clock.now() + STATUS_INTERVAL;
    this.#wake();
    const reason = command.output.kind === 'null' ? command.output.reason : '';
    this.#emit({
      type: 'opened',
      output: { kind: device.kind, label: device.label, reason },
      sampleRate,
      chunkFrames,
    });
  }

  /** Builds the signal path and waits until the device's clock runs and is known. */
  async #prepare(device: AudioDevice, command: OpenCommand): Promise<Opened> {
    const { output, card, registers, latency, epochNs } = command;
    const { context } = device;
    const { sampleRate } = context;
    const chunkFrames = CHUNK_FRAMES[latency];
    const clock = new EngineClock(epochNs);
    const deviceClock = new DeviceClock(sampleRate);
    const mixer = createCardMixer(context, card, registers, chunkFrames);
    this.#createStream.prepare?.();

    let frame = currentFrame(context);
    let runningSince: ReferenceTime | undefined;
    while (runningSince === undefined || clock.now() - runningSince < ACQUISITION) {
      if (this.#closed) break;
      await delay(3);
      const current = currentFrame(context);
      if (current === frame) continue;
      frame = current;
      const now = clock.now();
      runningSince ??= now;
      deviceClock.observe(frame, now);
    }
    this.#progress.frame = frame;
    this.#progress.phase = 'running';

    const lead = new Lead(TIMING[latency].leadMs, chunkFrames, sampleRate);
    const opened: Opened = {
      device,
      context,
      sampleRate,
      chunkFrames,
      lead,
      wakeMs: TIMING[latency].wakeMs,
      controlAhead: TIMING[latency].controlAheadMs / 1000,
      clock,
      deviceClock,
      outputLatency: secondsToReferenceTime(context.outputLatency),
      mixer,
      exact: output.kind === 'sink' && output.exact === true,
      capture: undefined,
      monitor: undefined,
      deviceFrame: frame,
      nextFrame: frame + lead.frames,
      firstFrame: frame + lead.frames,
      sounding: false,
    };
    if (card.capture) this.#prepareCapture(opened, card.capture, registers, epochNs);
    return opened;
  }

  #prepareCapture(
    opened: Opened,
    description: CaptureDescription,
    registers: RegisterValues,
    epochNs: bigint,
  ): void {
    const { context, mixer, sampleRate, chunkFrames, deviceClock } = opened;
    let monitor: MonitorStream | undefined;
    const capture = new CardCapture({
      description,
      registers,
      epochNs,
      tell: (event) => this.#emit(event),
      tapLoopback: (ring) =>
        new LoopbackTap(context, mixer.output, ring, (frame) => deviceClock.timeOfFrame(frame)),
      monitor: (on, ring) => {
        const input = mixer.inputs.get(description.monitor.through);
        monitor ??= this.#waves.openMonitor({ ring, sampleRate, maxBlockFrames: chunkFrames });
        monitor.on = on;
        if (on) input?.streams.set(MONITOR, monitor);
        else input?.streams.delete(MONITOR);
        opened.monitor = on ? monitor : undefined;
      },
    });
    opened.capture = capture;
  }

  #execute(command: HostCommand, opened: Opened): void {
    if (opened.capture?.handle(command)) return;
    switch (command.type) {
      case 'setRegisters':
        opened.mixer.setRegisters(command.values);
        opened.mixer.update(opened.context.currentTime + opened.controlAhead);
        break;
      case 'openStream': {
        const { stream, input, synth } = command;
        this.#openStream(stream, input, opened, (limits) =>
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
        this.#openStream(stream, input, opened, (limits) =>
          this.#waves.open({
            ...limits,
            stream,
            format,
            now: () => opened.clock.now(),
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
        this.#attempt(command.stream, () => {
          const entry = this.#streamOf(command.stream);
          const heardAt = this.#latencyClock(opened);
          entry.stream.setState(command.state, heardAt);
          const wasRunning = entry.running;
          entry.running = command.state === 'RUN';
          entry.beginning = entry.running && !wasRunning && entry.stream.feed !== undefined;
          // What is in the queue is still to be heard.
          if (wasRunning && command.state === 'PAUSE')
            this.#reportPosition(command.stream, entry.stream, heardAt);
        });
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
      case 'setSilent': {
        const start = opened.context.currentTime + opened.controlAhead;
        opened.mixer.fadeTo(command.silent ? 0 : 1, start, start + RAMP_SECONDS);
        break;
      }
      case 'setMetering':
        this.#metering = command.on;
        this.#meterFrame = currentFrame(opened.context);
        opened.mixer.setMetering(command.on);
        break;
      case 'open':
      case 'close':
      case 'loadBank':
      case 'cancelBank':
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

  #openStream(
    id: number,
    inputId: string,
    { mixer, sampleRate, chunkFrames }: Opened,
    create: (limits: { sampleRate: number; maxBlockFrames: number }) => RenderStream,
  ): void {
    this.#attempt(id, () => {
      const input = mixer.inputs.get(inputId);
      if (!input) throw new Error(`The card has no input “${inputId}”.`);
      const stream = create({ sampleRate, maxBlockFrames: chunkFrames });
      input.streams.set(id, stream);
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
    if (entry && !entry.running && !entry.stream.idle) entry.closing = true;
    else this.#dropStream(id);
  }

  #dropStream(id: number): void {
    const entry = this.#streams.get(id);
    if (!entry) return;
    this.#streams.delete(id);
    entry.input.streams.delete(id);
    entry.stream.dispose();
  }

  /** A stream that throws while it renders would do so in every chunk. */
  #onFault = (id: number, error: unknown): void => {
    const message = error instanceof Error ? error.message : String(error);
    this.#emit({ type: 'streamError', stream: id, message: `The stream was ended by a fault: ${message}` });
    this.#dropStream(id);
  };

  /** Engine time at which the first frame not rendered yet is heard. */
  #latencyClock(opened: Opened): ReferenceTime {
    return (opened.deviceClock.timeOfFrame(opened.nextFrame) + opened.outputLatency) as ReferenceTime;
  }

  #wake = (): void => {
    clearTimeout(this.#timer);
    const opened = this.#opened;
    if (!opened || this.#closed) return;
    this.#render(opened);
    // The chunk after the last sound must not be late either: it would count as an underrun.
    let idle = opened.monitor === undefined && !opened.sounding;
    for (const { stream } of this.#streams.values()) if (!stream.idle) idle = false;
    const wakeMs = idle ? IDLE_WAKE_MS : opened.wakeMs;
    this.#timer = setTimeout(this.#wake, this.#metering ? Math.min(wakeMs, METER_WAKE_MS) : wakeMs);
  };

  #render(opened: Opened): void {
    const { context, deviceClock, clock, chunkFrames, sampleRate, outputLatency } = opened;
    this.#progress.phase = context.state === 'suspended' ? 'suspended' : 'running';
    const current = currentFrame(context);
    const now = clock.now();
    if (current !== opened.deviceFrame) {
      opened.deviceFrame = current;
      this.#progress.frame = current;
      deviceClock.observe(current, now);
    }
    // The device may be a burst further than its clock says: a chunk it has passed would sound late, over the next one.
    if (opened.nextFrame < current + opened.controlAhead * sampleRate) this.#resynchronise(opened, current);
    opened.lead.passed(now);
    while (opened.nextFrame < current + opened.lead.frames) {
      const blockTime = (deviceClock.blockTime(opened.nextFrame) + outputLatency) as ReferenceTime;
      this.#reportBeginnings(blockTime);
      opened.sounding = opened.mixer.renderChunk(opened.nextFrame, blockTime, this.#onFault);
      opened.nextFrame += chunkFrames;
    }
    opened.mixer.send();
    for (const [id, entry] of this.#streams) if (entry.closing && entry.stream.idle) this.#dropStream(id);
    opened.mixer.update(current / sampleRate + opened.controlAhead);
    if (this.#metering && now >= this.#nextMeter) {
      this.#nextMeter = now + METER_INTERVAL;
      // The device's clock may be a burst behind what the meters have seen.
      const to = current + Math.ceil(opened.controlAhead * sampleRate);
      this.#emit({ type: 'meters', peaks: opened.mixer.readPeaks(this.#meterFrame, to) });
      this.#meterFrame = current;
    }
    if (now >= this.#nextStatus) {
      this.#nextStatus = now + STATUS_INTERVAL;
      this.#report(opened, current);
    }
  }

  /** The device has passed the frame that should come next: go on far enough in the future, on its time. */
  #resynchronise(opened: Opened, current: number): void {
    const { chunkFrames, sampleRate } = opened;
    if (opened.sounding) {
      this.#underruns++;
      opened.lead.underrun(opened.clock.now());
    }
    // Half the lead at once, so that the chunks that fill it do not come all in one burst of work and late again.
    const ahead = Math.max(opened.lead.frames / 2, opened.controlAhead * sampleRate + chunkFrames);
    opened.nextFrame = current + Math.ceil(ahead / chunkFrames) * chunkFrames;
  }

  #report(opened: Opened, current: number): void {
    let voices = 0;
    for (const [id, { stream, running }] of this.#streams) {
      voices += stream.activeVoices;
      if (!running) continue;
      const { statistics } = stream;
      this.#reportPosition(id, stream, opened.clock.now());
      if (statistics) this.#emit({ type: 'synthStatistics', stream: id, statistics });
    }
    this.#emit({
      type: 'status',
      status: {
        frames: opened.nextFrame - opened.firstFrame,
        sampleRate: opened.sampleRate,
        latencyMs: ((opened.nextFrame - current) / opened.sampleRate + opened.context.outputLatency) * 1000,
        outputLatencyMs: opened.outputLatency / 10_000,
        cpuPercent: this.#cpuPercent(),
        underruns: this.#underruns,
        voices,
      },
    });
  }

  /** When those streams are heard that the next block is the first one of. */
  #reportBeginnings(blockTime: ReferenceTime): void {
    for (const [id, entry] of this.#streams) {
      if (!entry.beginning || entry.stream.idle) continue;
      entry.beginning = false;
      this.#reportPosition(id, entry.stream, blockTime);
    }
  }

  #reportPosition(id: number, { position, eventsPlayed }: RenderStream, at: ReferenceTime): void {
    this.#emit({ type: 'streamPosition', stream: id, position, at, eventsPlayed });
  }

  #cpuPercent(): number {
    const used = process.cpuUsage();
    const at = performance.now();
    const microseconds = used.user - this.#cpu.user + used.system - this.#cpu.system;
    const percent = microseconds / 10 / Math.max(1, at - this.#cpuAt);
    this.#cpu = used;
    this.#cpuAt = at;
    return percent;
  }

  /** Ramps to silence, waits until the ramp has been taken by the device, closes it. */
  async #close(): Promise<void> {
    const opened = this.#opened;
    if (opened) {
      const { context, clock, mixer } = opened;
      const start = context.currentTime + opened.controlAhead;
      const end = start + (opened.exact ? 0 : CLOSE_RAMP_SECONDS);
      mixer.fadeTo(0, start, end);
      const limit = clock.now() + CLOSE_LIMIT;
      const heard = end + Math.min(context.outputLatency, RAMP_SECONDS * 4);
      while (context.currentTime < heard && clock.now() < limit) await delay(3);
      await Promise.race([opened.capture?.finish(), delay(FINISH_LIMIT_MS)]);
      this.#closed = true;
      clearTimeout(this.#timer);
      this.#progress.phase = 'closed';
      await Promise.race([context.close().catch(() => {}), delay(CLOSE_CALL_LIMIT_MS)]);
      this.#opened = undefined;
    }
    this.dispose();
  }
}

function currentFrame(context: BaseAudioContext): number {
  return Math.round(context.currentTime * context.sampleRate);
}
