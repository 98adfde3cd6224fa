import type { AlsaHostCommand, AlsaHostEvent } from '../../../contract/alsaHardware.ts';
import type { AlsaBackend, AlsaControls, OpenAlsaBackend } from './backend.ts';

/** The kernel makes the device file of a card before it gives the card its id, and tells nobody of that. */
const NAMING_MS = 20;
/** Looks until a card without an id is taken as it is. */
const MOST_LOOKS = 50;

export interface AlsaHostOptions {
  readonly openBackend: OpenAlsaBackend;
  report(event: AlsaHostEvent): void;
}

/** Looks after the cards: opens those that come, tells what changes on them, writes what is asked for. */
export class AlsaHost {
  readonly #options: AlsaHostOptions;
  #backend: AlsaBackend | undefined;
  readonly #open = new Map<number, AlsaControls>();
  #watching: Promise<void> = Promise.resolve();
  #disposed = false;
  #lookAgain: NodeJS.Timeout | undefined;
  /** Looks for the id of a card that came. */
  #looks = 0;

  constructor(options: AlsaHostOptions) {
    this.#options = options;
  }

  start(): void {
    const { openBackend, report } = this.#options;
    try {
      this.#backend = openBackend();
    } catch (error) {
      report({ type: 'ready', system: { available: false, reason: messageOf(error) }, cards: [] });
      return;
    }
    const cards = this.#openNew(this.#backend);
    report({ type: 'ready', system: { available: true }, cards });
    this.#watching = this.#watch(this.#backend);
  }

  handle({ request, card, numid, values }: Extract<AlsaHostCommand, { type: 'write' }>): void {
    const { report } = this.#options;
    const controls = this.#open.get(card);
    try {
      if (!controls) throw new Error('the card is not there');
      controls.write(numid, values);
      report({ type: 'written', request, values: controls.read(numid) });
    } catch (error) {
      report({ type: 'refused', request, message: messageOf(error) });
    }
  }

  /** Resolves when everything is closed. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    clearTimeout(this.#lookAgain);
    for (const controls of this.#open.values()) controls.dispose();
    this.#open.clear();
    await this.#backend?.dispose();
    await this.#watching;
  }

  async #watch(backend: AlsaBackend): Promise<void> {
    for (;;) {
      const { devices } = await backend.wait();
      if (this.#disposed) return;
      for (const [card, controls] of [...this.#open]) this.#look(card, controls);
      if (!devices) continue;
      this.#looks = 0;
      this.#reportNew(backend);
    }
  }

  #reportNew(backend: AlsaBackend): void {
    for (const card of this.#openNew(backend)) this.#options.report({ type: 'card', card });
  }

  #look(card: number, controls: AlsaControls): void {
    const { report } = this.#options;
    try {
      const { numids, elements } = controls.changes();
      if (elements) return report({ type: 'card', card: controls.describe() });
      for (const numid of numids) {
        const values = readOrNothing(controls, numid);
        if (values) report({ type: 'values', card, numid, values });
      }
    } catch {
      // Whatever it is: a card that does not answer is of no use. Its device file tells when it is back.
      this.#open.delete(card);
      controls.dispose();
      report({ type: 'cardGone', card });
    }
  }

  #openNew(backend: AlsaBackend) {
    return backend
      .cards()
      .filter((card) => !this.#open.has(card))
      .flatMap((card) => {
        let controls: AlsaControls | undefined;
        try {
          controls = backend.open(card);
          const described = controls.describe();
          if (described.id === '' && this.#looks < MOST_LOOKS) {
            controls.dispose();
            this.#lookLater(backend);
            return [];
          }
          this.#open.set(card, controls);
          return described;
        } catch {
          // Not ours to open yet, or gone again: both are told by its device file.
          controls?.dispose();
          return [];
        }
      });
  }

  #lookLater(backend: AlsaBackend): void {
    this.#lookAgain ??= setTimeout(() => {
      this.#lookAgain = undefined;
      this.#looks++;
      this.#reportNew(backend);
    }, NAMING_MS);
  }
}

/** A driver may refuse what belongs to a stream that nobody plays. */
function readOrNothing(controls: AlsaControls, numid: number): number[] | undefined {
  try {
    return controls.read(numid);
  } catch {
    return undefined;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
