import type { CardDescription, RegisterValues } from '../../contract/hardware.ts';
import type { ReferenceTime } from '../../contract/units.ts';
import { CardInput, type FaultListener } from './cardInput.ts';
import type { CardMixer } from './cardMixer.ts';
import { ChunkQueue } from './chunkQueue.ts';
import { HeadVoice } from './headVoice.ts';
import { HeadVoices } from './headVoices.ts';
import { SignalPath } from './signalPath.ts';

/**
 * The card with an analog mixer: every input has its row of chunks, and the stages behind it are nodes of the library.
 * What is placed around the listener's head has rows of its own into the input.
 */
export class AnalogMixer implements CardMixer {
  readonly inputs: ReadonlyMap<string, CardInput>;
  readonly #path: SignalPath;
  readonly #rows: readonly { input: CardInput; queue: ChunkQueue; voices: HeadVoices }[];

  constructor(context: BaseAudioContext, card: CardDescription, values: RegisterValues, chunkFrames: number) {
    this.#path = new SignalPath(context, card, values);
    HeadVoice.prepare(context);
    const inputs = new Map<string, CardInput>();
    this.#rows = [...this.#path.inputs].map(([id, node]) => {
      const input = new CardInput(chunkFrames);
      inputs.set(id, input);
      const queue = new ChunkQueue(context, node, chunkFrames);
      return { input, queue, voices: new HeadVoices(context, node, chunkFrames) };
    });
    this.inputs = inputs;
  }

  get output(): AudioNode {
    return this.#path.output;
  }

  setRegisters(values: RegisterValues): void {
    this.#path.setRegisters(values);
  }

  update(earliest: number): void {
    this.#path.update(earliest);
  }

  settle(at: number): void {
    this.#path.settle(at);
  }

  renderChunk(frame: number, blockTime: ReferenceTime, onFault: FaultListener): boolean {
    let sounding = false;
    for (const { input, queue, voices } of this.#rows) {
      const rendered = input.render(blockTime, onFault);
      if (rendered) queue.add(frame, input.left, input.right);
      if (voices.play(input, frame) || rendered) sounding = true;
    }
    return sounding;
  }

  send(): void {
    for (const { queue, voices } of this.#rows) {
      queue.send();
      voices.send();
    }
  }

  fadeTo(level: 0 | 1, start: number, end: number): void {
    this.#path.fadeTo(level, start, end);
  }

  setMetering(on: boolean): void {
    this.#path.setMetering(on);
  }

  readPeaks(from: number, to: number): Float32Array<ArrayBuffer> {
    return this.#path.readPeaks(to - from);
  }
}
