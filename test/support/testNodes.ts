import { ksLevel } from '../../src/contract/units.ts';
import { quantiseLevel, type LevelRangeDescription } from '../../src/main/engine/ks/nodes/level.ts';
import type { NodeDescriptor } from '../../src/main/engine/ks/descriptor.ts';
import type { Guid } from '../../src/main/engine/ks/guid.ts';
import {
  KSPROPERTY_AUDIO,
  type MixCapabilities,
  type MixLevel,
} from '../../src/main/engine/ks/properties/audio.ts';
import {
  propertyItem,
  type ChannelInstance,
  type NoInstance,
  type Property,
  type PropertyItem,
} from '../../src/main/engine/ks/property.ts';
import { KsError } from '../../src/main/engine/ks/status.ts';
import { completeNode } from './completeNode.ts';

/** Node properties over plain registers, which answer exactly what a test tells them to. */

/** A node of any type over the given items, and over plain ones for what else its type requires. */
export function nodeOf(type: Guid, nameText: string, ...items: PropertyItem[]): NodeDescriptor {
  return completeNode(type, nameText, items);
}

export interface ChannelOptions {
  /** Channels the node answers, such as [0, 1] or [-1]. */
  readonly channels?: readonly number[];
  /** Basic support names this many channels (MULTICHANNEL); 0: it has no members list. */
  readonly multichannel?: number;
  readonly uniform?: boolean;
  /** Where the last value written can be seen. */
  readonly register?: Map<number, unknown>;
}

/** A switch that answers exactly the channels it is told to. */
export function switchItem(
  property: Property<ChannelInstance, boolean>,
  { channels = [0, 1], multichannel = 0, uniform = false, register = new Map() }: ChannelOptions = {},
): PropertyItem {
  const check = (channel: number) => {
    if (!channels.includes(channel)) throw new KsError('STATUS_INVALID_PARAMETER', `No channel ${channel}.`);
  };
  return propertyItem<ChannelInstance, boolean>({
    property,
    get: ({ channel }) => (check(channel), register.get(channel) === true),
    set: ({ channel }, on) => {
      check(channel);
      for (const each of uniform ? channels : [channel]) register.set(each, on);
    },
    ...members(multichannel, uniform, { minimum: 0, maximum: 1, step: 1 }),
  });
}

/** A level that answers exactly the channels it is told to, clamped and stepped. */
export function levelItem(
  property: Property<ChannelInstance, number>,
  range: LevelRangeDescription,
  { channels = [0, 1], multichannel = 0, uniform = false, register = new Map() }: ChannelOptions = {},
): PropertyItem {
  const check = (channel: number) => {
    if (!channels.includes(channel)) throw new KsError('STATUS_INVALID_PARAMETER', `No channel ${channel}.`);
  };
  return propertyItem<ChannelInstance, number>({
    property,
    get: ({ channel }) => (check(channel), (register.get(channel) as number | undefined) ?? range.maximum),
    set: ({ channel }, level) => {
      check(channel);
      const applied = quantiseLevel(ksLevel(level), range);
      for (const each of uniform ? channels : [channel]) register.set(each, applied);
    },
    ...members(multichannel || 1, uniform, range, multichannel > 0),
  });
}

/** A value of the whole node, clamped to its range. */
export function wholeNodeItem(
  property: Property<NoInstance, number>,
  initial: number,
  range: { minimum: number; maximum: number; step: number },
): PropertyItem {
  let value = initial;
  return propertyItem<NoInstance, number>({
    property,
    get: () => value,
    set: (_instance, wish) => {
      const clamped = Math.min(range.maximum, Math.max(range.minimum, wish));
      value = range.minimum + Math.round((clamped - range.minimum) / range.step) * range.step;
    },
    ...members(1, false, range, false),
  });
}

function members(
  count: number,
  uniform: boolean,
  stepping: { minimum: number; maximum: number; step: number },
  multichannel = count > 0,
): Pick<PropertyItem, 'basicSupport'> {
  if (count === 0) return {};
  return {
    basicSupport: () => ({
      members: { multichannel, uniform, steppings: Array.from({ length: count }, () => stepping) },
    }),
  };
}

/** A SUPERMIX's capabilities and its table, clamped and stepped entry by entry. */
export function mixItems(caps: MixCapabilities, initial: readonly MixLevel[]): PropertyItem[] {
  let table = initial;
  return [
    propertyItem({ property: KSPROPERTY_AUDIO.MIX_LEVEL_CAPS, get: () => caps }),
    propertyItem({
      property: KSPROPERTY_AUDIO.MIX_LEVEL_TABLE,
      get: () => table,
      set: (_instance, value) => {
        table = value.map(({ mute, level }, index) => {
          const { minimum, maximum, reset } = caps.capabilities[index]!;
          return { mute, level: quantiseLevel(level, { minimum, maximum, step: reset }) };
        });
      },
    }),
  ];
}
