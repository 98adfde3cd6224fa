import type { Disposable } from '../../contract/disposable.ts';
import type { Event } from '../../contract/emitter.ts';

export interface FirstUseOptions {
  /** The output was opened. */
  readonly onArrived: Event<{ kind: 'device' | 'null' }>;
  /** ALSA's numbers of the cards that our own sound goes to directly, not through a sound server. */
  cardsInUse(): Promise<readonly number[]>;
  readonly cards: {
    id(cardIndex: number): string | undefined;
    makeAudible(cardIndex: number): void;
  };
  onFailure(error: unknown): void;
  /** Over restarts. */
  readonly memory: {
    hasUsedCard(id: string): boolean;
    useCard(id: string): void;
  };
}

/** Makes a card audible the first time that it is played on. Later it is as its owner left it. */
export class FirstUse implements Disposable {
  readonly #options: FirstUseOptions;
  readonly #subscription: Disposable;

  constructor(options: FirstUseOptions) {
    this.#options = options;
    this.#subscription = options.onArrived(({ kind }) => {
      if (kind === 'device') this.#use().catch(options.onFailure);
    });
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  async #use(): Promise<void> {
    const { cards, memory } = this.#options;
    for (const index of await this.#options.cardsInUse()) {
      const id = cards.id(index);
      if (id === undefined || memory.hasUsedCard(id)) continue;
      cards.makeAudible(index);
      memory.useCard(id);
    }
  }
}
