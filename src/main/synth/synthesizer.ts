import type { Disposable } from '../../contract/disposable.ts';

/**
 * What the render stream asks of a synthesizer: MIDI in, sound out. Nothing here allocates after construction.
 */
export interface Synthesizer extends Disposable {
  /** Voices that sound, dying ones included. */
  readonly activeVoices: number;
  /** Neither voices nor effects sound: what is rendered is silence until the next message. */
  readonly isSilent: boolean;
  /**
   * Takes effect on the frame that is rendered next: one complete message of `length` bytes at `offset`. Channel
   * groups count from 1; messages of groups there are not do nothing.
   */
  send(bytes: Uint8Array, offset: number, length: number, group?: number): void;
  /** Adds `frames` frames to both channels from `offset` on. */
  render(left: Float32Array, right: Float32Array, offset: number, frames: number): void;
  /**
   * Ends every voice with a fade that no later message changes. `scale` is the factor that the caller applied to the
   * output so far and will no longer apply.
   */
  fadeOutAll(scale: number): void;
  /** All controllers, programs and tunings as after power on. Fading voices stay as they are. */
  reset(): void;
}
