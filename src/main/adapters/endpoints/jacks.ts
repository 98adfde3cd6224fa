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
import type { Direction, EndpointDevice, EndpointPort } from './systemSound.ts';

/** What the ports of the sound server's devices are in terms of jacks and pin categories. Specification 8.3. */

const RENDER_CATEGORIES: Readonly<Record<string, Guid>> = {
  headphones: KSNODETYPE.HEADPHONES,
  headset: KSNODETYPE.HEADPHONES,
  handset: KSNODETYPE.HEADPHONES,
  earpiece: KSNODETYPE.HEADPHONES,
  handsfree: KSNODETYPE.HEADPHONES,
  spdif: KSNODETYPE.SPDIF_INTERFACE,
  line: KSNODETYPE.ANALOG_CONNECTOR,
};
const CAPTURE_CATEGORIES: Readonly<Record<string, Guid>> = {
  line: KSNODETYPE.LINE_CONNECTOR,
  aux: KSNODETYPE.LINE_CONNECTOR,
  analog: KSNODETYPE.LINE_CONNECTOR,
  spdif: KSNODETYPE.SPDIF_INTERFACE,
};

/** Category of the jack pin: by the port in use, else that of a usual device. */
export function jackCategory(direction: Direction, device: EndpointDevice): Guid {
  const type = activePort(device)?.type ?? 'unknown';
  return direction === 'render'
    ? (RENDER_CATEGORIES[type] ?? KSNODETYPE.SPEAKER)
    : (CAPTURE_CATEGORIES[type] ?? KSNODETYPE.MICROPHONE);
}

/**
 * Category of the pin that is wired to the card's own filter. Some categories mean something else where no jack is: an
 * analog or digital output would be a recording line. Specification 6.3.
 */
export function wireCategory(direction: Direction, device: EndpointDevice): Guid {
  const category = jackCategory(direction, device);
  const isOther = category === KSNODETYPE.ANALOG_CONNECTOR || category === KSNODETYPE.SPDIF_INTERFACE;
  if (!isOther) return category;
  return direction === 'render' ? KSNODETYPE.SPEAKER : KSNODETYPE.LINE_CONNECTOR;
}

/** What a person calls the connector in use. */
export function jackName(device: EndpointDevice): string {
  return activePort(device)?.description ?? device.description;
}

export function activePort({ ports, activePort: name }: EndpointDevice): EndpointPort | undefined {
  return ports.find((port) => port.name === name) ?? ports[0];
}

/** KSPROPERTY_JACK_DESCRIPTION: one element per port. */
export function jackDescriptions(device: EndpointDevice): JackDescription[] {
  return device.ports.map((port) => ({
    channelMapping: 0,
    color: 0,
    connectionType: CONNECTION_TYPES[port.type] ?? JACK_CONNECTION_TYPE.Unknown,
    geoLocation: port.type === 'hdmi' ? JACK_GEO_LOCATION.HDMI : JACK_GEO_LOCATION.NotApplicable,
    genLocation: JACK_GEN_LOCATION.PrimaryBox,
    portConnection:
      port.type === 'speaker' ? JACK_PORT_CONNECTION.IntegratedDevice : JACK_PORT_CONNECTION.Unknown,
    isConnected: port.available !== 'no',
  }));
}

/** KSPROPERTY_JACK_DESCRIPTION2: presence is a measurement where the server knows it. */
export function jackDescriptions2(device: EndpointDevice): JackDescription2[] {
  return device.ports.map(({ available }) => ({
    deviceStateInfo: 0,
    jackCapabilities: available === 'unknown' ? 0 : JACK_CAPABILITY.PRESENCE_DETECT,
  }));
}

const CONNECTION_TYPES: Readonly<Record<string, number>> = {
  headphones: JACK_CONNECTION_TYPE['3Point5mm'],
  headset: JACK_CONNECTION_TYPE['3Point5mm'],
  mic: JACK_CONNECTION_TYPE['3Point5mm'],
  line: JACK_CONNECTION_TYPE['3Point5mm'],
  spdif: JACK_CONNECTION_TYPE.Optical,
  hdmi: JACK_CONNECTION_TYPE.OtherDigital,
};
