import { SPEAKER, speakersOf } from '../../engine/ks/nodes/speakers.ts';
import type { SampleBuffer } from '../samples/sampleFormat.ts';
import type { GainRamp } from './gainRamp.ts';

const { FRONT_LEFT, FRONT_RIGHT, FRONT_CENTER, BACK_LEFT, BACK_RIGHT, BACK_CENTER, SIDE_LEFT, SIDE_RIGHT } =
  SPEAKER;
const { FRONT_LEFT_OF_CENTER, FRONT_RIGHT_OF_CENTER, TOP_CENTER } = SPEAKER;

const HALF_POWER = Math.SQRT1_2;

/** Where a speaker that the output lacks goes: the first row whose speakers are all there, each with this gain. */
const SUBSTITUTES: Readonly<
  Record<number, readonly (readonly [speakers: readonly number[], gain: number])[]>
> = {
  [FRONT_LEFT]: [[[FRONT_CENTER], HALF_POWER]],
  [FRONT_RIGHT]: [[[FRONT_CENTER], HALF_POWER]],
  [FRONT_CENTER]: [[[FRONT_LEFT, FRONT_RIGHT], HALF_POWER]],
  [BACK_LEFT]: [
    [[SIDE_LEFT], 1],
    [[BACK_CENTER], HALF_POWER],
    [[FRONT_LEFT], HALF_POWER],
    [[FRONT_CENTER], 0.5],
  ],
  [BACK_RIGHT]: [
    [[SIDE_RIGHT], 1],
    [[BACK_CENTER], HALF_POWER],
    [[FRONT_RIGHT], HALF_POWER],
    [[FRONT_CENTER], 0.5],
  ],
  [SIDE_LEFT]: [
    [[BACK_LEFT], 1],
    [[FRONT_LEFT], HALF_POWER],
    [[FRONT_CENTER], 0.5],
  ],
  [SIDE_RIGHT]: [
    [[BACK_RIGHT], 1],
    [[FRONT_RIGHT], HALF_POWER],
    [[FRONT_CENTER], 0.5],
  ],
  [BACK_CENTER]: [
    [[BACK_LEFT, BACK_RIGHT], HALF_POWER],
    [[SIDE_LEFT, SIDE_RIGHT], HALF_POWER],
    [[FRONT_LEFT, FRONT_RIGHT], 0.5],
    [[FRONT_CENTER], HALF_POWER],
  ],
  [FRONT_LEFT_OF_CENTER]: [
    [[FRONT_LEFT], 1],
    [[FRONT_CENTER], HALF_POWER],
  ],
  [FRONT_RIGHT_OF_CENTER]: [
    [[FRONT_RIGHT], 1],
    [[FRONT_CENTER], HALF_POWER],
  ],
  [TOP_CENTER]: [
    [[FRONT_LEFT, FRONT_RIGHT], 0.5],
    [[FRONT_CENTER], HALF_POWER],
  ],
  // Low-frequency effects are an addition to the other channels: without a subwoofer they are left out.
};

/**
 * Linear gains from every input channel to every output channel, index = input · outputs + output as in
 * KSAUDIO_MIXLEVEL: a speaker goes to itself, else to what stands nearest. One channel alone goes to both front
 * speakers unchanged, and two go to one as their mean.
 */
export function channelMatrix(inputMask: number, outputMask: number): Float64Array {
  const inputs = speakersOf(inputMask).map((speaker) => SPEAKER[speaker]);
  const outputs: number[] = speakersOf(outputMask).map((speaker) => SPEAKER[speaker]);
  const matrix = new Float64Array(inputs.length * outputs.length);
  inputs.forEach((speaker, input) => {
    for (const [target, gain] of routes(inputMask, speaker, outputMask)) {
      const output = outputs.indexOf(target);
      if (output >= 0) matrix[input * outputs.length + output]! += gain;
    }
  });
  return matrix;
}

function routes(inputMask: number, speaker: number, outputMask: number): [speaker: number, gain: number][] {
  const stereo = FRONT_LEFT | FRONT_RIGHT;
  if (inputMask === FRONT_CENTER && (outputMask & stereo) === stereo) {
    return [
      [FRONT_LEFT, 1],
      [FRONT_RIGHT, 1],
    ];
  }
  if (inputMask === stereo && outputMask === FRONT_CENTER) return [[FRONT_CENTER, 0.5]];
  if (outputMask & speaker) return [[speaker, 1]];
  const substitute = SUBSTITUTES[speaker]?.find(([speakers]) => speakers.every((each) => outputMask & each));
  return substitute ? substitute[0].map((each) => [each, substitute[1]]) : [];
}

/** Adds `frames` frames of the inputs from index `at`, through the matrix, to the outputs. Allocates nothing. */
export function mixThrough(
  matrix: Float64Array,
  inputs: readonly SampleBuffer[],
  outputs: readonly SampleBuffer[],
  at: number,
  frames: number,
): void {
  for (let input = 0; input < inputs.length; input++) {
    const source = inputs[input]!;
    for (let output = 0; output < outputs.length; output++) {
      const gain = matrix[input * outputs.length + output]!;
      if (gain === 0) continue;
      const target = outputs[output]!;
      for (let index = at; index < at + frames; index++) target[index]! += source[index]! * gain;
    }
  }
}

/** `mixThrough` with gains that are on their way; index as in the matrix. Allocates nothing. */
export function mixThroughRamps(
  gains: readonly GainRamp[],
  inputs: readonly SampleBuffer[],
  outputs: readonly SampleBuffer[],
  at: number,
  frames: number,
): void {
  for (let input = 0; input < inputs.length; input++) {
    const source = inputs[input]!;
    for (let output = 0; output < outputs.length; output++) {
      const gain = gains[input * outputs.length + output]!;
      const target = outputs[output]!;
      for (let index = at; index < at + frames; index++) target[index]! += source[index]! * gain.next();
    }
  }
}
