import { Channel } from './channel.ts';
import { drumSound, DrumVoice } from './drumVoice.ts';
import type { Synthesizer } from './synthesizer.ts';
import { Voice } from './voice.ts';
import { standardBank, type WavetableBank } from './wavetables.ts';

/** Frames between two updates of levels, vibrato and bandwidth: 1.3 ms at 48 kHz. */
const TICK_FRAMES = 64;
/** Notes that may sound at once; further ones take the place of others, which need room to fade. */
const POLYPHONY = 96;
const VOICES = 2 * POLYPHONY;
const DRUM_POLYPHONY = 32;
const DRUM_VOICES = 2 * DRUM_POLYPHONY;

export interface WavetableSynthOptions {
  sampleRate: number;
  bank?: WavetableBank;
}

/**
 * The built-in synthesizer: General MIDI on 16 channels from band-limited wavetables, percussion on channel 10.
 *
 * Its sound depends on the messages and the frames between them only, not on how the frames are cut into blocks.
 */
export class WavetableSynth implements Synthesizer {
  readonly #channels: Channel[] = [];
  readonly #voices: Voice[] = [];
  readonly #drums: DrumVoice[] = [];
  /** Voices in use are all below these indices. */
  #voiceEnd = 0;
  #drumEnd = 0;
  #untilTick = TICK_FRAMES;
  #order = 0;
  #lostNotes = 0;

  constructor(options: WavetableSynthOptions) {
    const bank = options.bank ?? standardBank();
    for (let number = 0; number < 16; number++) {
      this.#channels.push(new Channel(number, options.sampleRate, TICK_FRAMES));
    }
    for (let count = 0; count < VOICES; count++) this.#voices.push(new Voice(bank, options.sampleRate));
    for (let count = 0; count < DRUM_VOICES; count++)
      this.#drums.push(new DrumVoice(bank, options.sampleRate));
  }

