import { nodeName, pinName } from './descriptor.ts';
import type { Filter } from './filter.ts';
import type { DataFormat } from './format.ts';
import { KSINTERFACESETID_STANDARD, KSMEDIUMSETID_STANDARD } from './guid.ts';
import { acceptsFormat } from './intersection.ts';
import type { PinInstance } from './pin.ts';
import { KSPROPERTY_CONNECTION } from './properties/connection.ts';
import { KSPROPERTY_PIN, type PinIdentifier } from './properties/pin.ts';
import { KSPROPERTY_TOPOLOGY } from './properties/topology.ts';
import { propertyItem, type PropertyItem } from './property.ts';
import { KsError } from './status.ts';

/** What every port driver answers by itself, on its filters and on its pins. Specification 1.10. */

/** KSINTERFACE_STANDARD_STREAMING: PortCls ignores the interfaces a descriptor lists. */
const STREAMING: readonly PinIdentifier[] = [{ set: KSINTERFACESETID_STANDARD, id: 0, flags: 0 }];
/** KSMEDIUM_TYPE_ANYINSTANCE: the standard device I/O medium, which a descriptor without mediums means. */
const DEVICE_IO: readonly PinIdentifier[] = [{ set: KSMEDIUMSETID_STANDARD, id: 0, flags: 0 }];

/** KSPROPSETID_Pin and, but for the name of a node, KSPROPSETID_Topology. */
export function filterAnswers(filter: Filter): PropertyItem[] {
  const pinOf = ({ pinId }: { readonly pinId: number }) => filter.pin(pinId);
  const defaultFormat = (pinId: number) => filter.intersect(pinId, filter.pin(pinId).dataRanges);
  return [
    propertyItem({
      property: KSPROPERTY_PIN.CINSTANCES,
      get: ({ pinId }) => {
        const { filterPossible: possible, filterCurrent: current } = filter.counts(pinId);
        return { possible, current };
      },
    }),
    propertyItem({
      property: KSPROPERTY_PIN.GLOBALCINSTANCES,
      get: ({ pinId }) => {
        const { globalPossible: possible, globalCurrent: current } = filter.counts(pinId);
        return { possible, current };
      },
    }),
    propertyItem({
      property: KSPROPERTY_PIN.NECESSARYINSTANCES,
      get: ({ pinId }) => filter.counts(pinId).filterNecessary,
    }),
    propertyItem({ property: KSPROPERTY_PIN.CTYPES, get: () => filter.descriptor.pins.length }),
    propertyItem({ property: KSPROPERTY_PIN.DATAFLOW, get: (pin) => pinOf(pin).dataFlow }),
    propertyItem({ property: KSPROPERTY_PIN.DATARANGES, get: (pin) => pinOf(pin).dataRanges }),
    // No range of a descriptor is constrained further.
    propertyItem({ property: KSPROPERTY_PIN.CONSTRAINEDDATARANGES, get: (pin) => pinOf(pin).dataRanges }),
    propertyItem({
      property: KSPROPERTY_PIN.DATAINTERSECTION,
      get: ({ pinId, ranges }) => filter.intersect(pinId, ranges),
    }),
    propertyItem({ property: KSPROPERTY_PIN.INTERFACES, get: (pin) => (pinOf(pin), STREAMING) }),
    propertyItem({ property: KSPROPERTY_PIN.MEDIUMS, get: (pin) => (pinOf(pin), DEVICE_IO) }),
    propertyItem({ property: KSPROPERTY_PIN.COMMUNICATION, get: (pin) => pinOf(pin).communication }),
    propertyItem({
      property: KSPROPERTY_PIN.PHYSICALCONNECTION,
      get: ({ pinId }) => {
        const peer = filter.physicalConnection(pinId);
        if (peer) return peer;
        throw new KsError('STATUS_NOT_FOUND', `Pin ${pinId} of “${filter.name}” has no physical connection.`);
      },
    }),
    propertyItem({ property: KSPROPERTY_PIN.CATEGORY, get: (pin) => pinOf(pin).category }),
    propertyItem({ property: KSPROPERTY_PIN.NAME, get: (pin) => pinName(pinOf(pin)) }),
    propertyItem({
      property: KSPROPERTY_PIN.PROPOSEDATAFORMAT,
      // What the intersection makes of the pin's own ranges.
      get: ({ pinId }) => defaultFormat(pinId),
      set: ({ pinId }, format) => judge(filter, pinId, format, `Pin ${pinId} of “${filter.name}”`),
    }),
    propertyItem({
      property: KSPROPERTY_PIN.PROPOSEDATAFORMAT2,
      get: ({ pinId, attributes }) => {
        if (attributes.length === 0) return defaultFormat(pinId);
        throw new KsError(
          'STATUS_NOT_SUPPORTED',
          `Pin ${pinId} of “${filter.name}” has no processing modes.`,
        );
      },
    }),
    propertyItem({ property: KSPROPERTY_TOPOLOGY.CATEGORIES, get: () => filter.descriptor.categories }),
    propertyItem({
      property: KSPROPERTY_TOPOLOGY.NODES,
      get: () => filter.descriptor.nodes.map((node) => node.type),
    }),
    propertyItem({ property: KSPROPERTY_TOPOLOGY.CONNECTIONS, get: () => filter.descriptor.connections }),
  ];
}

/** The one property of nodes that ports handle themselves. */
export function nodeAnswers(filter: Filter): PropertyItem[] {
  return [
    propertyItem({
      property: KSPROPERTY_TOPOLOGY.NAME,
      get: (_instance, { node }) => nodeName(filter.descriptor.nodes[node]!),
    }),
  ];
}

/** KSPROPSETID_Connection of a pin instance, RULE-1. What depends on the stream is its port's to add. */
export function pinAnswers(pin: PinInstance): PropertyItem[] {
  return [
    propertyItem({
      property: KSPROPERTY_CONNECTION.STATE,
      get: () => pin.state,
      set: (_instance, state) => pin.setState(state),
    }),
    propertyItem({
      property: KSPROPERTY_CONNECTION.DATAFORMAT,
      get: () => pin.format,
      set: (_instance, format) => pin.setFormat(format),
    }),
    propertyItem({
      property: KSPROPERTY_CONNECTION.PROPOSEDATAFORMAT,
      set: (_instance, format) => judge(pin.filter, pin.pinId, format, pin.description),
    }),
  ];
}

/** A proposal is only judged; no stream's format changes. @throws KsError STATUS_NO_MATCH */
function judge(filter: Filter, pinId: number, format: DataFormat, where: string): void {
  if (filter.pin(pinId).dataRanges.some((range) => acceptsFormat(range, format))) return;
  throw new KsError('STATUS_NO_MATCH', `${where} does not take the proposed format.`);
}
