/** What nodes show on their face: levels, switches and chosen inputs, read when first drawn and after every change. */
import { createSubscriber } from 'svelte/reactivity';
import type { PropertyAddress, PropertySupport, PropertyValue } from '../../contract/services/topology.ts';
import type { Link } from './link.svelte.ts';
import { readChannels } from './propertyReading.ts';

/** Which property of which node, or of the filter about one of its pins. */
export interface FaceAddress {
  filter: string;
  node: number | null;
  pin?: number;
  /** `KSPROPERTY_AUDIO_VOLUMELEVEL` */
  property: string;
}

/** What a node's property reads. Whoever reads `values` in a component hears of changes. */
export class Face {
  readonly address: FaceAddress;
  /** Asked once. */
  support: PropertySupport | undefined;
  stale = true;
  #values: readonly PropertyValue[] | undefined;
  #changed = (): void => {};
  // A face is made while a component is drawn; state made there would not be followed by that component.
  readonly #follow = createSubscriber((changed) => {
    this.#changed = changed;
    return () => (this.#changed = () => {});
  });

  constructor(address: FaceAddress) {
    this.address = address;
  }

  /** One value per channel, or one value; undefined until it is read and where it cannot be. */
  get values(): readonly PropertyValue[] | undefined {
    this.#follow();
    return this.#values;
  }

  set values(values: readonly PropertyValue[] | undefined) {
    this.#values = values;
    this.#changed();
  }
}

/** Requests on the way at once: a device with hundreds of nodes must not hold up a fader. */
const MOST_REQUESTS = 4;

export class TopologyFaces {
  readonly #link: Link;
  readonly #faces = new Map<string, Face>();
  readonly #waiting: Face[] = [];
  #requests = 0;

  constructor(link: Link) {
    this.#link = link;
    link.attach(({ services }, subscriptions) => {
      subscriptions.add(
        services.topology.onNodeChange(({ filter, node }) => {
          for (const face of this.#faces.values()) {
            if (face.address.filter !== filter) continue;
            if (node === null || face.address.node === node) this.#read(face);
          }
        }),
      );
    });
  }

  /** The same face for the same address; it is read soon. */
  of(address: FaceAddress): Face {
    const key = [address.filter, address.node, address.pin, address.property].join('#');
    let face = this.#faces.get(key);
    if (!face) {
      face = new Face(address);
      this.#faces.set(key, face);
      this.#waiting.push(face);
      queueMicrotask(this.#next);
    }
    return face;
  }

  /** Reads everything anew: the connection, and with it perhaps the engine, is another one. */
  forget(): void {
    for (const face of this.#faces.values()) {
      face.support = undefined;
      this.#read(face);
    }
  }

  #read(face: Face): void {
    face.stale = true;
    if (!this.#waiting.includes(face)) this.#waiting.push(face);
    this.#next();
  }

  #next = (): void => {
    while (this.#requests < MOST_REQUESTS) {
      const face = this.#waiting.shift();
      if (!face) return;
      this.#requests++;
      void this.#fetch(face).finally(() => {
        this.#requests--;
        this.#next();
      });
    }
  };

  async #fetch(face: Face): Promise<void> {
    face.stale = false;
    const address: PropertyAddress = face.address;
    try {
      const { topology } = this.#link.services;
      face.support ??= await topology.getSupport(address);
      const readings = await readChannels(topology, address, face.support);
      // What changed meanwhile is read again and must not be shown as it was.
      if (!face.stale) face.values = readings.map(({ value }) => value ?? null);
    } catch {
      // The node is away or cannot be read: its face says nothing.
      face.values = undefined;
    }
  }
}
