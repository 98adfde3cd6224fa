import type { Synthesizer } from '../synthesizer.ts';
import { AdlPlayer, LONGEST_SYSEX, type AdlPlayerOptions } from './adlPlayer.ts';

const FADE_SECONDS = 0.005;
/**
 * Nothing sounds when no channel has a note and the output moved less than this for a while: a tone of -66 dBFS. The
 * chip does not come to rest: a silent operator may give -1 for 0, and some banks have releases that never end.
 */
const QUIET = 2 ** -10;
const QUIET_SECONDS = 0.1;

const SYSEX = 0xf0;
const SYSTEM_RESET = 0xff;

export type FmSynthOptions = AdlPlayerOptions;

/**
 * The FM synthesizer: General MIDI on 16 channels of an emulated OPL3 or OPL2, percussion on channel 10.
 *
 * A message takes effect on the frame that is rendered next, as far as the chip goes: an OPL takes two of its own
 * samples to accept a register. The chip runs at 49 716 Hz and the library resamples to the device's rate.
 */
export class FmSynth implements Synthesizer {
  readonly #player: AdlPlayer;
  /** What still fades out of a player that has been reset since. */
  readonly #fadeLeft: Float32Array;
  readonly #fadeRight: Float32Array;
  readonly #fadeFrames: number;
  #fadeAt: number;
  readonly #quietLimit: number;
  #quietFrames = Infinity;
  /** Nothing was sent since power on. */
  #isPristine = true;

  /** The module is shared; it has to outlive the synthesizer. @throws PinwheelError as `AdlPlayer` */
  constructor(options: FmSynthOptions) {
    this.#player = new AdlPlayer(options);
    this.#fadeFrames = Math.round(FADE_SECONDS * options.sampleRate);
    this.#fadeAt = this.#fadeFrames;
    this.#fadeLeft = new Float32Array(this.#fadeFrames);
    this.#fadeRight = new Float32Array(this.#fadeFrames);
    this.#quietLimit = QUIET_SECONDS * options.sampleRate;
  }

  /** Channels of the chips that have a note; those that are in their release are free again. */
  get activeVoices(): number {
    return this.#player.busyChannels;
  }

  get isSilent(): boolean {
    return (
      this.#fadeAt === this.#fadeFrames && this.#quietFrames >= this.#quietLimit && this.activeVoices === 0
    );
  }

  send(bytes: Uint8Array, offset: number, length: number, group = 1): void {
    if (group > 1) return;
    const status = bytes[offset]!;
    if (status === SYSTEM_RESET && length === 1) return this.fadeOutAll(1);
    this.#isPristine = false;
    if (status < SYSEX) {
      const first = length > 1 ? bytes[offset + 1]! & 0x7f : 0;
      const second = length > 2 ? bytes[offset + 2]! & 0x7f : 0;
      this.#player.channelMessage(status, first, second);
    } else if (status === SYSEX && length <= LONGEST_SYSEX) {
      this.#player.systemExclusive(bytes, offset, length);
    }
  }

  render(left: Float32Array, right: Float32Array, offset: number, frames: number): void {
    const swing = this.#player.render(left, right, offset, frames);
    this.#quietFrames = swing < QUIET ? this.#quietFrames + frames : 0;
    const fading = Math.min(frames, this.#fadeFrames - this.#fadeAt);
    for (let frame = 0; frame < fading; frame++) {
      left[offset + frame]! += this.#fadeLeft[this.#fadeAt + frame]!;
      right[offset + frame]! += this.#fadeRight[this.#fadeAt + frame]!;
    }
    this.#fadeAt += fading;
  }

  /** Renders the fade ahead and starts again from power on: what comes next cannot change it, nor be changed by it. */
  fadeOutAll(scale: number): void {
    if (this.#isPristine && this.#fadeAt === this.#fadeFrames) return;
    const total = this.#fadeFrames;
    const left = this.#fadeLeft;
    const right = this.#fadeRight;
    left.copyWithin(0, this.#fadeAt).fill(0, total - this.#fadeAt);
    right.copyWithin(0, this.#fadeAt).fill(0, total - this.#fadeAt);
    this.#player.render(left, right, 0, total);
    for (let frame = 0; frame < total; frame++) {
      const gain = scale * (1 - frame / total);
      left[frame]! *= gain;
      right[frame]! *= gain;
    }
    this.#fadeAt = 0;
    this.#powerOn();
  }

  reset(): void {
    if (!this.#isPristine) this.#powerOn();
  }

  dispose(): void {
    this.#player.dispose();
  }

  #powerOn(): void {
    this.#player.powerOn();
    this.#quietFrames = Infinity;
    this.#isPristine = true;
  }
}
