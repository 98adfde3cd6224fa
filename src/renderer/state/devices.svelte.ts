import type { DeviceList } from '../../contract/services/devices.ts';
import type { Link } from './link.svelte.ts';

/** The outputs of this machine, the chosen one and the one that is open. */
export class DevicesStore {
  list = $state.raw<DeviceList | undefined>(undefined);
  #link: Link;

  constructor(link: Link) {
    this.#link = link;
    link.attach(async ({ services }, subscriptions) => {
      subscriptions.add(services.devices.onDevices((list) => (this.list = list)));
      this.list = await services.devices.list();
    });
  }

  async select(id: string): Promise<void> {
    await this.#link.services.devices.selectOutput(id);
  }
}
