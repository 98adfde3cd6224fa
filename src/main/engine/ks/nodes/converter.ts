import type { PropertyItem } from '../property.ts';
import { AUDIO_QUALITY, KSPROPERTY_AUDIO } from '../properties/audio.ts';
import { KsError } from '../status.ts';
import { nodeSwitchItem, oneOfItem, rangeSupport, registerItem, type NodeRegister } from './register.ts';

/** SRC, DAC and ADC nodes. Specification 2.1, 2.4. */

/** KSPROPERTY_AUDIO_QUALITY, one of `AUDIO_QUALITY`; a node starts with BASIC. */
export const qualityItem = (register: NodeRegister<number>): PropertyItem =>
  oneOfItem(
    KSPROPERTY_AUDIO.QUALITY,
    Object.values(AUDIO_QUALITY),
    { defaultValue: () => AUDIO_QUALITY.BASIC, ...register },
    rangeSupport('VT_UI4', { minimum: AUDIO_QUALITY.WORST, maximum: AUDIO_QUALITY.ADVANCED, step: 1 }),
  );

export interface SamplingRateOptions extends NodeRegister<number> {
  /** Hz: the rates the node can do, as a list or as inclusive bounds. */
  readonly rates: readonly number[] | { readonly minimum: number; readonly maximum: number };
}

/** KSPROPERTY_AUDIO_SAMPLING_RATE. A rate the node cannot do: STATUS_INVALID_PARAMETER. */
export function samplingRateItem({ rates, ...register }: SamplingRateOptions): PropertyItem {
  if ('minimum' in rates) {
    const { minimum, maximum } = rates;
    return registerItem(
      KSPROPERTY_AUDIO.SAMPLING_RATE,
      register,
      (rate) => {
        if (rate >= minimum && rate <= maximum) return rate;
        throw new KsError('STATUS_INVALID_PARAMETER', `The node cannot do ${rate} Hz.`);
      },
      rangeSupport('VT_UI4', { minimum, maximum, step: 1 }),
    );
  }
  const bounds = { minimum: Math.min(...rates), maximum: Math.max(...rates), step: 0 };
  return oneOfItem(KSPROPERTY_AUDIO.SAMPLING_RATE, rates, register, rangeSupport('VT_UI4', bounds));
}

/** KSPROPERTY_AUDIO_DYNAMIC_SAMPLING_RATE: TRUE = the rate may change while running. */
export const dynamicSamplingRateItem = (register: NodeRegister<boolean>): PropertyItem =>
  nodeSwitchItem(KSPROPERTY_AUDIO.DYNAMIC_SAMPLING_RATE, register);
