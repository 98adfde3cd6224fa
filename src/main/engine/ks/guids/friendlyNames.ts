import { KSCATEGORY } from './filterCategories.ts';
import type { Guid } from './guid.ts';
import { KSAUDFNAME } from './names.ts';
import { FUNCTION_NODE, KSNODETYPE } from './nodeTypes.ts';
import { PINNAME_CAPTURE, TERMINAL } from './pinCategories.ts';
import { KSEVENTSETID, KSPROPSETID } from './sets.ts';

/** What people read for a GUID: a friendly name, and the constant's name in the headers. */

const TERMINAL_NAMES: Readonly<Record<keyof typeof TERMINAL, string>> = {
  MICROPHONE: 'Microphone',
  DESKTOP_MICROPHONE: 'Desktop Microphone',
  PERSONAL_MICROPHONE: 'Personal Microphone',
  OMNI_DIRECTIONAL_MICROPHONE: 'Omni-Directional Microphone',
  MICROPHONE_ARRAY: 'Microphone Array',
  PROCESSING_MICROPHONE_ARRAY: 'Processing Microphone Array',
  SPEAKER: 'Speakers',
  HEADPHONES: 'Headphones',
  HEAD_MOUNTED_DISPLAY_AUDIO: 'Head-Mounted Display',
  DESKTOP_SPEAKER: 'Desktop Speakers',
  ROOM_SPEAKER: 'Room Speakers',
  COMMUNICATION_SPEAKER: 'Communication Speaker',
  LOW_FREQUENCY_EFFECTS_SPEAKER: 'Subwoofer',
  HANDSET: 'Handset',
  HEADSET: 'Headset',
  SPEAKERPHONE_NO_ECHO_REDUCTION: 'Speakerphone',
  ECHO_SUPPRESSING_SPEAKERPHONE: 'Echo-Suppressing Speakerphone',
  ECHO_CANCELING_SPEAKERPHONE: 'Echo-Canceling Speakerphone',
  PHONE_LINE: 'Phone Line',
  TELEPHONE: 'Telephone',
  DOWN_LINE_PHONE: 'Down-Line Phone',
  ANALOG_CONNECTOR: 'Analog',
  DIGITAL_AUDIO_INTERFACE: 'Digital',
  LINE_CONNECTOR: 'Line',
  LEGACY_AUDIO_CONNECTOR: 'Wave',
  SPDIF_INTERFACE: 'S/PDIF',
  DA_STREAM_1394: '1394 Audio',
  DV_STREAM_SOUNDTRACK_1394: '1394 DV Soundtrack',
  LEVEL_CALIBRATION_NOISE_SOURCE: 'Calibration Noise',
  EQUALIZATION_NOISE: 'Equalization Noise',
  CD_PLAYER: 'CD Player',
  DAT_IO_DIGITAL_AUDIO_TAPE: 'Digital Audio Tape',
  DCC_IO_DIGITAL_COMPACT_CASSETTE: 'Digital Compact Cassette',
  MINIDISK: 'MiniDisc',
  ANALOG_TAPE: 'Tape',
  PHONOGRAPH: 'Phonograph',
  VCR_AUDIO: 'Video Recorder',
  VIDEO_DISC_AUDIO: 'Video Disc',
  DVD_AUDIO: 'DVD',
  TV_TUNER_AUDIO: 'TV Tuner',
  SATELLITE_RECEIVER_AUDIO: 'Satellite Receiver',
  CABLE_TUNER_AUDIO: 'Cable Tuner',
  DSS_AUDIO: 'DSS Receiver',
  RADIO_RECEIVER: 'Radio',
  RADIO_TRANSMITTER: 'Radio Transmitter',
  MULTITRACK_RECORDER: 'Multitrack Recorder',
  SYNTHESIZER: 'Synth',
};

const NODE_NAMES: Readonly<Record<keyof typeof FUNCTION_NODE, string>> = {
  DAC: 'D/A Converter',
  ADC: 'A/D Converter',
  SRC: 'Sample Rate Converter',
  SUPERMIX: 'Supermix',
  MUX: 'Source Selector',
  DEMUX: 'Destination Selector',
  SUM: 'Mix',
  MUTE: 'Mute',
  VOLUME: 'Volume',
  TONE: 'Tone',
  EQUALIZER: 'Equalizer',
  AGC: 'Automatic Gain Control',
  DELAY: 'Delay',
  LOUDNESS: 'Loudness',
  PROLOGIC_DECODER: 'Pro Logic Decoder',
  PROLOGIC_ENCODER: 'Pro Logic Encoder',
  STEREO_WIDE: 'Stereo Wide',
  REVERB: 'Reverb',
  CHORUS: 'Chorus',
  EFFECTS_3D: '3D Effects',
  DEV_SPECIFIC: 'Device Specific',
  ACOUSTIC_ECHO_CANCEL: 'Echo Cancellation',
  NOISE_SUPPRESS: 'Noise Suppression',
  PEAKMETER: 'Peak Meter',
  SWSYNTH: 'Software Synth',
  SWMIDI: 'Software MIDI Synth',
  DRM_DESCRAMBLE: 'Descrambler',
  MIC_ARRAY_PROCESSOR: 'Microphone Array Processor',
  STEREO_ENHANCE: 'Stereo Enhancement',
};

