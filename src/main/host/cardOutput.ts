import { setTimeout as delay } from 'node:timers/promises';
import type { AudioContext } from 'node-web-audio-api';
import {
  CHUNK_FRAMES,
  type CardDescription,
  type OutputRequest,
  type RegisterValues,
} from '../../contract/hardware.ts';
import type { LatencySetting } from '../../contract/services/settings.ts';
import { millisecondsToReferenceTime, type ReferenceTime } from '../../contract/units.ts';
import type { AudioDevice } from './audioDevice.ts';
import type { FaultListener } from './cardInput.ts';
import { createCardMixer, type CardMixer } from './cardMixer.ts';
import { DeviceClock } from './deviceClock.ts';
import type { EngineClock } from './engineClock.ts';
import { RAMP_SECONDS } from './gainRegister.ts';
import { Lead } from './lead.ts';
import { OutputLatency } from './outputLatency.ts';
import type { Progress } from './progress.ts';

interface Timing {
  /** How far ahead of the device chunks are scheduled: a burst of its clock, a late wakeup, and some more. */
  leadMs: number;
  /** Time between wakeups: each has its price, and so has what is sent in it, however long. */
  wakeMs: number;
  /** How far ahead of the clock a parameter change is scheduled: a burst, so that no ramp begins in the past. */
  controlAheadMs: number;
}

/** On a sound server the clock advances in bursts of 5 ms (low), 13 to 29 ms (normal), 29 to 56 ms (saving). */
const TIMING: Readonly<Record<LatencySetting, Timing>> = {
  low: { leadMs: 12, wakeMs: 2, controlAheadMs: 8 },
  normal: { leadMs: 130, wakeMs: 50, controlAheadMs: 32 },
  saving: { leadMs: 256, wakeMs: 100, controlAheadMs: 60 },
};
/** The clock is observed this long before anything is scheduled by it. */
const ACQUISITION = millisecondsToReferenceTime(60);
/** And so much longer at most where nobody waits and the library does not know the output's latency yet. */
const LATENCY_PATIENCE = millisecondsToReferenceTime(100);
const CLOSE_RAMP_SECONDS = 0.01;
/** What was rendered is heard, and silence reached, in this time, whatever the device says. */
const CLOSE_LIMIT = millisecondsToReferenceTime(150);
const CLOSE_CALL_LIMIT_MS = 60;
/** What is in the queue is heard in this time. */
const DRAIN_LIMIT = millisecondsToReferenceTime(500);
const LOOK_MS = 3;

export interface CardOutputOptions {
  readonly device: AudioDevice;
  readonly output: OutputRequest;
  readonly latency: LatencySetting;
  readonly card: CardDescription;
  readonly registers: RegisterValues;
  readonly clock: EngineClock;
  readonly progress: Progress;
  /** It was asleep, and somebody waits to hear it: its clock is learnt while it plays. */
  readonly hasty: boolean;
}

/** What happens while chunks are rendered. */
export interface RenderEvents {
  /** The next chunk's first frame is heard at `blockTime`. */
  beforeChunk(blockTime: ReferenceTime): void;
  readonly onFault: FaultListener;
}

/**
 * An open output device: its context, the card's mixer on it, and the chunks that are rendered ahead of its clock at
 * exact frame times.
 */
export class CardOutput {
  readonly device: AudioDevice;
  readonly mixer: CardMixer;
  readonly sampleRate: number;
  readonly chunkFrames: number;
  readonly deviceClock: DeviceClock;
  /** Between wakeups of who renders. */
  readonly wakeMs: number;
  /** In seconds; see Timing. */
  readonly controlAhead: number;
  readonly #context: AudioContext;
  readonly #clock: EngineClock;
  readonly #progress: Progress;
  readonly #lead: Lead;
  readonly #outputLatency: OutputLatency;
  /** What is played is data: it is cut off, not ramped down. */
  readonly #exact: boolean;
  /** The device's clock as last seen. */
  #deviceFrame: number;
  /** Frame at which the next chunk starts. */
  #nextFrame: number;
  #firstFrame: number;
  /** The chunk before the next one had sound in it, so a gap after it can be heard. */
  #sounding = false;
  #underruns = 0;

  private constructor(
    options: CardOutputOptions,
    mixer: CardMixer,
    { deviceClock, outputLatency }: Pick<Acquisition, 'deviceClock' | 'outputLatency'>,
    frame: number,
  ) {
    const { device, output, latency, clock, progress, hasty } = options;
    const { context } = device;
    this.device = device;
    this.mixer = mixer;
    this.#context = context;
    this.#clock = clock;
    this.#progress = progress;
    this.sampleRate = context.sampleRate;
    this.chunkFrames = CHUNK_FRAMES[latency];
    this.deviceClock = deviceClock;
    this.#outputLatency = outputLatency;
    const { leadMs, wakeMs, controlAheadMs } = TIMING[latency];
    this.wakeMs = wakeMs;
    this.controlAhead = controlAheadMs / 1000;
    this.#lead = new Lead(leadMs, this.chunkFrames, this.sampleRate);
    this.#exact = output.kind === 'sink' && output.exact === true;
    this.#deviceFrame = frame;
    this.#nextFrame = frame + (hasty ? this.#soon : this.#lead.frames);
    this.#firstFrame = this.#nextFrame;
  }

