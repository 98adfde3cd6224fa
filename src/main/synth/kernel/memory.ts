import { PinwheelError } from '../../../contract/errors.ts';
import { CONSTANTS, FREE_MEMORY } from './layout.ts';

/** Weights of taps 0 and 1, or 2 and 3, in twice the cubic's coefficients of x^0 to x^3. */
const TAP_WEIGHTS: readonly (readonly [number, number])[] = [
  [0, 2],
  [-1, 0],
  [1, 0],
  [2, -5],
  [4, -1],
  [-1, 3],
  [-3, 1],
];

const PAGE_BYTES = 65_536;
/** 2 GiB: places in 16-bit samples are counted in elements and fit in 31 bits. */
const MAXIMUM_PAGES = 32_768;
const ALIGNMENT = 64;

/** WebAssembly.Memory, as far as it is used here: the type libraries of this layer do not have it. */
export interface LinearMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

interface WebAssemblyNamespace {
  Memory: new (limits: { initial: number; maximum?: number }) => LinearMemory;
  Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  Instance: new (module: object, imports: Record<string, Record<string, unknown>>) => { exports: unknown };
}

export const webAssembly = (globalThis as unknown as { WebAssembly: WebAssemblyNamespace }).WebAssembly;

/**
 * The kernel's linear memory: voices, effects and samples of all synthesizers of one thread, so that a bank that
 * several clients play is there once.
 *
 * Giving out memory may replace the views; who keeps one compares `generation`. Rendering never does.
 */
export class KernelMemory {
  readonly memory: LinearMemory;
  /** Counts the growths: views taken before one are dead. */
  generation = 0;
  i16!: Int16Array<ArrayBuffer>;
  u32!: Uint32Array<ArrayBuffer>;
  i32!: Int32Array<ArrayBuffer>;
  f32!: Float32Array<ArrayBuffer>;
  /** Where free stretches begin, in order, and how long they are; in bytes. */
  readonly #free: { at: number; bytes: number }[] = [];
  readonly #taken = new Map<number, number>();
  #end = FREE_MEMORY;

  constructor() {
    this.memory = new webAssembly.Memory({ initial: 16, maximum: MAXIMUM_PAGES });
    this.#renew();
    this.f32[CONSTANTS / 4] = 1;
    TAP_WEIGHTS.forEach((pair, index) => this.i16.set(pair, CONSTANTS / 2 + 2 + 2 * index));
  }

  /** Bytes given out. */
  get bytesInUse(): number {
    let sum = 0;
    for (const bytes of this.#taken.values()) sum += bytes;
    return sum;
  }

  /**
   * Address of `bytes` zeroed bytes, a multiple of 64. @throws PinwheelError `bad-state` with STATUS_NO_MEMORY when
   * there is no more.
   */
  allocate(bytes: number): number {
    const at = this.allocateDirty(bytes);
    this.u32.fill(0, at / 4, (at + this.#taken.get(at)!) / 4);
    return at;
  }

  /** As `allocate`, at once however many bytes there are: what was there before is still in them. */
  allocateDirty(bytes: number): number {
    const size = Math.max(ALIGNMENT, Math.ceil(bytes / ALIGNMENT) * ALIGNMENT);
    const at = this.#takeFree(size) ?? this.#extend(size);
    this.#taken.set(at, size);
    return at;
  }

  /**
   * Makes sure that `bytes` in one piece, or in many, can be given out without growing, which takes milliseconds each
   * time. @throws PinwheelError as `allocate`
   */
  reserve(bytes: number): void {
    const free = this.#free.reduce((sum, stretch) => sum + stretch.bytes, 0);
    if (bytes > free) this.#grow(this.#end + bytes - free);
  }

  /** Gives back what `allocate` gave out. @throws RangeError for anything else */
  free(at: number): void {
    const bytes = this.#taken.get(at);
    if (bytes === undefined) throw new RangeError(`Nothing was allocated at ${at}.`);
    this.#taken.delete(at);
    const free = this.#free;
    let index = free.findIndex((stretch) => stretch.at > at);
    if (index < 0) index = free.length;
    free.splice(index, 0, { at, bytes });
    for (let joined = Math.max(0, index - 1); joined < free.length - 1 && joined <= index;) {
      const first = free[joined]!;
      const second = free[joined + 1]!;
      if (first.at + first.bytes === second.at) {
        first.bytes += second.bytes;
        free.splice(joined + 1, 1);
      } else joined++;
    }
    const last = free[free.length - 1];
    if (last !== undefined && last.at + last.bytes === this.#end) {
      this.#end = last.at;
      free.pop();
    }
  }

  #takeFree(size: number): number | undefined {
    const index = this.#free.findIndex((stretch) => stretch.bytes >= size);
    const stretch = this.#free[index];
    if (stretch === undefined) return undefined;
    const { at } = stretch;
    stretch.at += size;
    stretch.bytes -= size;
    if (stretch.bytes === 0) this.#free.splice(index, 1);
    return at;
  }

  #extend(size: number): number {
    const at = Math.ceil(this.#end / ALIGNMENT) * ALIGNMENT;
    this.#grow(at + size);
    this.#end = at + size;
    return at;
  }

  /** Makes the memory end at `end` or behind it. */
  #grow(end: number): void {
    const missing = end - this.memory.buffer.byteLength;
    if (missing <= 0) return;
    try {
      this.memory.grow(Math.ceil(missing / PAGE_BYTES));
    } catch (error) {
      throw new PinwheelError(
        {
          code: 'bad-state',
          message: `The synthesizer has no room for ${missing} bytes more.`,
          subject: 'KSPROPERTY_SYNTH_DLS_DOWNLOAD',
          advice: 'Choose a smaller bank.',
          status: 'STATUS_NO_MEMORY',
        },
        { cause: error },
      );
    }
    this.#renew();
  }

  #renew(): void {
    const { buffer } = this.memory;
    this.i16 = new Int16Array(buffer);
    this.u32 = new Uint32Array(buffer);
    this.i32 = new Int32Array(buffer);
    this.f32 = new Float32Array(buffer);
    this.generation++;
  }
}
