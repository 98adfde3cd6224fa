import type { PropertyValue } from '../../../../contract/services/topology.ts';

/** What a driver tells about a jack by KSPROPERTY_JACK_DESCRIPTION and DESCRIPTION2. */
export interface JackState {
  /** Undefined where presence is not measured. */
  connected: boolean | undefined;
  /** `#rrggbb` of the connector; undefined where none is told. */
  colour: string | undefined;
}

/** JACKDESC2_PRESENCE_DETECT_CAPABILITY */
const PRESENCE_DETECT = 1;

/** Of the lists that the two properties answer, one element per connector of the pin; undefined before they are read. */
export function jackState(
  descriptions: PropertyValue | undefined,
  more: PropertyValue | undefined,
): JackState {
  const measured = elements(more).map(
    ({ jackCapabilities }) => (Number(jackCapabilities) & PRESENCE_DETECT) !== 0,
  );
  const jacks = elements(descriptions);
  const known = jacks.filter((_, at) => measured[at]);
  const colour = jacks.map(({ color }) => Number(color)).find((each) => each > 0);
  return {
    connected: known.length > 0 ? known.some(({ isConnected }) => isConnected === true) : undefined,
    colour: colour === undefined ? undefined : `#${colour.toString(16).padStart(6, '0')}`,
  };
}

function elements(value: PropertyValue | undefined): readonly Record<string, PropertyValue>[] {
  return Array.isArray(value) ? (value as Record<string, PropertyValue>[]) : [];
}
