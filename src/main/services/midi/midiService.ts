import { Emitter, type Event } from '../../../contract/emitter.ts';
import { DisposableStore, type Disposable } from '../../../contract/disposable.ts';
import type { MidiPortInfo } from '../../../contract/midiHardware.ts';
import { isPortRoute, type MidiRoute, type PortRoute, type SynthRoute } from '../../../contract/midiRoute.ts';
import type { ServiceImplementation } from '../../../contract/service.ts';
import type { MidiMessage, MidiState, midiService } from '../../../contract/services/midi.ts';
import { referenceTimeToSeconds } from '../../../contract/units.ts';
import type { MidiSystemState } from '../../hardware/midi/midiHardware.ts';
import type { InputMessage } from './midiInputs.ts';

/** The system's MIDI: a MidiHardware, as a rule. */
export interface MidiSystem {
  readonly system: MidiSystemState;
  readonly ports: readonly MidiPortInfo[];
  readonly onChanged: Event<void>;
  setRoutes(routes: readonly PortRoute[]): void;
}

/** Routes that end at the card: SynthRoutes, as a rule. */
export interface SynthRouting {
  add(id: number, route: SynthRoute): void;
  remove(id: number): void;
}

/** The system's MIDI ports as clients see them, and what comes in. */
export class MidiService implements ServiceImplementation<typeof midiService>, Disposable {
  readonly #midi: MidiSystem;
  readonly #inputs: { readonly onMessage: Event<InputMessage> };
  readonly #synths: SynthRouting;
  readonly #store = new DisposableStore();
  readonly #routes = new Map<number, MidiRoute>();
  #nextRoute = 1;
  readonly #states = new Emitter<MidiState>();
  readonly onState: Event<MidiState> = this.#states.event;

  constructor(midi: MidiSystem, inputs: { readonly onMessage: Event<InputMessage> }, synths: SynthRouting) {
    this.#midi = midi;
    this.#synths = synths;
    this.#inputs = inputs;
    this.#store.add(midi.onChanged(() => this.#states.fire(this.getState())));
  }

  getState(): MidiState {
    const { system, ports } = this.#midi;
    return {
      system: system.available === 'starting' ? 'starting' : system.available ? 'available' : 'unavailable',
      reason: system.available === false ? system.reason : '',
      ports: ports.map((port) => ({ ...port })),
      routes: [...this.#routes].map(([id, route]) => ({ id, ...route })),
    };
  }

  addRoute(route: MidiRoute): number {
    const id = this.#nextRoute++;
    this.#routes.set(id, route);
    if (!isPortRoute(route)) this.#synths.add(id, route);
    this.#routesChanged();
    return id;
  }

  removeRoute(id: number): void {
    if (!this.#routes.delete(id)) return;
    this.#synths.remove(id);
    this.#routesChanged();
  }

  /** The messages of one event-loop turn travel together. */
  readonly onMessages: Event<MidiMessage[]> = (listener) => {
    let waiting: MidiMessage[] = [];
    return this.#inputs.onMessage(({ port, time, bytes }) => {
      if (waiting.push({ port, seconds: referenceTimeToSeconds(time), bytes: [...bytes] }) > 1) return;
      setImmediate(() => {
        const messages = waiting;
        waiting = [];
        listener(messages);
      });
    });
  };

  #routesChanged(): void {
    this.#midi.setRoutes([...this.#routes.values()].filter(isPortRoute));
    this.#states.fire(this.getState());
  }

  dispose(): void {
    this.#store.dispose();
    this.#states.dispose();
  }
}
