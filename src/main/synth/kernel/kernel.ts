/** What runs over the samples: compiled to WebAssembly, or the same in plain TypeScript. Memory: layout.ts. */
export interface Kernel {
  /** Clears the mix of the next `frames` frames, at most SPAN_FRAMES as everywhere here. */
  clearMix(frames: number): void;
  /**
   * Adds `frames` frames of voices of one kind to the mix and moves the voices on. `list` is the address of the
   * addresses of `groups` groups of four voices each.
   */
  renderVoices(kind: number, list: number, groups: number, frames: number): void;
  /** Adds the mix up into the four buses. */
  sumMix(frames: number): void;
  /** Adds the chorus of its bus to left and right; `state` is the address of its record. */
  chorus(state: number, frames: number): void;
  /** Adds the reverb of its bus to left and right; `state` is the address of its record. */
  reverb(state: number, frames: number): void;
}

/** What a gain must be multiplied with: a kernel leaves out the multiplications that all voices share. */
export const INTEGER_SCALE = 1 / 65_536;
export const FLOAT_SCALE = 1 / 2;
/** The filter doubles its output. */
export const FILTER_SCALE = 1 / 2;
