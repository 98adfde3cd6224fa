/** Waves of drums: strokes on skin, wood and metal, made of modes and noise. */
import { burst } from './recipes.ts';
import { type Noise, type Sine, type WaveRecipe, keyFrequency } from './wave.ts';

/** A sine of a drum: hertz, amplitude, and seconds for a fall by 60 dB. */
type Tone = readonly [hertz: number, amplitude: number, decay: number];

/** Waves of drums are made for this key and played at their own rate. */
export const DRUM_ROOT = 60;
const ROOT_HERTZ = keyFrequency(DRUM_ROOT);

function tones(list: readonly Tone[]): () => readonly Sine[] {
  return () => list.map(([hertz, amplitude, decay]) => ({ ratio: hertz / ROOT_HERTZ, amplitude, decay }));
}

/** A sound that is over by itself. */
export function stroke(
  seconds: number,
  top: number,
  list: readonly Tone[],
  noise: readonly Noise[],
): WaveRecipe {
  return { partials: tones(list), noise, head: seconds, periods: 512, top: () => top, once: true };
}

/** A sound that rings as long as its envelope: metal and noise. */
function ringing(
  top: number,
  list: readonly (readonly [hertz: number, amplitude: number])[],
  noise: readonly Noise[],
  seconds = 0.3,
): WaveRecipe {
  return {
    partials: () => list.map(([hertz, amplitude]) => ({ ratio: hertz / ROOT_HERTZ, amplitude })),
    noise,
    head: 0.12,
    periods: Math.round(seconds * ROOT_HERTZ),
    top: () => top,
  };
}

/** Inharmonic partials of a plate, spread over a range. */
function plate(low: number, high: number, count: number): (readonly [number, number])[] {
  const list: (readonly [number, number])[] = [];
  for (let index = 0; index < count; index++) {
    const part = index / (count - 1);
    // Golden steps keep the partials from lining up.
    const jitter = ((index * 0.618_034) % 1) - 0.5;
    list.push([low * (high / low) ** part * (1 + 0.06 * jitter), 0.5 + 0.5 * ((index * 0.414) % 1)]);
  }
  return list;
}

export const hatWave = ringing(
  13_000,
  plate(700, 11_500, 22),
  [
    { amplitude: 3.4, low: 5500, high: 12_500 },
    { amplitude: 1.2, low: 500, high: 5500 },
  ],
  0.2,
);
export const crashWave = ringing(
  12_000,
  plate(420, 9000, 26),
  [{ amplitude: 4.2, low: 2500, high: 11_500 }],
  0.36,
);
export const rideWave = ringing(
  11_000,
  plate(380, 8200, 20),
  [{ amplitude: 1.6, low: 4000, high: 10_500 }],
  0.3,
);
export const chinaWave = ringing(
  11_000,
  plate(300, 6500, 24),
  [{ amplitude: 4.5, low: 900, high: 8000 }],
  0.3,
);
export const tomWave = stroke(
  0.95,
  4200,
  [
    [98, 1, 1],
    [156, 0.4, 0.6],
    [216, 0.25, 0.4],
    [310, 0.12, 0.25],
  ],
  [burst(0.6, 150, 3800, 0.14)],
);
export const congaWave = stroke(
  0.34,
  5000,
  [
    [200, 1, 0.3],
    [420, 0.3, 0.1],
    [640, 0.2, 0.06],
  ],
  [burst(0.35, 500, 4000, 0.02)],
);
export const timbaleWave = stroke(
  0.5,
  8000,
  [
    [330, 1, 0.5],
    [525, 0.8, 0.45],
    [770, 0.6, 0.4],
    [1240, 0.6, 0.35],
    [2100, 0.4, 0.25],
    [3300, 0.2, 0.16],
  ],
  [burst(0.6, 800, 7500, 0.12)],
);
export const agogoWave = stroke(
  0.4,
  10_000,
  [
    [1390, 1, 0.4],
    [2900, 0.16, 0.35],
    [4900, 0.8, 0.3],
    [6500, 0.4, 0.3],
    [8700, 0.35, 0.25],
  ],
  [burst(0.3, 2500, 9000, 0.03)],
);
export const blockWave = stroke(
  0.2,
  8000,
  [
    [670, 1, 0.2],
    [1580, 0.35, 0.12],
    [2420, 0.25, 0.1],
    [3900, 0.2, 0.08],
  ],
  [burst(0.4, 700, 7000, 0.025)],
);
export const triangleWave = ringing(
  15_000,
  [
    [1630, 0.25],
    [2890, 0.6],
    [4410, 0.9],
    [5930, 1],
    [7710, 0.9],
    [9240, 0.7],
    [11_900, 0.5],
  ],
  [],
  0.16,
);
export const whistleWave = ringing(
  6500,
  [
    [2350, 1],
    [2420, 0.7],
    [4700, 0.15],
  ],
  [{ amplitude: 0.3, low: 2000, high: 5000 }],
  0.16,
);
export const cuicaWave = ringing(
  4500,
  [
    [340, 1],
    [680, 0.6],
    [1020, 0.5],
    [1360, 0.35],
    [1700, 0.25],
    [2040, 0.2],
  ],
  [{ amplitude: 0.08, low: 800, high: 3500 }],
  0.1,
);

/** Scrapes: bursts one after the other. */
export function scrape(count: number, gap: number, low: number, high: number): WaveRecipe {
  const seconds = count * gap + 0.04;
  return {
    partials: () => [],
    // One burst of each tooth; the wave's own rate of teeth makes the tone.
    noise: Array.from({ length: count }, (_, index) => ({
      amplitude: 0.7 + (0.3 * index) / count,
      low,
      high,
      decay: 0.016,
      delay: index * gap,
    })),
    head: seconds,
    periods: 512,
    top: () => high * 1.15,
    once: true,
  };
}
