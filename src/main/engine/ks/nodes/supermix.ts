import { KS_LEVEL_SILENCE } from '../../../../contract/units.ts';
import { propertyItem, type NoInstance, type PropertyContext, type PropertyItem } from '../property.ts';
import { KSPROPERTY_AUDIO, type MixCapability, type MixLevel } from '../properties/audio.ts';
import { KsError } from '../status.ts';
import { quantiseLevel } from './level.ts';

export interface SupermixOptions {
  readonly inputs: number;
  readonly outputs: number;
  /** One per path; index = input * outputs + output. */
  readonly capabilities: readonly MixCapability[];
  readonly perPin?: boolean;
  read(input: number, output: number, context: PropertyContext): MixLevel;
  /** Absent: the table can only be read. */
  write?(input: number, output: number, level: MixLevel, context: PropertyContext): void;
  changed?(context: PropertyContext): void;
}

/** What an entry without a path reports. */
const NO_PATH: MixLevel = { mute: true, level: KS_LEVEL_SILENCE };

/** The capabilities entry of a path that does not exist: no mute, and only minus infinity. */
export const NO_MIX_PATH: MixCapability = {
  mute: false,
  minimum: KS_LEVEL_SILENCE,
  maximum: KS_LEVEL_SILENCE,
  reset: KS_LEVEL_SILENCE,
};

const hasPath = ({ mute, minimum, maximum }: MixCapability): boolean =>
  mute || minimum !== KS_LEVEL_SILENCE || maximum !== KS_LEVEL_SILENCE;

/**
 * The two properties of SUPERMIX nodes: MIX_LEVEL_TABLE (rows are inputs) and MIX_LEVEL_CAPS. Levels beyond a path's
 * range are clamped silently; entries without a path report Mute TRUE and ignore what is set; the mute of a path that
 * cannot be muted stays FALSE. Throws RangeError when the capabilities do not fit. Specification 2.1, 2.2, 2.4.
 */
export function supermixItems(options: SupermixOptions): PropertyItem[] {
  const { inputs, outputs, capabilities, perPin = false, write } = options;
  const paths = inputs * outputs;
  if (capabilities.length !== paths) {
    throw new RangeError(`${capabilities.length} capabilities for ${inputs} times ${outputs} paths.`);
  }
  const caps = { inputChannels: inputs, outputChannels: outputs, capabilities };
  const shared = perPin ? { perPin } : {};
  return [
    propertyItem<NoInstance, readonly MixLevel[]>({
      property: KSPROPERTY_AUDIO.MIX_LEVEL_TABLE,
      ...shared,
      get: (_instance, context) =>
        capabilities.map((capability, index) =>
          hasPath(capability) ? options.read(Math.floor(index / outputs), index % outputs, context) : NO_PATH,
        ),
      ...(write && {
        serialized: true,
        set: (_instance, table, context) => {
          if (table.length !== paths) {
            throw new KsError(
              'STATUS_INVALID_PARAMETER',
              `${table.length} entries for a mixer of ${inputs} inputs and ${outputs} outputs.`,
            );
          }
          table.forEach(({ mute, level }, index) => {
            const capability = capabilities[index]!;
            if (!hasPath(capability)) return;
            const { minimum, maximum, reset: step } = capability;
            const applied = {
              mute: mute && capability.mute,
              level: quantiseLevel(level, { minimum, maximum, step }),
            };
            write(Math.floor(index / outputs), index % outputs, applied, context);
          });
          options.changed?.(context);
        },
      }),
    }),
    propertyItem({ property: KSPROPERTY_AUDIO.MIX_LEVEL_CAPS, ...shared, get: () => caps }),
  ];
}
