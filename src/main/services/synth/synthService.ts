import { DisposableStore, type Disposable } from '../../../contract/disposable.ts';
import { Emitter, type Event } from '../../../contract/emitter.ts';
import { PinwheelError, type ErrorRecord } from '../../../contract/errors.ts';
import type { ServiceImplementation } from '../../../contract/service.ts';
import type {
  Bank,
  BankInstrument,
  SynthState,
  SynthStatistics,
  synthService,
} from '../../../contract/services/synth.ts';
import { builtInBank } from '../../banks/builtInBank.ts';
import { loadBank } from '../../banks/loadBank.ts';
import { findBanks, preferredBank } from '../../banks/systemBanks.ts';
import type { AddedBanks } from './addedBanks.ts';

/** The sound hardware's bank, as the service needs it. */
export interface BankChooser {
  readonly state: {
    readonly playing: string | undefined;
    readonly loading: { readonly file: string; readonly done: number } | undefined;
    readonly error: ErrorRecord | undefined;
  };
  readonly onState: Event<unknown>;
  /** @throws PinwheelError when the bank cannot be loaded; the one before plays on */
  choose(file: string): Promise<void>;
  cancel(): void;
}

export interface SynthServiceOptions {
  bank: BankChooser;
  /** The choice that is kept. */
  settings: {
    get(): { bank: string };
    set(patch: { bank: string }): unknown;
    readonly onChange: Event<{ bank: string }>;
  };
  added: AddedBanks;
  statistics(): SynthStatistics;
}

/** Which bank of sounds the card plays, and how its synthesizer does. */
export class SynthService implements ServiceImplementation<typeof synthService>, Disposable {
  readonly #options: SynthServiceOptions;
  readonly #store = new DisposableStore();
  readonly #emitter = new Emitter<SynthState>();
  readonly #banks = new Emitter<void>();
  readonly onState = this.#emitter.event;
  readonly onBanks = this.#banks.event;
  /** The choice of the settings that was followed last. */
  #selected: string;
  /** Of the bank that was asked for last. */
  #instruments: { readonly file: string; readonly list: Promise<BankInstrument[]> } | undefined;

  constructor(options: SynthServiceOptions) {
    this.#options = options;
    this.#store.add(options.bank.onState(() => this.#emitter.fire(this.getState())));
    this.#selected = options.settings.get().bank;
    this.#store.add(options.settings.onChange(({ bank }) => bank !== this.#selected && void this.start()));
  }

  /** Chooses the bank of the settings. What cannot be loaded is told by the state. */
  async start(): Promise<void> {
    const { bank, settings } = this.#options;
    this.#selected = settings.get().bank;
    const file = await fileOf(this.#selected);
    // Every device host begins with the built-in one.
    if (file === (bank.state.playing ?? builtInBank()) && bank.state.loading === undefined) return;
    try {
      await bank.choose(file);
    } catch (error) {
      if (!(error instanceof PinwheelError)) throw error;
    }
  }

  getState(): SynthState {
    const { bank, settings } = this.#options;
    const { playing = builtInBank(), loading, error } = bank.state;
    return { selected: settings.get().bank, playing, loading: loading ?? null, error: error ?? null };
  }

  async listBanks(): Promise<Bank[]> {
    const { added } = this.#options;
    return [...(await findBanks()), ...(await added.list())];
  }

  listInstruments(): Promise<BankInstrument[]> {
    const { playing } = this.getState();
    if (this.#instruments?.file !== playing) {
      this.#instruments = { file: playing, list: instrumentsOf(playing) };
      // The next one who asks tries again.
      this.#instruments.list.catch(() => (this.#instruments = undefined));
    }
    return this.#instruments.list;
  }

  beginUpload({ name, size }: { name: string; size: number }): Promise<number> {
    return this.#options.added.spool.begin(name, size);
  }

  upload(id: number, bytes: Uint8Array): Promise<void> {
    return this.#options.added.spool.write(id, bytes);
  }

  async finishUpload(id: number): Promise<Bank> {
    const bank = await this.#options.added.add(id);
    this.#banks.fire();
    return bank;
  }

  cancelUpload(id: number): Promise<void> {
    return this.#options.added.spool.cancel(id);
  }

  async removeBank(file: string): Promise<void> {
    const { selected, playing } = this.getState();
    if (file === playing || file === selected) {
      throw new PinwheelError({
        code: 'bad-state',
        message: 'This bank is the one that plays.',
        subject: file,
        advice: 'Choose another one first.',
      });
    }
    await this.#options.added.remove(file);
    this.#banks.fire();
  }

  async chooseBank(
    selection: string,
    { keep }: { keep: boolean },
    signal?: AbortSignal,
  ): Promise<SynthState> {
    const { bank } = this.#options;
    const cancel = (): void => bank.cancel();
    signal?.addEventListener('abort', cancel);
    await bank.choose(await fileOf(selection)).finally(() => signal?.removeEventListener('abort', cancel));
    if (keep) {
      this.#selected = selection;
      this.#options.settings.set({ bank: selection });
    }
    this.#emitter.fire(this.getState());
    return this.getState();
  }

  cancelLoading(): void {
    this.#options.bank.cancel();
  }

  getStatistics(): SynthStatistics {
    return this.#options.statistics();
  }

  dispose(): void {
    this.#store.dispose();
    this.#emitter.dispose();
    this.#banks.dispose();
    this.#options.added.dispose();
  }
}

/** The file that a choice means on this machine. */
async function fileOf(selection: string): Promise<string> {
  if (selection === 'built-in') return builtInBank();
  if (selection !== 'auto') return selection;
  return preferredBank(await findBanks())?.file ?? builtInBank();
}

async function instrumentsOf(file: string): Promise<BankInstrument[]> {
  const { instruments } = await loadBank(file);
  return instruments
    .map(({ name, bankMsb, bankLsb, program, isDrum }) => ({ name, bankMsb, bankLsb, program, isDrum }))
    .sort(
      (a, b) =>
        Number(a.isDrum) - Number(b.isDrum) ||
        a.program - b.program ||
        a.bankMsb - b.bankMsb ||
        a.bankLsb - b.bankLsb,
    );
}
