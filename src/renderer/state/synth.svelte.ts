import type { Bank, SynthState } from '../../contract/services/synth.ts';
import type { Link } from './link.svelte.ts';

/** The wavetable synthesizer's bank of sounds, and those that could take its place. */
export class SynthStore {
  state = $state.raw<SynthState | undefined>(undefined);
  banks = $state.raw<readonly Bank[]>([]);
  #link: Link;

  constructor(link: Link) {
    this.#link = link;
    link.attach(async ({ services }, subscriptions) => {
      subscriptions.add(services.synth.onState((state) => (this.state = state)));
      this.state = await services.synth.getState();
      this.banks = await services.synth.listBanks();
    });
  }

  /** `auto`, `built-in` or a file. Resolves when it plays. */
  async choose(selection: string): Promise<void> {
    await this.#link.services.synth.chooseBank(selection, { keep: true });
  }
}
