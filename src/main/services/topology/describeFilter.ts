import type {
  FilterTopology,
  FormatTopology,
  NamedGuid,
  PinTopology,
  PropertyTopology,
  RangeTopology,
} from '../../../contract/services/topology.ts';
import { nodeName, pinName, UNLIMITED_INSTANCES, type PinDescriptor } from '../../engine/ks/descriptor.ts';
import type { Filter, PinCounts } from '../../engine/ks/filter.ts';
import {
  KSDATAFORMAT_SPECIFIER,
  KSDATAFORMAT_SUBTYPE,
  KSDATAFORMAT_TYPE,
  KSMUSIC_TECHNOLOGY,
  type DataFormat,
  type DataRange,
} from '../../engine/ks/format.ts';
import { CLSID, constantName, type Guid } from '../../engine/ks/guid.ts';
import type { PinInstance } from '../../engine/ks/pin.ts';
import { NO_NODE, type AutomationTable } from '../../engine/ks/property.ts';

/** Filters as the topology service tells them. What a descriptor fixes is described once. */

/** What never changes while a filter is there. */
export type FilterShape = Omit<FilterTopology, 'pins' | 'power'> & {
  pins: Omit<PinTopology, 'instances' | 'open' | 'connection'>[];
};

export function describeShape(
  about: Pick<FilterTopology, 'path' | 'adapter' | 'name' | 'port'>,
  { descriptor }: Filter,
): FilterShape {
  return {
    ...about,
    categories: descriptor.categories.map(named),
    properties: properties(descriptor.automation),
    pins: descriptor.pins.map((pin, id) => describePin(pin, id)),
    nodes: descriptor.nodes.map((node, id) => ({
      id,
      type: named(node.type),
      name: nodeName(node),
      properties: properties(node.automation),
    })),
    connections: descriptor.connections.map(({ fromNode, fromNodePin, toNode, toNodePin }) => ({
      fromNode: fromNode === NO_NODE ? null : fromNode,
      fromPin: fromNodePin,
      toNode: toNode === NO_NODE ? null : toNode,
      toPin: toNodePin,
    })),
  };
}

/** The filter as it is now: power state, instance counts, open instances and wires filled in. */
export function describeFilter(
  shape: FilterShape,
  filter: Filter,
  power: FilterTopology['power'],
  open: readonly PinInstance[],
  numberOf: (instance: PinInstance) => number,
  connection: (pin: number) => PinTopology['connection'],
): FilterTopology {
  return {
    ...shape,
    power,
    pins: shape.pins.map((pin) => ({
      ...pin,
      instances: instances(filter.counts(pin.id)),
      open: open
        .filter((instance) => instance.pinId === pin.id)
        .map((instance) => ({
          instance: numberOf(instance),
          state: instance.state,
          format: describeFormat(instance.format),
        })),
      connection: connection(pin.id),
    })),
  };
}

/** `WaveCyclic` of CLSID_PortWaveCyclic; the GUID for a class of its own. */
export function portName(classId: Guid): string {
  const entry = Object.entries(CLSID).find(([, id]) => id === classId);
  return entry ? entry[0].replace(/^Port/, '') : classId;
}

function describePin(pin: PinDescriptor, id: number): FilterShape['pins'][number] {
  return {
    id,
    name: pinName(pin),
    dataFlow: pin.dataFlow,
    communication: pin.communication,
    category: named(pin.category),
    ranges: pin.dataRanges.map(describeRange),
  };
}

function describeRange({ majorFormat, subFormat, specifier, audio, music }: DataRange): RangeTopology {
  return {
    majorFormat: named(majorFormat),
    subFormat: named(subFormat),
    specifier: named(specifier),
    ...(audio ? { audio } : {}),
    ...(music ? { music: { ...music, technology: named(music.technology) } } : {}),
  };
}

function describeFormat({ majorFormat, subFormat, specifier, wave }: DataFormat): FormatTopology {
  return {
    majorFormat: named(majorFormat),
    subFormat: named(subFormat),
    specifier: named(specifier),
    ...(wave
      ? {
          wave: {
            formatTag: wave.formatTag,
            channels: wave.channels,
            samplesPerSec: wave.samplesPerSec,
            bitsPerSample: wave.bitsPerSample,
          },
        }
      : {}),
  };
}

function properties(table: AutomationTable | undefined): PropertyTopology[] {
  return (table?.items ?? []).map((item) => ({
    name: item.property.name,
    propertySet: named(item.property.set),
    id: item.property.id,
    get: item.get !== undefined,
    set: item.set !== undefined,
    perPin: item.perPin === true,
  }));
}

/** The tighter of the two counts of specification 1.5. */
function instances(counts: PinCounts): PinTopology['instances'] {
  const limit = (count: number) => (count === UNLIMITED_INSTANCES ? Infinity : count);
  const filterFree = limit(counts.filterPossible) - counts.filterCurrent;
  const globalFree = limit(counts.globalPossible) - counts.globalCurrent;
  const [possible, current] =
    globalFree <= filterFree
      ? [limit(counts.globalPossible), counts.globalCurrent]
      : [limit(counts.filterPossible), counts.filterCurrent];
  return { possible: possible === Infinity ? null : possible, current, necessary: counts.filterNecessary };
}

const FORMAT_NAMES = new Map<Guid, string>(
  [
    ['KSDATAFORMAT_TYPE', KSDATAFORMAT_TYPE] as const,
    ['KSDATAFORMAT_SUBTYPE', KSDATAFORMAT_SUBTYPE] as const,
    ['KSDATAFORMAT_SPECIFIER', KSDATAFORMAT_SPECIFIER] as const,
    ['KSMUSIC_TECHNOLOGY', KSMUSIC_TECHNOLOGY] as const,
  ].flatMap(([prefix, table]) =>
    Object.entries(table).map(([key, id]): [Guid, string] => [id, `${prefix}_${key}`]),
  ),
);

export function named(guid: Guid): NamedGuid {
  return { guid, name: FORMAT_NAMES.get(guid) ?? constantName(guid) };
}
