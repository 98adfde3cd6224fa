import type { StreamState } from '../../../../contract/hardware.ts';
import type { MasterClock } from '../../ks/clock.ts';
import type { StreamRead } from '../../ks/pin.ts';
import type { AllocatorMxf } from './allocator.ts';
import { CaptureSink } from './captureSink.ts';
import type { Mxf } from './mxf.ts';
import { Packer } from './packer.ts';
import { PresentationClock } from './presentationClock.ts';
import type { RecordFormat } from './records.ts';

/** The port's half of a capture stream: capture sink, packer, the client's buffers. Specification 4.4, 4.5. */
export class CapturePipeline {
  readonly #clock: PresentationClock;
  readonly #packer: Packer;
  readonly #sink: CaptureSink;

  constructor(options: { allocator: AllocatorMxf; masterClock: MasterClock; format: RecordFormat }) {
    this.#clock = new PresentationClock(options.masterClock);
    this.#sink = new CaptureSink(options.allocator, this.#clock);
    this.#packer = new Packer(options.allocator, options.format);
    this.#sink.connectOutput(this.#packer);
  }

  /** Where the miniport's events come in. */
  get sink(): Mxf {
    return this.#sink;
  }

  /** Events that were dropped because the client did not read. */
  get dropped(): number {
    return this.#packer.dropped;
  }

  setState(state: StreamState): void {
    this.#clock.setState(state);
    this.#sink.setState(state);
    this.#packer.setState(state);
  }

  /** @throws KsError STATUS_BUFFER_TOO_SMALL */
  read(read: StreamRead): void {
    this.#packer.read(read);
  }
}
