import { DisposableStore, type Disposable } from '../../../contract/disposable.ts';
import { Emitter, type Event } from '../../../contract/emitter.ts';
import { referenceTime, type ReferenceTime } from '../../../contract/units.ts';
import type { MasterClock } from '../../engine/ks/clock.ts';
import { acceptsFormat } from '../../engine/ks/intersection.ts';
import { KsError } from '../../engine/ks/status.ts';
import type { PortCls } from '../../engine/portcls/portcls.ts';
import type { Subdevice } from '../../engine/portcls/subdevice.ts';
import { MidiCapture } from '../../engine/wdmaud/midiCapture.ts';
import { DIRECTMUSIC_FORMAT } from '../../engine/wdmaud/midiClient.ts';

/** One message that came in, with engine time. */
export interface InputMessage {
  readonly port: string;
  readonly time: ReferenceTime;
  readonly bytes: Uint8Array;
}

/**
 * The capture pins of the system's MIDI devices, shared: a UART has one, and whoever listens hears what comes in. Pins
 * are open as long as somebody listens; those of a device that comes back are opened again.
 */
export class MidiInputs implements Disposable {
  readonly #portCls: PortCls;
  readonly #adapterId: string;
  readonly #clock: MasterClock;
  readonly #messages = new Emitter<InputMessage>();
  /** For those who listen to one device only. */
  readonly #ofDevice = new Map<string, Emitter<InputMessage>>();
  readonly #removed = new Emitter<string>();
  readonly #open = new Map<string, Disposable>();
  readonly #store = new DisposableStore();
  /** A device that somebody listens to is gone; its name. */
  readonly onRemoved: Event<string> = this.#removed.event;

  /** `adapterId`: the adapter of the system's MIDI ports. */
  constructor(portCls: PortCls, adapterId: string, clock: MasterClock) {
    this.#portCls = portCls;
    this.#adapterId = adapterId;
    this.#clock = clock;
    this.#store.add(
      this.#portCls.onInterface((event) => {
        if (event.kind === 'arrival' && event.adapter.id === adapterId) this.#openPin(event.subdevice);
      }),
    );
  }

  /** What comes in at all devices. */
  readonly onMessage: Event<InputMessage> = (listener) => {
    const subscription = this.#messages.event(listener);
    return this.#listening(subscription);
  };

  /** What comes in at the device of this name, whenever it is there. */
  messagesOf(name: string): Event<InputMessage> {
    return (listener) => {
      const emitter = this.#ofDevice.get(name) ?? new Emitter<InputMessage>();
      this.#ofDevice.set(name, emitter);
      return this.#listening(emitter.event(listener));
    };
  }

  dispose(): void {
    this.#store.dispose();
    for (const capture of this.#open.values()) capture.dispose();
    this.#open.clear();
    this.#messages.dispose();
    this.#ofDevice.clear();
    this.#removed.dispose();
  }

  #listening(subscription: Disposable): Disposable {
    const adapter = this.#portCls.adapters.find(({ id }) => id === this.#adapterId);
    for (const subdevice of adapter?.subdevices ?? []) this.#openPin(subdevice);
    return {
      dispose: () => {
        subscription.dispose();
        this.#closeUnwanted();
      },
    };
  }

  #isWanted(name: string): boolean {
    return this.#messages.hasListeners || (this.#ofDevice.get(name)?.hasListeners ?? false);
  }

  #openPin({ name, filter }: Subdevice): void {
    if (!this.#isWanted(name)) return;
    const pinId = filter.descriptor.pins.findIndex(
      ({ dataFlow, dataRanges }) =>
        dataFlow === 'OUT' && dataRanges.some((range) => acceptsFormat(range, DIRECTMUSIC_FORMAT)),
    );
    if (pinId < 0 || this.#open.has(name)) return;
    try {
      const capture = new MidiCapture(filter, pinId);
      this.#open.set(name, capture);
      capture.onRemoved(() => {
        capture.dispose();
        this.#open.delete(name);
        this.#removed.fire(name);
      });
      capture.start();
      // Presentation time is 0 at this moment.
      const start = this.#clock.now();
      capture.onEvent(({ time, bytes }) => {
        const message = { port: name, time: referenceTime(start + time), bytes };
        this.#ofDevice.get(name)?.fire(message);
        this.#messages.fire(message);
      });
    } catch (error) {
      // Another client has the pin.
      if (!(error instanceof KsError)) throw error;
    }
  }

  #closeUnwanted(): void {
    for (const [name, emitter] of this.#ofDevice) if (!emitter.hasListeners) this.#ofDevice.delete(name);
    for (const [name, capture] of this.#open) {
      if (this.#isWanted(name)) continue;
      capture.dispose();
      this.#open.delete(name);
    }
  }
}
