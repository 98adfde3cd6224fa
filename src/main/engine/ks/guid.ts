/** GUIDs of the driver model, as upper-case strings without braces, and the names people read. */

declare const brand: unique symbol;
export type Guid = string & { readonly [brand]: 'Guid' };

const PATTERN = /^[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12}$/;

/** Throws RangeError on text that is not a GUID; braces and lower case are accepted. */
export function guid(text: string): Guid {
  const upper = text.toUpperCase().replace(/^\{|\}$/g, '');
  if (!PATTERN.test(upper)) throw new RangeError(`“${text}” is not a GUID.`);
  return upper as Guid;
}

/** Pin categories `{DFF219E0 + USB terminal id, F70F, 11D0, B917-00A0C9223196}`. Specification 1.6. */
function terminal(usbTerminalId: number): Guid {
  return guid(`${(0xdff219e0 + usbTerminalId).toString(16)}-F70F-11D0-B917-00A0C9223196`);
}

export const KSNODETYPE = {
  // Terminals: pin categories.
  MICROPHONE: terminal(0x0201),
  DESKTOP_MICROPHONE: terminal(0x0202),
  PERSONAL_MICROPHONE: terminal(0x0203),
  OMNI_DIRECTIONAL_MICROPHONE: terminal(0x0204),
  MICROPHONE_ARRAY: terminal(0x0205),
  PROCESSING_MICROPHONE_ARRAY: terminal(0x0206),
  SPEAKER: terminal(0x0301),
  HEADPHONES: terminal(0x0302),
  HEAD_MOUNTED_DISPLAY_AUDIO: terminal(0x0303),
  DESKTOP_SPEAKER: terminal(0x0304),
  ROOM_SPEAKER: terminal(0x0305),
  COMMUNICATION_SPEAKER: terminal(0x0306),
  LOW_FREQUENCY_EFFECTS_SPEAKER: terminal(0x0307),
  HANDSET: terminal(0x0401),
  HEADSET: terminal(0x0402),
  SPEAKERPHONE_NO_ECHO_REDUCTION: terminal(0x0403),
  ECHO_SUPPRESSING_SPEAKERPHONE: terminal(0x0404),
  ECHO_CANCELING_SPEAKERPHONE: terminal(0x0405),
  PHONE_LINE: terminal(0x0501),
  TELEPHONE: terminal(0x0502),
  DOWN_LINE_PHONE: terminal(0x0503),
  ANALOG_CONNECTOR: terminal(0x0601),
  DIGITAL_AUDIO_INTERFACE: terminal(0x0602),
  LINE_CONNECTOR: terminal(0x0603),
  LEGACY_AUDIO_CONNECTOR: terminal(0x0604),
  SPDIF_INTERFACE: terminal(0x0605),
  CD_PLAYER: terminal(0x0703),
  SYNTHESIZER: terminal(0x0713),
  // Function nodes. Specification 2.4.
  DAC: guid('507AE360-C554-11D0-8A2B-00A0C9255AC1'),
  ADC: guid('4D837FE0-C555-11D0-8A2B-00A0C9255AC1'),
  SRC: guid('9DB7B9E0-C555-11D0-8A2B-00A0C9255AC1'),
  SUPERMIX: guid('E573ADC0-C555-11D0-8A2B-00A0C9255AC1'),
  MUX: guid('2CEAF780-C556-11D0-8A2B-00A0C9255AC1'),
  DEMUX: guid('C0EB67D4-E807-11D0-958A-00C04FB925D3'),
  SUM: guid('DA441A60-C556-11D0-8A2B-00A0C9255AC1'),
  MUTE: guid('02B223C0-C557-11D0-8A2B-00A0C9255AC1'),
  VOLUME: guid('3A5ACC00-C557-11D0-8A2B-00A0C9255AC1'),
  TONE: guid('7607E580-C557-11D0-8A2B-00A0C9255AC1'),
  EQUALIZER: guid('9D41B4A0-C557-11D0-8A2B-00A0C9255AC1'),
  AGC: guid('E88C9BA0-C557-11D0-8A2B-00A0C9255AC1'),
  DELAY: guid('144981E0-C558-11D0-8A2B-00A0C9255AC1'),
  LOUDNESS: guid('41887440-C558-11D0-8A2B-00A0C9255AC1'),
  PROLOGIC_DECODER: guid('831C2C80-C558-11D0-8A2B-00A0C9255AC1'),
  STEREO_WIDE: guid('A9E69800-C558-11D0-8A2B-00A0C9255AC1'),
  REVERB: guid('EF0328E0-C558-11D0-8A2B-00A0C9255AC1'),
  CHORUS: guid('20173F20-C559-11D0-8A2B-00A0C9255AC1'),
  EFFECTS_3D: guid('55515860-C559-11D0-8A2B-00A0C9255AC1'),
  DEV_SPECIFIC: guid('941C7AC0-C559-11D0-8A2B-00A0C9255AC1'),
  ACOUSTIC_ECHO_CANCEL: guid('BF963D80-C559-11D0-8A2B-00A0C9255AC1'),
  PEAKMETER: guid('A085651E-5F0D-4B36-A869-D195D6AB4B9E'),
} as const;

