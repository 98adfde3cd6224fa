import { guid, KSAUDFNAME, KSNODETYPE, type Guid } from '../../engine/ks/guid.ts';

/** What of a card's parts has a standard meaning: names of nodes, categories of jacks. */

interface SourceNames {
  readonly volume: Guid;
  readonly mute: Guid;
}

const SOURCES: readonly [RegExp, SourceNames][] = [
  [/^(PCM|Wave|DAC)$/, { volume: KSAUDFNAME.WAVE_VOLUME, mute: KSAUDFNAME.WAVE_MUTE }],
  [/^(Synth|FM|Music|MIDI)$/, { volume: KSAUDFNAME.MIDI_VOLUME, mute: KSAUDFNAME.MIDI_MUTE }],
  [/^CD$/, { volume: KSAUDFNAME.CD_VOLUME, mute: KSAUDFNAME.CD_MUTE }],
  [/^Line$/, { volume: KSAUDFNAME.LINE_VOLUME, mute: KSAUDFNAME.LINE_MUTE }],
  [/^Mic$/, { volume: KSAUDFNAME.MIC_VOLUME, mute: KSAUDFNAME.MIC_MUTE }],
  [/^Aux$/, { volume: KSAUDFNAME.AUX_VOLUME, mute: KSAUDFNAME.AUX_MUTE }],
  [/^Video$/, { volume: KSAUDFNAME.VIDEO_VOLUME, mute: KSAUDFNAME.VIDEO_MUTE }],
  [/^(PC Speaker|Beep|PC Beep)$/, { volume: KSAUDFNAME.PC_SPEAKER_VOLUME, mute: KSAUDFNAME.PC_SPEAKER_MUTE }],
];

const OUTPUTS: readonly [RegExp, SourceNames][] = [
  [/^Mono$/, { volume: KSAUDFNAME.MONO_OUT_VOLUME, mute: KSAUDFNAME.MONO_OUT_MUTE }],
];

const INPUT_VOLUMES: readonly [RegExp, Guid][] = [
  [/^CD$/, KSAUDFNAME.CD_IN_VOLUME],
  [/^Line$/, KSAUDFNAME.LINE_IN_VOLUME],
  [/^Mic$/, KSAUDFNAME.MIC_IN_VOLUME],
  [/^(Synth|FM|Music|MIDI)$/, KSAUDFNAME.MIDI_IN_VOLUME],
  [/^(PCM|Wave)$/, KSAUDFNAME.WAVE_IN_VOLUME],
];

const COMMON: readonly [RegExp, Guid][] = [
  [/Bass$/, KSAUDFNAME.BASS],
  [/Treble$/, KSAUDFNAME.TREBLE],
  [/3D.* Depth$/, KSAUDFNAME.DEPTH_3D],
  [/3D.* Center$/, KSAUDFNAME.CENTER_3D],
  [/^3D.* Switch$/, KSAUDFNAME.STEREO_3D],
];

/** Signals that are the sum of what is played. */
const MIXES: readonly [RegExp, Guid][] = [
  [/^Mix$|^Stereo Mix$|^Master$|^What U Hear$/, KSAUDFNAME.STEREO_MIX],
  [/^Mix Mono$|^Mono Mix$|^Mono$/, KSAUDFNAME.MONO_MIX],
];

const INPUT_JACKS: readonly [RegExp, Guid][] = [
  [/mic/i, KSNODETYPE.MICROPHONE],
  [/^cd/i, KSNODETYPE.CD_PLAYER],
  [/iec958|s\/?pdif|digital/i, KSNODETYPE.SPDIF_INTERFACE],
  [/line|aux/i, KSNODETYPE.LINE_CONNECTOR],
  [/phone|modem/i, KSNODETYPE.PHONE_LINE],
  [/video|tv|tuner/i, KSNODETYPE.VCR_AUDIO],
  [/synth|fm|midi|music/i, KSNODETYPE.SYNTHESIZER],
];

const OUTPUT_JACKS: readonly [RegExp, Guid][] = [
  [/headphone|headset/i, KSNODETYPE.HEADPHONES],
  [/iec958|s\/?pdif|hdmi/i, KSNODETYPE.SPDIF_INTERFACE],
  [/lfe/i, KSNODETYPE.LOW_FREQUENCY_EFFECTS_SPEAKER],
  [/line/i, KSNODETYPE.ANALOG_CONNECTOR],
];

export const sourceVolumeName = (source: string): Guid | null => find(SOURCES, source)?.volume ?? null;
export const sourceMuteName = (source: string): Guid | null => find(SOURCES, source)?.mute ?? null;
export const outputVolumeName = (output: string): Guid | null => find(OUTPUTS, output)?.volume ?? null;
export const outputMuteName = (output: string): Guid | null => find(OUTPUTS, output)?.mute ?? null;
export const inputVolumeName = (input: string): Guid | null => find(INPUT_VOLUMES, input) ?? null;
/** Of the whole element's name. */
export const commonName = (element: string): Guid | null => find(COMMON, element) ?? null;
/** Undefined for what is no mix. */
export const mixName = (signal: string): Guid | undefined => find(MIXES, signal);
export const inputCategory = (input: string): Guid => find(INPUT_JACKS, input) ?? KSNODETYPE.ANALOG_CONNECTOR;
export const outputCategory = (output: string): Guid => find(OUTPUT_JACKS, output) ?? KSNODETYPE.SPEAKER;

/** A source that is the samples programs play. */
export const isWaveSource = (source: string): boolean =>
  /^(PCM|Wave|DAC|Master Digital|Digital)$/.test(source);

function find<T>(table: readonly [RegExp, T][], name: string): T | undefined {
  return table.find(([pattern]) => pattern.test(name))?.[1];
}

/** A name GUID of our own for a text: the same for the same text, on every machine. */
export function privateName(text: string): Guid {
  const words = [0x811c9dc5, 0x1b873593, 0xcc9e2d51, 0x85ebca6b].map((seed) => hash(seed, text));
  const digits = words.map((word) => word.toString(16).padStart(8, '0')).join('');
  return guid(digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'));
}

/** FNV-1a, 32 bits. */
function hash(seed: number, text: string): number {
  let value = seed;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value >>> 0;
}
