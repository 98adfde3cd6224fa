import type { FmChoice } from '../../contract/fmSynth.ts';
import { DmusRenderStream } from '../synth/dmusRenderStream.ts';
import { loadAdlMidi, type AdlMidi } from '../synth/fm/adlMidi.ts';
import { FmSynth } from '../synth/fm/fmSynth.ts';
import { PendingStream } from './pendingStream.ts';
import type { RenderStream, RenderStreamRequest } from './renderStream.ts';

/**
 * Streams of the FM synthesizer, each with chips of its own in one copy of the library. It is loaded for the first
 * stream and let go with the last one.
 */
export class FmStreams {
  readonly #load: () => Promise<AdlMidi>;
  #library: Promise<AdlMidi> | undefined;
  #open = 0;
  #loaded: AdlMidi | undefined;

  constructor(load: () => Promise<AdlMidi> = loadAdlMidi) {
    this.#load = load;
  }

  /** Takes the records and states of its client at once and plays them when the library is there. */
  open({ sampleRate, maxBlockFrames }: RenderStreamRequest, { chip, bank }: FmChoice): RenderStream {
    this.#open++;
    this.#library ??= this.#load();
    const opening = this.#library.then((adl) => {
      if (this.#open > 0) this.#loaded = adl;
      const synth = new FmSynth({ adl, sampleRate, chip, bank });
      return new DmusRenderStream({ sampleRate, maxBlockFrames, synth });
    });
    return new PendingStream(opening, () => {
      if (--this.#open > 0) return;
      this.#library = this.#loaded = undefined;
    });
  }

  /** Memory of the library, with the chips of all streams; 0 while it is not loaded. */
  get memoryBytes(): number {
    return this.#loaded?.HEAPU8.byteLength ?? 0;
  }
}