  /** Builds the signal path and waits until the device's clock runs and is known, or `isOver`. */
  static async prepare(options: CardOutputOptions, isOver: () => boolean): Promise<CardOutput> {
    const { device, card, registers, latency, clock, progress, hasty } = options;
    const { context } = device;
    const mixer = createCardMixer(context, card, registers, CHUNK_FRAMES[latency]);
    const deviceClock = new DeviceClock(context.sampleRate);
    const outputLatency = new OutputLatency();
    const patience = hasty || device.kind === 'null' ? 0 : LATENCY_PATIENCE;
    const acquisition = { context, deviceClock, outputLatency, clock, hasty, patience, isOver };
    const frame = await acquire(acquisition);
    progress.frame = frame;
    progress.phase = 'running';
    return new CardOutput(options, mixer, acquisition, frame);
  }

  get currentTime(): number {
    return this.#context.currentTime;
  }

  get frame(): number {
    return currentFrame(this.#context);
  }

  /** The device's end of the chunks, for what listens to all that is played. */
  get context(): BaseAudioContext {
    return this.#context;
  }

  /** There is something in the queue that can be heard. */
  get sounding(): boolean {
    return this.#sounding;
  }

  get underruns(): number {
    return this.#underruns;
  }

  /** Rendered since it was opened. */
  get frames(): number {
    return this.#nextFrame - this.#firstFrame;
  }

  /** From a frame's turn in the device's buffer to the listener. */
  get outputLatency(): ReferenceTime {
    return this.#outputLatency.value;
  }

  /** Queue plus device latency now, in milliseconds. */
  get latencyMs(): number {
    const queued = (this.#nextFrame - this.frame) / this.sampleRate;
    return (queued + this.#context.outputLatency) * 1000;
  }

  /** Engine time at which the first frame not rendered yet is heard. */
  get latencyClock(): ReferenceTime {
    return (this.deviceClock.timeOfFrame(this.#nextFrame) + this.outputLatency) as ReferenceTime;
  }

  /** Engine time at which the device takes the first frame that was rendered since it was opened, or goes on. */
  get firstFrameTime(): ReferenceTime {
    return this.deviceClock.timeOfFrame(this.#firstFrame);
  }

  /** Context time that is certainly still ahead. */
  get earliest(): number {
    return this.currentTime + this.controlAhead;
  }

  /** Renders what is due. */
  render(events: RenderEvents): void {
    const { deviceClock, sampleRate } = this;
    const latency = this.#outputLatency;
    this.#progress.phase = this.#context.state === 'suspended' ? 'suspended' : 'running';
    const current = this.frame;
    const now = this.#clock.now();
    if (current !== this.#deviceFrame) {
      this.#deviceFrame = current;
      this.#progress.frame = current;
      // What the library does about a device that ran dry is heard as silence, too.
      if (deviceClock.observe(current, now) && this.#sounding) this.#underruns++;
      if (!latency.isKnown) latency.observe(this.#context.outputLatency);
    }
    // The device may be a burst further than its clock says: a chunk it has passed would sound late, over the next one.
    if (this.#nextFrame < current + this.controlAhead * sampleRate) this.#resynchronise(current);
    this.#lead.passed(now);
    this.#fill(current + this.#lead.frames, events);
    this.mixer.update(current / sampleRate + this.controlAhead);
  }

  /** Renders and sends until the queue reaches frame `end`. */
  #fill(end: number, events: RenderEvents): void {
    while (this.#nextFrame < end) {
      const blockTime = (this.deviceClock.blockTime(this.#nextFrame) + this.outputLatency) as ReferenceTime;
      events.beforeChunk(blockTime);
      this.#sounding = this.mixer.renderChunk(this.#nextFrame, blockTime, events.onFault);
      this.#nextFrame += this.chunkFrames;
    }
    this.mixer.send();
  }

  /** Lets the output fall to silence, or rise. */
  fade(level: 0 | 1): void {
    const start = this.earliest;
    this.mixer.fadeTo(level, start, start + RAMP_SECONDS);
  }

  /** Ramps to silence, and waits until the ramp has been taken by the device. */
  async quieten(): Promise<void> {
    const start = this.earliest;
    const end = start + (this.#exact ? 0 : CLOSE_RAMP_SECONDS);
    this.mixer.fadeTo(0, start, end);
    const limit = this.#clock.now() + CLOSE_LIMIT;
    const heard = end + Math.min(this.#context.outputLatency, RAMP_SECONDS * 4);
    while (this.currentTime < heard && this.#clock.now() < limit) await delay(LOOK_MS);
  }

  /** What is in the queue has been taken by the device, or `isOver`. */
  async drain(isOver: () => boolean): Promise<void> {
    const end = this.#nextFrame;
    const limit = this.#clock.now() + DRAIN_LIMIT;
    while (this.frame < end && this.#clock.now() < limit && !isOver()) await delay(LOOK_MS);
  }

  /**
   * The device stands still, and keeps everything. What was not heard yet would be heard when it goes on: to be called
   * when it is quiet, and nothing is rendered any more.
   */
  async suspend(isOver: () => boolean): Promise<void> {
    if (this.#sounding) await this.drain(isOver);
    this.#progress.phase = 'suspended';
    await this.#context.suspend();
  }

  /** Before `resume`: what is rendered from now on is heard from the frame on at which the device stands. */
  makeReady(level: 0 | 1): void {
    const { frame, currentTime, mixer } = this;
    mixer.settle(currentTime);
    mixer.fadeTo(level, currentTime, currentTime);
    // Bursts make up for the time in which it starts.
    this.deviceClock.restart(frame, this.#clock.now());
    this.#deviceFrame = this.#firstFrame = this.#nextFrame = frame;
    this.#sounding = false;
  }

  /** Goes on after `suspend`, with chunks in the queue that last until its clock is known and more are rendered. */
  async resume(events: RenderEvents, isOver: () => boolean): Promise<void> {
    const frame = this.#deviceFrame;
    this.#fill(frame + Math.max(this.#lead.frames / 2, 2 * this.#soon + this.chunkFrames), events);
    this.#progress.phase = 'opening';
    const resumed = this.#context.resume();
    const known = acquire({
      context: this.#context,
      from: frame,
      deviceClock: this.deviceClock,
      outputLatency: this.#outputLatency,
      clock: this.#clock,
      hasty: true,
      patience: 0,
      isOver,
    });
    await Promise.all([resumed, known]);
    this.#progress.frame = this.#deviceFrame = await known;
    this.#progress.phase = 'running';
  }

  /** Gives the device back, as far as the library does: the process ends soon in any case. */
  async close(): Promise<void> {
    this.#progress.phase = 'closed';
    await Promise.race([this.#context.close().catch(() => {}), delay(CLOSE_CALL_LIMIT_MS)]);
  }

  /** The device has passed the frame that should come next: go on far enough in the future, on its time. */
  #resynchronise(current: number): void {
    const { chunkFrames, sampleRate, controlAhead } = this;
    if (this.#sounding) {
      this.#underruns++;
      this.#lead.underrun(this.#clock.now());
    }
    // Half the lead at once, so that the chunks that fill it do not come all in one burst of work and late again.
    const ahead = Math.max(this.#lead.frames / 2, controlAhead * sampleRate + chunkFrames);
    this.#nextFrame = current + Math.ceil(ahead / chunkFrames) * chunkFrames;
  }

  /** Frames ahead of the device's clock at which a chunk is not late: a burst. */
  get #soon(): number {
    return Math.ceil(this.controlAhead * this.sampleRate);
  }
}

interface Acquisition {
  readonly context: AudioContext;
  /** Frame at which it stood; as it is now by default. */
  readonly from?: number;
  readonly deviceClock: DeviceClock;
  readonly outputLatency: OutputLatency;
  readonly clock: EngineClock;
  readonly hasty: boolean;
  /** How much longer the output's latency is waited for, 100 ns. */
  readonly patience: number;
  isOver(): boolean;
}

/** Waits until the device's clock runs and is known; answers the frame that it is at. */
async function acquire(acquisition: Acquisition): Promise<number> {
  const { context, deviceClock, outputLatency, clock, hasty, patience, isOver } = acquisition;
  let { from: frame = currentFrame(context) } = acquisition;
  let runningSince: ReferenceTime | undefined;
  const isKnown = () => {
    if (runningSince === undefined) return false;
    const long = (hasty ? 0 : ACQUISITION) + (outputLatency.isKnown ? 0 : patience);
    return clock.now() - runningSince >= long;
  };
  while (!isKnown()) {
    if (isOver()) break;
    await delay(LOOK_MS);
    const current = currentFrame(context);
    if (current === frame) continue;
    frame = current;
    const now = clock.now();
    runningSince ??= now;
    deviceClock.observe(frame, now);
    outputLatency.observe(context.outputLatency);
  }
  return frame;
}

function currentFrame(context: BaseAudioContext): number {
  return Math.round(context.currentTime * context.sampleRate);
}
