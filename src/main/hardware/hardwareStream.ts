import { Emitter, type Event } from '../../contract/emitter.ts';
import type { HostCommand, SynthCommand, SynthStatistics } from '../../contract/hardware.ts';
import { RecordStream } from './recordStream.ts';

type SynthStreamCommand = Extract<HostCommand, { type: 'synthCommand' }>;

/** A render stream of the sound host, which has a synthesizer behind it. */
export class HardwareStream extends RecordStream<SynthStreamCommand> {
  readonly #statistics = new Emitter<SynthStatistics>();
  readonly #unloaded = new Emitter<number>();
  /** About four times a second in RUN. */
  readonly onStatistics: Event<SynthStatistics> = this.#statistics.event;
  /** Handle of a download that is gone after `unload`. */
  readonly onUnloaded: Event<number> = this.#unloaded.event;

  /** To the synthesizer; carried out at once, in any state. */
  command(command: SynthCommand): void {
    this.post({ type: 'synthCommand', stream: this.id, command });
  }

  reportStatistics(statistics: SynthStatistics): void {
    this.#statistics.fire(statistics);
  }

  reportUnloaded(handle: number): void {
    this.#unloaded.fire(handle);
  }

  protected override disposeEvents(): void {
    super.disposeEvents();
    this.#statistics.dispose();
    this.#unloaded.dispose();
  }
}
