import { DisposableStore, type Disposable } from '../../../contract/disposable.ts';
import type { Event } from '../../../contract/emitter.ts';
import type { SynthRoute } from '../../../contract/midiRoute.ts';
import type { PlayerSynth } from '../../../contract/services/player.ts';
import { Thru } from '../../engine/portcls/dmus/thru.ts';
import type { MidiClient } from '../../engine/wdmaud/midiClient.ts';
import type { InputMessage } from './midiInputs.ts';
import { LiveSynth } from './liveSynth.ts';

export interface SynthRoutesOptions {
  readonly inputs: {
    messagesOf(name: string): Event<InputMessage>;
    readonly onRemoved: Event<string>;
  };
  /** @throws KsError when there is no free pin */
  openClient(synth: PlayerSynth): MidiClient;
  /** The card can be played. */
  readonly onArrived: Event<unknown>;
}

interface OpenRoute extends Disposable {
  readonly synth: PlayerSynth;
  readonly from: string;
  readonly thru: Thru;
}

/**
 * Routes from MIDI inputs to the card's synthesizers: capture pin, filter, render pin. All routes to one synthesizer
 * share a stream, which is open as long as there is one of them.
 */
export class SynthRoutes implements Disposable {
  readonly #options: SynthRoutesOptions;
  readonly #store = new DisposableStore();
  readonly #synths = new Map<PlayerSynth, LiveSynth>();
  readonly #routes = new Map<number, OpenRoute>();

  constructor(options: SynthRoutesOptions) {
    this.#options = options;
    this.#store.add(
      options.onArrived(() => {
        for (const synth of this.#synths.values()) synth.open();
      }),
    );
    this.#store.add(options.inputs.onRemoved((name) => this.#release((route) => route.from === name)));
  }

  add(id: number, { from, to, ...filter }: SynthRoute): void {
    const { synth } = to;
    const target = this.#synth(synth);
    const thru = new Thru(filter, (message) => target.send(message));
    const listening = this.#options.inputs.messagesOf(from)(({ bytes }) => thru.receive(bytes));
    this.#routes.set(id, { synth, from, thru, dispose: () => listening.dispose() });
  }

  /** What the route left sounding is released; the last one of a synthesizer takes the stream along. */
  remove(id: number): void {
    const removed = this.#routes.get(id);
    if (!removed) return;
    this.#routes.delete(id);
    removed.dispose();
    removed.thru.release();
    if ([...this.#routes.values()].some(({ synth }) => synth === removed.synth)) return;
    this.#synths.get(removed.synth)?.dispose();
    this.#synths.delete(removed.synth);
  }

  silence(): void {
    this.#release(() => true);
  }

  dispose(): void {
    for (const id of [...this.#routes.keys()]) this.remove(id);
    this.#store.dispose();
  }

  #synth(synth: PlayerSynth): LiveSynth {
    const open = this.#synths.get(synth);
    if (open) return open;
    const opened = new LiveSynth(
      () => this.#options.openClient(synth),
      () => this.#release((route) => route.synth === synth),
    );
    this.#synths.set(synth, opened);
    return opened;
  }

  #release(isMeant: (route: OpenRoute) => boolean): void {
    for (const route of this.#routes.values()) if (isMeant(route)) route.thru.release();
  }
}
