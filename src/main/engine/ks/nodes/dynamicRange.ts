import type { PropertyItem } from '../property.ts';
import { KSPROPERTY_AUDIO } from '../properties/audio.ts';
import { registerItem, type NodeRegister } from './register.ts';

/** KSAUDIO_DYNAMIC_RANGE, percent. */
export interface DynamicRange {
  readonly quietCompression: number;
  readonly loudCompression: number;
}

const NONE: DynamicRange = { quietCompression: 0, loudCompression: 0 };
const percent = (value: number): number => Math.min(100, value);

/** KSPROPERTY_AUDIO_DYNAMIC_RANGE of LOUDNESS nodes. RULE-2: more than 100 percent is clamped. Specification 2.1. */
export const dynamicRangeItem = (register: NodeRegister<DynamicRange>): PropertyItem =>
  registerItem(
    KSPROPERTY_AUDIO.DYNAMIC_RANGE,
    { defaultValue: () => NONE, ...register },
    ({ quietCompression, loudCompression }) => ({
      quietCompression: percent(quietCompression),
      loudCompression: percent(loudCompression),
    }),
  );