  get activeVoices(): number {
    let count = 0;
    for (let index = 0; index < this.#voiceEnd; index++) if (this.#voices[index]!.active) count++;
    for (let index = 0; index < this.#drumEnd; index++) if (this.#drums[index]!.active) count++;
    return count;
  }

  /** Notes that found no voice since the last reset. */
  get lostNotes(): number {
    return this.#lostNotes;
  }

  dispose(): void {
    this.fadeOutAll(0);
  }

  get isSilent(): boolean {
    return this.activeVoices === 0;
  }

  send(bytes: Uint8Array, offset: number, length: number, group = 1): void {
    if (group > 1) return;
    const status = bytes[offset]!;
    if (status >= 0xf0) {
      if (status === 0xf0) this.#sysex(bytes, offset, length);
      else if (status === 0xff && length === 1) this.#systemReset();
      return;
    }
    const number = status & 0x0f;
    const channel = this.#channels[number]!;
    const first = length > 1 ? bytes[offset + 1]! : 0;
    const second = length > 2 ? bytes[offset + 2]! : 0;
    switch (status & 0xf0) {
      case 0x80:
        this.#noteOff(number, channel, first);
        break;
      case 0x90:
        if (second === 0) this.#noteOff(number, channel, first);
        else if (channel.isPercussion) this.#stroke(number, channel, first, second);
        else this.#noteOn(number, channel, first, second);
        break;
      case 0xb0:
        this.#controller(number, channel, first, second);
        break;
      case 0xc0:
        channel.program = first;
        break;
      case 0xe0:
        channel.setBend(first | (second << 7));
        this.#retune(number, channel);
        break;
    }
  }

  render(left: Float32Array, right: Float32Array, offset: number, frames: number): void {
    let at = offset;
    const end = offset + frames;
    while (at < end) {
      const count = Math.min(end - at, this.#untilTick);
      for (let index = 0; index < this.#voiceEnd; index++) {
        const voice = this.#voices[index]!;
        if (voice.active) voice.render(left, right, at, count);
      }
      for (let index = 0; index < this.#drumEnd; index++) {
        const voice = this.#drums[index]!;
        if (voice.active) voice.render(left, right, at, count);
      }
      at += count;
      this.#untilTick -= count;
      if (this.#untilTick === 0) this.#tick();
    }
  }

  fadeOutAll(scale: number): void {
    for (let index = 0; index < this.#voiceEnd; index++) {
      const voice = this.#voices[index]!;
      if (voice.active) voice.fadeOut(scale, this.#untilTick);
    }
    for (let index = 0; index < this.#drumEnd; index++) {
      const voice = this.#drums[index]!;
      if (voice.active) voice.fadeOut(scale, this.#untilTick);
    }
  }

  reset(): void {
    for (const channel of this.#channels) channel.reset();
    this.#lostNotes = 0;
  }

  #tick(): void {
    this.#untilTick = TICK_FRAMES;
    for (let number = 0; number < 16; number++) this.#channels[number]!.tick();
    let end = 0;
    for (let index = 0; index < this.#voiceEnd; index++) {
      const voice = this.#voices[index]!;
      if (voice.active) voice.tick(this.#channels[voice.channel]!, TICK_FRAMES);
      if (voice.active) end = index + 1;
    }
    this.#voiceEnd = end;
    end = 0;
    for (let index = 0; index < this.#drumEnd; index++) {
      const voice = this.#drums[index]!;
      if (voice.active) voice.tick(this.#channels[voice.channel]!, TICK_FRAMES);
      if (voice.active) end = index + 1;
    }
    this.#drumEnd = end;
  }

  #noteOn(number: number, channel: Channel, key: number, velocity: number): void {
    // A key that is struck again takes over from its own note.
    let sounding = 0;
    let onChannel = 0;
    for (let index = 0; index < this.#voiceEnd; index++) {
      const voice = this.#voices[index]!;
      if (!voice.active) continue;
      if (voice.channel === number) onChannel++;
      if (voice.dying) continue;
      if (voice.channel === number && voice.key === key) voice.release(channel, this.#untilTick);
      sounding++;
    }
    if (sounding >= POLYPHONY) this.#steal();
    const slot = this.#freeVoice();
    if (slot === undefined) {
      this.#lostNotes++;
      return;
    }
    if (onChannel === 0) channel.snap();
    slot.start(number, channel, key, velocity, this.#order++, this.#untilTick);
  }

  /** Takes the voice that will be missed least: released before held, then the quieter, then the older. */
  #steal(): void {
    let victim: Voice | undefined;
    for (let index = 0; index < this.#voiceEnd; index++) {
      const voice = this.#voices[index]!;
      if (!voice.active || voice.dying) continue;
      if (victim === undefined || isLessNeeded(voice, victim)) victim = voice;
    }
    victim?.fadeOut(1, this.#untilTick);
  }

  #freeVoice(): Voice | undefined {
    for (let index = 0; index < VOICES; index++) {
      const voice = this.#voices[index]!;
      if (voice.active) continue;
      if (index >= this.#voiceEnd) this.#voiceEnd = index + 1;
      return voice;
    }
    return undefined;
  }

  #noteOff(number: number, channel: Channel, key: number): void {
    for (let index = 0; index < this.#voiceEnd; index++) {
      const voice = this.#voices[index]!;
      if (!voice.active || !voice.keyDown || voice.channel !== number || voice.key !== key) continue;
      this.#keyUp(voice, channel);
    }
  }

  #keyUp(voice: Voice, channel: Channel): void {
    if (channel.sustain) {
      voice.keyDown = false;
      voice.pedalHeld = true;
    } else {
      voice.release(channel, this.#untilTick);
    }
  }

  #stroke(number: number, channel: Channel, key: number, velocity: number): void {
    const sound = drumSound(key);
    if (sound === undefined) return;
    let sounding = 0;
    let onChannel = 0;
    let oldest: DrumVoice | undefined;
    for (let index = 0; index < this.#drumEnd; index++) {
      const voice = this.#drums[index]!;
      if (!voice.active) continue;
      onChannel++;
      if (voice.dying) continue;
      if (sound.group !== 0 && voice.group === sound.group) {
        voice.fadeOut(1, this.#untilTick);
        continue;
      }
      sounding++;
      if (oldest === undefined || voice.order < oldest.order) oldest = voice;
    }
    if (sounding >= DRUM_POLYPHONY) oldest?.fadeOut(1, this.#untilTick);
    for (let index = 0; index < DRUM_VOICES; index++) {
      const voice = this.#drums[index]!;
      if (voice.active) continue;
      if (index >= this.#drumEnd) this.#drumEnd = index + 1;
      if (onChannel === 0) channel.snap();
      voice.start(number, channel, key, sound, velocity, this.#order++, this.#untilTick);
      return;
    }
    this.#lostNotes++;
  }

  #controller(number: number, channel: Channel, controller: number, value: number): void {
    switch (controller) {
      case 64:
        channel.sustain = value >= 64;
        if (!channel.sustain) this.#pedalUp(number, channel);
        return;
      case 120:
        this.#silence(number);
        return;
      case 121:
        channel.resetControllers();
        this.#pedalUp(number, channel);
        this.#retune(number, channel);
        return;
      case 123:
      case 124:
      case 125:
      case 126:
      case 127:
        this.#allNotesOff(number, channel);
        return;
      default:
        channel.setController(controller, value);
        this.#retune(number, channel);
    }
  }

  #pedalUp(number: number, channel: Channel): void {
    for (let index = 0; index < this.#voiceEnd; index++) {
      const voice = this.#voices[index]!;
      if (voice.active && voice.pedalHeld && voice.channel === number)
        voice.release(channel, this.#untilTick);
    }
  }

  #allNotesOff(number: number, channel: Channel): void {
    for (let index = 0; index < this.#voiceEnd; index++) {
      const voice = this.#voices[index]!;
      if (voice.active && voice.keyDown && voice.channel === number) this.#keyUp(voice, channel);
    }
  }

  #silence(number: number): void {
    for (let index = 0; index < this.#voiceEnd; index++) {
      const voice = this.#voices[index]!;
      if (voice.active && voice.channel === number) voice.fadeOut(1, this.#untilTick);
    }
    for (let index = 0; index < this.#drumEnd; index++) {
      const voice = this.#drums[index]!;
      if (voice.active && voice.channel === number) voice.fadeOut(1, this.#untilTick);
    }
  }

  #retune(number: number, channel: Channel): void {
    for (let index = 0; index < this.#voiceEnd; index++) {
      const voice = this.#voices[index]!;
      if (voice.active && voice.channel === number) voice.retune(channel);
    }
  }

  #systemReset(): void {
    this.fadeOutAll(1);
    for (const channel of this.#channels) channel.reset();
  }

  /** GM on, GM off and GM2 on, GS reset and XG on: all as after power on. Other messages are for other devices. */
  #sysex(bytes: Uint8Array, offset: number, length: number): void {
    const id = bytes[offset + 1];
    if (id === 0x7e && length === 6 && bytes[offset + 3] === 0x09) {
      this.#systemReset();
    } else if (
      id === 0x41 &&
      length === 11 &&
      bytes[offset + 3] === 0x42 &&
      bytes[offset + 4] === 0x12 &&
      bytes[offset + 5] === 0x40 &&
      bytes[offset + 6] === 0x00 &&
      bytes[offset + 7] === 0x7f
    ) {
      this.#systemReset();
    } else if (id === 0x43 && length === 9 && bytes[offset + 3] === 0x4c && bytes[offset + 6] === 0x7e) {
      this.#systemReset();
    }
  }
}

function isLessNeeded(a: Voice, b: Voice): boolean {
  if (a.releasing !== b.releasing) return a.releasing;
  return a.loudness !== b.loudness ? a.loudness < b.loudness : a.order < b.order;
}
