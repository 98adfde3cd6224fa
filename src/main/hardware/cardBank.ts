import { Emitter } from '../../contract/emitter.ts';
import { PinwheelError, type ErrorRecord } from '../../contract/errors.ts';
import type { BankEvent, HostCommand } from '../../contract/hardware.ts';

/** A device host, as far as banks are concerned. */
export interface BankHost {
  send(command: HostCommand): void;
}

export interface CardBankState {
  /** File that notes play; undefined for what a host begins with, the built-in bank. */
  readonly playing: string | undefined;
  readonly loading: { readonly file: string; readonly done: number } | undefined;
  /** Why the last bank could not be loaded; the one before plays on. */
  readonly error: ErrorRecord | undefined;
}

interface HostState extends CardBankState {
  readonly load: number;
  /** When loading began, on the process's clock. */
  readonly since: number;
}

const FRESH: HostState = { playing: undefined, loading: undefined, error: undefined, load: 0, since: 0 };

/**
 * The bank of sounds that the card plays. Hosts come and go: each is told to load what was chosen, and what a host
 * cannot load leaves the bank before in place.
 */
export class CardBank {
  readonly #hosts = new Map<BankHost, HostState>();
  /** The host that is the card. */
  #card: BankHost | undefined;
  #file: string | undefined;
  #nextLoad = 1;
  #asleep = false;
  #loadMs: number | undefined;
  /** Waiters for the card's host, by the number of its load. */
  readonly #waiting = new Map<number, { resolve: () => void; reject: (error: PinwheelError) => void }>();
  readonly #state = new Emitter<CardBankState>();
  readonly onState = this.#state.event;

  get state(): CardBankState {
    return this.#stateOf(this.#card);
  }

  /** Resolves when the card is not loading a bank; undefined when it is not now. */
  get settled(): Promise<void> | undefined {
    if (this.state.loading === undefined) return undefined;
    return new Promise((resolve) => {
      const watch = this.onState(({ loading }) => {
        if (loading !== undefined) return;
        watch.dispose();
        resolve();
      });
    });
  }

  /**
   * Loads a bank in place of the one that plays. Resolves when notes play it; at once while there is no card, which
   * will load it when it comes. @throws PinwheelError as `loadBank` of banks/; the bank before plays on
   */
  async choose(file: string): Promise<void> {
    const before = this.#file;
    this.#file = file;
    // It is loaded when it is played.
    if (this.#asleep) return this.sleep();
    try {
      await this.#loadAll(file);
    } catch (error) {
      // The next host is not to fail again.
      if (this.#file === file) this.#file = before;
      throw error;
    }
  }

  /** How long loading took last, in milliseconds; undefined before it was loaded. */
  get loadMs(): number | undefined {
    return this.#loadMs;
  }

  /** The hosts have let go of their banks. */
  get asleep(): boolean {
    return this.#asleep;
  }

  /** The synthesizers give their bank's memory back. */
  sleep(): void {
    this.#asleep = true;
    for (const host of this.#hosts.keys()) this.#rest(host);
  }

  /** The bank is loaded again. Resolves when notes play it, or one in its place. */
  async wake(): Promise<void> {
    this.#asleep = false;
    if (this.#file === undefined) return;
    // Told by the state.
    await this.#loadAll(this.#file).catch(() => undefined);
  }

  /** Ends loading; what was before plays on. */
  cancel(): void {
    for (const host of this.#hosts.keys()) host.send({ type: 'cancelBank' });
  }

  /** A host was started. */
  add(host: BankHost): void {
    this.#hosts.set(host, FRESH);
    if (this.#asleep) this.#rest(host);
    else if (this.#file !== undefined) this.#load(host, this.#file);
  }

  /** A host is the card from now on. */
  arrived(host: BankHost): void {
    this.#card = host;
    this.#state.fire(this.state);
  }

  /** A host is gone. */
  remove(host: BankHost): void {
    const { load } = this.#stateOf(host);
    this.#hosts.delete(host);
    if (this.#card === host) {
      this.#card = undefined;
      this.#state.fire(this.state);
    }
    // Its successor loads the bank as well.
    this.#settle(load)?.resolve();
  }

  /** What a host tells. */
  take(host: BankHost, event: BankEvent): void {
    const state = this.#stateOf(host);
    if (!this.#hosts.has(host) || event.load !== state.load || state.loading === undefined) return;
    const { file } = state.loading;
    switch (event.type) {
      case 'bankProgress':
        this.#change(host, { ...state, loading: { file, done: event.done } });
        break;
      case 'bankLoaded':
        if (host === this.#card) this.#loadMs = performance.now() - state.since;
        this.#change(host, { ...state, playing: file, loading: undefined });
        this.#settle(event.load)?.resolve();
        break;
      case 'bankFailed':
        this.#change(host, {
          ...state,
          loading: undefined,
          error: event.error.code === 'cancelled' ? undefined : event.error,
        });
        this.#settle(event.load)?.reject(new PinwheelError(event.error));
    }
  }

  /** What it will play again. */
  #rest(host: BankHost): void {
    const { load } = this.#stateOf(host);
    this.#change(host, { ...FRESH, playing: this.#file });
    this.#settle(load)?.resolve();
  }

  async #loadAll(file: string): Promise<void> {
    let done: Promise<void> | undefined;
    for (const host of this.#hosts.keys()) {
      const { load } = this.#stateOf(host);
      this.#settle(load)?.reject(superseded(file));
      const number = this.#load(host, file);
      if (host !== this.#card) continue;
      done = new Promise((resolve, reject) => this.#waiting.set(number, { resolve, reject }));
    }
    await done;
  }

  #load(host: BankHost, file: string): number {
    const load = this.#nextLoad++;
    const since = performance.now();
    this.#change(host, {
      ...this.#stateOf(host),
      load,
      since,
      loading: { file, done: 0 },
      error: undefined,
    });
    host.send({ type: 'loadBank', load, file });
    return load;
  }

  #settle(load: number): { resolve: () => void; reject: (error: PinwheelError) => void } | undefined {
    const waiter = this.#waiting.get(load);
    this.#waiting.delete(load);
    return waiter;
  }

  #stateOf(host: BankHost | undefined): HostState {
    return (host && this.#hosts.get(host)) ?? FRESH;
  }

  #change(host: BankHost, state: HostState): void {
    this.#hosts.set(host, state);
    if (host === this.#card) this.#state.fire(state);
  }
}

function superseded(file: string): PinwheelError {
  return new PinwheelError({
    code: 'cancelled',
    message: 'Loading was ended for another bank.',
    subject: file,
  });
}
