import type { Disposable } from '../../../contract/disposable.ts';
import { PinwheelError } from '../../../contract/errors.ts';
import type { FmChip } from '../../../contract/fmSynth.ts';
import { EMULATOR, type AdlMidi } from './adlMidi.ts';

/** Chips of a synthesizer: 36 two-operator voices with OPL3, 18 with OPL2. The library's own default. */
const CHIPS = 2;
/**
 * Frames that are asked for at once. The library moves vibrato and portamento on with every request, so the requests
 * lie on a grid of their own and not on that of the blocks.
 */
const TICK_FRAMES = 64;
/**
 * The library sets all registers when it starts, and the chip takes them one after the other: 20 ms pass before it
 * gets to the first note.
 */
export const START_SECONDS = 0.025;
/** No message the library knows is longer. */
export const LONGEST_SYSEX = 256;
/** Channels of an OPL3 as the library describes them, those of the rhythm mode included. */
const DESCRIBED_CHANNELS = 23;
const FREE_CHANNEL = '-'.charCodeAt(0);

const CC = { SUSTAIN: 64, SOSTENUTO: 66, ALL_SOUND_OFF: 120 } as const;

/** Registers of the operators' attenuation, the same in both arrays of an OPL3. Specification 4.10. */
const ATTENUATION_REGISTERS = [0x40, 0x48, 0x50].flatMap((first) =>
  Array.from({ length: 6 }, (_, operator) => first + operator),
);
const SECOND_ARRAY = 0x100;
const MOST_ATTENUATION = 0x3f;

/** ADLMIDI_AudioFormat: 32-bit float, one channel after the other. */
const SAMPLE_TYPE_F32 = 2;
const SAMPLE_BYTES = 4;

export interface AdlPlayerOptions {
  adl: AdlMidi;
  sampleRate: number;
  chip: FmChip;
  /** Number of an embedded bank. */
  bank: number;
}

/** An ADL_MIDIPlayer with the memory it exchanges samples and messages through. */
export class AdlPlayer implements Disposable {
  readonly #options: AdlPlayerOptions;
  readonly #adl: AdlMidi;
  #player = 0;
  /** One allocation: audio format, left and right samples, a message, the channels' description. */
  readonly #memory: number;
  readonly #left: number;
  readonly #right: number;
  readonly #message: number;
  readonly #description: number;
  #samples: Float32Array<ArrayBuffer>;
  #untilTick = TICK_FRAMES;
  /** Values of the pedals of the 16 channels. */
  readonly #sustain = new Uint8Array(16);
  readonly #sostenuto = new Uint8Array(16);

