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
    const beta = 0.1102 * (stopband - 8.7);
    const scale = 1 / besselI0(beta);
    return FilterBank.#fill(2 * half, phases, (time) => {
      const place = time / half;
      if (Math.abs(place) >= 1) return 0;
      const angle = 2 * Math.PI * cutoff * time;
      const sinc = angle === 0 ? 1 : Math.sin(angle) / angle;
      return sinc * besselI0(beta * Math.sqrt(1 - place * place)) * scale;
    });
  }

  /** Every row passes a constant signal exactly. */
  static #fill(taps: number, phases: number, response: (time: number) => number): FilterBank {
    const rows = new Float32Array(taps * (phases + 1));
    const row = new Float64Array(taps);
    for (let phase = 0; phase <= phases; phase++) {
      let sum = 0;
      for (let tap = 0; tap < taps; tap++) sum += row[tap] = response(tap - taps / 2 + 1 - phase / phases);
      for (let tap = 0; tap < taps; tap++) rows[phase * taps + tap] = row[tap]! / sum;
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
