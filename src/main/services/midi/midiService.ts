import { Emitter, type Event } from '../../../contract/emitter.ts';
import { DisposableStore, type Disposable } from '../../../contract/disposable.ts';
import { PinwheelError } from '../../../contract/errors.ts';
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
  /** One whole message, at once. */
  send(port: string, bytes: Uint8Array): void;
}

/** Routes at a time: every input of a large studio to several outputs. */
export const MOST_ROUTES = 256;

const CHANNELS = 16;
const CONTROLLER = 0xb0;
/** Sustain pedal up, all sound off, all notes off: devices that do not know the one know the other. */
const SILENCE = [
  [64, 0],
  [120, 0],
  [123, 0],
] as const;

/** Routes that end at the card: SynthRoutes, as a rule. */
export interface SynthRouting {
  add(id: number, route: SynthRoute): void;
  remove(id: number): void;
  /** Ends what the routes left sounding. */
  silence(): void;
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

  /** @throws PinwheelError `bad-state` when there are `MOST_ROUTES` */
  addRoute(route: MidiRoute): number {
    if (this.#routes.size >= MOST_ROUTES) {
      throw new PinwheelError({
        code: 'bad-state',
        message: `There are ${MOST_ROUTES} MIDI routes; there cannot be more.`,
        advice: 'Remove one that is not needed.',
      });
    }
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

  /** Ends what sounds at every output and what routes left sounding, whoever began it. */
  panic(): void {
    this.#synths.silence();
    for (const { name, output } of this.#midi.ports) {
      if (!output) continue;
      for (let channel = 0; channel < CHANNELS; channel++) {
        for (const data of SILENCE) this.#midi.send(name, Uint8Array.of(CONTROLLER | channel, ...data));
      }
    }
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
