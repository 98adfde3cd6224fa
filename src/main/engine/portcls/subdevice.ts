import { Filter } from '../ks/filter.ts';
import type { Guid } from '../ks/guid.ts';
import type { RegisteredPort } from './ports/port.ts';
import type { AdapterDevice } from './adapter.ts';

/**
 * A registered port-miniport pair, known by its name, which is unique on its adapter and may be used again after
 * the subdevice was unregistered. Specification 7.2 (PcRegisterSubdevice), 8.1.
 */
export class Subdevice {
  readonly adapter: AdapterDevice;
  readonly name: string;
  readonly port: RegisteredPort;
  readonly filter: Filter;

  constructor(adapter: AdapterDevice, name: string, port: RegisteredPort) {
    this.adapter = adapter;
    this.name = name;
    this.port = port;
    this.filter = new Filter({
      name,
      descriptor: port.descriptor,
      events: port.events,
      physicalConnection: (pin) => adapter.physicalPeer(name, pin),
      createPin: (pin, format) => port.createPin(pin, format),
    });
  }

  /** The interface classes it is found under. */
  get categories(): readonly Guid[] {
    return this.filter.descriptor.categories;
  }

  /** Device interface path: adapter and subdevice. */
  get path(): string {
    return `${this.adapter.id}/${this.name}`;
  }
}
