import type { Disposable } from '../../contract/disposable.ts';
import type { Collection, Instrument, Region, Sample } from './collections/model.ts';
import { Parameter } from './collections/parameter.ts';
import { InstrumentFinder, type PatchAddress } from './collections/selection.ts';
import type { KernelMemory } from './kernel/memory.ts';
import { ArticulationProgram, SourceTables } from './voices/articulationProgram.ts';

/** Loops are repeated in memory until they are this long, so that a voice seldom jumps. */
const SHORTEST_LOOP = 256;
/** Elements behind the last place of a first tap: three more taps, and one to spare. */
const GUARD = 4;
/** Elements copied between two steps of loading: some tens of microseconds. */
const STEP_ELEMENTS = 65_536;
/** Regions made ready between two steps. */
const STEP_REGIONS = 16;

/** A sample with its loop as the kernel reads it. Places are those of the first tap, in elements of memory. */
export interface PlayableSample {
  readonly isFloat: boolean;
  readonly rate: number;
  readonly start: number;
  readonly wrapAt: number;
  /** 0: the voice ends at `wrapAt`. */
  readonly jump: number;
  /** Where a voice goes on after note-off at its next jump, in place of the loop; undefined when it stays in it. */
  readonly tail: { readonly jump: number; readonly wrapAt: number } | undefined;
}

export interface PlayableRegion {
  readonly region: Region;
  readonly sample: PlayableSample;
  readonly program: ArticulationProgram;
}

export interface PlayableInstrument {
  readonly instrument: Instrument;
  readonly regions: readonly PlayableRegion[];
}

/**
 * A collection whose samples lie in the kernel's memory, for any number of synthesizers on that memory. Voices hold
 * it by `retain`; after `dispose` its memory is given back when the last of them has let go.
 */
export class LoadedCollection implements Disposable {
  readonly #memory: KernelMemory;
  readonly #finder: InstrumentFinder;
  readonly #instruments = new Map<Instrument, PlayableInstrument>();
  readonly #addresses: number[] = [];
  #sampleBytes = 0;
  #voices = 0;
  #disposed = false;
  #onFreed: () => void = () => undefined;

  private constructor(collection: Collection, memory: KernelMemory) {
    this.#memory = memory;
    this.#finder = new InstrumentFinder(collection);
  }

  /** Copies all samples that regions use. @throws PinwheelError STATUS_NO_MEMORY */
  static load(collection: Collection, memory: KernelMemory): LoadedCollection {
    const steps = LoadedCollection.loadSteps(collection, memory);
    for (;;) {
      const step = steps.next();
      if (step.done === true) return step.value;
    }
  }

  /**
   * As `load`, in steps of some tens of microseconds, between which the caller may do something else or end
   * it with `return`. Yields how much is done, 0 to 1. @throws PinwheelError STATUS_NO_MEMORY
   */
  static *loadSteps(collection: Collection, memory: KernelMemory): Generator<number, LoadedCollection, void> {
    const loaded = new LoadedCollection(collection, memory);
    yield* loaded.#load(collection);
    return loaded;
  }

  /** Of the samples in memory. */
  get sampleBytes(): number {
    return this.#sampleBytes;
  }

  get disposed(): boolean {
    return this.#disposed;
  }

  /** Voices that still use it. */
  get voices(): number {
    return this.#voices;
  }

  exact(address: PatchAddress): PlayableInstrument | undefined {
    return this.#playable(this.#finder.exact(address));
  }

  find(address: PatchAddress): PlayableInstrument | undefined {
    return this.#playable(this.#finder.find(address));
  }

  retain(): void {
    this.#voices++;
  }

  release(): void {
    this.#voices--;
    if (this.#disposed && this.#voices === 0) this.#free();
  }

  /** No further note sounds from it. `onFreed` is called once its memory is given back, perhaps at once. */
  dispose(onFreed: () => void = () => undefined): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#onFreed = onFreed;
    if (this.#voices === 0) this.#free();
  }

  #playable(instrument: Instrument | undefined): PlayableInstrument | undefined {
    return instrument === undefined ? undefined : this.#instruments.get(instrument);
  }

  #free(): void {
    for (const address of this.#addresses.splice(0)) this.#memory.free(address);
    this.#instruments.clear();
    this.#onFreed();
  }

