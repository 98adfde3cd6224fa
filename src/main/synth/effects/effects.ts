import type { Disposable } from '../../../contract/disposable.ts';
import type { Kernel } from '../kernel/kernel.ts';
import * as at from '../kernel/layout.ts';
import type { KernelMemory } from '../kernel/memory.ts';
import { Chorus, STANDARD_CHORUS } from './chorus.ts';
import { Reverb, STANDARD_REVERB } from './reverb.ts';

/** Seconds in which effects fade when everything is to end. */
const FADE_SECONDS = 0.005;

export interface EffectsOptions {
  readonly memory: KernelMemory;
  readonly kernel: Kernel;
  /** Frames per second. */
  readonly sampleRate: number;
  /** Which there are. */
  readonly reverb: boolean;
  readonly chorus: boolean;
}

/** Reverb and chorus of a synthesizer: rendered for as long as they sound, and faded out together. */
export class Effects implements Disposable {
  readonly reverb: Reverb | undefined;
  readonly chorus: Chorus | undefined;
  readonly #memory: KernelMemory;
  readonly #kernel: Kernel;
  readonly #sampleRate: number;
  /** Frames for which each still sounds after its last input. */
  #reverbTail = 0;
  #chorusTail = 0;
  /** Voices send to the effect: its tail has not begun. */
  #feedsReverb = false;
  #feedsChorus = false;
  /** Factor on their output while they fade, and what a frame takes away. */
  #gain = 1;
  #step = 0;
  readonly #dryLeft = new Float32Array(at.SPAN_FRAMES);
  readonly #dryRight = new Float32Array(at.SPAN_FRAMES);

  constructor({ memory, kernel, sampleRate, reverb, chorus }: EffectsOptions) {
    this.#memory = memory;
    this.#kernel = kernel;
    this.#sampleRate = sampleRate;
    this.reverb = reverb ? new Reverb(memory, sampleRate) : undefined;
    this.chorus = chorus ? new Chorus(memory, sampleRate) : undefined;
  }

  get isSilent(): boolean {
    return this.#reverbTail === 0 && this.#chorusTail === 0;
  }

  /** No voice sends anything, until `hear` says otherwise. */
  hearNothing(): void {
    this.#feedsReverb = false;
    this.#feedsChorus = false;
  }

  /** Voices of this kind sound: see KIND_* in the kernel's layout. */
  hear(kind: number): void {
    const send = kind % 3;
    if (send >= at.KIND_REVERB) {
      this.#feedsReverb = true;
      this.#reverbTail = this.#tailOf(this.reverb);
    }
    if (send === at.KIND_REVERB_AND_CHORUS) {
      this.#feedsChorus = true;
      this.#chorusTail = this.#tailOf(this.chorus);
    }
  }

  /** Adds what they make of the kernel's buses to left and right. */
  render(frames: number): void {
    if (this.isSilent) return;
    const isFading = this.#step > 0;
    if (isFading) this.#saveDry(frames);
    if (this.chorus !== undefined && this.#chorusTail > 0) this.#kernel.chorus(this.chorus.record, frames);
    if (this.reverb !== undefined && this.#reverbTail > 0) this.#kernel.reverb(this.reverb.record, frames);
    if (isFading) this.#fade(frames);
    if (!this.#feedsChorus) this.#chorusTail = Math.max(0, this.#chorusTail - frames);
    if (!this.#feedsReverb) this.#reverbTail = Math.max(0, this.#reverbTail - frames);
  }

  /** Begins to fade out, from `scale` times the present level on. */
  fadeOut(scale: number): void {
    if (this.isSilent) return;
    this.#gain *= scale;
    this.#step = 1 / (FADE_SECONDS * this.#sampleRate);
  }

  /** As after power on; what sounds goes on. */
  reset(): void {
    this.reverb?.set(STANDARD_REVERB);
    this.reverb?.setLevel(1);
    this.chorus?.set(STANDARD_CHORUS);
    this.chorus?.setLevel(1);
  }

  dispose(): void {
    this.reverb?.dispose();
    this.chorus?.dispose();
  }

  #saveDry(frames: number): void {
    const { f32 } = this.#memory;
    for (let frame = 0; frame < frames; frame++) {
      this.#dryLeft[frame] = f32[at.BUS_LEFT / 4 + frame]!;
      this.#dryRight[frame] = f32[at.BUS_RIGHT / 4 + frame]!;
    }
  }

  #fade(frames: number): void {
    const { f32 } = this.#memory;
    for (let frame = 0; frame < frames; frame++) {
      this.#gain = Math.max(0, this.#gain - this.#step);
      const left = at.BUS_LEFT / 4 + frame;
      const right = at.BUS_RIGHT / 4 + frame;
      f32[left] = this.#dryLeft[frame]! + (f32[left]! - this.#dryLeft[frame]!) * this.#gain;
      f32[right] = this.#dryRight[frame]! + (f32[right]! - this.#dryRight[frame]!) * this.#gain;
    }
    if (this.#gain > 0) return;
    this.reverb?.clear();
    this.chorus?.clear();
    this.#gain = 1;
    this.#step = 0;
  }

  #tailOf(effect: { tailSeconds: number } | undefined): number {
    return effect === undefined ? 0 : Math.ceil(effect.tailSeconds * this.#sampleRate);
  }
}
