import type { StreamState } from '../../../contract/hardware.ts';
import type { Filter } from '../ks/filter.ts';
import type { DataFormat } from '../ks/format.ts';
import type { PinInstance } from '../ks/pin.ts';
import { KSSTATE } from '../ks/properties/connection.ts';
import type { PinVertex } from './deviceGraph.ts';
import { connectPins, type PinEnd } from './link.ts';
import type { SystemServices } from './softwareFilter.ts';
import { splitter, SPLITTER_PIN } from './splitter.ts';
import { MIXER_PIN, systemMixer } from './systemMixer.ts';

/** Someone whose stream runs through a shared pin. */
export interface SharedPinUser {
  /** The shared pin is gone from below: the user's graph ends. */
  end(reason: string): void;
}

/**
 * One instance of a hardware pin that several clients share: behind the system mixer when it renders, behind a
 * splitter when it captures. It runs as far as the furthest of its users. Specification 5.2 step 5, 5.3.
 */
export class SharedPin {
  readonly host: PinVertex;
  /** The mixer or splitter instance. */
  readonly filter: Filter;
  /** Where users attach: the mixer's sink pins, or the splitter's source pins. */
  readonly end: PinEnd;
  /** The format on the hardware pin. */
  readonly format: DataFormat;
  /** In order of creation. */
  readonly #pins: readonly PinInstance[];
  readonly #users = new Map<SharedPinUser, StreamState>();
  readonly #closed: () => void;
  #open = true;

  /**
   * Opens the hardware pin. `wanted`: the first reader's format, which a capture pin gets when it can.
   * @throws KsError as `connectPins`; nothing stays open then
   */
  constructor(options: { host: PinVertex; services: SystemServices; wanted: DataFormat; closed(): void }) {
    const { host, services } = options;
    const hardware: PinEnd = { filter: host.subdevice.filter, pinId: host.pinId };
    const renders = host.pin.dataFlow === 'IN';
    this.host = host;
    this.#closed = options.closed;
    this.filter = (renders ? systemMixer : splitter).open(
      `${host.subdevice.path} pin ${host.pinId}`,
      services,
    );
    const near: PinEnd = {
      filter: this.filter,
      pinId: renders ? MIXER_PIN.RENDER_SOURCE : SPLITTER_PIN.SINK,
    };
    const { source, sink } = connectPins(hardware, near, renders ? undefined : options.wanted);
    this.#pins = [source, sink];
    this.format = source.format;
    this.end = { filter: this.filter, pinId: renders ? MIXER_PIN.RENDER_SINK : SPLITTER_PIN.SOURCE };
    (renders ? sink : source).onRemoved((reason) => this.lose(reason));
  }

  get pins(): readonly PinInstance[] {
    return this.#pins;
  }

  get isOpen(): boolean {
    return this.#open;
  }

  add(user: SharedPinUser): void {
    this.#users.set(user, 'STOP');
  }

  /** The user's stream is at `state` from now on: the shared pins follow the furthest user. @throws KsError */
  request(user: SharedPinUser, state: StreamState): void {
    const before = this.#users.get(user);
    if (before === undefined || !this.#open) return;
    this.#users.set(user, state);
    const furthest = [...this.#users.values()].reduce((a, b) => (KSSTATE[a] >= KSSTATE[b] ? a : b));
    try {
      for (const pin of this.#pins) pin.setState(furthest);
    } catch (error) {
      this.#users.set(user, before);
      throw error;
    }
  }

  /** The last user closes the pins, in reverse order of creation. RULE-14. */
  release(user: SharedPinUser): void {
    if (!this.#users.delete(user) || !this.#open) return;
    if (this.#users.size === 0) this.#close();
    else {
      const [other, state] = [...this.#users][0]!;
      this.request(other, state);
    }
  }

  /** Closes what was opened for a client whose graph could then not be built. */
  abandonIfUnused(): void {
    if (this.#open && this.#users.size === 0) this.#close();
  }

  /** Ends every user's graph and gives the hardware pin back. */
  lose(reason: string): void {
    if (!this.#open) return;
    const users = [...this.#users.keys()];
    this.#close();
    for (const user of users) user.end(reason);
  }

  #close(): void {
    this.#open = false;
    for (const pin of [...this.#pins].reverse()) pin.close();
    // A client's pin may still be open on the filter, good for closing only.
    this.filter.remove('The pin it shares is closed.');
    this.#closed();
  }
}
