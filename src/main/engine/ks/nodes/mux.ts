import type { PropertyItem } from '../property.ts';
import { KSPROPERTY_AUDIO } from '../properties/audio.ts';
import { KsError } from '../status.ts';
import { rangeSupport, registerItem, type NodeRegister } from './register.ts';

/**
 * Selectors by logical pin number: MUX inputs and DEMUX outputs count from 1. A number outside 1..N:
 * STATUS_INVALID_PARAMETER (project rule of check 33). Specification 1.4, 2.1.
 */

function selectorItem(
  property: typeof KSPROPERTY_AUDIO.MUX_SOURCE,
  count: number,
  register: NodeRegister<number>,
): PropertyItem {
  return registerItem(
    property,
    register,
    (pin) => {
      if (Number.isInteger(pin) && pin >= 1 && pin <= count) return pin;
      throw new KsError(
        'STATUS_INVALID_PARAMETER',
        `There is no logical pin ${pin}; there are 1 to ${count}.`,
      );
    },
    rangeSupport('VT_UI4', { minimum: 1, maximum: count, step: 1 }),
  );
}

/** KSPROPERTY_AUDIO_MUX_SOURCE of a MUX node with `inputs` inputs. */
export const muxSourceItem = ({
  inputs,
  ...register
}: { inputs: number } & NodeRegister<number>): PropertyItem =>
  selectorItem(KSPROPERTY_AUDIO.MUX_SOURCE, inputs, register);

/** KSPROPERTY_AUDIO_DEMUX_DEST of a DEMUX node with `outputs` outputs. */
export const demuxDestItem = ({
  outputs,
  ...register
}: { outputs: number } & NodeRegister<number>): PropertyItem =>
  selectorItem(KSPROPERTY_AUDIO.DEMUX_DEST, outputs, register);
