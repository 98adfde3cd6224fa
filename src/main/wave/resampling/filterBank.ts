/**
 * The low-pass filter of a sample-rate converter, cut into phases: for every place between two input samples the row
 * of coefficients that makes the sample there. A sinc under a Kaiser window; of the lowest quality, linear
 * interpolation. RULE-6.
 */

/** KSAUDIO_QUALITY. Specification 2.1. */
export type ResamplerQuality = 'worst' | 'pc' | 'basic' | 'advanced';

interface Design {
  /** Attenuation of what must not be heard, dB. */
  readonly stopband: number;
  /** End of the untouched band, as a part of the lower Nyquist frequency. */
  readonly passband: number;
}

const DESIGNS: Readonly<Record<Exclude<ResamplerQuality, 'worst'>, Design>> = {
  pc: { stopband: 80, passband: 0.8 },
  basic: { stopband: 110, passband: 0.87 },
  advanced: { stopband: 140, passband: 0.91 },
};

/** Rows with which any place is reached by interpolating between two: enough for 130 dB. */
const INTERPOLATED_PHASES = 2048;
/** Most rows of a table that has one for every place that occurs. */
const MOST_EXACT_PHASES = 1024;

export class FilterBank {
  /** Coefficients per row; half of them are for input that comes later. */
  readonly taps: number;
  /** Rows per input sample. */
  readonly phases: number;
  /** Row by row; one more than `phases`, which is the first row of the next sample. */
  readonly rows: Float32Array;

  private constructor(taps: number, phases: number, rows: Float32Array) {
    this.taps = taps;
    this.phases = phases;
    this.rows = rows;
  }

  /**
   * `ratio`: output rate by input rate; below 1 the filter makes room for the lower rate. `phases`: rows per input
   * sample.
   */
  static design(quality: ResamplerQuality, ratio: number, phases: number): FilterBank {
    if (quality === 'worst') return FilterBank.#fill(2, phases, (time) => Math.max(0, 1 - Math.abs(time)));
    const { stopband, passband } = DESIGNS[quality];
    const room = Math.min(1, ratio);
    const transition = 2 * Math.PI * 0.5 * (1 - passband) * room;
    const half = Math.ceil((stopband - 7.95) / (2.285 * transition) / 2);
    // Cycles per input sample.
    const cutoff = 0.25 * (1 + passband) * room;
    const window = kaiserWindow(0.1102 * (stopband - 8.7));
    return FilterBank.#fill(2 * half, phases, (time) => {
      const place = Math.abs(time) / half;
      if (place >= 1) return 0;
      const angle = 2 * Math.PI * cutoff * time;
      return (angle === 0 ? 1 : Math.sin(angle) / angle) * window(place);
    });
  }

  /** `response` is even, so that the rows of the second half are those of the first, backwards. */
  static #fill(taps: number, phases: number, response: (time: number) => number): FilterBank {
    const rows = new Float32Array(taps * (phases + 1));
    const row = new Float64Array(taps);
    for (let phase = 0; 2 * phase <= phases; phase++) {
      let sum = 0;
      for (let tap = 0; tap < taps; tap++) sum += row[tap] = response(tap - taps / 2 + 1 - phase / phases);
      const from = phase * taps;
      const mirrored = (phases - phase + 1) * taps - 1;
      // Every row passes a constant signal exactly.
      for (let tap = 0; tap < taps; tap++) rows[from + tap] = rows[mirrored - tap] = row[tap]! / sum;
    }
    return new FilterBank(taps, phases, rows);
  }
}

/**
 * Filter banks already made: streams of the same rates share one. Making the largest takes tens of milliseconds, so it
 * is not done where sound is waited for.
 */
export class FilterBanks {
  readonly #banks = new Map<string, FilterBank>();

  /** A bank for exactly these rates; undefined when they have too little in common. */
  exact(quality: ResamplerQuality, inputRate: number, outputRate: number): FilterBank | undefined {
    const phases = outputRate / greatestCommonDivisor(inputRate, outputRate);
    if (phases > MOST_EXACT_PHASES) return undefined;
    return this.#bank(quality, outputRate / inputRate, phases);
  }

  /** A bank between whose rows any place is reached. */
  interpolated(quality: ResamplerQuality, inputRate: number, outputRate: number): FilterBank {
    return this.#bank(quality, outputRate / inputRate, INTERPOLATED_PHASES);
  }

  #bank(quality: ResamplerQuality, ratio: number, phases: number): FilterBank {
    // Above 1 the filter is the same for all ratios.
    const key = `${quality} ${Math.min(1, ratio)} ${phases}`;
    let bank = this.#banks.get(key);
    if (!bank) this.#banks.set(key, (bank = FilterBank.design(quality, ratio, phases)));
    return bank;
  }
}

/** @throws RangeError for rates that are no positive integers */
export function greatestCommonDivisor(a: number, b: number): number {
  if (!Number.isInteger(a) || !Number.isInteger(b) || a <= 0 || b <= 0) {
    throw new RangeError(`Sample rates ${a} and ${b} are not both positive integers.`);
  }
  while (b > 0) [a, b] = [b, a % b];
  return a;
}

/** Pieces of the table of a window, from its middle to its end. */
const WINDOW_PIECES = 2048;

/**
 * A Kaiser window, 1 in its middle at 0, until its end at 1: read from a table between whose entries a cubic leads,
 * right to 1e-9. Its series takes long, and streams are opened where sound is waited for.
 */
function kaiserWindow(beta: number): (place: number) => number {
  const scale = 1 / besselI0(beta);
  const table = Float64Array.from({ length: WINDOW_PIECES + 3 }, (_, index) => {
    const place = (index - 1) / WINDOW_PIECES;
    // Beyond its end the function goes on as a Bessel function of the first kind: it is smooth there.
    return (
      (place <= 1
        ? besselI0(beta * Math.sqrt(1 - place * place))
        : 1 - (beta * beta * (place * place - 1)) / 4) * scale
    );
  });
  return (place) => {
    const at = place * WINDOW_PIECES;
    const piece = Math.floor(at);
    const part = at - piece;
    const a = table[piece]!;
    const b = table[piece + 1]!;
    const c = table[piece + 2]!;
    const d = table[piece + 3]!;
    const first = c - a / 3 - b / 2 - d / 6;
    const second = (a + c) / 2 - b;
    const third = (d - a) / 6 + (b - c) / 2;
    return ((third * part + second) * part + first) * part + b;
  };
}

/** The modified Bessel function of the first kind and order 0, by its series. */
function besselI0(x: number): number {
  const quarter = (x * x) / 4;
  let [sum, term] = [1, 1];
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= quarter / (k * k);
    sum += term;
  }
  return sum;
}
