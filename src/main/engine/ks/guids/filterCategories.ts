import { guid } from './guid.ts';
import { KSNODETYPE } from './nodeTypes.ts';

/** Filter categories (device interface classes). Specification 1.7. */
export const KSCATEGORY = {
  /** Every audio filter; also the pin category of host wave pins. */
  AUDIO: guid('6994AD04-93EF-11D0-A3CC-00A0C9223196'),
  RENDER: guid('65E8773E-8F56-11D0-A3B9-00A0C9223196'),
  CAPTURE: guid('65E8773D-8F56-11D0-A3B9-00A0C9223196'),
  MIXER: guid('AD809C00-7B88-11D0-A5D6-28DB04C10000'),
  DATATRANSFORM: guid('2EB07EA0-7E70-11D0-A5D6-28DB04C10000'),
  /** The GUID of the node type. */
  ACOUSTIC_ECHO_CANCEL: KSNODETYPE.ACOUSTIC_ECHO_CANCEL,
  /** Contains a synthesizer; a plain MPU-401 must not be in it. The GUID of the node type. */
  SYNTHESIZER: KSNODETYPE.SYNTHESIZER,
  TOPOLOGY: guid('DDA54A40-1E4C-11D1-A050-405705C10000'),
  /** WaveRT filters, in addition to the others. */
  REALTIME: guid('EB115FFC-10C8-4964-831D-6DCB02E6F23F'),
  /** SysAudio's virtual devices only. */
  AUDIO_DEVICE: guid('FBF6F530-07B9-11D2-A71E-0000F8004788'),
} as const;
