import type { Event } from '../../../contract/emitter.ts';
import type { PortRoute } from '../../../contract/midiRoute.ts';
import type { PowerUse, PowerUses } from '../../engine/power/powerUses.ts';
import { MIDI_PORTS_ID } from './midiPorts.ts';

/** Where routes are made. */
export interface RoutedPorts {
  readonly routes: readonly PortRoute[];
  readonly onRoutes: Event<void>;
}

/** Routes between ports run inside their host, past the pins: each needs the ports at its ends. */
export class MidiUses implements PowerUses {
  readonly onChanged: Event<void>;
  readonly #ports: RoutedPorts;

  constructor(ports: RoutedPorts) {
    this.#ports = ports;
    this.onChanged = ports.onRoutes;
  }

  get uses(): readonly PowerUse[] {
    return this.#ports.routes.map(({ from, to }) => ({
      client: `Route ${from} → ${to}`,
      crosses: [`${MIDI_PORTS_ID}/${from}`, `${MIDI_PORTS_ID}/${to}`],
    }));
  }
}
