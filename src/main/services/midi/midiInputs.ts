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
  readonly #open = new Map<string, Disposable>();
  readonly #store = new DisposableStore();

  /** `adapterId`: the adapter of the system's MIDI ports. */
  constructor(portCls: PortCls, adapterId: string, clock: MasterClock) {
    this.#portCls = portCls;
    this.#adapterId = adapterId;
    this.#clock = clock;
    this.#store.add(
      this.#portCls.onInterface((event) => {
        if (event.kind === 'arrival' && event.adapter.id === adapterId && this.#messages.hasListeners) {
          this.#openPin(event.subdevice);
        }
      }),
    );
  }

  /** What comes in at all devices. */
  readonly onMessage: Event<InputMessage> = (listener) => {
    const subscription = this.#messages.event(listener);
    const adapter = this.#portCls.adapters.find(({ id }) => id === this.#adapterId);
    for (const subdevice of adapter?.subdevices ?? []) this.#openPin(subdevice);
    return {
      dispose: () => {
        subscription.dispose();
        if (!this.#messages.hasListeners) this.#closeAll();
      },
    };
  };

  dispose(): void {
    this.#store.dispose();
    this.#closeAll();
    this.#messages.dispose();
  }

  #openPin({ name, filter }: Subdevice): void {
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
      });
      capture.start();
      // Presentation time is 0 at this moment.
      const start = this.#clock.now();
      capture.onEvent(({ time, bytes }) => {
        this.#messages.fire({ port: name, time: referenceTime(start + time), bytes });
      });
    } catch (error) {
      // Another client has the pin.
      if (!(error instanceof KsError)) throw error;
    }
  }

  #closeAll(): void {
    for (const capture of this.#open.values()) capture.dispose();
    this.#open.clear();
  }
}
