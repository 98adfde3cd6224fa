import { PinwheelError } from '../../contract/errors.ts';
import type { StreamState, SynthCommand, SynthStatistics } from '../../contract/hardware.ts';
import type { Disposable } from '../../contract/disposable.ts';
import { referenceTime, type ReferenceTime } from '../../contract/units.ts';
import { EventAllocator } from '../engine/portcls/dmus/allocator.ts';
import { PresentationClock } from '../engine/portcls/dmus/presentationClock.ts';
import { Sequencer } from '../engine/portcls/dmus/sequencer.ts';
import { Unpacker } from '../engine/portcls/dmus/unpacker.ts';
import { WaveSinkClock } from '../engine/portcls/dmus/waveSink.ts';
import type { Limiter } from './effects/limiter.ts';
import { SynthMxf } from './synthMxf.ts';
import type { SynthControl } from './synthControl.ts';
import type { Synthesizer } from './synthesizer.ts';

export interface DmusRenderStreamOptions {
  /** Frames per second of the device. */
  sampleRate: number;
  /** The longest block that will ever be asked for. */
  maxBlockFrames: number;
  /** The stream's own from here on. */
  synth: Synthesizer;
  /** What the properties of the synthesizer's node reach; the stream's own, too. */
  control?: SynthControl;
  /** Keeps the sound below full scale, and makes it later by its delay. */
  limiter?: Limiter | undefined;
}

const STEPS: readonly StreamState[] = ['STOP', 'ACQUIRE', 'PAUSE', 'RUN'];
/** PAUSE fades what sounds out and RUN fades it in again within this time. */
const PAUSE_FADE_SECONDS = 0.005;
/**
 * An event starts on the frame nearest to its time. Events fall on a grid of 100 ns; this much of a frame, finer than
 * that grid, keeps those that lie exactly between two frames from flickering with rounding.
 */
const ROUNDING = 0.5 - 3e-6;

/**
 * The stream halves of a DMus render pin in front of a synthesizer: unpacker, sequencer, miniport and wave sink.
 * Records go in, the sound of one block after the other comes out, every event on its exact frame.
 * Specification 4.4 to 4.7.
 *
 * Presentation time starts with the first frame rendered in RUN, follows the device's sample clock, and is bent
 * towards the master clock by the wave sink.
 */
export class DmusRenderStream implements Disposable {
  readonly #maxBlockFrames: number;
  readonly #allocator = new EventAllocator();
  readonly #unpacker: Unpacker;
  readonly #sequencer: Sequencer;
  readonly #synth: Synthesizer;
  readonly #miniport: SynthMxf;
  readonly #sink: WaveSinkClock;
  readonly #clock: PresentationClock;
  readonly #left: Float32Array;
  readonly #right: Float32Array;
  readonly #fadeStep: number;
  readonly #control: SynthControl | undefined;
  readonly #limiter: Limiter | undefined;
  /** Time spent rendering since RUN was entered, in ms, and frames rendered in it. */
  #busy = 0.5;
  #framesInRun = 0;
  #state: StreamState = 'STOP';
  /** RUN was entered and no frame has been rendered in it: the next block starts the sample clock. */
  #starting = false;
  /** Factor on the stream's output and where it goes: 0 outside RUN, 1 in it. */
  #gain = 1;
  #gainTarget = 1;

  constructor(options: DmusRenderStreamOptions) {
    this.#maxBlockFrames = options.maxBlockFrames;
    this.#synth = options.synth;
    this.#control = options.control;
    this.#limiter = options.limiter;
    this.#sink = new WaveSinkClock(options.sampleRate);
    const sink = this.#sink;
    this.#clock = new PresentationClock({ now: () => sink.time });
    this.#unpacker = new Unpacker(this.#allocator);
    this.#sequencer = new Sequencer({ allocator: this.#allocator, clock: this.#clock });
    this.#miniport = new SynthMxf(this.#synth, this.#allocator);
    this.#unpacker.connectOutput(this.#sequencer);
    this.#sequencer.connectOutput(this.#miniport);
    this.#left = new Float32Array(options.maxBlockFrames);
    this.#right = new Float32Array(options.maxBlockFrames);
    this.#fadeStep = 1 / Math.round(PAUSE_FADE_SECONDS * options.sampleRate);
  }

  get state(): StreamState {
    return this.#state;
  }

  /** Presentation time of the frame that is rendered next; 0 in STOP. */
  get position(): ReferenceTime {
    return this.#clock.now();
  }

  /** Events given to the synthesizer since the stream was opened. */
  get eventsPlayed(): number {
    return this.#miniport.eventsPlayed;
  }

  /** Events held by the sequencer. */
  get eventsHeld(): number {
    return this.#sequencer.size;
  }

  get activeVoices(): number {
    return this.#synth.activeVoices;
  }

  /** Nothing sounds, and no event is held that could change that. */
  get isSilent(): boolean {
    return this.#synth.isSilent && this.#sequencer.size === 0;
  }

