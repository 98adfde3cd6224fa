/** System exclusive messages that a General MIDI, GS or XG synthesizer obeys. */

/** Bank select rules, as the last reset message chose them. */
export type Mode = 'plain' | 'gm' | 'gm2' | 'gs' | 'xg';

/** What messages do. Channels are 0-based, in the channel group of the message. */
export interface SystemExclusiveTarget {
  resetTo(mode: Mode): void;
  /** 0 to 1. */
  setMasterVolume(volume: number): void;
  /** Cents. */
  setMasterFineTuning(cents: number): void;
  setMasterCoarseTuning(cents: number): void;
  setDrumPart(channel: number, isDrum: boolean): void;
  /** 12 values in cents, from C on. `channels`: bit 0 is channel 0. */
  setScaleTuning(channels: number, cents: Float64Array): void;
  /** Cents against equal temperament. */
  tuneKey(key: number, cents: number): void;
  setReverbMacro(macro: number): void;
  /** 0 to 127, 64 as it is. */
  setReverbLevel(level: number): void;
  setReverbDecay(seconds: number): void;
  setChorusMacro(macro: number): void;
  setChorusLevel(level: number): void;
  /** A controller by another way: XG and GS part parameters. */
  setController(channel: number, controller: number, value: number): void;
}

/** GS part numbers to channels: block 0 is channel 10. */
const GS_PARTS = [9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15];

/** Obeys one complete message, F0 to F7; messages of other makers and devices do nothing. */
export class SystemExclusive {
  readonly #target: SystemExclusiveTarget;
  readonly #cents = new Float64Array(12);

  constructor(target: SystemExclusiveTarget) {
    this.#target = target;
  }

  obey(bytes: Uint8Array, offset: number, length: number): void {
    if (length < 5) return;
    const end = offset + length - (bytes[offset + length - 1] === 0xf7 ? 1 : 0);
    switch (bytes[offset + 1]!) {
      case 0x7e:
        return this.#nonRealTime(bytes, offset, end);
      case 0x7f:
        return this.#realTime(bytes, offset, end);
      case 0x41:
        return this.#roland(bytes, offset, end);
      case 0x43:
        return this.#yamaha(bytes, offset, end);
    }
  }

