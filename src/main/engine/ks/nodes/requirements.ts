import { KSNODETYPE, type Guid } from '../guid.ts';
import type { AnyProperty, AutomationTable } from '../property.ts';
import { KSPROPERTY_AUDIO as AUDIO } from '../properties/audio.ts';
import { KSPROPERTY_DIRECTSOUND3DBUFFER, KSPROPERTY_DIRECTSOUND3DLISTENER } from '../properties/sound3d.ts';
import { KSPROPERTY_TOPOLOGYNODE } from '../properties/topology.ts';

/** Which properties a node of a type must answer. Specification 2.4. */

/** One of a list is enough where a list stands in place of a property. */
type Requirement = AnyProperty | readonly AnyProperty[];

const ALGORITHM: readonly Requirement[] = [
  AUDIO.CPU_RESOURCES,
  AUDIO.ALGORITHM_INSTANCE,
  KSPROPERTY_TOPOLOGYNODE.ENABLE,
  KSPROPERTY_TOPOLOGYNODE.RESET,
];

/** LISTENER_ALLOCATION is not among the 17 properties a 3D node must have. */
const { ALLOCATION: _optional, ...LISTENER } = KSPROPERTY_DIRECTSOUND3DLISTENER;

// SUM, SRC, DAC and ADC nodes and those reserved for the system need nothing. A SYNTHESIZER node needs its synth
// properties only behind a DirectMusic pin, and the nodes of FM and UART miniports have none, so they are its port's.
const REQUIRED = new Map<Guid, readonly Requirement[]>([
  [KSNODETYPE.VOLUME, [AUDIO.VOLUMELEVEL]],
  [KSNODETYPE.MUTE, [AUDIO.MUTE]],
  [KSNODETYPE.TONE, [[AUDIO.BASS, AUDIO.MID, AUDIO.TREBLE, AUDIO.BASS_BOOST]]],
  [KSNODETYPE.EQUALIZER, [AUDIO.EQ_LEVEL, AUDIO.NUM_EQ_BANDS, AUDIO.EQ_BANDS]],
  [KSNODETYPE.LOUDNESS, [[AUDIO.LOUDNESS, AUDIO.DYNAMIC_RANGE]]],
  [KSNODETYPE.AGC, [AUDIO.AGC]],
  [KSNODETYPE.DELAY, [AUDIO.DELAY]],
  [KSNODETYPE.REVERB, [AUDIO.REVERB_LEVEL, AUDIO.REVERB_TIME]],
  [KSNODETYPE.CHORUS, [AUDIO.CHORUS_LEVEL, AUDIO.CHORUS_MODULATION_RATE, AUDIO.CHORUS_MODULATION_DEPTH]],
  [KSNODETYPE.STEREO_WIDE, [AUDIO.WIDENESS]],
  [KSNODETYPE.MUX, [AUDIO.MUX_SOURCE]],
  [KSNODETYPE.DEMUX, [AUDIO.DEMUX_DEST]],
  [KSNODETYPE.SUPERMIX, [AUDIO.MIX_LEVEL_TABLE, AUDIO.MIX_LEVEL_CAPS]],
  [KSNODETYPE.PEAKMETER, [[AUDIO.PEAKMETER2, AUDIO.PEAKMETER], AUDIO.CPU_RESOURCES]],
  [
    KSNODETYPE.PROLOGIC_DECODER,
    [AUDIO.CHANNEL_CONFIG, KSPROPERTY_TOPOLOGYNODE.ENABLE, KSPROPERTY_TOPOLOGYNODE.RESET],
  ],
  [KSNODETYPE.PROLOGIC_ENCODER, [AUDIO.SURROUND_ENCODE]],
  [KSNODETYPE.ACOUSTIC_ECHO_CANCEL, ALGORITHM],
  [KSNODETYPE.NOISE_SUPPRESS, ALGORITHM],
  [KSNODETYPE.EFFECTS_3D, [...Object.values(KSPROPERTY_DIRECTSOUND3DBUFFER), ...Object.values(LISTENER)]],
  [KSNODETYPE.DEV_SPECIFIC, [AUDIO.DEV_SPECIFIC]],
]);

/** The first requirement of the type the table does not meet, in words; undefined when it meets them all. */
export function missingProperty(type: Guid, automation: AutomationTable | undefined): string | undefined {
  const answers = (property: AnyProperty) => automation?.find(property) !== undefined;
  for (const requirement of REQUIRED.get(type) ?? []) {
    const choices = isList(requirement) ? requirement : [requirement];
    if (!choices.some(answers)) return choices.map(({ name }) => name).join(' or ');
  }
  return undefined;
}

const isList = (requirement: Requirement): requirement is readonly AnyProperty[] =>
  Array.isArray(requirement);
