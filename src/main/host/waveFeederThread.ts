/** The thread that fills the cyclic buffers of all wave streams of a host: a worker beside the render thread. */
import { parentPort } from 'node:worker_threads';
import { PinwheelError, type ErrorRecord } from '../../contract/errors.ts';
import type { WaveFeed, WaveFormatRecord } from '../../contract/hardware.ts';
import { CyclicBuffer } from '../engine/portcls/wave/cyclicBuffer.ts';
import { parseWav } from '../wave/files/wavFile.ts';
import { recordOfWav } from '../wave/files/wavFormat.ts';
import { FileSource } from './fileSource.ts';
import { WavFeeder } from './wavFeeder.ts';

/** From the render thread. */
export type FeederCommand =
  | {
      type: 'feed';
      stream: number;
      feed: WaveFeed;
      format: WaveFormatRecord;
      /** Of the stream's CyclicBuffer. */
      shared: SharedArrayBuffer;
      packetsPerBuffer: number;
    }
  | { type: 'release'; stream: number };

/** To the render thread, about one stream. */
export type FeederEvent =
  /** The stream can run. */
  | { type: 'ready'; stream: number }
  /** All was read; the stream ends after so many frames. */
  | { type: 'end'; stream: number; frames: number }
  | { type: 'underrun'; stream: number }
  | { type: 'failed'; stream: number; error: ErrorRecord };

/** How often buffers are looked after; packets are several times as long. */
const INTERVAL_MS = 20;

class Feeding {
  readonly #command: Extract<FeederCommand, { type: 'feed' }>;
  readonly #source: FileSource;
  readonly #feeder: WavFeeder;
  #underruns = 0;

  /** @throws PinwheelError `bad-input`, `not-supported` */
  constructor(command: Extract<FeederCommand, { type: 'feed' }>) {
    this.#command = command;
    const { feed, format, shared, packetsPerBuffer } = command;
    this.#source = new FileSource(feed.file);
    try {
      const wav = parseWav(this.#source);
      if (!isSameFormat(recordOfWav(wav), format)) {
        throw new PinwheelError({
          code: 'bad-input',
          message: `“${this.#source.name}” was changed: its samples are not of the format they had.`,
          subject: feed.file,
        });
      }
      const buffer = new CyclicBuffer(shared);
      this.#feeder = new WavFeeder(this.#source, wav, buffer, packetsPerBuffer, feed.firstFrame);
    } catch (error) {
      this.#source.dispose();
      throw error;
    }
  }

  /** Answers whether there is more to come. */
  fill(tell: (event: FeederEvent) => void): boolean {
    const { stream, feed } = this.#command;
    this.#feeder.fill();
    if (this.#feeder.underruns > this.#underruns) tell({ type: 'underrun', stream });
    this.#underruns = this.#feeder.underruns;
    if (!this.#feeder.ended) return true;
    tell({ type: 'end', stream, frames: Math.max(0, this.#feeder.framesRead - feed.firstFrame) });
    return false;
  }

  dispose(): void {
    this.#source.dispose();
  }
}

function isSameFormat(one: WaveFormatRecord, other: WaveFormatRecord): boolean {
  return (Object.keys(one) as (keyof WaveFormatRecord)[]).every((key) => one[key] === other[key]);
}

const feedings = new Map<number, Feeding>();
let timer: NodeJS.Timeout | undefined;
const tell = (event: FeederEvent): void => parentPort!.postMessage(event);

function attempt(stream: number, action: () => void): void {
  try {
    action();
  } catch (error) {
    release(stream);
    tell({ type: 'failed', stream, error: PinwheelError.recordOf(error) });
  }
}

function fill(stream: number): void {
  const feeding = feedings.get(stream);
  attempt(stream, () => {
    if (feeding && !feeding.fill(tell)) release(stream);
  });
}

function release(stream: number): void {
  feedings.get(stream)?.dispose();
  feedings.delete(stream);
  if (feedings.size > 0) return;
  clearInterval(timer);
  timer = undefined;
}

parentPort!.on('message', (command: FeederCommand) => {
  const { stream } = command;
  if (command.type === 'release') return release(stream);
  attempt(stream, () => {
    feedings.set(stream, new Feeding(command));
    timer ??= setInterval(() => {
      for (const each of feedings.keys()) fill(each);
    }, INTERVAL_MS);
    fill(stream);
    tell({ type: 'ready', stream });
  });
});
