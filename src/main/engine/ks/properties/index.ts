import type { Guid } from '../guid.ts';
import type { AnyProperty } from '../property.ts';
import { KSPROPERTY_AUDIO } from './audio.ts';
import { KSPROPERTY_CONNECTION } from './connection.ts';
import { KSPROPERTY_AEC } from './echoCancel.ts';
import { KSPROPERTY_GENERAL } from './general.ts';
import { KSPROPERTY_JACK } from './jack.ts';
import { KSPROPERTY_PIN } from './pin.ts';
import { KSPROPERTY_RTAUDIO } from './rtAudio.ts';
import {
  KSPROPERTY_DIRECTSOUND3DBUFFER,
  KSPROPERTY_DIRECTSOUND3DLISTENER,
  KSPROPERTY_HRTF3D,
  KSPROPERTY_ITD3D,
} from './sound3d.ts';
import { KSPROPERTY_STREAM } from './stream.ts';
import { KSPROPERTY_SYNTH, KSPROPERTY_SYNTH_DLS, KSPROPERTY_SYNTHCLOCK } from './synth.ts';
import { KSPROPERTY_SYSAUDIO, KSPROPERTY_SYSAUDIO_PIN } from './sysaudio.ts';
import { KSPROPERTY_TOPOLOGY, KSPROPERTY_TOPOLOGYNODE } from './topology.ts';

/** Every property the engine knows by name: for byte requests, the command line and the raw editor. */
export const KNOWN_PROPERTIES: readonly AnyProperty[] = [
  KSPROPERTY_PIN,
  KSPROPERTY_TOPOLOGY,
  KSPROPERTY_TOPOLOGYNODE,
  KSPROPERTY_GENERAL,
  KSPROPERTY_CONNECTION,
  KSPROPERTY_STREAM,
  KSPROPERTY_AUDIO,
  KSPROPERTY_AEC,
  KSPROPERTY_DIRECTSOUND3DBUFFER,
  KSPROPERTY_DIRECTSOUND3DLISTENER,
  KSPROPERTY_HRTF3D,
  KSPROPERTY_ITD3D,
  KSPROPERTY_SYNTH,
  KSPROPERTY_SYNTH_DLS,
  KSPROPERTY_SYNTHCLOCK,
  KSPROPERTY_RTAUDIO,
  KSPROPERTY_JACK,
  KSPROPERTY_SYSAUDIO,
  KSPROPERTY_SYSAUDIO_PIN,
].flatMap((set) => Object.values(set) as unknown as AnyProperty[]);

const byId = new Map(KNOWN_PROPERTIES.map((property) => [`${property.set}:${property.id}`, property]));
const byName = new Map(KNOWN_PROPERTIES.map((property) => [property.name, property]));

/** Undefined for one that the engine does not know. */
export function propertyById(set: Guid, id: number): AnyProperty | undefined {
  return byId.get(`${set}:${id}`);
}

/** By full name or without the leading `KSPROPERTY_`, whatever the case. */
export function propertyByName(name: string): AnyProperty | undefined {
  const upper = name.toUpperCase();
  return byName.get(upper) ?? byName.get(`KSPROPERTY_${upper}`);
}
