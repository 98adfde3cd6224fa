import type {
  PropertyAddress,
  PropertyAnswer,
  PropertySupport,
  PropertyUnit,
} from '../../../contract/services/topology.ts';
import {
  basicSupport,
  getPropertyWithStatus,
  setProperty,
  type RequestTarget,
} from '../../engine/ks/dispatch.ts';
import { ACCESS, NO_NODE, type AnyProperty, type Property } from '../../engine/ks/property.ts';
import { KSPROPERTY_AUDIO } from '../../engine/ks/properties/audio.ts';
import { KNOWN_PROPERTIES } from '../../engine/ks/properties/index.ts';
import { isSuccess, KsError } from '../../engine/ks/status.ts';
import { fromJson, toJson } from './propertyJson.ts';

/** Typed property requests by name, with values as JSON. Specification 1.8, 1.9. */

type JsonProperty = Property<unknown, unknown>;
type Address = Omit<PropertyAddress, 'filter' | 'pinInstance'>;

const UNITS = new Map<AnyProperty, PropertyUnit>([
  ...[
    KSPROPERTY_AUDIO.VOLUMELEVEL,
    KSPROPERTY_AUDIO.BASS,
    KSPROPERTY_AUDIO.MID,
    KSPROPERTY_AUDIO.TREBLE,
    KSPROPERTY_AUDIO.EQ_LEVEL,
  ].map((property) => [property as unknown as AnyProperty, 'level'] as const),
  ...[KSPROPERTY_AUDIO.WIDENESS, KSPROPERTY_AUDIO.REVERB_LEVEL, KSPROPERTY_AUDIO.CHORUS_LEVEL].map(
    (property) => [property as unknown as AnyProperty, 'percent'] as const,
  ),
]);

/** @throws KsError with the status of the request */
export function getJson(target: RequestTarget, address: Address): PropertyAnswer {
  const { property, node, instance } = locate(target, address);
  const { value, status } = getPropertyWithStatus(target, property, instance, node);
  return { property: property.name, status, value: toJson(value), unit: unitOf(property) };
}

/**
 * Sets and answers the value as it then reads. A request that is pending is waited for.
 * @throws KsError with the status of the request; nothing has changed then
 */
export async function setJson(
  target: RequestTarget,
  address: Address,
  json: unknown,
): Promise<PropertyAnswer> {
  const { property, node, instance } = locate(target, address);
  // What cannot be set is told as that, whatever the value.
  if (target.resolve(property, node).item.set) {
    const pending = setProperty(target, property, instance, fromJson(property.value, json), node);
    const status = await pending?.completed;
    if (status !== undefined && !isSuccess(status)) {
      throw new KsError(status, `${property.name} ended with ${status}.`);
    }
  } else {
    setProperty(target, property, instance, undefined, node);
  }
  const read = reading(target, property, instance, node);
  return {
    property: property.name,
    status: read?.status ?? 'STATUS_SUCCESS',
    value: read === undefined ? null : toJson(read.value),
    unit: unitOf(property),
  };
}

/** @throws KsError with the status of the request */
export function supportJson(target: RequestTarget, address: Address): PropertySupport {
  const { property, node } = locate(target, address, { withInstance: false });
  const { access, valueType, members } = basicSupport(target, property, node);
  return {
    property: property.name,
    get: (access & ACCESS.GET) !== 0,
    set: (access & ACCESS.SET) !== 0,
    layout: property.value.name,
    input: property.input.name,
    unit: unitOf(property),
    valueType: valueType ?? null,
    steppings: (members?.steppings ?? []).map(({ minimum, maximum, step }) => ({ minimum, maximum, step })),
    multichannel: members?.multichannel ?? false,
    uniform: members?.uniform ?? false,
  };
}

/** A default set on a filter handle cannot be read back there. */
function reading(target: RequestTarget, property: JsonProperty, instance: unknown, node: number) {
  const { item, underSpecified } = target.resolve(property, node);
  if (!item.get || underSpecified) return undefined;
  return getPropertyWithStatus(target, property, instance, node);
}

function locate(
  target: RequestTarget,
  address: Address,
  { withInstance } = { withInstance: true },
): { property: JsonProperty; node: number; instance: unknown } {
  const node = address.node ?? NO_NODE;
  const property = findProperty(target, node, address.property);
  return { property, node, instance: withInstance ? instanceOf(property, address) : undefined };
}

/**
 * By full name, without `KSPROPERTY_`, or by its last part, `VOLUMELEVEL`: first among what the target answers, a
 * driver's private properties included, then among all that are known, so that the target itself says it has none.
 * @throws KsError STATUS_NOT_FOUND for no such name, STATUS_INVALID_PARAMETER for a name that says too little, and as
 *   the target refuses an unknown node
 */
function findProperty(target: RequestTarget, node: number, name: string): JsonProperty {
  const answered = target.table(node).entries.map(({ item }) => item.property);
  for (const properties of [answered, KNOWN_PROPERTIES as readonly JsonProperty[]]) {
    const exact = properties.find((each) =>
      [name, `KSPROPERTY_${name}`].some((text) => same(each.name, text)),
    );
    if (exact) return exact;
    const [first, ...others] = properties.filter((each) =>
      each.name.toUpperCase().endsWith(`_${name.toUpperCase()}`),
    );
    if (others.length > 0) {
      throw new KsError('STATUS_INVALID_PARAMETER', `“${name}” is more than one property.`, {
        advice: `Say which: ${[first!, ...others].map((each) => each.name).join(', ')}.`,
      });
    }
    if (first) return first;
  }
  throw new KsError('STATUS_NOT_FOUND', `There is no property “${name}”.`);
}

const same = (a: string, b: string): boolean => a.toUpperCase() === b.toUpperCase();

/** @throws KsError STATUS_INVALID_PARAMETER for instance data that is missing, or is not this property's */
function instanceOf({ name, input }: JsonProperty, { channel, pin, instance }: Address): unknown {
  const given: Record<string, unknown> = {
    ...instance,
    ...(channel === undefined ? {} : { channel }),
    ...(pin === undefined ? {} : { pinId: pin }),
  };
  if (input.instance.size === 0) {
    if (Object.keys(given).length === 0) return undefined;
    throw new KsError('STATUS_INVALID_PARAMETER', `${name} is asked with a ${input.name} and nothing more.`);
  }
  try {
    return fromJson(input.instance, given);
  } catch (error) {
    if (!(error instanceof KsError)) throw error;
    throw new KsError('STATUS_INVALID_PARAMETER', `${name} is asked with a ${input.name}.`, {
      advice: ADVICE[input.name] ?? `It needs ${input.instance.name}.`,
    });
  }
}

const ADVICE: Readonly<Record<string, string>> = {
  KSNODEPROPERTY_AUDIO_CHANNEL: 'Name a channel; -1 is all of them.',
  KSP_PIN: 'Name a pin.',
};

function unitOf(property: JsonProperty): PropertyUnit | null {
  return UNITS.get(property) ?? null;
}
