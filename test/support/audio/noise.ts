import type { Samples } from './level.ts';

/**
 * Ratio in dB of a sine to everything else in the sound: the sine and a constant that fit the samples best are taken
 * out, and the rest is noise. `turns`: frequency as a part of the sample rate.
 */
export function signalToNoise(samples: Samples, turns: number): number {
  const { length } = samples;
  const basis = (frame: number): [number, number, number] => {
    const angle = 2 * Math.PI * ((turns * frame) % 1);
    return [Math.cos(angle), Math.sin(angle), 1];
  };
  // Normal equations of the three, bordered by what they have to give.
  const rows = [0, 1, 2].map(() => [0, 0, 0, 0]);
  for (let frame = 0; frame < length; frame++) {
    const values = basis(frame);
    for (let row = 0; row < 3; row++) {
      for (let column = 0; column < 3; column++) rows[row]![column]! += values[row]! * values[column]!;
      rows[row]![3]! += values[row]! * samples[frame]!;
    }
  }
  for (let pivot = 0; pivot < 3; pivot++) {
    for (let row = 0; row < 3; row++) {
      if (row === pivot) continue;
      const factor = rows[row]![pivot]! / rows[pivot]![pivot]!;
      for (let column = pivot; column < 4; column++) rows[row]![column]! -= factor * rows[pivot]![column]!;
    }
  }
  const [cosine, sine, constant] = rows.map((row, index) => row[3]! / row[index]!) as [
    number,
    number,
    number,
  ];
  let noise = 0;
  for (let frame = 0; frame < length; frame++) {
    const [x, y] = basis(frame);
    noise += (samples[frame]! - cosine * x - sine * y - constant) ** 2;
  }
  return 10 * Math.log10((cosine ** 2 + sine ** 2) / 2 / (noise / length));
}
