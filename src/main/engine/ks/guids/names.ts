import { guid, type Guid } from './guid.ts';

/** Most names of the header are numbered from `BASS`, 0x185FEDE0. */
function numbered(data1: number): Guid {
  return guid(`${data1.toString(16)}-9905-11D1-95A9-00C04FB925D3`);
}

/** KSAUDFNAME_*: names of pins and nodes. Specification 10. */
export const KSAUDFNAME = {
  BASS: numbered(0x185fede0),
  TREBLE: numbered(0x185fede1),
  /** KSAUDFNAME_3D_STEREO */
  STEREO_3D: numbered(0x185fede2),
  MASTER_VOLUME: numbered(0x185fede3),
  MASTER_MUTE: numbered(0x185fede4),
  WAVE_VOLUME: numbered(0x185fede5),
  WAVE_MUTE: numbered(0x185fede6),
  MIDI_VOLUME: numbered(0x185fede7),
  MIDI_MUTE: numbered(0x185fede8),
  CD_VOLUME: numbered(0x185fede9),
  CD_MUTE: numbered(0x185fedea),
  LINE_VOLUME: numbered(0x185fedeb),
  LINE_MUTE: numbered(0x185fedec),
  MIC_VOLUME: numbered(0x185feded),
  MIC_MUTE: numbered(0x185fedee),
  RECORDING_SOURCE: numbered(0x185fedef),
  PC_SPEAKER_VOLUME: numbered(0x185fedf0),
  PC_SPEAKER_MUTE: numbered(0x185fedf1),
  MIDI_IN_VOLUME: numbered(0x185fedf2),
  CD_IN_VOLUME: numbered(0x185fedf3),
  LINE_IN_VOLUME: numbered(0x185fedf4),
  MIC_IN_VOLUME: numbered(0x185fedf5),
  WAVE_IN_VOLUME: numbered(0x185fedf6),
  VOLUME_CONTROL: numbered(0x185fedf7),
  MIDI: numbered(0x185fedf8),
  LINE_IN: numbered(0x185fedf9),
  RECORDING_CONTROL: numbered(0x185fedfa),
  CD_AUDIO: numbered(0x185fedfb),
  AUX_VOLUME: numbered(0x185fedfc),
  AUX_MUTE: numbered(0x185fedfd),
  AUX: numbered(0x185fedfe),
  PC_SPEAKER: numbered(0x185fedff),
  WAVE_OUT_MIX: numbered(0x185fee00),
  MONO_OUT: guid('F9B41DC3-96E2-11D2-AC4C-00C04F8EFB68'),
  MONO_OUT_VOLUME: guid('1AD247EB-96E3-11D2-AC4C-00C04F8EFB68'),
  MONO_OUT_MUTE: guid('1AD247EC-96E3-11D2-AC4C-00C04F8EFB68'),
  STEREO_MIX: guid('00DFF077-96E3-11D2-AC4C-00C04F8EFB68'),
  STEREO_MIX_VOLUME: guid('1AD247ED-96E3-11D2-AC4C-00C04F8EFB68'),
  STEREO_MIX_MUTE: guid('22B0EAFD-96E3-11D2-AC4C-00C04F8EFB68'),
  MONO_MIX: guid('00DFF078-96E3-11D2-AC4C-00C04F8EFB68'),
  MONO_MIX_VOLUME: guid('22B0EAFE-96E3-11D2-AC4C-00C04F8EFB68'),
  MONO_MIX_MUTE: guid('2BC31D69-96E3-11D2-AC4C-00C04F8EFB68'),
  MICROPHONE_BOOST: guid('2BC31D6A-96E3-11D2-AC4C-00C04F8EFB68'),
  ALTERNATE_MICROPHONE: guid('2BC31D6B-96E3-11D2-AC4C-00C04F8EFB68'),
  /** KSAUDFNAME_3D_DEPTH */
  DEPTH_3D: guid('63FF5747-991F-11D2-AC4D-00C04F8EFB68'),
  /** KSAUDFNAME_3D_CENTER */
  CENTER_3D: guid('9F0670B4-991F-11D2-AC4D-00C04F8EFB68'),
  VIDEO: guid('915DAEC4-A434-11D2-AC52-00C04F8EFB68'),
  VIDEO_VOLUME: guid('9B46E708-992A-11D2-AC4D-00C04F8EFB68'),
  VIDEO_MUTE: guid('9B46E709-992A-11D2-AC4D-00C04F8EFB68'),
  PEAKMETER: guid('57E24340-FC5B-4612-A562-72B11A29DFAE'),
  DMUSIC_MPU_OUT: guid('A4DF0EB5-BAC9-11D2-B7A8-0060083316C1'),
  DMUSIC_MPU_IN: guid('B2EC0A7D-BAC9-11D2-B7A8-0060083316C1'),
} as const;
