import { KSPROPSETID } from '../guid.ts';
import { INPUT, property } from '../property.ts';
import { BOOL, choice, ULONG } from '../wire/layout.ts';

/** AEC_MODE_* */
export const AEC_MODE = { PASS_THROUGH: 0, HALF_DUPLEX: 1, FULL_DUPLEX: 2 } as const;
export type AecMode = keyof typeof AEC_MODE;

/** Bits of KSPROPERTY_AEC_STATUS. */
export const AEC_STATUS = {
  FD_HISTORY_UNINITIALIZED: 0,
  FD_HISTORY_CONTINUOUSLY_CONVERGED: 1,
  FD_HISTORY_PREVIOUSLY_DIVERGED: 2,
  FD_CURRENTLY_CONVERGED: 8,
} as const;

const SET = KSPROPSETID.AcousticEchoCancel;

/** KSPROPSETID_Acoustic_Echo_Cancel, optional on KSNODETYPE_ACOUSTIC_ECHO_CANCEL nodes. Specification 2.4. */
export const KSPROPERTY_AEC = {
  NOISE_FILL_ENABLE: property(SET, 0, 'KSPROPERTY_AEC_NOISE_FILL_ENABLE', INPUT.N, BOOL),
  STATUS: property(SET, 1, 'KSPROPERTY_AEC_STATUS', INPUT.N, ULONG),
  MODE: property(SET, 2, 'KSPROPERTY_AEC_MODE', INPUT.N, choice<AecMode>('AEC_MODE', AEC_MODE)),
} as const;
