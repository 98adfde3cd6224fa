import { guid, type Guid } from './guid.ts';

/** Pin categories `{DFF219E0 + USB terminal id, F70F, 11D0, B917-00A0C9223196}`. Specification 1.6. */
function terminal(usbTerminalId: number): Guid {
  return guid(`${(0xdff219e0 + usbTerminalId).toString(16)}-F70F-11D0-B917-00A0C9223196`);
}

/** KSNODETYPE_* names that are pin categories. `SYNTHESIZER` is a node type as well. */
export const TERMINAL = {
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
  /** KSNODETYPE_1394_DA_STREAM */
  DA_STREAM_1394: terminal(0x0606),
  /** KSNODETYPE_1394_DV_STREAM_SOUNDTRACK */
  DV_STREAM_SOUNDTRACK_1394: terminal(0x0607),
  LEVEL_CALIBRATION_NOISE_SOURCE: terminal(0x0701),
  EQUALIZATION_NOISE: terminal(0x0702),
  CD_PLAYER: terminal(0x0703),
  DAT_IO_DIGITAL_AUDIO_TAPE: terminal(0x0704),
  DCC_IO_DIGITAL_COMPACT_CASSETTE: terminal(0x0705),
  MINIDISK: terminal(0x0706),
  ANALOG_TAPE: terminal(0x0707),
  PHONOGRAPH: terminal(0x0708),
  VCR_AUDIO: terminal(0x0709),
  VIDEO_DISC_AUDIO: terminal(0x070a),
  DVD_AUDIO: terminal(0x070b),
  TV_TUNER_AUDIO: terminal(0x070c),
  SATELLITE_RECEIVER_AUDIO: terminal(0x070d),
  CABLE_TUNER_AUDIO: terminal(0x070e),
  DSS_AUDIO: terminal(0x070f),
  RADIO_RECEIVER: terminal(0x0710),
  RADIO_TRANSMITTER: terminal(0x0711),
  MULTITRACK_RECORDER: terminal(0x0712),
  SYNTHESIZER: terminal(0x0713),
} as const;

/** PINNAME_CAPTURE, the same GUID as PINNAME_VIDEO_CAPTURE: recognised by the mixer translation as a category. */
export const PINNAME_CAPTURE = guid('FB6C4281-0353-11D1-905F-0000C0CC16BA');
