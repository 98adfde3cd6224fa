import type { CardDescription, RegisterValues } from '../../contract/hardware.ts';
import type { ReferenceTime } from '../../contract/units.ts';
import { AnalogMixer } from './analogMixer.ts';
import type { CardInput, FaultListener } from './cardInput.ts';
import { DigitalMixer } from './digitalMixer.ts';

/** The card between its streams and the device, as one of its layouts has it. */
export interface CardMixer {
  readonly inputs: ReadonlyMap<string, CardInput>;
  /** What leaves the card. */
  readonly output: AudioNode;
  /** Gains are reached by ramps. Unknown registers are ignored. */
  setRegisters(values: RegisterValues): void;
  /** To be called regularly. `earliest` = context time that is certainly still ahead, in seconds. */
  update(earliest: number): void;
  /** The newest registers hold from context time `at` on, without ramps: the device stood still until then. */
  settle(at: number): void;
  /** Renders one chunk of every input, to be heard at `frame` once it is sent; answers whether anything is. */
  renderChunk(frame: number, blockTime: ReferenceTime, onFault: FaultListener): boolean;
  /** Hands the rendered chunks to the device. */
  send(): void;
  /** Ramps the whole output to a level between two context times; at once when they are the same. */
  fadeTo(level: 0 | 1, start: number, end: number): void;
  setMetering(on: boolean): void;
  /** Peaks of the frames heard from one to before another: all meters in the order of their numbers, channel by channel. */
  readPeaks(from: number, to: number): Float32Array<ArrayBuffer>;
}

/** Registers without a value are 1. */
export function createCardMixer(
  context: BaseAudioContext,
  card: CardDescription,
  values: RegisterValues,
  chunkFrames: number,
): CardMixer {
  return card.mixing === 'digital'
    ? new DigitalMixer(context, card, values, chunkFrames)
    : new AnalogMixer(context, card, values, chunkFrames);
}
