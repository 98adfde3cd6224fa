import { SystemExclusive, type SystemExclusiveTarget } from '../../synth/voices/systemExclusive.ts';

export const CHANNELS = 16;
/** Controllers that a strip has a say in. */
export const CONTROLLER = { bankMsb: 0, volume: 7, pan: 10, bankLsb: 32 } as const;

const CONTROL_CHANGE = 0xb0;
const PROGRAM_CHANGE = 0xc0;
const SYSTEM_EXCLUSIVE = 0xf0;

/** What a song itself has set its channels to: volume, pan, bank and program, message by message. Channels from 0. */
export class ChannelValues implements SystemExclusiveTarget {
  readonly volumes = new Uint8Array(CHANNELS);
  readonly pans = new Uint8Array(CHANNELS);
  readonly bankMsbs = new Uint8Array(CHANNELS);
  readonly bankLsbs = new Uint8Array(CHANNELS);
  readonly programs = new Uint8Array(CHANNELS);
  readonly #systemExclusive = new SystemExclusive(this);
  /** Counts changes of a bank or program. */
  #programChanges = 0;

  constructor() {
    this.resetTo();
  }

  get programChanges(): number {
    return this.#programChanges;
  }

  /** One whole message, or a piece of a SysEx, which says nothing. */
  follow(data: Uint8Array, offset: number, length: number): void {
    const status = data[offset]!;
    const channel = status & 0x0f;
    const kind = status & 0xf0;
    if (kind === CONTROL_CHANGE) this.setController(channel, data[offset + 1]!, data[offset + 2]!);
    else if (kind === PROGRAM_CHANGE) this.#set(this.programs, channel, data[offset + 1]!);
    else if (status === SYSTEM_EXCLUSIVE) this.#systemExclusive.obey(data, offset, length);
  }

  copyFrom(other: ChannelValues): void {
    this.volumes.set(other.volumes);
    this.pans.set(other.pans);
    this.bankMsbs.set(other.bankMsbs);
    this.bankLsbs.set(other.bankLsbs);
    this.programs.set(other.programs);
  }

  resetTo(): void {
    this.volumes.fill(100);
    this.pans.fill(64);
    this.bankMsbs.fill(0);
    this.bankLsbs.fill(0);
    this.programs.fill(0);
    this.#programChanges++;
  }

  setController(channel: number, controller: number, value: number): void {
    if (controller === CONTROLLER.volume) this.volumes[channel] = value;
    else if (controller === CONTROLLER.pan) this.pans[channel] = value;
    else if (controller === CONTROLLER.bankMsb) this.#set(this.bankMsbs, channel, value);
    else if (controller === CONTROLLER.bankLsb) this.#set(this.bankLsbs, channel, value);
  }

  // Nothing of this is a strip's.
  setMasterVolume(): void {}
  setMasterFineTuning(): void {}
  setMasterCoarseTuning(): void {}
  setDrumPart(): void {}
  setScaleTuning(): void {}
  tuneKey(): void {}
  setReverbMacro(): void {}
  setReverbLevel(): void {}
  setReverbDecay(): void {}
  setChorusMacro(): void {}
  setChorusLevel(): void {}

  #set(values: Uint8Array, channel: number, value: number): void {
    if (values[channel] === value) return;
    values[channel] = value;
    this.#programChanges++;
  }
}
