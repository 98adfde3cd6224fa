import type { Guid } from '../guid.ts';
import type { AnyProperty } from '../property.ts';
import { KSPROPERTY_AUDIO } from './audio.ts';
import { KSPROPERTY_CONNECTION } from './connection.ts';
import { KSPROPERTY_PIN } from './pin.ts';
import { KSPROPERTY_TOPOLOGY, KSPROPERTY_TOPOLOGYNODE } from './topology.ts';

/** Every property the engine knows by name: for byte requests, the command line and the raw editor. */
export const KNOWN_PROPERTIES: readonly AnyProperty[] = [
  KSPROPERTY_PIN,
  KSPROPERTY_TOPOLOGY,
  KSPROPERTY_TOPOLOGYNODE,
  KSPROPERTY_CONNECTION,
  KSPROPERTY_AUDIO,
].flatMap((set) => Object.values(set) as unknown as AnyProperty[]);

const byId = new Map(KNOWN_PROPERTIES.map((property) => [`${property.set}:${property.id}`, property]));
const byName = new Map(KNOWN_PROPERTIES.map((property) => [property.name, property]));
const sets = new Set(KNOWN_PROPERTIES.map((property) => property.set));

export function propertyById(set: Guid, id: number): AnyProperty | undefined {
  return byId.get(`${set}:${id}`);
}

/** By full name or without the leading `KSPROPERTY_`, whatever the case. */
export function propertyByName(name: string): AnyProperty | undefined {
  const upper = name.toUpperCase();
  return byName.get(upper) ?? byName.get(`KSPROPERTY_${upper}`);
}

export function isKnownSet(set: Guid): boolean {
  return sets.has(set);
}
