import type { HostCommand, HostEvent, SynthRequest, WaveFormatRecord } from '../../contract/hardware.ts';
import { CaptureHardwareStream } from './captureHardwareStream.ts';
import { HardwareStream } from './hardwareStream.ts';
import { WaveHardwareStream } from './waveHardwareStream.ts';

/** What the host reports of a stream. */
export type StreamEvent = Extract<HostEvent, { readonly stream: number }>;

type Send = (command: HostCommand) => void;
type CardStream = HardwareStream | WaveHardwareStream | CaptureHardwareStream;
type StreamClass<Stream> = new (id: number, send: Send, closed: (id: number) => void) => Stream;

/** The open streams of the card; each belongs to the host that it was opened in, and is lost with it. */
export class CardStreams {
  readonly #streams = new Map<number, CardStream>();
  /** Those that play the bank of sounds. */
  readonly #players = new Set<number>();
  readonly #closed: () => void;
  #next = 1;

  /** `closed`: called after one was closed by its owner. */
  constructor(closed: () => void) {
    this.#closed = closed;
  }

  get size(): number {
    return this.#streams.size;
  }

  /** A stream plays the bank of sounds. */
  get playBank(): boolean {
    return this.#players.size > 0;
  }

  /** `send` reaches the host that is to own it, as with the others. */
  openSynth(send: Send, input: string, synth: SynthRequest): HardwareStream {
    const stream = this.#add(HardwareStream, send);
    if (synth.kind === 'wavetable') this.#players.add(stream.id);
    send({ type: 'openStream', stream: stream.id, input, synth });
    return stream;
  }

  openWave(send: Send, input: string, format: WaveFormatRecord): WaveHardwareStream {
    const stream = this.#add(WaveHardwareStream, send);
    send({ type: 'openWave', stream: stream.id, input, format });
    return stream;
  }

  openCapture(send: Send, format: WaveFormatRecord): CaptureHardwareStream {
    const stream = this.#add(CaptureHardwareStream, send);
    send({ type: 'openCapture', stream: stream.id, format });
    return stream;
  }

  report(event: StreamEvent): void {
    const stream = this.#streams.get(event.stream);
    switch (event.type) {
      case 'streamPosition':
        stream?.reportPosition(event);
        break;
      case 'streamError':
        stream?.reportError(event.message);
        break;
      case 'synthStatistics':
      case 'unloaded':
        if (stream instanceof HardwareStream) stream.report(event);
        break;
      case 'recordingProgress':
      case 'recordingFinished':
        if (stream instanceof CaptureHardwareStream) stream.report(event);
        break;
      case 'streamFailed':
        if (stream instanceof WaveHardwareStream || stream instanceof CaptureHardwareStream)
          stream.report(event);
        break;
      case 'streamSegment':
      case 'streamEnded':
      case 'streamUnderrun':
        if (stream instanceof WaveHardwareStream) stream.report(event);
        break;
    }
  }

  /** Their host is gone. `why`: a sentence for the user. */
  loseAll(why: string): void {
    const streams = [...this.#streams.values()];
    this.#streams.clear();
    this.#players.clear();
    for (const stream of streams) stream.reportLost(why);
  }

  /** Takes those that play from their host, which goes on; what is recorded goes on too. */
  loseRendering(send: Send, why: string): void {
    for (const stream of [...this.#streams.values()]) {
      if (stream instanceof CaptureHardwareStream) continue;
      this.#forget(stream.id);
      send({ type: 'closeStream', stream: stream.id });
      stream.reportLost(why);
    }
  }

  #add<Stream extends CardStream>(Class: StreamClass<Stream>, send: Send): Stream {
    const stream = new Class(this.#next++, send, (closed) => {
      this.#forget(closed);
      this.#closed();
    });
    this.#streams.set(stream.id, stream);
    return stream;
  }

  #forget(id: number): void {
    this.#streams.delete(id);
    this.#players.delete(id);
  }
}