/** Filter categories (device interface classes). Specification 1.7. */
export const KSCATEGORY = {
  AUDIO: guid('6994AD04-93EF-11D0-A3CC-00A0C9223196'),
  RENDER: guid('65E8773E-8F56-11D0-A3B9-00A0C9223196'),
  CAPTURE: guid('65E8773D-8F56-11D0-A3B9-00A0C9223196'),
  TOPOLOGY: guid('DDA54A40-1E4C-11D1-A050-405705C10000'),
  REALTIME: guid('EB115FFC-10C8-4964-831D-6DCB02E6F23F'),
  AUDIO_DEVICE: guid('FBF6F530-07B9-11D2-A71E-0000F8004788'),
  SYNTHESIZER: KSNODETYPE.SYNTHESIZER,
} as const;

/** PINNAME_CAPTURE, recognised by the mixer translation as a pin category. */
export const PINNAME_CAPTURE = guid('FB6C4281-0353-11D1-905F-0000C0CC16BA');

/** Names of pins and nodes. */
export const KSAUDFNAME = {
  MASTER_VOLUME: audioName(0xe3),
  MASTER_MUTE: audioName(0xe4),
  WAVE_VOLUME: audioName(0xe5),
  WAVE_MUTE: audioName(0xe6),
  MIDI_VOLUME: audioName(0xe7),
  MIDI_MUTE: audioName(0xe8),
  RECORDING_SOURCE: audioName(0xef),
  WAVE_IN_VOLUME: audioName(0xf6),
  VOLUME_CONTROL: audioName(0xf7),
  MIDI: audioName(0xf8),
  RECORDING_CONTROL: audioName(0xfa),
  AUX: audioName(0xfe),
  PEAKMETER: guid('57E24340-FC5B-4612-A562-72B11A29DFAE'),
} as const;

function audioName(lowByte: number): Guid {
  return guid(`185FED${lowByte.toString(16)}-9905-11D1-95A9-00C04FB925D3`);
}

export const KSPROPSETID = {
  Pin: guid('8C134960-51AD-11CF-878A-94F801C10000'),
  Topology: guid('720D4AC0-7533-11D0-A5D6-28DB04C10000'),
  Connection: guid('1D58C920-AC9B-11CF-A5D6-28DB04C10000'),
  Audio: guid('45FFAAA0-6E1B-11D0-BCF2-444553540000'),
} as const;

export const KSEVENTSETID = {
  AudioControlChange: guid('E85E9698-FA2F-11D1-95BD-00C04FB925D3'),
} as const;

declare const className: unique symbol;
/** A class id that remembers which class it names, so that creating from it gives that class's type. */
export type ClassId<Name extends string> = Guid & { readonly [className]: Name };

