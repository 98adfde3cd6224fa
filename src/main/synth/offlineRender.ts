import { framesToReferenceTime, referenceTime, type ReferenceTime } from '../../contract/units.ts';
import { EventRecordWriter } from '../engine/portcls/dmus/eventRecords.ts';
import type { DmusRenderStream } from './dmusRenderStream.ts';

/** Frames per block: what the device host asks for at its normal setting. */
export const OFFLINE_BLOCK_FRAMES = 512;
/** Events are written this far ahead, as the player does. */
const WRITE_AHEAD_SECONDS = 2;
/** After the song's end it is waited for silence, but no longer than this. */
const LONGEST_TAIL_SECONDS = 15;
/** Records per buffer. */
const MOST_RECORDS = 2000;

/** Messages in the order they are due: a song's, packed as in player/smf/song.ts. */
export interface TimedMessages {
  readonly count: number;
  /** 100 ns from the start, rising. */
  readonly times: Float64Array;
  /** `count + 1` entries: message i is `data[offsets[i]]` up to `offsets[i + 1]`. */
  readonly offsets: Uint32Array;
  readonly data: Uint8Array;
}

export interface OfflineOptions {
  stream: DmusRenderStream;
  sampleRate: number;
  messages: TimedMessages;
  /** 100 ns: where the song ends; the last notes ring out after it. */
  duration: ReferenceTime;
}

/** One rendered block. The arrays are the renderer's own and only good until the next block. */
export interface OfflineBlock {
  readonly left: Float32Array<ArrayBuffer>;
  readonly right: Float32Array<ArrayBuffer>;
  /** Voices that sounded at its end. */
  readonly voices: number;
  /** Seconds of work that the block took. */
  readonly seconds: number;
}

/**
 * Renders a song block by block, as fast as they are asked for: a clock that stands still while a block is worked out
 * takes the place of the device's, everything else is what plays on a device. The stream is left in STOP.
 */
export function* renderOffline(options: OfflineOptions): Generator<OfflineBlock, void, void> {
  const { stream, sampleRate, messages, duration } = options;
  const frames = OFFLINE_BLOCK_FRAMES;
  const left = new Float32Array(frames);
  const right = new Float32Array(frames);
  const pump = new MessagePump(stream, messages);
  stream.setState('ACQUIRE', referenceTime(0));
  stream.setState('PAUSE', referenceTime(0));
  pump.writeUntil(referenceTime(WRITE_AHEAD_SECONDS * 1e7));
  stream.setState('RUN', referenceTime(0));
  const songFrames = Math.ceil((duration / 1e7) * sampleRate);
  const mostFrames = songFrames + LONGEST_TAIL_SECONDS * sampleRate;
  let done = 0;
  for (; done < mostFrames; done += frames) {
    if (done >= songFrames && stream.isSilent) break;
    const time = framesToReferenceTime(done, sampleRate);
    pump.writeUntil(referenceTime(time + WRITE_AHEAD_SECONDS * 1e7));
    left.fill(0);
    right.fill(0);
    const started = performance.now();
    stream.render(left, right, frames, time);
    const seconds = (performance.now() - started) / 1000;
    yield { left, right, voices: stream.activeVoices, seconds };
  }
  const end = framesToReferenceTime(done, sampleRate);
  for (const state of ['PAUSE', 'ACQUIRE', 'STOP'] as const) stream.setState(state, end);
}

/** Writes messages to a stream as DMUS_EVENTHEADER records, a buffer at a time. */
class MessagePump {
  readonly #stream: DmusRenderStream;
  readonly #messages: TimedMessages;
  readonly #writer = new EventRecordWriter(65_536);
  #next = 0;

  constructor(stream: DmusRenderStream, messages: TimedMessages) {
    this.#stream = stream;
    this.#messages = messages;
  }

  /** Writes what is due up to presentation time `until`. */
  writeUntil(until: ReferenceTime): void {
    const { count, times, offsets, data } = this.#messages;
    while (this.#next < count && times[this.#next]! <= until) {
      const time = referenceTime(times[this.#next]!);
      if (this.#writer.count === 0) this.#writer.begin(time);
      const offset = offsets[this.#next]!;
      this.#writer.append(time, data, offset, offsets[this.#next + 1]! - offset);
      this.#next++;
      if (this.#writer.count >= MOST_RECORDS) this.#flush();
    }
    this.#flush();
  }

  #flush(): void {
    if (this.#writer.count === 0) return;
    this.#stream.write(this.#writer.startTime, this.#writer.take());
    this.#writer.begin(referenceTime(0));
  }
}
