/**
 * What the render thread tells the watchdog, in memory they share: the render thread may be blocked for good inside
 * the audio library, so nothing may be asked of it.
 */

const STATE = 0;
const FRAME = 1;

/** opening: the device is being opened; suspended: the device stands still by intent. */
export type RenderPhase = 'opening' | 'running' | 'suspended' | 'closed';
const PHASES: readonly RenderPhase[] = ['opening', 'running', 'suspended', 'closed'];

export class Progress {
  readonly buffer: SharedArrayBuffer;
  #words: Int32Array;

  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(8)) {
    this.buffer = buffer;
    this.#words = new Int32Array(buffer);
  }

  get phase(): RenderPhase {
    return PHASES[Atomics.load(this.#words, STATE)] ?? 'closed';
  }

  set phase(phase: RenderPhase) {
    Atomics.store(this.#words, STATE, PHASES.indexOf(phase));
  }

  /** Frames the device has taken, modulo 2^32: only changes matter. */
  get frame(): number {
    return Atomics.load(this.#words, FRAME);
  }

  set frame(frame: number) {
    Atomics.store(this.#words, FRAME, frame | 0);
  }
}
