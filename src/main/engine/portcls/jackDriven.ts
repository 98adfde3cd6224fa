import { KSEVENT_PINCAPS_JACKINFOCHANGE, type PortEvents } from '../ks/event.ts';
import { JACK_CAPABILITY, KSPROPERTY_JACK, type JackDescription } from '../ks/properties/jack.ts';
import { propertyItem, type PropertyItem } from '../ks/property.ts';

/**
 * The jack of a topology filter, and what its driver does when something is plugged in or pulled out.
 * Specification 8.2, 8.3.
 *
 * The topology subdevice stays; what is behind the jack comes with the plug: it is registered first, then connected,
 * then the jack says that it is connected. It goes the other way round.
 */
export interface JackDrivenParts {
  /** Registers the subdevice behind the jack. */
  registerSubdevice(): void;
  /** Registers its physical connection. */
  registerConnection(): void;
  unregisterConnection(): void;
  unregisterSubdevice(): void;
}

/** What a jack is, apart from whether something is in it. */
export interface JackLook extends Omit<JackDescription, 'isConnected'> {
  /** Pin of the topology filter that stands for the jack. */
  readonly pinId: number;
  /** The hardware knows whether something is plugged in; without, the jack always says that it is connected. */
  readonly detection: boolean;
}

/** Registers and unregisters the subdevices behind a jack as something is plugged in or pulled out. */
export class JackDriver {
  readonly #look: JackLook;
  readonly #parts: JackDrivenParts;
  #connected: boolean;
  #events: PortEvents | undefined;

  /** What is behind a jack without detection is registered by `start`, and stays. */
  constructor(look: JackLook, parts: JackDrivenParts) {
    this.#look = look;
    this.#parts = parts;
    this.#connected = !look.detection;
  }

  /** For the filter's automation table. */
  get items(): readonly PropertyItem[] {
    const { pinId, detection, ...description } = this.#look;
    return [
      propertyItem({
        property: KSPROPERTY_JACK.DESCRIPTION,
        get: (pin) => (pin.pinId === pinId ? [{ ...description, isConnected: this.#connected }] : []),
      }),
      propertyItem({
        property: KSPROPERTY_JACK.DESCRIPTION2,
        get: (pin) =>
          pin.pinId === pinId
            ? [{ deviceStateInfo: 0, jackCapabilities: detection ? JACK_CAPABILITY.PRESENCE_DETECT : 0 }]
            : [],
      }),
    ];
  }

  get connected(): boolean {
    return this.#connected;
  }

  /** The topology subdevice is registered, `events` being its port's; `plugged`: what the hardware finds in the jack. */
  start(events: PortEvents, plugged: boolean): void {
    this.#events = events;
    if (this.#look.detection && !plugged) return;
    this.#parts.registerSubdevice();
    this.#parts.registerConnection();
    this.#setConnected(true);
  }

  /** Insertion interrupt. */
  pluggedIn(): void {
    if (this.#connected || !this.#look.detection) return;
    this.#parts.registerSubdevice();
    this.#parts.registerConnection();
    this.#setConnected(true);
  }

  /** Removal interrupt. */
  pulledOut(): void {
    if (!this.#connected || !this.#look.detection) return;
    this.#parts.unregisterConnection();
    this.#parts.unregisterSubdevice();
    this.#setConnected(false);
  }

  #setConnected(connected: boolean): void {
    if (connected === this.#connected) return;
    this.#connected = connected;
    const { set, id } = KSEVENT_PINCAPS_JACKINFOCHANGE;
    this.#events?.generateEventList({ set, id, pin: this.#look.pinId });
  }
}
