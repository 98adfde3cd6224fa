import { GainNode } from 'node-web-audio-api';
import type { CardDescription, RegisterValues, StageDescription } from '../../contract/hardware.ts';
import type { ReferenceTime } from '../../contract/units.ts';
import { GainRamp } from '../wave/mixing/gainRamp.ts';
import { CardInput, type FaultListener } from './cardInput.ts';
import type { CardMixer } from './cardMixer.ts';
import { ChunkQueue } from './chunkQueue.ts';
import { RAMP_SECONDS } from './gainRegister.ts';
import { PeakHistory } from './peakHistory.ts';

type Block = Float32Array<ArrayBuffer>;

/** A stage of the path. */
interface Stage {
  /** On a block of each channel. */
  play(left: Block, right: Block): void;
  /** A block of silence: there is nothing to hear, but ramps go on. */
  rest(frames: number): void;
}

/**
 * The card with a digital mixer: the stages of every input, the sum and the master's stages are in the render thread,
 * and one row of chunks leaves for the device, which is the converter behind the sum. Specification 9. A register is
 * heard after the queue here. Renders without allocation but for the chunk itself.
 */
export class DigitalMixer implements CardMixer {
  readonly inputs: ReadonlyMap<string, CardInput>;
  readonly #rows: readonly { input: CardInput; stages: readonly Stage[] }[];
  readonly #master: readonly Stage[];
  readonly #registers = new Map<number, readonly [GainRamp, GainRamp]>();
  readonly #rampFrames: number;
  readonly #peaks: PeakHistory;
  readonly #left: Block;
  readonly #right: Block;
  readonly #queue: ChunkQueue;
  readonly #gate: GainNode;
  #level: 0 | 1 = 1;

  constructor(context: BaseAudioContext, card: CardDescription, values: RegisterValues, chunkFrames: number) {
    const { channels, inputs, master } = card;
    const initial = new Map(values.map(({ register, gains }) => [register, gains]));
    this.#rampFrames = Math.round(RAMP_SECONDS * context.sampleRate);
    const stages = [...inputs.flatMap((input) => input.stages), ...master];
    this.#peaks = new PeakHistory(
      channels *
        (1 + stages.reduce((most, each) => Math.max(most, each.kind === 'meter' ? each.meter : -1), -1)),
      chunkFrames,
    );
    const build = (stage: StageDescription): Stage => {
      if (stage.kind === 'meter') return this.#meter(stage.meter * channels);
      const [left = 1, right = left] = initial.get(stage.register) ?? [];
      return this.#gain(stage.register, new GainRamp(left), new GainRamp(right));
    };
    this.#rows = inputs.map((input) => ({
      input: new CardInput(chunkFrames),
      stages: input.stages.map(build),
    }));
    this.inputs = new Map(inputs.map(({ id }, index) => [id, this.#rows[index]!.input]));
    this.#master = master.map(build);
    this.#left = new Float32Array(chunkFrames);
    this.#right = new Float32Array(chunkFrames);
    this.#gate = new GainNode(context);
    this.#gate.connect(context.destination);
    this.#queue = new ChunkQueue(context, this.#gate, chunkFrames);
  }

  get output(): AudioNode {
    return this.#gate;
  }

  setRegisters(values: RegisterValues): void {
    for (const { register, gains } of values) {
      const [left = 1, right = left] = gains;
      const ramps = this.#registers.get(register);
      ramps?.[0].to(left, this.#rampFrames);
      ramps?.[1].to(right, this.#rampFrames);
    }
  }

  update(): void {
    // The ramps go on with the blocks.
  }

  settle(): void {
    for (const ramps of this.#registers.values()) for (const ramp of ramps) ramp.skip(this.#rampFrames);
  }

  renderChunk(frame: number, blockTime: ReferenceTime, onFault: FaultListener): boolean {
    this.#peaks.begin(frame);
    this.#left.fill(0);
    this.#right.fill(0);
    const frames = this.#left.length;
    let sounding = false;
    for (const { input, stages } of this.#rows) {
      if (!input.render(blockTime, onFault)) {
        for (const stage of stages) stage.rest(frames);
        continue;
      }
      for (const stage of stages) stage.play(input.left, input.right);
      sounding = true;
      addTo(this.#left, input.left);
      addTo(this.#right, input.right);
    }
    if (!sounding) {
      for (const stage of this.#master) stage.rest(frames);
      return false;
    }
    for (const stage of this.#master) stage.play(this.#left, this.#right);
    this.#queue.add(frame, this.#left, this.#right);
    return true;
  }

  send(): void {
    this.#queue.send();
  }

  fadeTo(level: 0 | 1, start: number, end: number): void {
    const { gain } = this.#gate;
    gain.setValueAtTime(end > start ? this.#level : level, start);
    if (end > start) gain.linearRampToValueAtTime(level, end);
    this.#level = level;
  }

  setMetering(on: boolean): void {
    this.#peaks.on = on;
  }

  readPeaks(_from: number, to: number): Float32Array<ArrayBuffer> {
    return this.#peaks.take(to);
  }

  #gain(register: number, left: GainRamp, right: GainRamp): Stage {
    this.#registers.set(register, [left, right]);
    return {
      play(leftBlock, rightBlock) {
        left.apply(leftBlock, 0, leftBlock.length);
        right.apply(rightBlock, 0, rightBlock.length);
      },
      rest(frames) {
        left.skip(frames);
        right.skip(frames);
      },
    };
  }

  #meter(firstPeak: number): Stage {
    return {
      play: (left, right) => {
        this.#peaks.measure(firstPeak, left);
        this.#peaks.measure(firstPeak + 1, right);
      },
      // A chunk begins with peaks of 0.
      rest: () => undefined,
    };
  }
}

function addTo(sum: Block, block: Block): void {
  for (let index = 0; index < sum.length; index++) sum[index]! += block[index]!;
}
