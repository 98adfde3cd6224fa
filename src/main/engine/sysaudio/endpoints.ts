import { pinName, type PinDescriptor } from '../ks/descriptor.ts';
import { KSDATAFORMAT_SUBTYPE } from '../ks/format.ts';
import { KSNODETYPE, type Guid } from '../ks/guid.ts';
import { JACK_CAPABILITY, KSPROPERTY_JACK } from '../ks/properties/jack.ts';
import type { Subdevice } from '../portcls/subdevice.ts';
import type { DeviceGraph, PinVertex, Vertex } from './deviceGraph.ts';
import { isWaveRange } from './formats.ts';

/** The endpoint builder: what a person plugs things into, and whether sound gets there. Specification 5.4. */

/** `unplugged`: jack detection says the jack is empty. `notPresent`: no path and nobody to ask about the jack. */
export type EndpointState = 'active' | 'unplugged' | 'notPresent';

export interface Endpoint {
  /** Stable: the jack's interface path and pin. */
  readonly id: string;
  /** The jack pin's name; speakers are always “Speakers”. */
  readonly name: string;
  readonly dataFlow: 'render' | 'capture';
  readonly state: EndpointState;
  readonly jack: PinVertex;
  /** The stream pin the jack is reached from. Of several that meet in one jack only the nearest is found. */
  readonly host: PinVertex | undefined;
  /** Ids of other active endpoints of the same stream pin: only one of them can play. */
  readonly exclusiveWith: readonly string[];
}

/** Jack detection: true when something is plugged in, undefined for a jack that cannot tell. */
export type JackDetection = (subdevice: Subdevice, pinId: number) => boolean | undefined;

/** What the filter's jack properties tell; IsConnected is a measurement only with presence detection. */
export const jackProperties: JackDetection = ({ filter }, pinId) => {
  if (!filter.supports(KSPROPERTY_JACK.DESCRIPTION2) || !filter.supports(KSPROPERTY_JACK.DESCRIPTION)) {
    return undefined;
  }
  const detects = filter
    .get(KSPROPERTY_JACK.DESCRIPTION2, { pinId })
    .some(({ jackCapabilities }) => (jackCapabilities & JACK_CAPABILITY.PRESENCE_DETECT) !== 0);
  if (!detects) return undefined;
  return filter.get(KSPROPERTY_JACK.DESCRIPTION, { pinId }).some(({ isConnected }) => isConnected);
};

/** An endpoint for every unconnected bridge pin that carries sound, in discovery order. */
export function buildEndpoints(graph: DeviceGraph, plugged: JackDetection = jackProperties): Endpoint[] {
  const found = graph.pins.filter(isJack).map((jack) => {
    const host = findHost(jack);
    return { jack, host, id: `${jack.subdevice.path}/${jack.pinId}`, state: stateOf(jack, host, plugged) };
  });
  return found.map(({ jack, host, id, state }) => ({
    id,
    jack,
    host,
    state,
    name: SPEAKERS.has(jack.pin.category) ? 'Speakers' : pinName(jack.pin),
    dataFlow: jack.pin.dataFlow === 'OUT' ? 'render' : 'capture',
    exclusiveWith:
      state === 'active'
        ? found
            .filter((other) => other.jack !== jack && other.host === host && other.state === 'active')
            .map((other) => other.id)
        : [],
  }));
}

/**
 * The default endpoint: of the active ones, render Speakers before line out before S/PDIF, capture microphone before
 * line in before S/PDIF, other kinds last; among equals the first by id.
 */
export function defaultEndpoint(
  endpoints: readonly Endpoint[],
  dataFlow: Endpoint['dataFlow'],
): Endpoint | undefined {
  const rank = ({ jack }: Endpoint): number => {
    const at = RANKS[dataFlow].findIndex((kind) => kind.has(jack.pin.category));
    return at < 0 ? RANKS[dataFlow].length : at;
  };
  return endpoints
    .filter((endpoint) => endpoint.dataFlow === dataFlow && endpoint.state === 'active')
    .sort((a, b) => rank(a) - rank(b) || (a.id < b.id ? -1 : 1))[0];
}

const SPEAKERS: ReadonlySet<Guid> = new Set([
  KSNODETYPE.SPEAKER,
  KSNODETYPE.DESKTOP_SPEAKER,
  KSNODETYPE.ROOM_SPEAKER,
  KSNODETYPE.COMMUNICATION_SPEAKER,
]);
const LINES: ReadonlySet<Guid> = new Set([KSNODETYPE.LINE_CONNECTOR, KSNODETYPE.ANALOG_CONNECTOR]);
const DIGITAL: ReadonlySet<Guid> = new Set([KSNODETYPE.SPDIF_INTERFACE, KSNODETYPE.DIGITAL_AUDIO_INTERFACE]);
const MICROPHONES: ReadonlySet<Guid> = new Set([
  KSNODETYPE.MICROPHONE,
  KSNODETYPE.DESKTOP_MICROPHONE,
  KSNODETYPE.PERSONAL_MICROPHONE,
  KSNODETYPE.OMNI_DIRECTIONAL_MICROPHONE,
  KSNODETYPE.MICROPHONE_ARRAY,
  KSNODETYPE.PROCESSING_MICROPHONE_ARRAY,
]);
const RANKS = { render: [SPEAKERS, LINES, DIGITAL], capture: [MICROPHONES, LINES, DIGITAL] } as const;

/** Sub-formats that make a host pin worth an endpoint. WMV in the documents is Windows Media audio over S/PDIF. */
const STREAMED: ReadonlySet<Guid> = new Set([
  KSDATAFORMAT_SUBTYPE.WILDCARD,
  KSDATAFORMAT_SUBTYPE.PCM,
  KSDATAFORMAT_SUBTYPE.AC3_SPDIF,
  KSDATAFORMAT_SUBTYPE.WMA_SPDIF,
]);

/** A MIDI connector carries no sound and is no endpoint. */
function isJack({ pin, parents, children }: PinVertex): boolean {
  const outward = pin.dataFlow === 'OUT' ? children : parents;
  return pin.communication === 'BRIDGE' && outward.length === 0 && carriesSound(pin);
}

function carriesSound(pin: PinDescriptor): boolean {
  return pin.dataRanges.some(
    (range) => isWaveRange(range) || range.subFormat === KSDATAFORMAT_SUBTYPE.ANALOG,
  );
}

function stateOf(jack: PinVertex, host: PinVertex | undefined, plugged: JackDetection): EndpointState {
  // A jack whose stream filter comes with the plug has detection and, empty, no path: it is unplugged too.
  if (plugged(jack.subdevice, jack.pinId) === false) return 'unplugged';
  return host ? 'active' : 'notPresent';
}

/** Follows the topology from the jack to the nearest stream pin with a format endpoints are for. */
function findHost(jack: PinVertex): PinVertex | undefined {
  const up = jack.pin.dataFlow === 'OUT';
  const visited = new Set<Vertex>([jack]);
  // A set visits what is added while it is walked.
  for (const vertex of visited) {
    if (vertex.kind === 'pin' && isStreamPin(vertex.pin)) return vertex;
    for (const { from, to } of up ? vertex.parents : vertex.children) visited.add(up ? from : to);
  }
  return undefined;
}

function isStreamPin({ communication, dataRanges }: PinDescriptor): boolean {
  if (communication !== 'SINK' && communication !== 'BOTH') return false;
  return dataRanges.some((range) => isWaveRange(range) && STREAMED.has(range.subFormat));
}
