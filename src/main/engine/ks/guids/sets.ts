import { guid } from './guid.ts';

/** KSPROPSETID_*: property sets. Specification 10. */
export const KSPROPSETID = {
  General: guid('1464EDA5-6A8F-11D1-9AA7-00A0C9223196'),
  Pin: guid('8C134960-51AD-11CF-878A-94F801C10000'),
  Topology: guid('720D4AC0-7533-11D0-A5D6-28DB04C10000'),
  TopologyNode: guid('45FFAAA1-6E1B-11D0-BCF2-444553540000'),
  Connection: guid('1D58C920-AC9B-11CF-A5D6-28DB04C10000'),
  Stream: guid('65AABA60-98AE-11CF-A10D-0020AFD156E4'),
  Audio: guid('45FFAAA0-6E1B-11D0-BCF2-444553540000'),
  AudioBufferDuration: guid('4E73C07F-23CC-4955-A7EA-3DA502496290'),
  /** KSPROPSETID_Acoustic_Echo_Cancel */
  AcousticEchoCancel: guid('D7A4AF8B-3DC1-4902-91EA-8A15C90E05B2'),
  DirectSound3DBuffer: guid('437B3411-D060-11D0-8583-00C04FD9BAF3'),
  DirectSound3DListener: guid('437B3414-D060-11D0-8583-00C04FD9BAF3'),
  Hrtf3d: guid('B66DECB0-A083-11D0-851E-00C04FD9BAF3'),
  Itd3d: guid('6429F090-9FD9-11D0-A75B-00A0C90365E3'),
  RtAudio: guid('A855A48C-2F78-4729-9051-1968746B9EEF'),
  Jack: guid('4509F757-2D46-4637-8E62-CE7DB944F57B'),
  Sysaudio: guid('CBE3FAA0-CC75-11D0-B465-00001A1818E6'),
  /** KSPROPSETID_Sysaudio_Pin */
  SysaudioPin: guid('A3A53220-C6E4-11D0-B465-00001A1818E6'),
  /** The GUID of GUID_DMUS_PROP_Volume, whose item 0 is SYNTH_VOLUME. */
  Synth: guid('FEDFAE25-E46E-11D1-AACE-0000F875AC12'),
  // UNCONFIRMED: no header that could be read has the GUIDs of the next two.
  SynthClock: guid('FEDFAE26-E46E-11D1-AACE-0000F875AC12'),
  /** KSPROPSETID_Synth_Dls */
  SynthDls: guid('FEDFAE27-E46E-11D1-AACE-0000F875AC12'),
} as const;

/** KSEVENTSETID_*: event sets. Specification 1.11, 8.3. */
export const KSEVENTSETID = {
  AudioControlChange: guid('E85E9698-FA2F-11D1-95BD-00C04FB925D3'),
  PinCapsChange: guid('DD4F192E-3B78-49AD-A534-2C315B822000'),
} as const;

/** KSINTERFACESETID_Standard and KSMEDIUMSETID_Standard: what a pin has when its descriptor names nothing else. */
export const KSINTERFACESETID_STANDARD = guid('1A8766A0-62CE-11CF-A5D6-28DB04C10000');
export const KSMEDIUMSETID_STANDARD = guid('4747B320-62CE-11CF-A5D6-28DB04C10000');