function classId<Name extends string>(_name: Name, text: string): ClassId<Name> {
  return guid(text) as ClassId<Name>;
}

/** Port driver classes. Specification 3.1. */
export const CLSID = {
  PortDMus: classId('PortDMus', 'B7902FE9-FB0A-11D1-81B0-0060083316C1'),
  PortTopology: classId('PortTopology', 'B4C90A32-5791-11D0-86F9-00A0C911B544'),
} as const;

/** What a node or pin is called when its descriptor names it by type, category or name GUID only. */
const FRIENDLY_NAMES = new Map<Guid, string>([
  [KSNODETYPE.MICROPHONE, 'Microphone'],
  [KSNODETYPE.SPEAKER, 'Speakers'],
  [KSNODETYPE.HEADPHONES, 'Headphones'],
  [KSNODETYPE.LINE_CONNECTOR, 'Line'],
  [KSNODETYPE.ANALOG_CONNECTOR, 'Analog'],
  [KSNODETYPE.LEGACY_AUDIO_CONNECTOR, 'Wave'],
  [KSNODETYPE.SPDIF_INTERFACE, 'S/PDIF'],
  [KSNODETYPE.CD_PLAYER, 'CD Player'],
  [KSNODETYPE.SYNTHESIZER, 'Synth'],
  [KSNODETYPE.DAC, 'D/A Converter'],
  [KSNODETYPE.ADC, 'A/D Converter'],
  [KSNODETYPE.SRC, 'Sample Rate Converter'],
  [KSNODETYPE.SUPERMIX, 'Supermix'],
  [KSNODETYPE.MUX, 'Source Selector'],
  [KSNODETYPE.DEMUX, 'Destination Selector'],
  [KSNODETYPE.SUM, 'Mix'],
  [KSNODETYPE.MUTE, 'Mute'],
  [KSNODETYPE.VOLUME, 'Volume'],
  [KSNODETYPE.TONE, 'Tone'],
  [KSNODETYPE.EQUALIZER, 'Equalizer'],
  [KSNODETYPE.AGC, 'Automatic Gain Control'],
  [KSNODETYPE.DELAY, 'Delay'],
  [KSNODETYPE.LOUDNESS, 'Loudness'],
  [KSNODETYPE.STEREO_WIDE, 'Stereo Wide'],
  [KSNODETYPE.REVERB, 'Reverb'],
  [KSNODETYPE.CHORUS, 'Chorus'],
  [KSNODETYPE.PEAKMETER, 'Peak Meter'],
  [KSCATEGORY.AUDIO, 'Audio'],
  [PINNAME_CAPTURE, 'Capture'],
  [KSAUDFNAME.MASTER_VOLUME, 'Master Volume'],
  [KSAUDFNAME.MASTER_MUTE, 'Master Mute'],
  [KSAUDFNAME.WAVE_VOLUME, 'Wave Volume'],
  [KSAUDFNAME.WAVE_MUTE, 'Wave Mute'],
  [KSAUDFNAME.MIDI_VOLUME, 'Synth Volume'],
  [KSAUDFNAME.MIDI_MUTE, 'Synth Mute'],
  [KSAUDFNAME.RECORDING_SOURCE, 'Recording Source'],
  [KSAUDFNAME.WAVE_IN_VOLUME, 'Wave In Volume'],
  [KSAUDFNAME.VOLUME_CONTROL, 'Volume Control'],
  [KSAUDFNAME.MIDI, 'MIDI'],
  [KSAUDFNAME.RECORDING_CONTROL, 'Recording Control'],
  [KSAUDFNAME.AUX, 'Aux'],
  [KSAUDFNAME.PEAKMETER, 'Peak Meter'],
]);

/** The name a person reads; the GUID itself when it has none. */
export function friendlyName(id: Guid): string {
  return FRIENDLY_NAMES.get(id) ?? id;
}
