import type { Disposable } from '../../../../contract/disposable.ts';
import type { StreamState } from '../../../../contract/hardware.ts';
import type { ReferenceTime } from '../../../../contract/units.ts';
import { referenceTime } from '../../../../contract/units.ts';
import type { MasterClock } from '../../ks/clock.ts';
import { KsError } from '../../ks/status.ts';
import type { AllocatorMxf } from './allocator.ts';
import type { Mxf } from './mxf.ts';
import { PresentationClock } from './presentationClock.ts';
import type { RecordFormat } from './records.ts';
import { Sequencer } from './sequencer.ts';
import { SoundingNotes } from './soundingNotes.ts';
import { Unpacker } from './unpacker.ts';

export interface RenderPipelineOptions {
  readonly allocator: AllocatorMxf;
  readonly masterClock: MasterClock;
  /** The miniport's stream. */
  readonly miniport: Mxf;
  readonly format: RecordFormat;
  /** 100 ns; 0 = when due, very large = on arrival. */
  readonly schedulePreFetch: ReferenceTime;
  /** STOP sends note-offs for what sounds: the miniport's hardware goes on playing otherwise. */
  readonly silenceOnStop: boolean;
}

/**
 * The port's half of a render stream: unpacker, sequencer, miniport. Whoever owns it calls `service` at `dueAt`: a
 * timer of the event loop (TimedRenderPipeline) or a thread that does nothing but wait. Specification 4.4, 4.5.
 */
export class RenderPipeline implements Disposable {
  readonly #clock: PresentationClock;
  readonly #unpacker: Unpacker;
  readonly #sequencer: Sequencer;
  readonly #miniport: Mxf;
  readonly #notes: SoundingNotes | undefined;
  readonly #preFetch: number;

  constructor(options: RenderPipelineOptions) {
    const { allocator, schedulePreFetch } = options;
    this.#miniport = options.miniport;
    this.#preFetch = schedulePreFetch;
    this.#clock = new PresentationClock(options.masterClock);
    this.#unpacker = new Unpacker(allocator, options.format);
    this.#sequencer = new Sequencer({
      allocator,
      clock: this.#clock,
      schedulePreFetch,
      chainEqualTimes: true,
    });
    this.#unpacker.connectOutput(this.#sequencer);
    if (options.silenceOnStop) {
      this.#notes = new SoundingNotes(allocator);
      this.#notes.connectOutput(options.miniport);
    }
    this.#sequencer.connectOutput(this.#notes ?? options.miniport);
  }

  get state(): StreamState {
    return this.#clock.state;
  }

  /** Events held by the sequencer. */
  get held(): number {
    return this.#sequencer.size;
  }

  /** Presentation time now. */
  get position(): ReferenceTime {
    return this.#clock.now();
  }

  /** Master time at which the next event is handed on; Infinity outside RUN and when nothing is held. */
  get dueAt(): ReferenceTime {
    if (this.#clock.state !== 'RUN') return referenceTime(Infinity);
    return this.#clock.toMaster(referenceTime(this.#sequencer.nextTime - this.#preFetch));
  }

  /**
   * One step of the state machine. On the way down events are held before the miniport hears of it, on the way up
   * they flow after it did. In STOP the miniport has discarded what it held before the note-offs come.
   * @throws what the miniport's SetState throws; the stream stays in its state then
   */
  setState(state: StreamState): void {
    const now = this.#clock.now();
    this.#miniport.setState(state);
    if (state === 'STOP') this.#notes?.silence(now);
    this.#clock.setState(state);
    this.#sequencer.setState(state);
    this.#unpacker.setState(state);
    this.service();
  }

  /**
   * One buffer of records, relative to presentation time `startTime`.
   * @throws KsError STATUS_INVALID_DEVICE_STATE in STOP, where nothing is held; PinwheelError `bad-input`
   */
  write(startTime: ReferenceTime, records: Uint8Array): void {
    if (this.#clock.state === 'STOP') {
      throw new KsError('STATUS_INVALID_DEVICE_STATE', 'The stream is in STOP and holds no events.', {
        advice: 'Set the stream to ACQUIRE or PAUSE before writing.',
      });
    }
    this.#unpacker.unpack(startTime, records);
  }

  /** Hands on what is due; answers how many events. Nothing is due outside RUN. Allocates nothing. */
  service(): number {
    return this.#sequencer.service(this.#clock.now());
  }

  /** Ends what sounds, in any state: the hardware is about to lose its power. */
  silence(): void {
    this.#notes?.silence(this.#clock.now());
  }

  /** Returns what is held to the allocator. */
  dispose(): void {
    this.#sequencer.setState('STOP');
  }
}