const AUDIO_NAMES: Readonly<Record<keyof typeof KSAUDFNAME, string>> = {
  BASS: 'Bass',
  TREBLE: 'Treble',
  STEREO_3D: '3D Stereo',
  MASTER_VOLUME: 'Master Volume',
  MASTER_MUTE: 'Master Mute',
  WAVE_VOLUME: 'Wave Volume',
  WAVE_MUTE: 'Wave Mute',
  MIDI_VOLUME: 'Synth Volume',
  MIDI_MUTE: 'Synth Mute',
  CD_VOLUME: 'CD Volume',
  CD_MUTE: 'CD Mute',
  LINE_VOLUME: 'Line Volume',
  LINE_MUTE: 'Line Mute',
  MIC_VOLUME: 'Mic Volume',
  MIC_MUTE: 'Mic Mute',
  RECORDING_SOURCE: 'Recording Source',
  PC_SPEAKER_VOLUME: 'PC Speaker Volume',
  PC_SPEAKER_MUTE: 'PC Speaker Mute',
  MIDI_IN_VOLUME: 'Synth In Volume',
  CD_IN_VOLUME: 'CD In Volume',
  LINE_IN_VOLUME: 'Line In Volume',
  MIC_IN_VOLUME: 'Mic In Volume',
  WAVE_IN_VOLUME: 'Wave In Volume',
  VOLUME_CONTROL: 'Volume Control',
  MIDI: 'MIDI',
  LINE_IN: 'Line In',
  RECORDING_CONTROL: 'Recording Control',
  CD_AUDIO: 'CD Audio',
  AUX_VOLUME: 'Aux Volume',
  AUX_MUTE: 'Aux Mute',
  AUX: 'Aux',
  PC_SPEAKER: 'PC Speaker',
  WAVE_OUT_MIX: 'Wave Out Mix',
  MONO_OUT: 'Mono Out',
  MONO_OUT_VOLUME: 'Mono Out Volume',
  MONO_OUT_MUTE: 'Mono Out Mute',
  STEREO_MIX: 'Stereo Mix',
  STEREO_MIX_VOLUME: 'Stereo Mix Volume',
  STEREO_MIX_MUTE: 'Stereo Mix Mute',
  MONO_MIX: 'Mono Mix',
  MONO_MIX_VOLUME: 'Mono Mix Volume',
  MONO_MIX_MUTE: 'Mono Mix Mute',
  MICROPHONE_BOOST: 'Microphone Boost',
  ALTERNATE_MICROPHONE: 'Alternate Microphone',
  DEPTH_3D: '3D Depth',
  CENTER_3D: '3D Center',
  VIDEO: 'Video',
  VIDEO_VOLUME: 'Video Volume',
  VIDEO_MUTE: 'Video Mute',
  PEAKMETER: 'Peak Meter',
  DMUSIC_MPU_OUT: 'DirectMusic MPU-401 Out',
  DMUSIC_MPU_IN: 'DirectMusic MPU-401 In',
};

const CATEGORY_NAMES: Readonly<Record<keyof typeof KSCATEGORY, string>> = {
  AUDIO: 'Audio',
  RENDER: 'Render',
  CAPTURE: 'Capture',
  MIXER: 'Mixer',
  DATATRANSFORM: 'Data Transform',
  ACOUSTIC_ECHO_CANCEL: 'Echo Cancellation',
  SYNTHESIZER: 'Synth',
  TOPOLOGY: 'Topology',
  REALTIME: 'Realtime',
  AUDIO_DEVICE: 'Audio Device',
};

function pairs<Key extends string>(
  ids: Readonly<Record<Key, Guid>>,
  names: Readonly<Record<Key, string>>,
): [Guid, string][] {
  return (Object.keys(ids) as Key[]).map((key) => [ids[key], names[key]]);
}

const FRIENDLY_NAMES = new Map<Guid, string>([
  ...pairs(KSCATEGORY, CATEGORY_NAMES),
  ...pairs(TERMINAL, TERMINAL_NAMES),
  ...pairs(FUNCTION_NODE, NODE_NAMES),
  ...pairs(KSAUDFNAME, AUDIO_NAMES),
  [PINNAME_CAPTURE, 'Capture'],
]);

/** The name a person reads; the GUID itself when it has none. */
export function friendlyName(id: Guid): string {
  return FRIENDLY_NAMES.get(id) ?? id;
}

/** Where a table's key is not the constant's name without its prefix. */
const RENAMED: Readonly<Record<string, string>> = {
  DA_STREAM_1394: '1394_DA_STREAM',
  DV_STREAM_SOUNDTRACK_1394: '1394_DV_STREAM_SOUNDTRACK',
  EFFECTS_3D: '3D_EFFECTS',
  MIC_ARRAY_PROCESSOR: 'MICROPHONE_ARRAY_PROCESSOR',
  STEREO_3D: '3D_STEREO',
  DEPTH_3D: '3D_DEPTH',
  CENTER_3D: '3D_CENTER',
  AcousticEchoCancel: 'Acoustic_Echo_Cancel',
  SysaudioPin: 'Sysaudio_Pin',
  SynthDls: 'Synth_Dls',
};

const constants = (prefix: string, table: Readonly<Record<string, Guid>>): [Guid, string][] =>
  Object.entries(table).map(([key, id]) => [id, `${prefix}_${RENAMED[key] ?? key}`]);

// A GUID with two constants goes by the later table.
const CONSTANT_NAMES = new Map<Guid, string>([
  ...constants('KSCATEGORY', KSCATEGORY),
  ...constants('KSNODETYPE', KSNODETYPE),
  ...constants('KSAUDFNAME', KSAUDFNAME),
  ...constants('KSPROPSETID', KSPROPSETID),
  ...constants('KSEVENTSETID', KSEVENTSETID),
  [PINNAME_CAPTURE, 'PINNAME_CAPTURE'],
]);

/** The constant of the public headers, such as `KSNODETYPE_VOLUME`; the GUID itself when it has none. */
export function constantName(id: Guid): string {
  return CONSTANT_NAMES.get(id) ?? id;
}
