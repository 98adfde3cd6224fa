import type { Disposable } from '../../../../contract/disposable.ts';
import type { StreamState } from '../../../../contract/hardware.ts';
import { referenceTime, type ReferenceTime } from '../../../../contract/units.ts';
import type { MasterClock } from '../../ks/clock.ts';
import { KsError } from '../../ks/status.ts';
import type { Scheduler } from '../scheduler.ts';
import type { AllocatorMxf } from './allocator.ts';
import type { Mxf } from './mxf.ts';
import { PresentationClock } from './presentationClock.ts';
import type { RecordFormat } from './records.ts';
import { Sequencer } from './sequencer.ts';
import { SoundingNotes } from './soundingNotes.ts';
import { Unpacker } from './unpacker.ts';

/** The longest wait that is asked of a timer at once, 100 ns; a timer of the event loop ends at 2^31 ms. */
const LONGEST_WAIT = 600_000_000;

export interface RenderPipelineOptions {
  readonly allocator: AllocatorMxf;
  readonly masterClock: MasterClock;
  readonly scheduler: Scheduler;
  /** The miniport's stream. */
  readonly miniport: Mxf;
  readonly format: RecordFormat;
  /** 100 ns; 0 = when due, very large = on arrival. */
  readonly schedulePreFetch: ReferenceTime;
  /** STOP sends note-offs for what sounds: the miniport's hardware goes on playing otherwise. */
  readonly silenceOnStop: boolean;
}

/**
 * The port's half of a render stream in this process: unpacker, sequencer with its timer, miniport.
 * Specification 4.4, 4.5.
 */
export class RenderPipeline implements Disposable {
  readonly #scheduler: Scheduler;
  readonly #clock: PresentationClock;
  readonly #unpacker: Unpacker;
  readonly #sequencer: Sequencer;
  readonly #miniport: Mxf;
  readonly #notes: SoundingNotes | undefined;
  readonly #preFetch: number;
  #state: StreamState = 'STOP';
  #timer: Disposable | undefined;
  #timerFor = Infinity;

  constructor(options: RenderPipelineOptions) {
    const { allocator, schedulePreFetch } = options;
    this.#scheduler = options.scheduler;
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

  /** Events held by the sequencer. */
  get held(): number {
    return this.#sequencer.size;
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
    this.#state = state;
    this.#clock.setState(state);
    this.#sequencer.setState(state);
    this.#unpacker.setState(state);
    if (state === 'RUN') this.#service();
    else this.#stopTimer();
  }

  /**
   * One buffer of records, relative to presentation time `startTime`.
   * @throws KsError STATUS_INVALID_DEVICE_STATE in STOP, where nothing is held; PinwheelError `bad-input`
   */
  write(startTime: ReferenceTime, records: Uint8Array): void {
    if (this.#state === 'STOP') {
      throw new KsError('STATUS_INVALID_DEVICE_STATE', 'The stream is in STOP and holds no events.', {
        advice: 'Set the stream to ACQUIRE or PAUSE before writing.',
      });
    }
    this.#unpacker.unpack(startTime, records);
    this.#startTimer();
  }

  /** Returns what is held to the allocator. */
  dispose(): void {
    this.#stopTimer();
    this.#sequencer.setState('STOP');
  }

  #service(): void {
    this.#sequencer.service(this.#clock.now());
    this.#startTimer();
  }

  /** Wakes when the next event is due. An earlier timer stays; one that wakes too early starts the next. */
  #startTimer(): void {
    if (this.#state !== 'RUN') return;
    const due = this.#sequencer.nextTime - this.#preFetch;
    if (due === Infinity || due >= this.#timerFor) return;
    this.#stopTimer();
    this.#timerFor = due;
    const wait = Math.min(LONGEST_WAIT, Math.max(0, due - this.#clock.now()));
    this.#timer = this.#scheduler.after(referenceTime(wait), () => {
      this.#timer = undefined;
      this.#timerFor = Infinity;
      this.#service();
    });
  }

  #stopTimer(): void {
    this.#timer?.dispose();
    this.#timer = undefined;
    this.#timerFor = Infinity;
  }
}