  /** @throws PinwheelError `bad-state` with STATUS_NO_MEMORY, `bad-input` for a bank there is not */
  constructor(options: AdlPlayerOptions) {
    const { adl } = options;
    this.#options = options;
    this.#adl = adl;
    const formatBytes = 16;
    const channelBytes = TICK_FRAMES * SAMPLE_BYTES;
    const descriptionBytes = CHIPS * DESCRIBED_CHANNELS + 1;
    this.#memory = adl._malloc(formatBytes + 2 * channelBytes + LONGEST_SYSEX + 2 * descriptionBytes);
    if (this.#memory === 0) throw noMemory();
    this.#left = this.#memory + formatBytes;
    this.#right = this.#left + channelBytes;
    this.#message = this.#right + channelBytes;
    this.#description = this.#message + LONGEST_SYSEX;
    this.#samples = new Float32Array(adl.HEAPU8.buffer);
    new Uint32Array(adl.HEAPU8.buffer, this.#memory, 3).set([SAMPLE_TYPE_F32, SAMPLE_BYTES, SAMPLE_BYTES]);
    try {
      this.powerOn();
    } catch (error) {
      adl._free(this.#memory);
      throw error;
    }
  }

  /** Everything as after power on, at once: what sounded is gone. @throws PinwheelError */
  powerOn(): void {
    const { sampleRate, chip, bank } = this.#options;
    const adl = this.#adl;
    if (this.#player !== 0) adl._adl_close(this.#player);
    const player = adl._adl_init(sampleRate);
    this.#player = player;
    if (player === 0) throw noMemory();
    adl._adl_switchEmulator(player, chip === 'opl2' ? EMULATOR.OPL2 : EMULATOR.OPL3);
    adl._adl_setNumChips(player, CHIPS);
    if (adl._adl_setBank(player, bank) !== 0) {
      this.#close();
      throw new PinwheelError({
        code: 'bad-input',
        message: `There is no FM bank ${bank}.`,
        advice: `Take one from 0 to ${adl._adl_getBanksCount() - 1}.`,
      });
    }
    adl._adl_setSoftPanEnabled(player, 1);
    let frames = Math.round(START_SECONDS * sampleRate);
    for (; frames > 0; frames -= TICK_FRAMES) this.#generate(Math.min(frames, TICK_FRAMES));
    this.#untilTick = TICK_FRAMES;
    this.#sustain.fill(0);
    this.#sostenuto.fill(0);
  }

  /** Channels of the chips that have a note. */
  get busyChannels(): number {
    const size = CHIPS * DESCRIBED_CHANNELS + 1;
    this.#adl._adl_describeChannels(this.#player, this.#description, this.#description + size, size);
    const { HEAPU8 } = this.#adl;
    let busy = 0;
    for (let at = this.#description; HEAPU8[at] !== 0; at++) if (HEAPU8[at] !== FREE_CHANNEL) busy++;
    return busy;
  }

  /** A channel message, complete. */
  channelMessage(status: number, first: number, second: number): void {
    const adl = this.#adl;
    const player = this.#player;
    const channel = status & 0x0f;
    switch (status & 0xf0) {
      case 0x80:
        adl._adl_rt_noteOff(player, channel, first);
        break;
      case 0x90:
        if (second === 0) adl._adl_rt_noteOff(player, channel, first);
        else adl._adl_rt_noteOn(player, channel, first, second);
        break;
      case 0xa0:
        adl._adl_rt_noteAfterTouch(player, channel, first, second);
        break;
      case 0xb0:
        this.#controlChange(channel, first, second);
        break;
      case 0xc0:
        adl._adl_rt_patchChange(player, channel, first);
        break;
      case 0xd0:
        adl._adl_rt_channelAfterTouch(player, channel, first);
        break;
      case 0xe0:
        adl._adl_rt_pitchBendML(player, channel, second, first);
        break;
    }
  }

  /** A whole system exclusive message of at most `LONGEST_SYSEX` bytes, F0 and F7 included. */
  systemExclusive(bytes: Uint8Array, offset: number, length: number): void {
    const { HEAPU8 } = this.#adl;
    for (let index = 0; index < length; index++) HEAPU8[this.#message + index] = bytes[offset + index]!;
    this.#adl._adl_rt_systemExclusive(this.#player, this.#message, length);
  }

  /** Adds `frames` frames to both channels from `offset` on; answers by how much a channel moved at most. */
  render(left: Float32Array, right: Float32Array, offset: number, frames: number): number {
    const adl = this.#adl;
    let leftLow = Infinity;
    let leftHigh = -Infinity;
    let rightLow = Infinity;
    let rightHigh = -Infinity;
    for (let done = 0; done < frames;) {
      const count = Math.min(this.#untilTick, frames - done);
      this.#generate(count);
      this.#untilTick -= count;
      if (this.#untilTick === 0) this.#untilTick = TICK_FRAMES;
      // A memory that grew is another buffer.
      if (this.#samples.buffer !== adl.HEAPU8.buffer) this.#samples = new Float32Array(adl.HEAPU8.buffer);
      const samples = this.#samples;
      const leftAt = this.#left / SAMPLE_BYTES;
      const rightAt = this.#right / SAMPLE_BYTES;
      for (let frame = 0; frame < count; frame++) {
        const leftSample = samples[leftAt + frame]!;
        const rightSample = samples[rightAt + frame]!;
        left[offset + done + frame]! += leftSample;
        right[offset + done + frame]! += rightSample;
        if (leftSample < leftLow) leftLow = leftSample;
        if (leftSample > leftHigh) leftHigh = leftSample;
        if (rightSample < rightLow) rightLow = rightSample;
        if (rightSample > rightHigh) rightHigh = rightSample;
      }
      done += count;
    }
    return Math.max(0, leftHigh - leftLow, rightHigh - rightLow);
  }

  dispose(): void {
    this.#close();
    this.#adl._free(this.#memory);
  }

  /** Makes the next frames, at most `TICK_FRAMES`, in the module's memory. */
  #generate(frames: number): void {
    this.#adl._adl_generateFormat(this.#player, 2 * frames, this.#left, this.#right, this.#memory);
  }

  #controlChange(channel: number, controller: number, value: number): void {
    const adl = this.#adl;
    const player = this.#player;
    if (controller === CC.ALL_SOUND_OFF) return this.#allSoundOff(channel);
    if (controller === CC.SUSTAIN) this.#sustain[channel] = value;
    if (controller === CC.SOSTENUTO) this.#sostenuto[channel] = value;
    adl._adl_rt_controllerChange(player, channel, controller, value);
  }

  /** The library leaves alone what a pedal holds, and what was released already. */
  #allSoundOff(channel: number): void {
    const adl = this.#adl;
    const player = this.#player;
    const sustain = this.#sustain[channel]!;
    const sostenuto = this.#sostenuto[channel]!;
    if (sustain > 0) adl._adl_rt_controllerChange(player, channel, CC.SUSTAIN, 0);
    if (sostenuto > 0) adl._adl_rt_controllerChange(player, channel, CC.SOSTENUTO, 0);
    adl._adl_rt_controllerChange(player, channel, CC.ALL_SOUND_OFF, 0);
    if (sustain > 0) adl._adl_rt_controllerChange(player, channel, CC.SUSTAIN, sustain);
    if (sostenuto > 0) adl._adl_rt_controllerChange(player, channel, CC.SOSTENUTO, sostenuto);
    if (this.busyChannels === 0) this.#attenuateAll();
  }

  /** Silences every operator; a note sets the attenuation of its own again. */
  #attenuateAll(): void {
    const arrays = this.#options.chip === 'opl3' ? 2 : 1;
    for (let chip = 0; chip < CHIPS; chip++)
      for (let array = 0; array < arrays; array++)
        for (const register of ATTENUATION_REGISTERS)
          this.#adl._adl_rt_rawOPL3(this.#player, chip, register + array * SECOND_ARRAY, MOST_ATTENUATION);
  }

  #close(): void {
    this.#adl._adl_close(this.#player);
    this.#player = 0;
  }
}

function noMemory(): PinwheelError {
  return new PinwheelError({
    code: 'bad-state',
    message: 'There is no memory left for another FM synthesizer.',
    advice: 'Close a client that plays on it.',
    status: 'STATUS_NO_MEMORY',
  });
}
