import { KSCATEGORY, KSNODETYPE, PINNAME_CAPTURE, type Guid } from '../../ks/guid.ts';
import type { PinDescriptor } from '../../ks/descriptor.ts';

/** MIXERLINE_COMPONENTTYPE_* and MIXERLINE_TARGETTYPE_*, without their prefixes. Values: specification 6.5. */
export interface LineType {
  readonly component:
    | 'DST_UNDEFINED'
    | 'DST_SPEAKERS'
    | 'DST_HEADPHONES'
    | 'DST_TELEPHONE'
    | 'DST_WAVEIN'
    | 'SRC_UNDEFINED'
    | 'SRC_DIGITAL'
    | 'SRC_LINE'
    | 'SRC_MICROPHONE'
    | 'SRC_SYNTHESIZER'
    | 'SRC_COMPACTDISC'
    | 'SRC_TELEPHONE'
    | 'SRC_WAVEOUT'
    | 'SRC_ANALOG';
  readonly target: 'UNDEFINED' | 'WAVEOUT' | 'WAVEIN' | 'MIDIOUT';
}

/** Specification 6.3, source lines. Categories not listed are UNDEFINED. */
const SOURCES = new Map<Guid, LineType>([
  [KSNODETYPE.MICROPHONE, { component: 'SRC_MICROPHONE', target: 'WAVEIN' }],
  [KSNODETYPE.DESKTOP_MICROPHONE, { component: 'SRC_MICROPHONE', target: 'WAVEIN' }],
  [KSNODETYPE.LEGACY_AUDIO_CONNECTOR, { component: 'SRC_WAVEOUT', target: 'WAVEOUT' }],
  [KSCATEGORY.AUDIO, { component: 'SRC_WAVEOUT', target: 'WAVEOUT' }],
  [KSNODETYPE.SPEAKER, { component: 'SRC_WAVEOUT', target: 'WAVEOUT' }],
  [KSNODETYPE.CD_PLAYER, { component: 'SRC_COMPACTDISC', target: 'UNDEFINED' }],
  [KSNODETYPE.SYNTHESIZER, { component: 'SRC_SYNTHESIZER', target: 'MIDIOUT' }],
  [KSNODETYPE.LINE_CONNECTOR, { component: 'SRC_LINE', target: 'UNDEFINED' }],
  [KSNODETYPE.TELEPHONE, { component: 'SRC_TELEPHONE', target: 'UNDEFINED' }],
  [KSNODETYPE.PHONE_LINE, { component: 'SRC_TELEPHONE', target: 'UNDEFINED' }],
  [KSNODETYPE.DOWN_LINE_PHONE, { component: 'SRC_TELEPHONE', target: 'UNDEFINED' }],
]);

/** Specification 6.3, destination lines. */
const DESTINATIONS = new Map<Guid, LineType>([
  [KSNODETYPE.SPEAKER, { component: 'DST_SPEAKERS', target: 'WAVEOUT' }],
  [KSNODETYPE.DESKTOP_SPEAKER, { component: 'DST_SPEAKERS', target: 'WAVEOUT' }],
  [KSNODETYPE.ROOM_SPEAKER, { component: 'DST_SPEAKERS', target: 'WAVEOUT' }],
  [KSNODETYPE.COMMUNICATION_SPEAKER, { component: 'DST_SPEAKERS', target: 'WAVEOUT' }],
  [KSCATEGORY.AUDIO, { component: 'DST_WAVEIN', target: 'WAVEIN' }],
  [PINNAME_CAPTURE, { component: 'DST_WAVEIN', target: 'WAVEIN' }],
  [KSNODETYPE.HEADPHONES, { component: 'DST_HEADPHONES', target: 'WAVEOUT' }],
  [KSNODETYPE.HEAD_MOUNTED_DISPLAY_AUDIO, { component: 'DST_HEADPHONES', target: 'WAVEOUT' }],
  [KSNODETYPE.TELEPHONE, { component: 'DST_TELEPHONE', target: 'UNDEFINED' }],
  [KSNODETYPE.PHONE_LINE, { component: 'DST_TELEPHONE', target: 'UNDEFINED' }],
  [KSNODETYPE.DOWN_LINE_PHONE, { component: 'DST_TELEPHONE', target: 'UNDEFINED' }],
]);

/** The two categories whose line type depends on whether the pin is a bridge pin (a jack). */
export function sourceType(pin: PinDescriptor): LineType {
  const bridge = pin.communication === 'BRIDGE';
  if (pin.category === KSNODETYPE.ANALOG_CONNECTOR) {
    return { component: 'SRC_ANALOG', target: bridge ? 'WAVEIN' : 'WAVEOUT' };
  }
  if (pin.category === KSNODETYPE.SPDIF_INTERFACE) {
    return { component: 'SRC_DIGITAL', target: bridge ? 'WAVEIN' : 'WAVEOUT' };
  }
  return SOURCES.get(pin.category) ?? { component: 'SRC_UNDEFINED', target: 'UNDEFINED' };
}

/** MIXERLINE_COMPONENTTYPE_DST and MIXERLINE_TARGETTYPE by the category of the pin that a line ends at. */
export function destinationType(pin: PinDescriptor): LineType {
  if (pin.category === KSNODETYPE.ANALOG_CONNECTOR || pin.category === KSNODETYPE.SPDIF_INTERFACE) {
    return pin.communication === 'BRIDGE'
      ? { component: 'DST_SPEAKERS', target: 'WAVEOUT' }
      : { component: 'DST_WAVEIN', target: 'WAVEIN' };
  }
  return DESTINATIONS.get(pin.category) ?? { component: 'DST_UNDEFINED', target: 'UNDEFINED' };
}
