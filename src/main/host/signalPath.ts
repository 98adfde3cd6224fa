import { ChannelMergerNode, ChannelSplitterNode, GainNode } from 'node-web-audio-api';
import type { CardDescription, RegisterValues, StageDescription } from '../../contract/hardware.ts';
import { GainChannel, GainRegister } from './gainRegister.ts';
import { PeakMeter } from './peakMeter.ts';

/** Where a channel's signal can be taken: an output of a node. */
interface Tap {
  node: AudioNode;
  output: number;
}

/**
 * The card's signal path as Web Audio nodes: every input is split into channels, runs through its stages channel by
 * channel, is summed into the master stages and merged again. Gains lie after the queue of rendered chunks, so that a
 * register is heard at once and not after the queue.
 */
export class SignalPath {
  /** Node that the chunks of an input are to be connected to. */
  readonly inputs: ReadonlyMap<string, AudioNode>;
  /** What leaves the card, behind the master stages. */
  readonly output: AudioNode;
  #registers = new Map<number, GainRegister>();
  #meters: PeakMeter[] = [];
  #peakCount = 0;
  #gate: GainNode;
  #level: 0 | 1 = 1;

  /** Builds the nodes and connects them to the context's destination. Registers without a value are 1. */
  constructor(context: BaseAudioContext, card: CardDescription, values: RegisterValues) {
    const { channels } = card;
    const initial = new Map(values.map(({ register, gains }) => [register, gains]));
    const gainNode = () =>
      new GainNode(context, {
        channelCount: 1,
        channelCountMode: 'explicit',
        channelInterpretation: 'discrete',
      });

    /** Appends the stages to the taps, one per channel. */
    const build = (taps: Tap[], stages: readonly StageDescription[]): Tap[] => {
      for (const stage of stages) {
        if (stage.kind === 'meter') {
          taps.forEach((tap, channel) => {
            const peak = stage.meter * channels + channel;
            this.#meters.push(new PeakMeter(context, tap.node, tap.output, peak));
            this.#peakCount = Math.max(this.#peakCount, peak + 1);
          });
          continue;
        }
        const gains = initial.get(stage.register) ?? [];
        const nodes = taps.map((tap) => {
          const node = gainNode();
          tap.node.connect(node, tap.output);
          return node;
        });
        this.#registers.set(
          stage.register,
          new GainRegister(
            nodes.map(({ gain }, channel) => new GainChannel(gain, gains[channel] ?? gains[0] ?? 1)),
          ),
        );
        taps = nodes.map((node) => ({ node, output: 0 }));
      }
      return taps;
    };

    const sums = Array.from({ length: channels }, gainNode);
    const inputs = new Map<string, AudioNode>();
    for (const { id, stages } of card.inputs) {
      const splitter = new ChannelSplitterNode(context, { numberOfOutputs: channels });
      const taps = build(
        sums.map((_, output) => ({ node: splitter, output })),
        stages,
      );
      taps.forEach(({ node, output }, channel) => node.connect(sums[channel]!, output));
      inputs.set(id, splitter);
    }
    this.inputs = inputs;

    const merger = new ChannelMergerNode(context, { numberOfInputs: channels });
    const outputs = build(
      sums.map((node) => ({ node, output: 0 })),
      card.master,
    );
    outputs.forEach(({ node, output }, channel) => node.connect(merger, output, channel));
    this.output = merger;
    this.#gate = new GainNode(context);
    merger.connect(this.#gate).connect(context.destination);
  }

  /** Gains are reached by ramps; see `update`. Unknown registers are ignored. */
  setRegisters(values: RegisterValues): void {
    for (const { register, gains } of values) this.#registers.get(register)?.set(gains);
  }

  /** To be called regularly. `earliest` = context time that is certainly still ahead, in seconds. */
  update(earliest: number): void {
    for (const register of this.#registers.values()) register.update(earliest);
  }

  /** The newest registers hold from context time `at` on, without ramps: nothing was heard before. */
  settle(at: number): void {
    for (const register of this.#registers.values()) register.settle(at);
  }

  /** Ramps the whole output to a level between two context times; at once when they are the same. */
  fadeTo(level: 0 | 1, start: number, end: number): void {
    const { gain } = this.#gate;
    gain.setValueAtTime(end > start ? this.#level : level, start);
    if (end > start) gain.linearRampToValueAtTime(level, end);
    this.#level = level;
  }

  setMetering(on: boolean): void {
    for (const meter of this.#meters) meter.setRunning(on);
  }

  /** Peaks of the newest `frames` frames: all meters in the order of their numbers, channel by channel. */
  readPeaks(frames: number): Float32Array<ArrayBuffer> {
    const peaks = new Float32Array(this.#peakCount);
    for (const meter of this.#meters) peaks[meter.index] = meter.read(frames);
    return peaks;
  }
}
