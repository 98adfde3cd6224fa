import { AnalyserNode } from 'node-web-audio-api';

/** Longest time between two readings without missing a sample, in seconds. */
const WINDOW_SECONDS = 0.08;

/** A peak meter on one channel: an analyser that is connected only while somebody reads it. */
export class PeakMeter {
  /** Where the peak stands among those of the card. */
  readonly index: number;
  #analyser: AnalyserNode;
  #source: AudioNode;
  #output: number;
  #samples: Float32Array<ArrayBuffer>;
  #running = false;

  constructor(context: BaseAudioContext, source: AudioNode, output: number, index: number) {
    const fftSize = 2 ** Math.min(15, Math.ceil(Math.log2(context.sampleRate * WINDOW_SECONDS)));
    this.#analyser = new AnalyserNode(context, { fftSize, channelCount: 1 });
    this.#samples = new Float32Array(fftSize);
    this.#source = source;
    this.#output = output;
    this.index = index;
  }

  setRunning(on: boolean): void {
    if (on === this.#running) return;
    this.#running = on;
    if (on) this.#source.connect(this.#analyser, this.#output);
    else this.#source.disconnect(this.#analyser, this.#output);
  }

  /** Largest magnitude of the newest `frames` samples. */
  read(frames: number): number {
    if (!this.#running) return 0;
    this.#analyser.getFloatTimeDomainData(this.#samples);
    const { length } = this.#samples;
    let peak = 0;
    for (let index = Math.max(0, length - frames); index < length; index++) {
      const magnitude = Math.abs(this.#samples[index]!);
      if (magnitude > peak) peak = magnitude;
    }
    return peak;
  }
}
