import type { MidiState } from '../../contract/services/midi.ts';
import type { PlayerSynth } from '../../contract/services/player.ts';
import type { Link } from './link.svelte.ts';

/** The MIDI ports of the system, and what is routed from them to the card's synthesizers. */
export class MidiStore {
  state = $state.raw<MidiState>({ system: 'starting', reason: '', ports: [], routes: [] });
  readonly inputs = $derived(this.state.ports.filter(({ input }) => input).map(({ name }) => name));
  readonly outputs = $derived(this.state.ports.filter(({ output }) => output).map(({ name }) => name));
  /** The input that plays a synthesizer; undefined without one. */
  readonly played = $derived(this.state.routes.find(({ to }) => typeof to !== 'string'));
  readonly #link: Link;
  readonly #onError: (error: unknown) => void;

  constructor(link: Link, onError: (error: unknown) => void) {
    this.#link = link;
    this.#onError = onError;
    link.attach(async ({ services }, subscriptions) => {
      subscriptions.add(services.midi.onState((state) => (this.state = state)));
      this.state = await services.midi.getState();
    });
  }

  /** What comes in at this port plays that synthesizer; null takes the route away. */
  async playFrom(input: string | null, synth: PlayerSynth): Promise<void> {
    try {
      const { midi } = this.#link.services;
      if (this.played) await midi.removeRoute(this.played.id);
      if (input === null) return;
      const all = { channels: null, kinds: null, transpose: 0, velocityCurve: 1 };
      await midi.addRoute({ from: input, to: { synth }, ...all });
    } catch (error) {
      this.#onError(error);
    }
  }
}
