import { Emitter, type Event } from '../../contract/emitter.ts';
import type { HostCommand, HostEvent, SynthCommand, SynthStatistics } from '../../contract/hardware.ts';
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

  report(event: Extract<HostEvent, { type: 'synthStatistics' | 'unloaded' }>): void {
    if (event.type === 'synthStatistics') this.#statistics.fire(event.statistics);
    else this.#unloaded.fire(event.handle);
  }

  protected override disposeEvents(): void {
    super.disposeEvents();
    this.#statistics.dispose();
    this.#unloaded.dispose();
  }
}