  /** What RUNNINGSTATS tell, since RUN was entered. */
  get statistics(): SynthStatistics | undefined {
    if (this.#control === undefined) return undefined;
    const played = (this.#framesInRun / this.#sink.sampleRate) * 1000;
    return { ...this.#control.statistics, cpuPercent: played > 0 ? (100 * this.#busy) / played : 0 };
  }

  /** A property of the synthesizer's node; carried out at once, in any state. */
  command(command: SynthCommand): void {
    this.#control?.handle(command);
  }

  /**
   * Blocks need not be rendered until the state changes: they would be silent and move nothing. Never in RUN, where
   * presentation time advances with every block.
   */
  get idle(): boolean {
    if (this.#state === 'RUN') return false;
    return (this.#gain === 0 && this.#gainTarget === 0) || this.#synth.isSilent;
  }

  /**
   * KSSTATE, one step at a time; the present state is a no-op. Throws `bad-state` for a jump.
   * `latencyClock`: engine time of the first frame that can still be rendered.
   */
  setState(state: StreamState, latencyClock: ReferenceTime): void {
    if (state === this.#state) return;
    if (Math.abs(STEPS.indexOf(state) - STEPS.indexOf(this.#state)) !== 1) {
      throw new PinwheelError({
        code: 'bad-state',
        message: `The stream cannot go from ${this.#state} to ${state} in one step.`,
        subject: 'KSPROPERTY_CONNECTION_STATE',
        advice: 'Go through the states between.',
        status: 'STATUS_INVALID_DEVICE_STATE',
      });
    }
    if (state === 'RUN') {
      this.#sink.syncToMaster(latencyClock, true);
      this.#clock.setState(state, latencyClock);
      this.#starting = true;
      this.#gainTarget = 1;
      this.#busy = 0;
      this.#framesInRun = 0;
      this.#control?.clearStatistics();
      // Nothing to fade in: what starts now starts at full level.
      if (this.#synth.isSilent) this.#gain = 1;
    } else {
      this.#clock.setState(state, this.#sink.time);
      if (this.#state === 'RUN') this.#gainTarget = 0;
      this.#starting = false;
    }
    this.#state = state;
    this.#sequencer.setState(state);
    this.#miniport.setState(state);
    if (state === 'STOP') {
      this.#unpacker.setState(state);
      // The voices take the fade over, so that a new run starts at full level while they end.
      this.#synth.fadeOutAll(this.#gain);
      this.#synth.reset();
      this.#gain = 1;
      this.#gainTarget = 1;
    }
  }

  /**
   * Queues records whose first `rtDelta` is relative to presentation time `startTime`. A malformed buffer throws
   * `bad-input` with its byte offset, and nothing of it is played. In STOP events cannot be held: `bad-state`.
   */
  write(startTime: ReferenceTime, records: Uint8Array): void {
    if (this.#state === 'STOP') {
      throw new PinwheelError({
        code: 'bad-state',
        message: 'The stream is in STOP and holds no events.',
        subject: 'IMXF::PutMessage',
        advice: 'Set the stream to ACQUIRE or PAUSE before writing.',
        status: 'STATUS_INVALID_DEVICE_STATE',
      });
    }
    this.#unpacker.unpack(startTime, records);
  }

  /**
   * Adds the next `frames` frames to both channels. `blockTime` is the engine time of the first of them as far as is
   * known. Allocates nothing.
   */
  render(left: Float32Array, right: Float32Array, frames: number, blockTime: ReferenceTime): void {
    if (frames > this.#maxBlockFrames) {
      throw new RangeError(
        `A block of ${frames} frames is longer than the ${this.#maxBlockFrames} agreed on.`,
      );
    }
    if (this.#state === 'RUN') {
      const started = this.#control === undefined ? 0 : performance.now();
      this.#synchronise(blockTime);
      this.#left.fill(0, 0, frames);
      this.#right.fill(0, 0, frames);
      this.#renderEvents(frames);
      this.#sink.advance(frames);
      this.#limiter?.process(this.#left, this.#right, frames);
      this.#mix(left, right, frames);
      if (this.#control === undefined) return;
      this.#busy += performance.now() - started;
      this.#framesInRun += frames;
    } else if (!this.idle) {
      this.#left.fill(0, 0, frames);
      this.#right.fill(0, 0, frames);
      this.#synth.render(this.#left, this.#right, 0, frames);
      this.#limiter?.process(this.#left, this.#right, frames);
      this.#mix(left, right, frames);
    }
  }

  /** Returns everything held. Voices are not faded: the stream must be in STOP and idle for an end without a click. */
  dispose(): void {
    this.#state = 'STOP';
    this.#sequencer.setState('STOP');
    this.#miniport.setState('STOP');
    this.#control?.dispose();
    this.#synth.dispose();
  }

  #synchronise(blockTime: ReferenceTime): void {
    if (this.#starting) {
      this.#starting = false;
      this.#clock.skip(referenceTime(blockTime - this.#sink.time));
      this.#sink.syncToMaster(blockTime, true);
    } else {
      this.#clock.skip(this.#sink.syncToMaster(blockTime, false));
    }
  }

  #renderEvents(frames: number): void {
    const start = this.#clock.fromMaster(this.#sink.time);
    const period = this.#sink.period;
    let done = 0;
    for (;;) {
      const due = this.#sequencer.nextTime;
      const frame = Math.max(0, Math.ceil((due - start) / period - ROUNDING));
      if (frame >= frames) break;
      if (frame > done) {
        this.#synth.render(this.#left, this.#right, done, frame - done);
        done = frame;
      }
      this.#sequencer.service(due);
    }
    if (done < frames) this.#synth.render(this.#left, this.#right, done, frames - done);
  }

  /** Adds the rendered block under the pause fade. */
  #mix(left: Float32Array, right: Float32Array, frames: number): void {
    const ownLeft = this.#left;
    const ownRight = this.#right;
    const target = this.#gainTarget;
    let gain = this.#gain;
    if (gain === 1 && target === 1) {
      for (let frame = 0; frame < frames; frame++) {
        left[frame]! += ownLeft[frame]!;
        right[frame]! += ownRight[frame]!;
      }
      return;
    }
    for (let frame = 0; frame < frames; frame++) {
      gain = target === 1 ? Math.min(1, gain + this.#fadeStep) : Math.max(0, gain - this.#fadeStep);
      left[frame]! += ownLeft[frame]! * gain;
      right[frame]! += ownRight[frame]! * gain;
    }
    this.#gain = gain;
  }
}
