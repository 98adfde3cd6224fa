import type { Articulation, Collection, Instrument, MidiRange, Region, Sample } from '../model.ts';
import { Parameter } from '../parameter.ts';
import { DRUM_ROOT } from './drumWaves.ts';
import { DRUMS, type DrumSound } from './drums.ts';
import { articulationOfLayer, type Layer, type Program } from './program.ts';
import { PROGRAMS } from './programs.ts';
import { makeWave, type Wave, type WaveRecipe } from './wave.ts';

const ALL_VELOCITIES: MidiRange = { low: 0, high: 127 };
/** Highest sample of every wave, of full scale. */
const PEAK = 0.9;
/** Keys above a root that its wave still sounds for; the other keys up to the next root take that one. */
const KEYS_ABOVE_ROOT = 5;

/** Waves by recipe and root: recipes that several programs name are made once. */
class WavePool {
  readonly samples: Sample[] = [];
  readonly #known = new Map<WaveRecipe, Map<number, PooledWave>>();

  get(recipe: WaveRecipe, root: number, name: string): PooledWave {
    let byRoot = this.#known.get(recipe);
    if (byRoot === undefined) {
      byRoot = new Map();
      this.#known.set(recipe, byRoot);
    }
    let pooled = byRoot.get(root);
    if (pooled === undefined) {
      const wave = makeWave(recipe, root, 1000 * (this.samples.length + 1) + root);
      const peak = normalize(wave.data);
      const data = Int16Array.from(wave.data, (value) => Math.round(value * 32_767));
      pooled = { index: this.samples.length, wave, loudness: loudness(wave), peak };
      this.samples.push({ name, rate: wave.rate, frames: data.length, data, compressed: undefined });
      byRoot.set(root, pooled);
    }
    return pooled;
  }
}

interface PooledWave {
  readonly index: number;
  readonly wave: Wave;
  /** Root mean square in dB below full scale, of the part that sounds longest. */
  readonly loudness: number;
  readonly peak: number;
}

/** Brings the highest sample to `PEAK`; returns what it was. */
function normalize(data: Float64Array): number {
  let peak = 0;
  for (const value of data) peak = Math.max(peak, Math.abs(value));
  const scale = peak === 0 ? 0 : PEAK / peak;
  for (let frame = 0; frame < data.length; frame++) data[frame]! *= scale;
  return peak;
}

/** dB of the loudest tenth of a second, near enough to how loud a note of it is heard. */
function loudness(wave: Wave): number {
  const window = Math.max(1, Math.min(wave.data.length, Math.round(wave.rate * 0.1)));
  let power = 0;
  for (let frame = 0; frame < window; frame++) power += wave.data[frame]! ** 2;
  let loudest = power;
  for (let frame = window; frame < wave.data.length; frame++) {
    power += wave.data[frame]! ** 2 - wave.data[frame - window]! ** 2;
    loudest = Math.max(loudest, power);
  }
  return 10 * Math.log10(Math.max(1e-9, loudest / window));
}

/** dB of every wave below full scale when its program plays at full velocity. */
const NOMINAL_LEVEL = -11;
/** The highest sample of a region, in dB. */
const HIGHEST_PEAK = -1.5;

/**
 * Builds the General MIDI collection: 128 programs and the standard drum kit, all of synthesized waves. The same in
 * every run.
 */
export function buildStandardBank(): Collection {
  const pool = new WavePool();
  const instruments: Instrument[] = PROGRAMS.map((program, number) => buildProgram(pool, program, number));
  instruments.push(buildKit(pool));
  return {
    format: 'dls',
    name: 'Pinwheel General MIDI',
    copyright: 'MIT License, Copyright the Pinwheel authors',
    author: 'Synthesized by Pinwheel',
    comment: '128 programs and a drum kit of General MIDI level 1.',
    instruments,
    samples: pool.samples,
  };
}

function buildProgram(pool: WavePool, program: Program, number: number): Instrument {
  const regions = program.layers.flatMap((layer) => {
    const share = layerShare(program);
    return layer.roots.map((root, index) => {
      const pooled = pool.get(layer.wave, root, `${program.name} ${root}`);
      const keys = keysOf(layer.roots, index);
      return makeRegion(pooled, keys, root, attenuated(layer, pooled, share), 0);
    });
  });
  return { name: program.name, bankMsb: 0, bankLsb: 0, program: number, isDrum: false, regions };
}

function buildKit(pool: WavePool): Instrument {
  const regions = DRUMS.flatMap((sound) => soundRegions(pool, sound));
  return { name: 'Standard Kit', bankMsb: 0, bankLsb: 0, program: 0, isDrum: true, regions };
}

function soundRegions(pool: WavePool, sound: DrumSound): Region[] {
  return sound.layers.map((layer) => {
    const pooled = pool.get(layer.wave, DRUM_ROOT, sound.name);
    const articulation = attenuated(layer, pooled, DRUM_SHARE);
    // One key, played as it was made.
    articulation.parameters[Parameter.scaleTuning] = 0;
    return makeRegion(
      pooled,
      { low: sound.key, high: sound.key },
      DRUM_ROOT,
      articulation,
      sound.exclusiveClass,
    );
  });
}

/** dB that each of several layers gives way to the others. */
function layerShare(program: Program): number {
  return program.layers.length > 1 ? 4 : 0;
}

/** Drums are short: they may be louder than what lasts. */
const DRUM_SHARE = 0;

function attenuated(layer: Layer, pooled: PooledWave, share: number): Articulation {
  const peak = 20 * Math.log10(PEAK);
  const wanted = pooled.loudness - NOMINAL_LEVEL;
  // A wave of high peaks stays quieter than others so that none of its peaks is too high.
  const attenuation = Math.max(wanted, peak - HIGHEST_PEAK) + share;
  // Half of its time a tremolo makes the note louder than it would be without.
  const swing = 0.7 * (layer.tremolo?.level ?? 0);
  return articulationOfLayer(layer, attenuation + swing);
}

function keysOf(roots: readonly number[], index: number): MidiRange {
  const upper = (at: number): number =>
    Math.min(roots[at]! + KEYS_ABOVE_ROOT, Math.floor((roots[at]! + roots[at + 1]!) / 2));
  return {
    low: index === 0 ? 0 : upper(index - 1) + 1,
    high: index === roots.length - 1 ? 127 : upper(index),
  };
}

function makeRegion(
  pooled: PooledWave,
  keys: MidiRange,
  rootKey: number,
  articulation: Articulation,
  exclusiveClass: number,
): Region {
  const { loop } = pooled.wave;
  return {
    keys,
    velocities: ALL_VELOCITIES,
    exclusiveClass,
    isSelfExclusive: false,
    sample: pooled.index,
    rootKey,
    loop: loop && { start: loop.start, end: loop.end, mode: 'continuous' },
    partner: -1,
    articulation,
  };
}
