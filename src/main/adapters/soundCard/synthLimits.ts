import { SYNTH_EFFECT, SYNTH_PORTPARAMS, type SynthPortParams } from '../../engine/ks/properties/synth.ts';

/** What a client of the card's synthesizer can have. */
export const SYNTH_LIMITS = {
  voices: 1024,
  defaultVoices: 256,
  channelGroups: 16,
  audioChannels: 2,
  effects: SYNTH_EFFECT.REVERB | SYNTH_EFFECT.CHORUS,
} as const;

export const CHANNELS_PER_GROUP = 16;

/** Offsets of channels 1 to 16 in the standard class. Specification 4.8. */
const PRIORITY_OFFSETS = [0xe, 0xd, 0xc, 0xb, 0xa, 9, 8, 7, 6, 0xf, 5, 4, 3, 2, 1, 0];
const PRIORITY_STANDARD = 0x80000000;

/** Priority of a channel, from 0, that nobody set another one for. Specification 4.8. */
export const defaultPriority = (channel: number): number => PRIORITY_STANDARD + PRIORITY_OFFSETS[channel]!;

export interface PortLimits {
  readonly voices: number;
  readonly channelGroups: number;
  readonly audioChannels: number;
  readonly sampleRate: number;
  readonly effects: number;
}

/** The wish with those of its valid fields changed that cannot be met; equal to it when all can. Specification 4.8. */
export function grantPortParameters(wish: SynthPortParams, limits: PortLimits): SynthPortParams {
  const isWished = (bit: number): boolean => (wish.validParams & bit) !== 0;
  const count = (bit: number, wished: number, most: number): number =>
    isWished(bit) ? Math.max(1, Math.min(most, wished)) : wished;
  return {
    ...wish,
    voices: count(SYNTH_PORTPARAMS.VOICES, wish.voices, limits.voices),
    channelGroups: count(SYNTH_PORTPARAMS.CHANNELGROUPS, wish.channelGroups, limits.channelGroups),
    // The sound leaves at the device's rate, in stereo.
    audioChannels: isWished(SYNTH_PORTPARAMS.AUDIOCHANNELS) ? limits.audioChannels : wish.audioChannels,
    sampleRate: isWished(SYNTH_PORTPARAMS.SAMPLERATE) ? limits.sampleRate : wish.sampleRate,
    effectsFlags: isWished(SYNTH_PORTPARAMS.EFFECTS) ? wish.effectsFlags & limits.effects : wish.effectsFlags,
  };
}

export const isSameGrant = (a: SynthPortParams, b: SynthPortParams): boolean =>
  a.voices === b.voices &&
  a.channelGroups === b.channelGroups &&
  a.audioChannels === b.audioChannels &&
  a.sampleRate === b.sampleRate &&
  a.effectsFlags === b.effectsFlags &&
  a.share === b.share;
