import { toDisposable, type Disposable } from './disposable.ts';

export type Listener<T> = (value: T) => void;
/** Subscribing returns the handle that ends the subscription. */
export type Event<T> = (listener: Listener<T>) => Disposable;

/** One event source. A listener that throws does not keep the others from hearing the event. */
export class Emitter<T> implements Disposable {
  #listeners = new Set<Listener<T>>();
  #onListenerError: (error: unknown) => void;

  constructor(
    onListenerError: (error: unknown) => void = (error) =>
      queueMicrotask(() => {
        throw error;
      }),
  ) {
    this.#onListenerError = onListenerError;
  }

  readonly event: Event<T> = (listener) => {
    // A wrapper keeps two subscriptions of one function apart.
    const entry: Listener<T> = (value) => listener(value);
    this.#listeners.add(entry);
    return toDisposable(() => this.#listeners.delete(entry));
  };

  get hasListeners(): boolean {
    return this.#listeners.size > 0;
  }

  fire(value: T): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(value);
      } catch (error) {
        this.#onListenerError(error);
      }
    }
  }

  dispose(): void {
    this.#listeners.clear();
  }
}
