import { ksLevel, type KsLevel } from '../../src/contract/units.ts';
import { volumeLevelItem, type LevelRangeDescription } from '../../src/main/engine/ks/nodes/level.ts';
import { muteItem } from '../../src/main/engine/ks/nodes/switch.ts';
import type {
  Connection,
  FilterDescriptor,
  NodeDescriptor,
  PinDescriptor,
} from '../../src/main/engine/ks/descriptor.ts';
import { ANALOG_RANGE } from '../../src/main/engine/ks/format.ts';
import { KSCATEGORY, KSNODETYPE, CLSID, type Guid } from '../../src/main/engine/ks/guid.ts';
import { AutomationTable, NO_NODE, propertyItem } from '../../src/main/engine/ks/property.ts';
import { KSPROPERTY_AUDIO } from '../../src/main/engine/ks/properties/audio.ts';
import { PortCls } from '../../src/main/engine/portcls/portcls.ts';
import type { AdapterDevice } from '../../src/main/engine/portcls/adapter.ts';
import { referenceTime } from '../../src/contract/units.ts';

/** Small filters for tests of the object model: real ports over miniports whose registers are plain arrays. */

export function testPortCls(): PortCls {
  return new PortCls({ masterClock: { now: () => referenceTime(0) } });
}

export function jack(dataFlow: 'IN' | 'OUT', category: Guid, name: Guid | null = null): PinDescriptor {
  return { ...wired(dataFlow, category, name), communication: 'BRIDGE' };
}

export function wired(dataFlow: 'IN' | 'OUT', category: Guid, name: Guid | null = null): PinDescriptor {
  return {
    maxGlobalInstances: 0,
    maxFilterInstances: 0,
    minFilterInstances: 0,
    dataFlow,
    communication: 'NONE',
    dataRanges: [ANALOG_RANGE],
    category,
    name,
  };
}

export const EXAMPLE_RANGE: LevelRangeDescription = {
  minimum: ksLevel(-34.5 * 0x10000),
  maximum: ksLevel(12 * 0x10000),
  step: ksLevel(1.5 * 0x10000),
};

export function volumeNode(nameText: string, channels = 2, range = EXAMPLE_RANGE): NodeDescriptor {
  const levels: KsLevel[] = Array.from({ length: channels }, () => ksLevel(0));
  return {
    type: KSNODETYPE.VOLUME,
    name: null,
    nameText,
    automation: new AutomationTable([
      volumeLevelItem({
        channels,
        range,
        read: (channel) => levels[channel]!,
        write: (channel, level) => (levels[channel] = level),
      }),
    ]),
  };
}

export function muteNode(nameText: string, channels = 2): NodeDescriptor {
  const muted = Array.from({ length: channels }, () => false);
  return {
    type: KSNODETYPE.MUTE,
    name: null,
    nameText,
    automation: new AutomationTable([
      muteItem({
        channels,
        read: (channel) => muted[channel]!,
        write: (channel, on) => (muted[channel] = on),
      }),
    ]),
  };
}

export function muxNode(nameText: string): NodeDescriptor {
  let source = 1;
  return {
    type: KSNODETYPE.MUX,
    name: null,
    nameText,
    automation: new AutomationTable([
      propertyItem({
        property: KSPROPERTY_AUDIO.MUX_SOURCE,
        get: () => source,
        set: (_instance, value) => {
          source = value;
        },
      }),
    ]),
  };
}

export const sumNode = (nameText = 'Mix'): NodeDescriptor => ({ type: KSNODETYPE.SUM, name: null, nameText });

/** `[fromNode, fromPin, toNode, toPin]` with -1 for the filter, as the tables of the specification write it. */
export function wires(...rows: readonly (readonly [number, number, number, number])[]): Connection[] {
  const node = (value: number) => (value < 0 ? NO_NODE : value);
  return rows.map(([fromNode, fromNodePin, toNode, toNodePin]) => ({
    fromNode: node(fromNode),
    fromNodePin,
    toNode: node(toNode),
    toNodePin,
  }));
}

export function topology(
  pins: PinDescriptor[],
  nodes: NodeDescriptor[],
  connections: Connection[],
): FilterDescriptor {
  return { pins, nodes, connections, categories: [KSCATEGORY.AUDIO, KSCATEGORY.TOPOLOGY] };
}

/** Registers a filter with a topology port under `name`. */
export function install(
  portCls: PortCls,
  adapter: AdapterDevice,
  name: string,
  descriptor: FilterDescriptor,
) {
  return adapter.installSubdevice(name, portCls.newPort(CLSID.PortTopology), {
    init: () => undefined,
    getDescription: () => descriptor,
  });
}
