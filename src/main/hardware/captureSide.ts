import { Emitter, type Event } from '../../contract/emitter.ts';
import type { CaptureSources, HostCommand, HostEvent } from '../../contract/hardware.ts';

type CaptureEvent = Extract<HostEvent, { type: 'captureMeters' | 'captureInput' }>;

/** The card's capture side without its streams: what is behind the inputs, why they give nothing, their meters. */
export class CaptureSide {
  readonly #send: (command: HostCommand) => void;
  readonly #meters = new Emitter<Float32Array>();
  readonly #faultsChanged = new Emitter<ReadonlyMap<string, string>>();
  readonly #faults = new Map<string, string>();
  #sources: CaptureSources = {};
  #metering = false;
  readonly onMeters: Event<Float32Array> = this.#meters.event;
  readonly onFaults: Event<ReadonlyMap<string, string>> = this.#faultsChanged.event;

  /** `send` reaches the host that is the card, if there is one. */
  constructor(send: (command: HostCommand) => void) {
    this.#send = send;
  }

  get faults(): ReadonlyMap<string, string> {
    return this.#faults;
  }

  setMetering(on: boolean): void {
    if (on === this.#metering) return;
    this.#metering = on;
    this.#send({ type: 'setCaptureMetering', on });
  }

  setSources(sources: CaptureSources): void {
    this.#sources = sources;
    this.#faults.clear();
    this.#send({ type: 'setCaptureSources', sources });
  }

  /** Another host is the card and has to be told. */
  arrived(): void {
    this.#send({ type: 'setCaptureSources', sources: this.#sources });
    if (this.#metering) this.#send({ type: 'setCaptureMetering', on: true });
  }

  take(event: CaptureEvent): void {
    if (event.type === 'captureMeters') return this.#meters.fire(event.peaks);
    if (event.fault === '') this.#faults.delete(event.input);
    else this.#faults.set(event.input, event.fault);
    this.#faultsChanged.fire(this.#faults);
  }
}
