import type { Bank, BankInstrument, SynthState, SynthStatistics } from '../../contract/services/synth.ts';
import type { Link } from './link.svelte.ts';
import { upload } from './uploading.ts';

/** The wavetable synthesizer's bank of sounds, and those that could take its place. */
export class SynthStore {
  state = $state.raw<SynthState | undefined>(undefined);
  banks = $state.raw<readonly Bank[]>([]);
  /** Of the bank that plays, once somebody asked for them. */
  instruments = $state.raw<readonly BankInstrument[]>([]);
  #instrumentsOf: string | undefined;
  #link: Link;

  constructor(link: Link) {
    this.#link = link;
    link.attach(async ({ services }, subscriptions) => {
      subscriptions.add(services.synth.onState((state) => (this.state = state)));
      const list = async () => void (this.banks = await services.synth.listBanks());
      // Without a connection the next one lists them.
      subscriptions.add(services.synth.onBanks(() => void list().catch(() => undefined)));
      this.state = await services.synth.getState();
      await list();
    });
  }

  /** `auto`, `built-in` or a file. Resolves when it plays. */
  async choose(selection: string): Promise<void> {
    await this.#link.services.synth.chooseBank(selection, { keep: true });
  }

  cancelLoading(): Promise<void> {
    return this.#link.services.synth.cancelLoading();
  }

  add(file: File, onSent: (sent: number) => void): Promise<Bank> {
    return upload(this.#link.services.synth, file, onSent);
  }

  remove(file: string): Promise<void> {
    return this.#link.services.synth.removeBank(file);
  }

  statistics(): Promise<SynthStatistics> {
    return this.#link.services.synth.getStatistics();
  }

  /** Reads the instruments of the bank that plays, where they are not known. */
  async readInstruments(): Promise<void> {
    const playing = this.state?.playing;
    if (playing === undefined || playing === this.#instrumentsOf) return;
    this.#instrumentsOf = playing;
    try {
      const instruments = await this.#link.services.synth.listInstruments();
      if (this.#instrumentsOf === playing) this.instruments = instruments;
    } catch (error) {
      this.#instrumentsOf = undefined;
      throw error;
    }
  }
}
