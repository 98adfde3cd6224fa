import { KS_LEVEL_SILENCE } from '../../../../contract/units.ts';
import { propertyItem, type NoInstance, type PropertyContext, type PropertyItem } from '../property.ts';
import { KSPROPERTY_AUDIO, type MixCapability, type MixLevel } from '../properties/audio.ts';
import { KsError } from '../status.ts';
import { quantiseLevel } from './level.ts';

/** Channels in and out, and what their paths can do. */
export interface SupermixShape {
  readonly inputs: number;
  readonly outputs: number;
  /** One per path; index = input * outputs + output. */
  readonly capabilities: readonly MixCapability[];
}

interface SupermixRegisters {
  read(input: number, output: number, context: PropertyContext): MixLevel;
  /** Absent: the table can only be read. */
  write?(input: number, output: number, level: MixLevel, context: PropertyContext): void;
  changed?(context: PropertyContext): void;
}

/** With a `shapeOf` the node exists once per pin instance, and the instance's format says how many channels come in. */
export type SupermixOptions = SupermixRegisters &
  ((SupermixShape & { readonly perPin?: boolean }) | { shapeOf(context: PropertyContext): SupermixShape });

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
  const { write } = options;
  const shared = 'shapeOf' in options || options.perPin ? { perPin: true } : {};
  const fixed = 'shapeOf' in options ? undefined : checked(options);
  const shapeOf = (context: PropertyContext): SupermixShape =>
    'shapeOf' in options ? checked(options.shapeOf(context)) : fixed!;
  return [
    propertyItem<NoInstance, readonly MixLevel[]>({
      property: KSPROPERTY_AUDIO.MIX_LEVEL_TABLE,
      ...shared,
      get: (_instance, context) => {
        const { outputs, capabilities } = shapeOf(context);
        return capabilities.map((capability, index) =>
          hasPath(capability) ? options.read(Math.floor(index / outputs), index % outputs, context) : NO_PATH,
        );
      },
      ...(write && {
        serialized: true,
        set: (_instance, table, context) => {
          const { inputs, outputs, capabilities } = shapeOf(context);
          if (table.length !== inputs * outputs) {
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
    propertyItem({
      property: KSPROPERTY_AUDIO.MIX_LEVEL_CAPS,
      ...shared,
      get: (_instance, context) => {
        const { inputs, outputs, capabilities } = shapeOf(context);
        return { inputChannels: inputs, outputChannels: outputs, capabilities };
      },
    }),
  ];
}

function checked(shape: SupermixShape): SupermixShape {
  const { inputs, outputs, capabilities } = shape;
  if (capabilities.length === inputs * outputs) return shape;
  throw new RangeError(`${capabilities.length} capabilities for ${inputs} times ${outputs} paths.`);
}
