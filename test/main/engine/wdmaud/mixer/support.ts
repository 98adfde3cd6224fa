import type { MixerControl, MixerLine } from '../../../../../src/contract/services/mixer.ts';
import { ksLevel } from '../../../../../src/contract/units.ts';
import { quantiseLevel, type LevelRangeDescription } from '../../../../../src/main/engine/ks/controls.ts';
import type { FilterDescriptor, NodeDescriptor } from '../../../../../src/main/engine/ks/descriptor.ts';
import type { Guid } from '../../../../../src/main/engine/ks/guid.ts';
import {
  AutomationTable,
  propertyItem,
  type ChannelInstance,
  type NoInstance,
  type Property,
  type PropertyItem,
} from '../../../../../src/main/engine/ks/property.ts';
import { KsError } from '../../../../../src/main/engine/ks/status.ts';
import type { AdapterDevice } from '../../../../../src/main/engine/portcls/adapter.ts';
import type { PortCls } from '../../../../../src/main/engine/portcls/portcls.ts';
import { MixerDevice } from '../../../../../src/main/engine/wdmaud/mixer/mixerDevice.ts';
import { install, testPortCls } from '../../../../support/testFilters.ts';

export function openMixer(adapter: AdapterDevice, portCls: PortCls): MixerDevice {
  const meters = new Map<string, number>();
  return new MixerDevice(adapter, portCls, (key) => {
    if (!meters.has(key)) meters.set(key, meters.size);
    return meters.get(key)!;
  });
}

/** A mixer device over an adapter with these topology filters, in this order. */
export function mixerOf(...filters: readonly [name: string, descriptor: FilterDescriptor][]) {
  const portCls = testPortCls();
  const adapter = portCls.addAdapterDevice({ id: 'test', name: 'Test', maxObjects: 64 });
  for (const [name, descriptor] of filters) install(portCls, adapter, name, descriptor);
  return { portCls, adapter, device: openMixer(adapter, portCls) };
}

/** A line as the specification's tables write it: id, component, target, controls with id, type and node. */
function row(line: MixerLine): string {
  const control = ({ id, type, node }: MixerControl) => `${id}:${type}@${node.node}`;
  return [line.id.toString(16), line.component, line.target, ...line.controls.map(control)].join(' ');
}

export function rows({ destinations }: MixerDevice) {
  return destinations.map((line) => ({ line: row(line), sources: line.sources.map(row) }));
}

export function allControls({ destinations }: MixerDevice): MixerControl[] {
  return destinations.flatMap((line) => [line, ...line.sources]).flatMap((line) => line.controls);
}

/** A node of any type over the given items. */
export function nodeOf(type: Guid, nameText: string, ...items: PropertyItem[]): NodeDescriptor {
  return { type, name: null, nameText, automation: new AutomationTable(items) };
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
      register.set(channel, on);
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
