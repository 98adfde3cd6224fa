/**
 * The panel's connection to Pinwheel: opened at start, reopened with growing pauses when it is lost. Stores hang
 * themselves on it with `attach`, which runs anew for every connection, so that all of them read their state again.
 */
import { DisposableStore } from '../../contract/disposable.ts';
import { PinwheelError } from '../../contract/errors.ts';
import { connect, type Connection } from '../../contract/rpc/client.ts';
import type { Clients } from '../../contract/services/index.ts';
import type { OpenTransport } from '../transport/chooseTransport.ts';

/** What a store does with a new connection. Whatever it subscribes to goes into `subscriptions`. */
export type Attach = (connection: Connection, subscriptions: DisposableStore) => Promise<void> | void;

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5000;
/** A connection that does not answer the first questions within this time is given up. */
const ANSWER_MS = 5000;

export class Link {
  /** `connecting` until the first connection stands, `lost` whenever one is missing after that or long before. */
  phase = $state<'connecting' | 'connected' | 'lost'>('connecting');
  #open: OpenTransport;
  #attached: Attach[] = [];
  #connection: Connection | undefined;
  #pause = FIRST_PAUSE_MS;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #opening = false;
  #attempts = 0;

  constructor(open: OpenTransport) {
    this.#open = open;
  }

  attach(attach: Attach): void {
    this.#attached.push(attach);
  }

  /** Services of the present connection. Throws `disconnected` when there is none. */
  get services(): Clients {
    if (!this.#connection) {
      throw new PinwheelError({ code: 'disconnected', message: 'The connection to Pinwheel was lost.' });
    }
    return this.#connection.services;
  }

  /** Tries now, not at the end of the pause. */
  retry = (): void => {
    if (this.#connection || this.#opening) return;
    clearTimeout(this.#timer);
    void this.#attempt();
  };

  async #attempt(): Promise<void> {
    this.#opening = true;
    this.#attempts++;
    const subscriptions = new DisposableStore();
    let connection: Connection | undefined;
    try {
      connection = connect(await this.#open());
      const open = connection;
      const closed = new Promise<never>((_, reject) => {
        open.onClose(() => reject(new PinwheelError({ code: 'disconnected', message: 'Closed.' })));
      });
      const silent = new Promise<never>((_, reject) => {
        const timer = setTimeout(
          () => reject(new PinwheelError({ code: 'disconnected', message: 'No answer.' })),
          ANSWER_MS,
        );
        subscriptions.add({ dispose: () => clearTimeout(timer) });
      });
      this.#connection = connection;
      const ready = Promise.all(this.#attached.map(async (attach) => attach(open, subscriptions)));
      // Both are waited for below, and of no interest afterwards.
      for (const end of [closed, silent]) end.catch(() => {});
      await Promise.race([ready, closed, silent]);
      open.onClose(() => this.#lost(open, subscriptions));
      this.phase = 'connected';
      this.#pause = FIRST_PAUSE_MS;
    } catch {
      subscriptions.dispose();
      this.#connection = undefined;
      connection?.dispose();
      // At the very start the server may simply not listen yet: one quick retry before anything is said.
      if (this.phase !== 'connecting' || this.#attempts > 1) this.phase = 'lost';
      this.#wait();
    } finally {
      this.#opening = false;
    }
  }

  #lost(connection: Connection, subscriptions: DisposableStore): void {
    if (this.#connection !== connection) return;
    this.#connection = undefined;
    subscriptions.dispose();
    this.phase = 'lost';
    this.#wait();
  }

  #wait(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#attempt(), this.#pause);
    this.#pause = Math.min(LONGEST_PAUSE_MS, this.#pause * 2);
  }
}