  #nonRealTime(bytes: Uint8Array, offset: number, end: number): void {
    const kind = bytes[offset + 3];
    const what = bytes[offset + 4];
    if (kind === 0x09) {
      if (what === 0x01) this.#target.resetTo('gm');
      else if (what === 0x02) this.#target.resetTo('plain');
      else if (what === 0x03) this.#target.resetTo('gm2');
    } else if (kind === 0x08) this.#tuning(bytes, offset, end);
  }

  #realTime(bytes: Uint8Array, offset: number, end: number): void {
    if (bytes[offset + 3] === 0x08) return this.#tuning(bytes, offset, end);
    if (bytes[offset + 3] !== 0x04 || end < offset + 7) return;
    const value = bytes[offset + 5]! | (bytes[offset + 6]! << 7);
    switch (bytes[offset + 4]!) {
      case 0x01:
        return this.#target.setMasterVolume(value / 16_383);
      case 0x03:
        return this.#target.setMasterFineTuning(((value - 8192) / 8192) * 100);
      case 0x04:
        return this.#target.setMasterCoarseTuning((bytes[offset + 6]! - 64) * 100);
      case 0x05:
        return this.#globalParameter(bytes, offset, end);
    }
  }

  /** General MIDI 2 effects: slot path 01 01 is reverb, 01 02 chorus. */
  #globalParameter(bytes: Uint8Array, offset: number, end: number): void {
    if (bytes[offset + 5] !== 1 || bytes[offset + 8] !== 1) return;
    const isReverb = bytes[offset + 9] === 1;
    for (let at = offset + 10; at + 1 < end; at += 2) {
      const parameter = bytes[at]!;
      const value = bytes[at + 1]!;
      if (isReverb && parameter === 0) this.#target.setReverbMacro(value === 8 ? 5 : value);
      else if (isReverb && parameter === 1) this.#target.setReverbDecay(Math.exp((value - 40) * 0.025));
      else if (!isReverb && parameter === 0) this.#target.setChorusMacro(value);
    }
  }

  /** MIDI Tuning Standard: single notes and scale/octave forms. */
  #tuning(bytes: Uint8Array, offset: number, end: number): void {
    const form = bytes[offset + 4];
    if (form === 0x02 || form === 0x07) {
      const first = form === 0x02 ? offset + 7 : offset + 8;
      for (let at = first; at + 3 < end; at += 4) {
        const [key, whole, msb, lsb] = [bytes[at]!, bytes[at + 1]!, bytes[at + 2]!, bytes[at + 3]!];
        if (whole === 0x7f && msb === 0x7f && lsb === 0x7f) continue;
        this.#target.tuneKey(key, (whole - key) * 100 + ((msb << 7) | lsb) * (100 / 16_384));
      }
      return;
    }
    if (form !== 0x08 && form !== 0x09) return;
    const bytesPerKey = form - 0x07;
    if (end < offset + 8 + 12 * bytesPerKey) return;
    const channels =
      ((bytes[offset + 5]! & 3) << 14) | ((bytes[offset + 6]! & 0x7f) << 7) | (bytes[offset + 7]! & 0x7f);
    for (let key = 0; key < 12; key++) {
      const at = offset + 8 + key * bytesPerKey;
      this.#cents[key] =
        bytesPerKey === 1 ? bytes[at]! - 64 : ((((bytes[at]! << 7) | bytes[at + 1]!) - 8192) / 8192) * 100;
    }
    this.#target.setScaleTuning(channels, this.#cents);
  }

  /** Roland GS, data set 1: F0 41 dev 42 12 address data checksum F7. */
  #roland(bytes: Uint8Array, offset: number, end: number): void {
    if (bytes[offset + 3] !== 0x42 || bytes[offset + 4] !== 0x12 || end < offset + 10) return;
    let sum = 0;
    for (let at = offset + 5; at < end; at++) sum += bytes[at]!;
    if ((sum & 0x7f) !== 0) return;
    const address = (bytes[offset + 5]! << 16) | (bytes[offset + 6]! << 8) | bytes[offset + 7]!;
    const first = offset + 8;
    const count = end - 1 - first;
    const value = bytes[first]!;
    const target = this.#target;
    switch (address) {
      case 0x40007f:
      case 0x00007f:
        return target.resetTo('gs');
      case 0x400000:
        if (count < 4) return;
        return target.setMasterFineTuning((nibbles(bytes, first) - 1024) / 10);
      case 0x400004:
        return target.setMasterVolume((value / 127) ** 2);
      case 0x400005:
        return target.setMasterCoarseTuning((value - 64) * 100);
      case 0x400130:
        return target.setReverbMacro(value);
      case 0x400133:
        return target.setReverbLevel(value);
      case 0x400134:
        return target.setReverbDecay(0.3 * Math.pow(2, value / 24));
      case 0x400138:
        return target.setChorusMacro(value);
      case 0x40013a:
        return target.setChorusLevel(value);
    }
    if ((address & 0xfff000) === 0x401000) this.#rolandPart(bytes, address, first, count);
  }

  #rolandPart(bytes: Uint8Array, address: number, first: number, count: number): void {
    const channel = GS_PARTS[(address >> 8) & 0x0f]!;
    const value = bytes[first]!;
    const target = this.#target;
    switch (address & 0xff) {
      case 0x15:
        return target.setDrumPart(channel, value > 0);
      case 0x19:
        return target.setController(channel, 7, value);
      case 0x1c:
        return target.setController(channel, 10, Math.max(1, value));
      case 0x21:
        return target.setController(channel, 93, value);
      case 0x22:
        return target.setController(channel, 91, value);
      case 0x40:
        if (count < 12) return;
        for (let key = 0; key < 12; key++) this.#cents[key] = bytes[first + key]! - 64;
        return target.setScaleTuning(1 << channel, this.#cents);
    }
  }

  /** Yamaha XG, parameter change: F0 43 1n 4C address data F7. */
  #yamaha(bytes: Uint8Array, offset: number, end: number): void {
    if ((bytes[offset + 2]! & 0xf0) !== 0x10 || bytes[offset + 3] !== 0x4c || end < offset + 8) return;
    const [high, middle, low] = [bytes[offset + 4]!, bytes[offset + 5]!, bytes[offset + 6]!];
    const value = bytes[offset + 7]!;
    const target = this.#target;
    if (high === 0 && middle === 0) {
      if (low === 0x7e || low === 0x7f) target.resetTo('xg');
      else if (low === 0x00 && end >= offset + 11) {
        target.setMasterFineTuning((nibbles(bytes, offset + 7) - 1024) / 10);
      } else if (low === 0x04) target.setMasterVolume((value / 127) ** 2);
      else if (low === 0x06) target.setMasterCoarseTuning((value - 64) * 100);
    } else if (high === 2 && middle === 1) {
      if (low === 0x00) target.setReverbMacro(XG_REVERBS[value] ?? 4);
      else if (low === 0x0c) target.setReverbLevel(value);
      else if (low === 0x2c) target.setChorusLevel(value);
    } else if (high === 8 && middle < 16) {
      if (low === 0x07) target.setDrumPart(middle, value > 0);
      else if (low === 0x0b) target.setController(middle, 7, value);
      else if (low === 0x0e) target.setController(middle, 10, Math.max(1, value));
      else if (low === 0x12) target.setController(middle, 93, value);
      else if (low === 0x13) target.setController(middle, 91, value);
    }
  }
}

/** XG reverb types, by MSB, as GS macros: hall, room, stage, plate. */
const XG_REVERBS: readonly (number | undefined)[] = [undefined, 4, 1, 3, 5];

/** Four bytes with four bits each. */
const nibbles = (bytes: Uint8Array, at: number): number =>
  (bytes[at]! << 12) | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 4) | bytes[at + 3]!;
