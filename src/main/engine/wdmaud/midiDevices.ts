import {
  KSDATAFORMAT_SPECIFIER,
  KSDATAFORMAT_SUBTYPE,
  KSDATAFORMAT_TYPE,
  KSMUSIC_TECHNOLOGY,
  type DataFormat,
} from '../ks/format.ts';
import type { Guid } from '../ks/guid.ts';
import { acceptsFormat } from '../ks/intersection.ts';
import type { AudioGraph } from '../sysaudio/audioGraph.ts';
import { isHostPin, type PinVertex } from '../sysaudio/deviceGraph.ts';
import { defaultMidiPlayback, midiPlaybackPins } from '../sysaudio/midiPlayback.ts';
import type { SysAudio } from '../sysaudio/sysAudio.ts';
import { deviceNames, openHostPin, type DeviceNames } from './streamDevice.ts';

/** midiOut and midiIn devices: host pins for legacy MIDI. Specification 4.1, 5. */

/** Format of a legacy MIDI stream pin. */
export const MIDI_FORMAT: DataFormat = {
  majorFormat: KSDATAFORMAT_TYPE.MUSIC,
  subFormat: KSDATAFORMAT_SUBTYPE.MIDI,
  specifier: KSDATAFORMAT_SPECIFIER.NONE,
};

/** `MIDIOUTCAPS.wTechnology`. SYNTH (2) and MAPPER (5) have no technology GUID a driver could give. */
export const MIDI_TECHNOLOGY = {
  MOD_MIDIPORT: 1,
  MOD_SQSYNTH: 3,
  MOD_FMSYNTH: 4,
  MOD_WAVETABLE: 6,
  MOD_SWSYNTH: 7,
} as const;
export type MidiTechnology = keyof typeof MIDI_TECHNOLOGY;

const TECHNOLOGIES = new Map<Guid, MidiTechnology>([
  [KSMUSIC_TECHNOLOGY.PORT, 'MOD_MIDIPORT'],
  [KSMUSIC_TECHNOLOGY.SQSYNTH, 'MOD_SQSYNTH'],
  [KSMUSIC_TECHNOLOGY.FMSYNTH, 'MOD_FMSYNTH'],
  [KSMUSIC_TECHNOLOGY.WAVETABLE, 'MOD_WAVETABLE'],
  [KSMUSIC_TECHNOLOGY.SWSYNTH, 'MOD_SWSYNTH'],
]);

/** MIDIOUTCAPS; of a midiIn device only the names count. */
export interface MidiCaps extends DeviceNames {
  readonly technology: MidiTechnology;
  /** `Notes` of the data range; 0 when the driver does not say, and for a port. */
  readonly notes: number;
  /** One bit per MIDI channel. */
  readonly channelMask: number;
}

/** A device as midiOut and midiIn see it: its capabilities, and streams opened through SysAudio. */
export class MidiDevice {
  readonly caps: MidiCaps;
  readonly host: PinVertex;
  readonly #sysAudio: SysAudio;

  constructor(sysAudio: SysAudio, host: PinVertex) {
    this.#sysAudio = sysAudio;
    this.host = host;
    const music = host.pin.dataRanges.find((range) => acceptsFormat(range, MIDI_FORMAT))?.music;
    this.caps = {
      ...deviceNames(host),
      technology: (music && TECHNOLOGIES.get(music.technology)) ?? 'MOD_MIDIPORT',
      notes: music?.notes ?? 0,
      channelMask: music?.channelMask ?? 0,
    };
  }

  /**
   * midiOutOpen, midiInOpen. A software synthesizer is opened with the way to its wave device.
   * @throws MmError MMSYSERR_ALLOCATED without a free instance, MMSYSERR_NODRIVER when the filter is gone
   */
  open(): AudioGraph {
    return openHostPin(this.#sysAudio, [this.host], MIDI_FORMAT);
  }
}

/** midiOutGetNumDevs and midiOutGetDevCaps: the index is the device id. A DirectMusic-only pin is not listed. */
export function midiOutDevices(sysAudio: SysAudio): MidiDevice[] {
  return midiPlaybackPins(sysAudio.graph).map(({ host }) => new MidiDevice(sysAudio, host));
}

/** midiInGetNumDevs and midiInGetDevCaps. */
export function midiInDevices(sysAudio: SysAudio): MidiDevice[] {
  return sysAudio.graph.pins
    .filter(
      ({ pin }) =>
        pin.dataFlow === 'OUT' &&
        isHostPin(pin) &&
        pin.dataRanges.some((range) => acceptsFormat(range, MIDI_FORMAT)),
    )
    .map((host) => new MidiDevice(sysAudio, host));
}

/** The default playback device, as SysAudio chooses it; a port is never chosen by itself. */
export function defaultMidiOut(sysAudio: SysAudio): MidiDevice | undefined {
  const playback = defaultMidiPlayback(sysAudio.graph);
  return playback && new MidiDevice(sysAudio, playback.host);
}
