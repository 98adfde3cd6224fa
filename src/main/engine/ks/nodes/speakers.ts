import type { PropertyItem } from '../property.ts';
import { KSPROPERTY_AUDIO, SPEAKER_GEOMETRY } from '../properties/audio.ts';
import { KsError } from '../status.ts';
import { nodeSwitchItem, oneOfItem, rangeSupport, registerItem, type NodeRegister } from './register.ts';

/** How channels reach speakers: DAC, 3D and Pro Logic nodes. Specification 2.1, 2.3. */

/** SPEAKER_* bits of a channel mask; in ascending order they are channels 0, 1, 2, ... */
export const SPEAKER = {
  FRONT_LEFT: 0x1,
  FRONT_RIGHT: 0x2,
  FRONT_CENTER: 0x4,
  LOW_FREQUENCY: 0x8,
  BACK_LEFT: 0x10,
  BACK_RIGHT: 0x20,
  FRONT_LEFT_OF_CENTER: 0x40,
  FRONT_RIGHT_OF_CENTER: 0x80,
  BACK_CENTER: 0x100,
  SIDE_LEFT: 0x200,
  SIDE_RIGHT: 0x400,
  TOP_CENTER: 0x800,
} as const;
export type Speaker = keyof typeof SPEAKER;

/** KSAUDIO_SPEAKER_* */
export const SPEAKER_CONFIG = {
  DIRECTOUT: 0,
  MONO: 0x4,
  STEREO: 0x3,
  QUAD: 0x33,
  SURROUND: 0x107,
  '5POINT1': 0x3f,
  '5POINT1_SURROUND': 0x60f,
  '7POINT1': 0xff,
  '7POINT1_SURROUND': 0x63f,
} as const;

/** The speakers of a mask in channel order. */
export function speakersOf(mask: number): Speaker[] {
  return (Object.keys(SPEAKER) as Speaker[]).filter((speaker) => (mask & SPEAKER[speaker]) !== 0);
}

/** KSPROPERTY_AUDIO_CHANNEL_CONFIG. A mask the node cannot do: STATUS_INVALID_PARAMETER. */
export const channelConfigItem = ({
  masks,
  ...register
}: { masks: readonly number[] } & NodeRegister<number>): PropertyItem =>
  oneOfItem(KSPROPERTY_AUDIO.CHANNEL_CONFIG, masks, register, { valueType: 'VT_I4' });

/** KSPROPERTY_AUDIO_STEREO_SPEAKER_GEOMETRY: 5..180 degrees, or -1 for headphones. */
export const speakerGeometryItem = (register: NodeRegister<number>): PropertyItem =>
  registerItem(
    KSPROPERTY_AUDIO.STEREO_SPEAKER_GEOMETRY,
    register,
    (degrees) => {
      const { HEADPHONE, MIN, MAX } = SPEAKER_GEOMETRY;
      if (degrees === HEADPHONE || (degrees >= MIN && degrees <= MAX)) return degrees;
      throw new KsError('STATUS_INVALID_PARAMETER', `${degrees} degrees is no speaker geometry.`);
    },
    rangeSupport('VT_I4', { minimum: SPEAKER_GEOMETRY.HEADPHONE, maximum: SPEAKER_GEOMETRY.MAX, step: 1 }),
  );

/** KSPROPERTY_AUDIO_SURROUND_ENCODE of PROLOGIC_ENCODER nodes. */
export const surroundEncodeItem = (register: NodeRegister<boolean>): PropertyItem =>
  nodeSwitchItem(KSPROPERTY_AUDIO.SURROUND_ENCODE, register);