  *#load(collection: Collection): Generator<number, void, void> {
    let isComplete = false;
    try {
      yield* this.#loadInstruments(collection);
      isComplete = true;
    } finally {
      // Out of memory, or the caller has lost interest.
      if (!isComplete) this.dispose();
    }
  }

  *#loadInstruments(collection: Collection): Generator<number, void, void> {
    const programs = new Map<unknown, ArticulationProgram>();
    const samples = new Map<string, PlayableSample>();
    const tables = new SourceTables();
    this.#memory.reserve(bytesOf(collection));
    let regionsDone = 0;
    for (const [index, instrument] of collection.instruments.entries()) {
      const done = index / collection.instruments.length;
      const regions: PlayableRegion[] = [];
      for (const region of instrument.regions) {
        if (++regionsDone % STEP_REGIONS === 0) yield done;
        const source = collection.samples[region.sample];
        if (source?.data === undefined || source.data.length === 0) continue;
        const bounds = boundsOf(region, source);
        const { start, end, loopStart, loopEnd, untilRelease } = bounds;
        const name = `${region.sample} ${start} ${end} ${loopStart} ${loopEnd} ${untilRelease}`;
        let sample = samples.get(name);
        if (sample === undefined) {
          sample = yield* this.#copy(source.data, source.rate, bounds, done);
          samples.set(name, sample);
        }
        let program = programs.get(region.articulation);
        if (program === undefined) {
          program = new ArticulationProgram(region.articulation, tables);
          programs.set(region.articulation, program);
        }
        regions.push({ region, sample, program });
      }
      this.#instruments.set(instrument, { instrument, regions });
    }
  }

  /**
   * Lays a sample out in memory: a silent element, the frames up to the loop's end, its loop again until that is long
   * enough, and some elements more of it, so that no tap of a frame before `wrapAt` lies outside and none behind the
   * jump lies before the loop. For a loop that note-off ends, the sample's rest follows.
   */
  *#copy(
    data: Int16Array | Float32Array,
    rate: number,
    bounds: Bounds,
    done: number,
  ): Generator<number, PlayableSample, void> {
    const { start, end, loopStart, loopEnd, untilRelease } = bounds;
    const isFloat = data instanceof Float32Array;
    const loop = loopEnd - loopStart;
    const isLooped = loop > 0;
    const bodyEnd = isLooped ? loopEnd : end;
    const head = 1 + bodyEnd - start;
    const more = isLooped ? (Math.ceil(SHORTEST_LOOP / loop) - 1) * loop : 0;
    const body = head + more + GUARD;
    const rest = untilRelease ? end - loopEnd + GUARD : 0;
    const bytesPerElement = isFloat ? 4 : 2;
    const bytes = (body + rest) * bytesPerElement;
    const address = this.#memory.allocateDirty(bytes);
    this.#addresses.push(address);
    this.#sampleBytes += bytes;
    // Growing memory replaces its views.
    const view = (): Int16Array | Float32Array => (isFloat ? this.#memory.f32 : this.#memory.i16);
    const base = address / bytesPerElement;

    view()[base] = 0;
    yield* copyInSteps(data, start, bodyEnd, view, base + 1, done);
    if (isLooped) {
      for (let index = 0; index < more + GUARD; index++)
        view()[base + head + index] = data[loopStart + (index % loop)]!;
    } else {
      view().fill(0, base + head, base + body);
    }
    const wrapAt = base + head + more;
    if (!isLooped) return { isFloat, rate, start: base, wrapAt, jump: 0, tail: undefined };
    // At `wrapAt` the first tap is the frame behind the loop.
    if (untilRelease) {
      yield* copyInSteps(data, loopEnd, end, view, base + body, done);
      view().fill(0, base + body + rest - GUARD, base + body + rest);
    }
    const tail = { jump: base + body - wrapAt, wrapAt: base + body + end - loopEnd };
    const jump = -(loop + more);
    return { isFloat, rate, start: base, wrapAt, jump, tail: untilRelease ? tail : undefined };
  }
}

/** What the samples take in memory, about. */
function bytesOf({ samples }: Collection): number {
  let bytes = 0;
  for (const { data } of samples)
    bytes += (data?.byteLength ?? 0) + (SHORTEST_LOOP + GUARD) * Float32Array.BYTES_PER_ELEMENT;
  return bytes;
}

function* copyInSteps(
  data: Int16Array | Float32Array,
  from: number,
  to: number,
  view: () => Int16Array | Float32Array,
  at: number,
  done: number,
): Generator<number, void, void> {
  for (let frame = from; frame < to; frame += STEP_ELEMENTS) {
    view().set(data.subarray(frame, Math.min(to, frame + STEP_ELEMENTS)), at + frame - from);
    yield done;
  }
}

interface Bounds {
  /** Frames of the sample. */
  readonly start: number;
  readonly end: number;
  readonly loopStart: number;
  /** Equal to `loopStart` without a loop. */
  readonly loopEnd: number;
  readonly untilRelease: boolean;
}

/** What a region plays of its sample, whatever it says: inside the sample and in order. */
function boundsOf(region: Region, { data, frames }: Sample): Bounds {
  const { parameters } = region.articulation;
  const length = Math.min(frames, data?.length ?? 0);
  const clamp = (value: number, low: number, high: number): number =>
    Math.max(low, Math.min(high, Math.round(value)));
  const start = clamp(parameters[Parameter.startOffset]!, 0, length - 1);
  const end = clamp(length + parameters[Parameter.endOffset]!, start + 1, length);
  const { loop } = region;
  if (loop === undefined) return { start, end, loopStart: end, loopEnd: end, untilRelease: false };
  const loopStart = clamp(loop.start + parameters[Parameter.loopStartOffset]!, start, end - 1);
  const loopEnd = clamp(loop.end + parameters[Parameter.loopEndOffset]!, loopStart + 1, end);
  return { start, end, loopStart, loopEnd, untilRelease: loop.mode === 'untilRelease' };
}
