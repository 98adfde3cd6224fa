import type { CaptureJack, ChannelSide, DeviceList, InputList } from '../../contract/services/devices.ts';
import type { Link } from './link.svelte.ts';

/** The outputs and inputs of this machine, what is chosen of them and what is open. */
export class DevicesStore {
  list = $state.raw<DeviceList | undefined>(undefined);
  inputs = $state.raw<InputList | undefined>(undefined);
  /** Which side a channel test sounds on. */
  testSide = $state<ChannelSide | null>(null);
  #link: Link;

  constructor(link: Link) {
    this.#link = link;
    link.attach(async ({ services }, subscriptions) => {
      subscriptions.add(services.devices.onDevices((list) => (this.list = list)));
      subscriptions.add(services.devices.onInputs((inputs) => (this.inputs = inputs)));
      this.testSide = null;
      subscriptions.add(services.devices.onTestSide((side) => (this.testSide = side)));
      this.list = await services.devices.list();
      this.inputs = await services.devices.listInputs();
    });
  }

  async select(id: string): Promise<void> {
    await this.#link.services.devices.selectOutput(id);
  }

  /** Ids of outputs in order of preference. */
  async setPreferred(ids: string[]): Promise<void> {
    await this.#link.services.devices.setPreferred(ids);
  }

  /** A sink's id, or `none`. */
  async selectSpdif(id: string): Promise<void> {
    await this.#link.services.devices.selectSpdif(id);
  }

  /** `default`, `none`, or the id of an input. */
  async selectInput(jack: CaptureJack, id: string): Promise<void> {
    await this.#link.services.devices.selectInput(jack, id);
  }

  /** Resolves when both sides were heard. */
  async testChannels(): Promise<void> {
    await this.#link.services.devices.testChannels();
  }
}
