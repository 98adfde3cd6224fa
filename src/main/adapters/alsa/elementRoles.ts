import type { AlsaElement } from '../../../contract/alsaHardware.ts';

/**
 * What a mixer element does, by its name: drivers name elements “SOURCE DIRECTION FUNCTION”, and nothing but the name
 * tells how a card is built.
 */

/** A level or switch that one signal goes through. */
export type StageKind = 'volume' | 'mute' | 'onOff';
/** A control of the sum of everything. */
export type CommonKind = 'bass' | 'treble' | 'loudness' | 'wideness' | 'onOff';

export type ElementRole =
  /** A source that is played. */
  | { at: 'source'; name: string; kind: StageKind }
  | { at: 'common'; kind: CommonKind }
  | { at: 'master'; kind: StageKind }
  /** A way out behind the master; a digital one takes what is played as it is. */
  | { at: 'output'; name: string; kind: StageKind; digital: boolean }
  /** An input that can be recorded. */
  | { at: 'input'; name: string; kind: StageKind }
  /** What is recorded, behind the choice of inputs; `adc` tells several converters apart. */
  | { at: 'recording'; adc: number; kind: StageKind }
  /** The choice of inputs. */
  | { at: 'recordingSource'; adc: number }
  /** A choice that is none between signals. */
  | { at: 'choice' };

const NAME = /^(.*?) ?\b(?:Bypass )?(?:(Playback|Capture)(?: |$))?(Volume|Switch)?$/;
const BOOST = /^(.*?) ?\bBoost\b.*$/;
const RECORDING_SOURCE = /^(?:.* )?(?:Capture|Input|Record(?:ing)?|ADC)\d* Source$/;

const MASTERS = /^(Master|Hardware Master|Master Mono|Master Digital)$/;
const DIGITAL_OUTPUTS = /^(IEC958|S\/PDIF|SPDIF|HDMI)/;
const OUTPUTS =
  /^((?:.* )?(?:Speaker|Headphone|Headset|Line[- ]Out|Surround|Center|LFE|Side)|Front|Rear|Mono|Master Surround|.*CLFE)$/;
/** “PC Speaker” is a source of beeps. */
const BEEPERS = /^(PC Speaker|Beep|PC Beep)$/;
/** Recording levels that belong to no input of their own. */
const CONVERTERS = /^(|ADC\d*|Digital|Input|Master Digital)$/;

const BASS = /(^|Tone.* )Bass$/;
const TREBLE = /(^|Tone.* )Treble$/;
const WIDENESS = /^3D Control.* (Depth|Center|Space|Wide)$|^(3D|Stereo) (Depth|Center|Wide|Space)$/;
const COMMON_SWITCH = /^(Tone Control.*|3D Control.*|Loopback.*|LoopBack.*|Stereo Enhance.*)$/;

/** Undefined for an element that no node stands for: it is among the driver's own values. */
export function roleOf(element: AlsaElement): ElementRole | undefined {
  const { iface, type, readable, writable, name, index, items } = element;
  if (iface !== 'MIXER' || !readable || !writable) return undefined;
  if (type === 'enumerated') {
    if (items.length === 0) return undefined;
    return RECORDING_SOURCE.test(name) ? { at: 'recordingSource', adc: index } : { at: 'choice' };
  }
  if (type !== 'boolean' && type !== 'integer') return undefined;
  return commonRole(element) ?? stageRole(element);
}

function commonRole({ name, type }: AlsaElement): ElementRole | undefined {
  const subject = name.replace(/( Playback)?( Volume| Switch)?$/, '');
  if (type === 'integer') {
    if (BASS.test(subject)) return { at: 'common', kind: 'bass' };
    if (TREBLE.test(subject)) return { at: 'common', kind: 'treble' };
    if (WIDENESS.test(subject)) return { at: 'common', kind: 'wideness' };
  } else {
    if (subject === 'Loudness') return { at: 'common', kind: 'loudness' };
    if (COMMON_SWITCH.test(subject)) return { at: 'common', kind: 'onOff' };
  }
  return undefined;
}

function stageRole({ name, type, index }: AlsaElement): ElementRole | undefined {
  const boost = BOOST.exec(name);
  if (boost) return { at: 'input', name: boost[1]!, kind: type === 'integer' ? 'volume' : 'onOff' };
  const [, subject = '', direction, what] = NAME.exec(name) ?? [];
  // What is neither called a volume nor belongs to a direction is no level.
  if (type === 'integer' && what !== 'Volume') return undefined;
  if (type === 'boolean' && what !== 'Switch' && direction === undefined) {
    return { at: 'common', kind: 'onOff' };
  }
  const kind = type === 'integer' ? 'volume' : 'mute';
  if (direction === 'Capture') {
    if (CONVERTERS.test(subject)) return { at: 'recording', adc: index, kind };
    return { at: 'input', name: numbered(subject, index), kind };
  }
  if (MASTERS.test(subject) || subject === '') return { at: 'master', kind };
  if (DIGITAL_OUTPUTS.test(subject)) {
    return { at: 'output', name: numbered(subject, index), kind, digital: true };
  }
  if (OUTPUTS.test(subject) && !BEEPERS.test(subject)) {
    return { at: 'output', name: numbered(subject, index), kind, digital: false };
  }
  return { at: 'source', name: numbered(subject, index), kind };
}

function numbered(name: string, index: number): string {
  return index === 0 ? name : `${name} ${index + 1}`;
}
