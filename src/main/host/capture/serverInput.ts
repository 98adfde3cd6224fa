import type { Disposable } from '../../../contract/disposable.ts';
import type { CaptureSource } from '../../../contract/hardware.ts';
import { FLOAT_BYTES, SoundServerClient } from '../../hardware/soundServer/index.ts';
import { CAPTURE_CHANNELS, MAX_CAPTURE_FRAMES } from './captureConverter.ts';

/**
 * What the server collects before it sends it: long, so that its cycles are long and it misses none on a busy machine,
 * unless somebody hears what comes in.
 */
const FRAGMENT_SECONDS = { recorded: 0.05, heard: 0.01 } as const;
const RETRY_MS = 500;
const POSITIONS = ['front-left', 'front-right'] as const;
const PROPERTIES = new Map([
  ['media.name', 'Capture'],
  ['application.name', 'Pinwheel'],
  ['application.id', 'pinwheel'],
]);

export interface ServerInputEvents {
  /** Stereo sound at the source's rate; the block is used again. */
  sound(block: readonly Float32Array[], frames: number): void;
  /** It is tried again from time to time. Empty: sound comes again. */
  fault(message: string): void;
}

/**
 * An input device of the sound server: a record stream of its own at the source's own rate, so that the server neither
 * converts nor mixes. The audio library's input is of no use here: it loses samples and keeps a processor busy.
 */
export class ServerInput implements Disposable {
  readonly source: CaptureSource;
  readonly #use: keyof typeof FRAGMENT_SECONDS;
  readonly #events: ServerInputEvents;
  readonly #block = POSITIONS.map(() => new Float32Array(MAX_CAPTURE_FRAMES));
  #client: SoundServerClient | undefined;
  #stream: Disposable | undefined;
  #retry: NodeJS.Timeout | undefined;
  #failed = false;
  #disposed = false;

  /** `use`: what it is opened for. */
  constructor(source: CaptureSource, use: keyof typeof FRAGMENT_SECONDS, events: ServerInputEvents) {
    this.source = source;
    this.#use = use;
    this.#events = events;
    void this.#open();
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#retry);
    this.#release();
  }

  async #open(): Promise<void> {
    const { name, rate } = this.source;
    try {
      const client = await SoundServerClient.connect({ events: false });
      if (this.#disposed) return client.dispose();
      this.#client = client;
      const stream = await client.record({
        source: name,
        rate,
        positions: POSITIONS,
        fragmentFrames: Math.round(FRAGMENT_SECONDS[this.#use] * rate),
        purpose: `record from ${name}`,
        properties: PROPERTIES,
        data: (bytes) => this.#take(bytes),
        ended: () => this.#fail(`The input “${name}” went away.`),
      });
      if (this.#disposed) return stream.dispose();
      this.#stream = stream;
    } catch (error) {
      this.#fail(error instanceof Error ? error.message : String(error));
    }
  }

  #fail(message: string): void {
    if (this.#disposed) return;
    this.#release();
    if (!this.#failed) this.#events.fault(message);
    this.#failed = true;
    this.#retry = setTimeout(() => void this.#open(), RETRY_MS);
  }

  #release(): void {
    this.#stream?.dispose();
    this.#client?.dispose();
    this.#stream = this.#client = undefined;
  }

  #take(bytes: Buffer): void {
    if (this.#disposed) return;
    if (this.#failed) this.#events.fault('');
    this.#failed = false;
    const frameBytes = CAPTURE_CHANNELS * FLOAT_BYTES;
    const total = Math.floor(bytes.length / frameBytes);
    for (let done = 0; done < total;) {
      const frames = Math.min(MAX_CAPTURE_FRAMES, total - done);
      for (let channel = 0; channel < CAPTURE_CHANNELS; channel++) {
        const samples = this.#block[channel]!;
        let at = done * frameBytes + channel * FLOAT_BYTES;
        for (let index = 0; index < frames; index++, at += frameBytes) samples[index] = bytes.readFloatLE(at);
      }
      this.#events.sound(this.#block, frames);
      done += frames;
    }
  }
}
