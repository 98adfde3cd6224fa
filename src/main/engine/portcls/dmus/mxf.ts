import type { StreamState } from '../../../../contract/hardware.ts';
import type { KernelEvent } from './kernelEvent.ts';

/** IMXF, "MIDI transform filter": a stage that events pass through. Specification 4.4. */
export interface Mxf {
  /** IMXF::ConnectOutput: output goes to `sink` from now on. */
  connectOutput(sink: Mxf): void;
  /** IMXF::DisconnectOutput: output goes to the allocator again. */
  disconnectOutput(sink: Mxf): void;
  /**
   * IMXF::PutMessage: takes over an event and the chain behind it. `null` asks a capture stream to service its
   * hardware.
   */
  putMessage(event: KernelEvent | null): void;
  /** IMXF::SetState: the stream goes one step on. */
  setState(state: StreamState): void;
}

/** The output half that all transforms share: unconnected output ends in the allocator. */
export class MxfOutput {
  #sink: Mxf;
  readonly #allocator: Mxf;

  constructor(allocator: Mxf) {
    this.#allocator = allocator;
    this.#sink = allocator;
  }

  get sink(): Mxf {
    return this.#sink;
  }

  connect(sink: Mxf): void {
    this.#sink = sink;
  }

  /** Only the sink that is connected can be disconnected; another one is ignored. */
  disconnect(sink: Mxf): void {
    if (this.#sink === sink) this.#sink = this.#allocator;
  }

  put(event: KernelEvent): void {
    this.#sink.putMessage(event);
  }
}
