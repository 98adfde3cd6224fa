/** The thread that fills the cyclic buffers of all wave streams of a host: a worker beside the render thread. */
import { parentPort } from 'node:worker_threads';
import { PinwheelError, type ErrorRecord } from '../../contract/errors.ts';
import type { WaveFeed, WaveFormatRecord, WavePlan, WaveSegment } from '../../contract/hardware.ts';
import { blockAlignOf } from '../decoding/decodedSource.ts';
import { CyclicBuffer } from '../engine/portcls/wave/cyclicBuffer.ts';
import { WaveFeeder } from './waveFeeder.ts';
import { WavePlaylist } from './wavePlaylist.ts';

/** From the render thread. */
export type FeederCommand =
  | {
      type: 'feed';
      stream: number;
      feed: WaveFeed;
      plan?: WavePlan | undefined;
      format: WaveFormatRecord;
      /** Of the stream's CyclicBuffer. */
      shared: SharedArrayBuffer;
      packetsPerBuffer: number;
    }
  | { type: 'plan'; stream: number; plan: WavePlan }
  | { type: 'release'; stream: number };

/** To the render thread, about one stream. */
export type FeederEvent =
  /** The stream can run. */
  | { type: 'ready'; stream: number }
  /** Before the frames it is about are heard. */
  | { type: 'segment'; stream: number; segment: WaveSegment }
  /** All was read; the stream ends after so many frames. */
  | { type: 'end'; stream: number; frames: number }
  | { type: 'underrun'; stream: number }
  | { type: 'failed'; stream: number; error: ErrorRecord };

/** How often buffers are looked after; packets are several times as long. */
const INTERVAL_MS = 100;

class Feeding {
  readonly #command: Extract<FeederCommand, { type: 'feed' }>;
  #plan: WavePlan | undefined;
  #playlist: WavePlaylist | undefined;
  #feeder: WaveFeeder | undefined;
  #underruns = 0;
  #released = false;

  constructor(command: Extract<FeederCommand, { type: 'feed' }>) {
    this.#command = command;
    this.#plan = command.plan;
  }

  /** Opens the file and fills the buffer. @throws PinwheelError `bad-input`, `not-supported` */
  async start(): Promise<void> {
    const { stream, feed, format, shared, packetsPerBuffer } = this.#command;
    const playlist = await WavePlaylist.open(format, feed, this.#plan);
    if (this.#released) return playlist.dispose();
    this.#playlist = playlist;
    this.#feeder = new WaveFeeder({
      input: playlist,
      buffer: new CyclicBuffer(shared),
      packetsPerBuffer,
      blockAlign: blockAlignOf(format),
      onSegment: (segment) => this.#tell({ type: 'segment', stream, segment }),
    });
    // What came while the file was opened.
    if (this.#plan) playlist.plan(this.#plan);
    await this.fill();
    this.#tell({ type: 'ready', stream });
  }

  plan(plan: WavePlan): void {
    this.#plan = plan;
    this.#playlist?.plan(plan);
  }

  async fill(): Promise<void> {
    const feeder = this.#feeder;
    if (!feeder || feeder.end !== undefined) return;
    const { stream } = this.#command;
    await feeder.fill();
    if (feeder.underruns > this.#underruns) this.#tell({ type: 'underrun', stream });
    this.#underruns = feeder.underruns;
    if (feeder.end === undefined) return;
    this.#tell({ type: 'end', stream, frames: feeder.end });
    this.dispose();
  }

  get released(): boolean {
    return this.#released;
  }

  dispose(): void {
    this.#released = true;
    this.#playlist?.dispose();
  }

  #tell(event: FeederEvent): void {
    parentPort!.postMessage(event);
  }
}

const feedings = new Map<number, Feeding>();
let timer: NodeJS.Timeout | undefined;

function attempt(stream: number, feeding: Feeding, action: () => Promise<void>): void {
  action().then(
    () => feeding.released && release(stream),
    (error: unknown) => {
      if (feeding.released) return;
      release(stream);
      parentPort!.postMessage({
        type: 'failed',
        stream,
        error: PinwheelError.recordOf(error),
      } satisfies FeederEvent);
    },
  );
}

function release(stream: number): void {
  feedings.get(stream)?.dispose();
  feedings.delete(stream);
  if (feedings.size > 0) return;
  clearInterval(timer);
  timer = undefined;
}

function fillAll(): void {
  for (const [stream, feeding] of feedings) attempt(stream, feeding, () => feeding.fill());
}

parentPort!.on('message', (command: FeederCommand) => {
  const { stream } = command;
  switch (command.type) {
    case 'feed': {
      const feeding = new Feeding(command);
      feedings.set(stream, feeding);
      timer ??= setInterval(fillAll, INTERVAL_MS);
      attempt(stream, feeding, () => feeding.start());
      break;
    }
    case 'plan':
      feedings.get(stream)?.plan(command.plan);
      break;
    case 'release':
      release(stream);
      break;
  }
});
