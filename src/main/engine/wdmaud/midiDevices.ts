import {
  KSDATAFORMAT_SPECIFIER,
  KSDATAFORMAT_SUBTYPE,
  KSDATAFORMAT_TYPE,
  KSMUSIC_TECHNOLOGY,
  type DataFormat,
  type DataRange,
} from '../ks/format.ts';
import type { Guid } from '../ks/guid.ts';
import type { PinInstance } from '../ks/pin.ts';
import type { PortCls } from '../portcls/portcls.ts';
import { deviceFilters, deviceName, openFirst, type DeviceFilter } from './deviceFilters.ts';
import { asMmResult } from './mmResult.ts';
import { NAME_LENGTH, truncateName } from './names.ts';

/** midiOut and midiIn devices: filters with a legacy MIDI pin. Specification 4.1. */

/** Format of a legacy MIDI stream pin. */
export const MIDI_FORMAT: DataFormat = {
  majorFormat: KSDATAFORMAT_TYPE.MUSIC,
  subFormat: KSDATAFORMAT_SUBTYPE.MIDI,
  specifier: KSDATAFORMAT_SPECIFIER.NONE,
};

/** `MIDIOUTCAPS.wTechnology` */
export type MidiTechnology = 'MOD_MIDIPORT' | 'MOD_SQSYNTH' | 'MOD_FMSYNTH' | 'MOD_WAVETABLE' | 'MOD_SWSYNTH';

export const MIDI_TECHNOLOGY: Readonly<Record<MidiTechnology, number>> = {
  MOD_MIDIPORT: 1,
  MOD_SQSYNTH: 3,
  MOD_FMSYNTH: 4,
  MOD_WAVETABLE: 6,
  MOD_SWSYNTH: 7,
};

/** The music technologies that drivers can name; SYNTH and MAPPER have no GUID. */
const TECHNOLOGIES = new Map<Guid, MidiTechnology>([
  [KSMUSIC_TECHNOLOGY.PORT, 'MOD_MIDIPORT'],
  [KSMUSIC_TECHNOLOGY.SQSYNTH, 'MOD_SQSYNTH'],
  [KSMUSIC_TECHNOLOGY.FMSYNTH, 'MOD_FMSYNTH'],
  [KSMUSIC_TECHNOLOGY.WAVETABLE, 'MOD_WAVETABLE'],
  [KSMUSIC_TECHNOLOGY.SWSYNTH, 'MOD_SWSYNTH'],
]);

/** MIDIOUTCAPS; of a midiIn device only the names count. */
export interface MidiCaps {
  readonly name: string;
  readonly productName: string;
  readonly technology: MidiTechnology;
  /** KSDATARANGE_MUSIC as the driver gives it: 0 for unknown, and for a port. */
  readonly voices: number;
  readonly notes: number;
  /** One bit per MIDI channel. */
  readonly channelMask: number;
}

export class MidiDevice {
  readonly #device: DeviceFilter;
  readonly caps: MidiCaps;

  constructor(device: DeviceFilter) {
    this.#device = device;
    const name = deviceName(device);
    const music = device.pins[0]?.ranges[0]?.music;
    this.caps = {
      name,
      productName: truncateName(name, NAME_LENGTH.PRODUCT),
      technology: (music && TECHNOLOGIES.get(music.technology)) ?? 'MOD_MIDIPORT',
      voices: music?.channels ?? 0,
      notes: music?.notes ?? 0,
      channelMask: music?.channelMask ?? 0,
    };
  }

  /**
   * midiOutOpen, midiInOpen: opens the filter's first MIDI pin with a free instance.
   * @throws MmError MMSYSERR_ALLOCATED without a free instance, MMSYSERR_NODRIVER when the filter is gone
   */
  open(): PinInstance {
    const pins = this.#device.pins.map(({ pinId }) => pinId);
    return asMmResult(() => openFirst(this.#device, pins, MIDI_FORMAT));
  }
}

/** midiOutGetNumDevs and midiOutGetDevCaps: the index is the device id. DirectMusic-only filters are not listed. */
export function midiOutDevices(portCls: PortCls): MidiDevice[] {
  return deviceFilters(portCls, 'IN', isMidi).map((device) => new MidiDevice(device));
}

/** midiInGetNumDevs and midiInGetDevCaps. */
export function midiInDevices(portCls: PortCls): MidiDevice[] {
  return deviceFilters(portCls, 'OUT', isMidi).map((device) => new MidiDevice(device));
}

/** The default playback device: a wavetable before any other synthesizer; a port is never chosen by itself. */
export function defaultMidiOut(devices: readonly MidiDevice[]): MidiDevice | undefined {
  return (
    devices.find(({ caps }) => caps.technology === 'MOD_WAVETABLE') ??
    devices.find(({ caps }) => caps.technology !== 'MOD_MIDIPORT')
  );
}

function isMidi(range: DataRange): boolean {
  return (
    range.majorFormat === KSDATAFORMAT_TYPE.MUSIC &&
    range.subFormat === KSDATAFORMAT_SUBTYPE.MIDI &&
    range.specifier === KSDATAFORMAT_SPECIFIER.NONE
  );
}
