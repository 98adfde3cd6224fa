import type { ControlType } from './nodeControl.ts';
import type { LineType } from './pinTables.ts';

/** Numbers of the mixer functions, from the public headers. Specification 6.4, 6.5. */

/** Selectors of mixerGetLineInfo, mixerGetLineControls and mixerGetControlDetails. */
export const MIXER_GETLINEINFOF = {
  DESTINATION: 0,
  SOURCE: 1,
  LINEID: 2,
  COMPONENTTYPE: 3,
  TARGETTYPE: 4,
} as const;
export const MIXER_GETLINECONTROLSF = { ALL: 0, ONEBYID: 1, ONEBYTYPE: 2 } as const;
export const MIXER_GETCONTROLDETAILSF = { VALUE: 0, LISTTEXT: 1 } as const;
export const MIXER_SETCONTROLDETAILSF = { VALUE: 0 } as const;

export const MIXERLINE_LINEF = { ACTIVE: 1, DISCONNECTED: 0x8000, SOURCE: 0x80000000 } as const;
export const MIXERCONTROL_CONTROLF = { UNIFORM: 1, MULTIPLE: 2 } as const;

export const MM_MIXM = { LINE_CHANGE: 0x3d0, CONTROL_CHANGE: 0x3d1 } as const;

/** MIXERLINE_COMPONENTTYPE_*; those the pin tables never give are left out. */
export const COMPONENT_TYPE: Readonly<Record<LineType['component'], number>> = {
  DST_UNDEFINED: 0,
  DST_SPEAKERS: 4,
  DST_HEADPHONES: 5,
  DST_TELEPHONE: 6,
  DST_WAVEIN: 7,
  SRC_UNDEFINED: 0x1000,
  SRC_DIGITAL: 0x1001,
  SRC_LINE: 0x1002,
  SRC_MICROPHONE: 0x1003,
  SRC_SYNTHESIZER: 0x1004,
  SRC_COMPACTDISC: 0x1005,
  SRC_TELEPHONE: 0x1006,
  SRC_WAVEOUT: 0x1008,
  SRC_ANALOG: 0x100a,
};

/** MIXERLINE_TARGETTYPE_*; MIDIIN and AUX are never given. */
export const TARGET_TYPE: Readonly<Record<LineType['target'], number>> = {
  UNDEFINED: 0,
  WAVEOUT: 1,
  WAVEIN: 2,
  MIDIOUT: 3,
};

/** MIXERCONTROL_CONTROLTYPE_* */
export const CONTROL_TYPE: Readonly<Record<ControlType, number>> = {
  VOLUME: 0x50030001,
  MUTE: 0x20010002,
  ONOFF: 0x20010001,
  LOUDNESS: 0x20010004,
  BASS: 0x50030002,
  TREBLE: 0x50030003,
  FADER: 0x50030000,
  PEAKMETER: 0x10020001,
  MUX: 0x70010001,
};
