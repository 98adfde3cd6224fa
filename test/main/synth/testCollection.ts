import type {
  Articulation,
  Collection,
  Instrument,
  Loop,
  Region,
  Sample,
} from '../../../src/main/synth/collections/model.ts';
import { NO_SOURCE, type Modulator } from '../../../src/main/synth/collections/modulator.ts';
import { defaultParameters, Parameter } from '../../../src/main/synth/collections/parameter.ts';
import { CollectionSynth, type CollectionSynthOptions } from '../../../src/main/synth/collectionSynth.ts';
import { KernelMemory } from '../../../src/main/synth/kernel/memory.ts';
import { createWasmKernel } from '../../../src/main/synth/kernel/wasmKernel.ts';
import { LoadedCollection } from '../../../src/main/synth/loadedCollection.ts';

/** Collections of a few regions, made by hand, so that a test knows what must be heard. */

export const RATE = 48_000;
/** A synthesizer's level for a voice with a gain of 1 in the middle, on one side. */
export const VOICE_LEVEL = 0.25 * Math.SQRT1_2;

/** One period of a cosine per 100 frames: key 60 of the regions here sounds at 480 Hz. */
export const PERIOD = 100;

export function cosineSample(frames = 10_000, amplitude = 30_000): Sample {
  const data = Int16Array.from({ length: frames }, (_none, frame) =>
    Math.round(amplitude * Math.cos((2 * Math.PI * frame) / PERIOD)),
  );
  return { name: 'cosine', rate: RATE, frames, data, compressed: undefined };
}

export const LOOP: Loop = { start: 200, end: 1200, mode: 'continuous' };

export type Settings = Partial<Record<keyof typeof Parameter, number>>;

export function articulation(
  settings: Settings = {},
  modulators: readonly Modulator[] = [],
  modulationAttackCurve: Articulation['modulationAttackCurve'] = 'linear',
): Articulation {
  const parameters = defaultParameters();
  // At once, unless the test says otherwise.
  for (const time of [Parameter.volumeAttack, Parameter.volumeHold, Parameter.volumeDecay])
    parameters[time] = -32768;
  for (const [name, value] of Object.entries(settings))
    parameters[Parameter[name as keyof typeof Parameter]] = value;
  return { parameters, modulators, modulationAttackCurve };
}

export function region(settings: Settings = {}, over: Partial<Region> = {}): Region {
  return {
    keys: { low: 0, high: 127 },
    velocities: { low: 0, high: 127 },
    exclusiveClass: 0,
    isSelfExclusive: false,
    sample: 0,
    rootKey: 60,
    loop: LOOP,
    partner: -1,
    articulation: articulation(settings),
    ...over,
  };
}

export function instrument(regions: readonly Region[], over: Partial<Instrument> = {}): Instrument {
  return { name: 'test', bankMsb: 0, bankLsb: 0, program: 0, isDrum: false, regions, ...over };
}

export function collection(
  instruments: readonly Instrument[],
  samples: readonly Sample[] = [cosineSample()],
): Collection {
  return { format: 'sf2', name: 'test', copyright: '', author: '', comment: '', instruments, samples };
}

export function modulator(over: Partial<Modulator> & Pick<Modulator, 'destination' | 'amount'>): Modulator {
  return { source: NO_SOURCE, amountSource: NO_SOURCE, transform: 'linear', ...over };
}

export function synthOf(
  what: Collection,
  options: Partial<CollectionSynthOptions> = {},
): { synth: CollectionSynth; loaded: LoadedCollection; memory: KernelMemory } {
  const memory = options.memory ?? new KernelMemory();
  const loaded = LoadedCollection.load(what, memory);
  const synth = new CollectionSynth({
    sampleRate: RATE,
    memory,
    kernel: createWasmKernel(memory),
    collections: [loaded],
    effects: { reverb: false, chorus: false },
    ...options,
  });
  return { synth, loaded, memory };
}

export type TimedMessage = readonly [frame: number, ...bytes: number[]];

/** Plays messages at their frames and returns both sides. `blocks`: lengths of the blocks, in turn. */
export function play(
  synth: CollectionSynth,
  messages: readonly TimedMessage[],
  frames: number,
  blocks: readonly number[] = [512],
): { left: Float32Array; right: Float32Array } {
  const left = new Float32Array(frames);
  const right = new Float32Array(frames);
  let next = 0;
  let done = 0;
  for (let turn = 0; done < frames; turn++) {
    const end = Math.min(frames, done + blocks[turn % blocks.length]!);
    while (done < end || messages[next]?.[0] === done) {
      while (messages[next]?.[0] === done) {
        const [, ...bytes] = messages[next++]!;
        synth.send(Uint8Array.from(bytes), 0, bytes.length);
      }
      const until = Math.min(end, messages[next]?.[0] ?? end);
      synth.render(left, right, done, until - done);
      done = until;
      if (done >= end) break;
    }
  }
  return { left, right };
}

/** Amplitude of the sine in a stretch of whole periods. */
export function amplitudeOf(samples: Float32Array, from: number, frames: number): number {
  let sum = 0;
  for (let frame = from; frame < from + frames; frame++) sum += samples[frame]! ** 2;
  return Math.sqrt((2 * sum) / frames);
}

export const decibels = (ratio: number): number => 20 * Math.log10(ratio);
