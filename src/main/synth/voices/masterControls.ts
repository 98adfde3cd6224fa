import { CHORUS_MACROS, STANDARD_CHORUS } from '../effects/chorus.ts';
import type { Effects } from '../effects/effects.ts';
import { REVERB_MACROS, STANDARD_REVERB } from '../effects/reverb.ts';
import type { Patches } from '../patches.ts';
import type { MasterTuning, MidiChannel } from './midiChannel.ts';
import type { SoundingNotes } from './soundingNotes.ts';
import type { Mode, SystemExclusiveTarget } from './systemExclusive.ts';

/** Shortest and longest reverb that a message can ask for, in seconds. */
const SHORTEST_DECAY = 0.1;
const LONGEST_DECAY = 12;

/** What the controls act on. */
export interface MasterControlsOptions {
  /** 16 for each channel group; the synthesizer's own list. */
  readonly channels: readonly MidiChannel[];
  readonly patches: Patches;
  readonly effects: Effects;
  readonly notes: SoundingNotes;
  /** Master volume, 0 to 1. */
  readonly onVolume: (volume: number) => void;
}

/**
 * What system exclusive messages set for the whole synthesizer: tuning, volume, effects, parts. The messages have no
 * channel group: they are meant for all.
 */
export class MasterControls implements SystemExclusiveTarget {
  readonly tuning: MasterTuning = { cents: 0, keys: new Float64Array(128) };
  readonly #options: MasterControlsOptions;
  /** Cents. */
  #fine = 0;
  #coarse = 0;

  constructor(options: MasterControlsOptions) {
    this.#options = options;
  }

  /** Ends all notes; everything is as after power on, by the rules of the mode. */
  resetTo(mode: Mode): void {
    const { channels, effects, notes, patches, onVolume } = this.#options;
    patches.mode = mode;
    this.tuning.keys.fill(0);
    this.#fine = 0;
    this.#coarse = 0;
    this.tuning.cents = 0;
    onVolume(1);
    effects.reset();
    for (const channel of channels) {
      notes.shutDown(channel);
      channel.reset();
    }
    patches.forgetAll();
  }

  setMasterVolume(volume: number): void {
    this.#options.onVolume(volume);
  }

  setMasterFineTuning(cents: number): void {
    this.#fine = cents;
    this.#retune();
  }

  setMasterCoarseTuning(cents: number): void {
    this.#coarse = cents;
    this.#retune();
  }

  setDrumPart(number: number, isDrum: boolean): void {
    this.#eachGroup(number, (channel) => {
      channel.isDrum = isDrum;
      this.#options.patches.forget(channel);
    });
  }

  setScaleTuning(channels: number, cents: Float64Array): void {
    for (let number = 0; number < 16; number++)
      if ((channels >> number) & 1) this.#eachGroup(number, (channel) => channel.setScaleTuning(cents));
  }

  tuneKey(key: number, cents: number): void {
    this.tuning.keys[key & 0x7f] = cents;
    this.#retune();
  }

  setReverbMacro(macro: number): void {
    this.#options.effects.reverb?.set(REVERB_MACROS[macro] ?? STANDARD_REVERB);
  }

  setReverbLevel(level: number): void {
    this.#options.effects.reverb?.setLevel((level / 64) ** 2);
  }

  setReverbDecay(seconds: number): void {
    const decaySeconds = Math.min(LONGEST_DECAY, Math.max(SHORTEST_DECAY, seconds));
    this.#options.effects.reverb?.set({ ...STANDARD_REVERB, decaySeconds });
  }

  setChorusMacro(macro: number): void {
    this.#options.effects.chorus?.set(CHORUS_MACROS[macro] ?? STANDARD_CHORUS);
  }

  setChorusLevel(level: number): void {
    this.#options.effects.chorus?.setLevel((level / 64) ** 2);
  }

  setController(number: number, controller: number, value: number): void {
    this.#eachGroup(number, (channel) => channel.setController(controller, value));
  }

  #eachGroup(number: number, act: (channel: MidiChannel) => void): void {
    const { channels } = this.#options;
    for (let index = number; index < channels.length; index += 16) act(channels[index]!);
  }

  #retune(): void {
    const { channels, notes } = this.#options;
    this.tuning.cents = this.#fine + this.#coarse;
    for (const channel of channels) notes.markStale(channel);
  }
}
