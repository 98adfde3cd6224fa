import { KSNODETYPE, type Guid } from '../../engine/ks/guid.ts';
import {
  JACK_CAPABILITY,
  JACK_CONNECTION_TYPE,
  JACK_GEN_LOCATION,
  JACK_GEO_LOCATION,
  JACK_PORT_CONNECTION,
  type JackDescription,
  type JackDescription2,
} from '../../engine/ks/properties/jack.ts';
import type { CardLayout, LayoutPin } from './cardLayout.ts';

/** Numid of the element that notices what is plugged in, by the pin of the jack. Specification 8.3. */
export type CardJacks = ReadonlyMap<number, number>;

const JACK_NAME = /^(.*?)(?: Phantom)? Jack$/;

/** Drivers name the switch of a jack after it: “Front Headphone Jack”. */
export function jacksOf({ pins, nodes }: CardLayout): CardJacks {
  const elements = nodes.flatMap((node) => (node.kind === 'values' ? node.elements : []));
  const jacks = new Map<number, number>();
  for (const { numid, iface, type, name } of elements) {
    const jack = iface === 'CARD' && type === 'boolean' ? JACK_NAME.exec(name)?.[1] : undefined;
    if (jack === undefined) continue;
    const pin = pins.findIndex(
      ({ communication, nameText }, id) =>
        communication === 'BRIDGE' && !jacks.has(id) && (jack === nameText || jack.endsWith(` ${nameText}`)),
    );
    if (pin >= 0) jacks.set(pin, numid);
  }
  return jacks;
}

const CONNECTION_TYPES = new Map<Guid, number>([
  [KSNODETYPE.CD_PLAYER, JACK_CONNECTION_TYPE.AtapiInternal],
  [KSNODETYPE.SPDIF_INTERFACE, JACK_CONNECTION_TYPE.OtherDigital],
  [KSNODETYPE.MICROPHONE, JACK_CONNECTION_TYPE['3Point5mm']],
  [KSNODETYPE.HEADPHONES, JACK_CONNECTION_TYPE['3Point5mm']],
  [KSNODETYPE.LINE_CONNECTOR, JACK_CONNECTION_TYPE['3Point5mm']],
]);

export function jackDescription({ category }: LayoutPin, isConnected: boolean): JackDescription {
  return {
    channelMapping: 0,
    color: 0,
    connectionType: CONNECTION_TYPES.get(category) ?? JACK_CONNECTION_TYPE.Unknown,
    geoLocation: JACK_GEO_LOCATION.NotApplicable,
    genLocation: JACK_GEN_LOCATION.PrimaryBox,
    portConnection: JACK_PORT_CONNECTION.Unknown,
    isConnected,
  };
}

export function jackDescription2(isNoticed: boolean): JackDescription2 {
  return { deviceStateInfo: 0, jackCapabilities: isNoticed ? JACK_CAPABILITY.PRESENCE_DETECT : 0 };
}
