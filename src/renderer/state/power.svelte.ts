/** Power of the subdevices: what Pinwheel last told, and the requests. */
import type {
  IdleTimes,
  PowerConnection,
  PowerSnapshot,
  PowerStream,
  PowerSubdevice,
} from '../../contract/services/power.ts';
import type { Link } from './link.svelte.ts';

export class PowerStore {
  snapshot = $state.raw<PowerSnapshot | undefined>(undefined);
  /** Engine time now, in whole steps of `tick`. */
  seconds = $state(0);
  readonly #link: Link;
  readonly #onError: (error: unknown) => void;
  #toldAt = 0;
  // Nothing is drawn from it.
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  readonly #places = new Map<string, number>();

  constructor(link: Link, onError: (error: unknown) => void) {
    this.#link = link;
    this.#onError = onError;
    link.attach(async ({ services }, subscriptions) => {
      subscriptions.add(services.power.onSnapshot((snapshot) => this.#accept(snapshot)));
      this.#accept(await services.power.getSnapshot());
    });
  }

  /** Moves `seconds` on: the panel does it once a second while it is shown. */
  tick = (): void => {
    if (this.snapshot) this.seconds = this.snapshot.seconds + (performance.now() - this.#toldAt) / 1000;
  };

  setState({ path }: PowerSubdevice, state: 'D0' | 'D3'): void {
    this.#try(this.#power.setState(path, state));
  }

  hold({ path }: PowerSubdevice, held: boolean): void {
    this.#try(this.#power.hold(path, held));
  }

  /** Null: as all the others. */
  setIdleTimes({ path }: PowerSubdevice, idle: IdleTimes | null): void {
    this.#try(this.#power.setIdleTimes(path, idle));
  }

  setDefaultIdleTimes(idle: IdleTimes): void {
    this.#try(this.#power.setDefaultIdleTimes(idle));
  }

  setPaused(paused: boolean): void {
    this.#try(this.#power.setPaused(paused));
  }

  setKeepBank(keeps: boolean): void {
    this.#try(this.#power.setKeepBank(keeps));
  }

  unregister({ path }: PowerSubdevice): void {
    this.#try(this.#power.unregister(path));
  }

  register({ path }: PowerSubdevice): void {
    this.#try(this.#power.register(path));
  }

  /** Streams of an adapter's pins: they end when it is stopped. */
  streamsOf(adapter: string): PowerStream[] {
    const { subdevices = [] } = this.snapshot ?? {};
    return subdevices.filter((each) => each.adapter === adapter).flatMap(({ streams }) => streams);
  }

  /** Stops the adapter and starts it again. */
  rebalance({ adapter }: PowerSubdevice): void {
    this.#try(this.#power.rebalance(adapter));
  }

  setConnected({ from, to }: PowerConnection, connected: boolean): void {
    this.#try(this.#power.setConnected({ from, to }, connected));
  }

  get #power() {
    return this.#link.services.power;
  }

  #try(request: Promise<unknown>): void {
    request.catch(this.#onError);
  }

  #accept(snapshot: PowerSnapshot): void {
    const { subdevices, connections } = snapshot;
    this.snapshot = {
      ...snapshot,
      subdevices: this.#inOrder(subdevices, ({ path }) => path),
      connections: this.#inOrder(connections, (each) => JSON.stringify([each.from, each.to])),
    };
    this.#toldAt = performance.now();
    this.seconds = snapshot.seconds;
  }

  /** As they came first: what goes and comes back keeps its place. */
  #inOrder<T>(parts: readonly T[], keyOf: (part: T) => string): T[] {
    for (const part of parts)
      if (!this.#places.has(keyOf(part))) this.#places.set(keyOf(part), this.#places.size);
    return [...parts].sort((a, b) => this.#places.get(keyOf(a))! - this.#places.get(keyOf(b))!);
  }
}
