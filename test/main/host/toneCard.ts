import type { CardDescription } from '../../../src/contract/hardware.ts';

/** A card with two inputs, `synth` and `wave`, each with a volume, a mute and a meter, and the same for their sum. */
export const REGISTER = {
  synthVolume: 0,
  synthMute: 1,
  waveVolume: 2,
  waveMute: 3,
  masterVolume: 4,
  masterMute: 5,
} as const;
export const METER = { synth: 0, wave: 1, master: 2 } as const;

export const toneCard: CardDescription = {
  channels: 2,
  inputs: [
    {
      id: 'synth',
      stages: [
        { kind: 'gain', register: REGISTER.synthVolume },
        { kind: 'gain', register: REGISTER.synthMute },
        { kind: 'meter', meter: METER.synth },
      ],
    },
    {
      id: 'wave',
      stages: [
        { kind: 'gain', register: REGISTER.waveVolume },
        { kind: 'gain', register: REGISTER.waveMute },
        { kind: 'meter', meter: METER.wave },
      ],
    },
  ],
  master: [
    { kind: 'gain', register: REGISTER.masterVolume },
    { kind: 'gain', register: REGISTER.masterMute },
    { kind: 'meter', meter: METER.master },
  ],
};
