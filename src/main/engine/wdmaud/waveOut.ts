import type { Disposable } from '../../../contract/disposable.ts';
import { referenceTime } from '../../../contract/units.ts';
import { KSDATAFORMAT_SUBTYPE } from '../ks/format.ts';
import { KSPROPERTY_AUDIO } from '../ks/properties/audio.ts';
import type { AudioGraph } from '../sysaudio/audioGraph.ts';
import { asMmResult, MmError } from './mmResult.ts';

/** The waveOut functions over one open stream. Specification 5, 3.10. */

/** WHDR_* */
export const WHDR = { DONE: 1, PREPARED: 2, BEGINLOOP: 4, ENDLOOP: 8, INQUEUE: 0x10 } as const;
const LOOP_FLAGS = WHDR.BEGINLOOP | WHDR.ENDLOOP;

/** WAVEHDR: a block of data that the client owns and this side plays. */
export interface WaveHeader {
  readonly data: Uint8Array;
  flags: number;
  /** `dwLoops`: how often a loop is played; counts in the block with BEGINLOOP only. */
  loops: number;
  /** MM_WOM_DONE: the block is the client's again. */
  done?(): void;
}

/** What a waveOut handle plays on: a client's graph, which it closes with itself. */
export type WaveOutStream = Pick<AudioGraph, 'format' | 'setState' | 'write' | 'get'> & Disposable;

/** Blocks that are played together, `passes` times. */
interface Group {
  readonly headers: readonly WaveHeader[];
  passes: number;
}

/** HWAVEOUT: blocks play in the order they were written; loops repeat without a seam. */
export class WaveOut implements Disposable {
  readonly #stream: WaveOutStream;
  /** Behind a loop that still has passes. */
  #held: Group[] = [];
  /** Blocks of a loop whose end was not written yet. */
  #open: WaveHeader[] | undefined;
  #looping: Group | undefined;
  #queued = new Set<WaveHeader>();
  #paused = false;

  /** waveOutOpen, on the stream the device opened. @throws MmError */
  constructor(stream: WaveOutStream) {
    this.#stream = stream;
    asMmResult(() => stream.setState('PAUSE'));
  }

  /** waveOutPrepareHeader, which takes any header. */
  prepareHeader(header: WaveHeader): void {
    header.flags |= WHDR.PREPARED;
  }

  /** waveOutUnprepareHeader. @throws MmError WAVERR_STILLPLAYING */
  unprepareHeader(header: WaveHeader): void {
    if (header.flags & WHDR.INQUEUE) throw stillPlaying();
    header.flags &= ~WHDR.PREPARED;
  }

  /**
   * waveOutWrite. The stream runs from the first block on.
   * @throws MmError WAVERR_UNPREPARED, WAVERR_STILLPLAYING for a block in the queue, MMSYSERR_INVALPARAM for loops of
   *   non-PCM data, or the refusal of the stream
   */
  write(header: WaveHeader): void {
    if (!(header.flags & WHDR.PREPARED)) {
      throw new MmError('WAVERR_UNPREPARED', 'The block was not prepared: call waveOutPrepareHeader first.');
    }
    if (header.flags & WHDR.INQUEUE) throw stillPlaying();
    if (header.flags & LOOP_FLAGS) this.#refuseLoops();
    header.flags = (header.flags | WHDR.INQUEUE) & ~WHDR.DONE;
    this.#queued.add(header);
    if (header.flags & WHDR.BEGINLOOP) this.#open = [];
    if (this.#open) {
      this.#open.push(header);
      if (!(header.flags & WHDR.ENDLOOP)) return;
      const headers = this.#open;
      this.#open = undefined;
      this.#add({ headers, passes: Math.max(1, headers[0]!.loops) });
    } else {
      this.#add({ headers: [header], passes: 1 });
    }
    if (!this.#paused) asMmResult(() => this.#stream.setState('RUN'));
  }

  /** waveOutBreakLoop: the present pass is played to its end. @throws MmError MMSYSERR_INVALPARAM for non-PCM data */
  breakLoop(): void {
    this.#refuseLoops();
    if (this.#looping) this.#looping.passes = 0;
  }

  /** waveOutPause. @throws MmError */
  pause(): void {
    this.#paused = true;
    asMmResult(() => this.#stream.setState('PAUSE'));
  }

  /** waveOutRestart. @throws MmError */
  restart(): void {
    this.#paused = false;
    asMmResult(() => this.#stream.setState('RUN'));
  }

  /** waveOutReset: all blocks are given back and the position is 0. @throws MmError */
  reset(): void {
    const waiting = [...this.#queued];
    this.#held = [];
    this.#open = this.#looping = undefined;
    this.#queued = new Set();
    this.#paused = false;
    asMmResult(() => this.#stream.setState('STOP'));
    for (const header of waiting) giveBack(header);
    asMmResult(() => this.#stream.setState('PAUSE'));
  }

  /** waveOutGetPosition in TIME_BYTES. @throws MmError */
  get position(): number {
    return asMmResult(() => this.#stream.get(KSPROPERTY_AUDIO.POSITION, undefined).playOffset);
  }

  /** waveOutClose. @throws MmError WAVERR_STILLPLAYING while blocks are in the queue: reset first */
  close(): void {
    if (this.#queued.size > 0) throw stillPlaying();
    this.dispose();
  }

  dispose(): void {
    this.#stream.dispose();
  }

  #refuseLoops(): void {
    if (this.#stream.format.subFormat === KSDATAFORMAT_SUBTYPE.PCM) return;
    if (this.#stream.format.subFormat === KSDATAFORMAT_SUBTYPE.IEEE_FLOAT) return;
    throw new MmError('MMSYSERR_INVALPARAM', 'Only PCM data can be looped.');
  }

  #add(group: Group): void {
    if (this.#looping || this.#held.length > 0) this.#held.push(group);
    else this.#play(group);
  }

  /** One pass. Its last block brings the next one, so that there is no seam. */
  #play(group: Group): void {
    group.passes--;
    this.#looping = group.passes > 0 ? group : undefined;
    const last = group.headers.at(-1);
    for (const header of group.headers) {
      const completed = () => {
        // What a reset gave back is nobody's any more.
        if (header === last && this.#queued.has(header)) this.#passEnded(group);
      };
      asMmResult(() => this.#stream.write(referenceTime(0), header.data, { completed }));
    }
  }

  #passEnded(group: Group): void {
    if (group.passes > 0) return this.#play(group);
    if (this.#looping === group) this.#looping = undefined;
    while (!this.#looping) {
      const next = this.#held.shift();
      if (!next) break;
      this.#play(next);
    }
    for (const header of group.headers) {
      this.#queued.delete(header);
      giveBack(header);
    }
  }
}

function giveBack(header: WaveHeader): void {
  header.flags = (header.flags | WHDR.DONE) & ~WHDR.INQUEUE;
  header.done?.();
}

function stillPlaying(): MmError {
  return new MmError('WAVERR_STILLPLAYING', 'The block is in the queue.');
}
