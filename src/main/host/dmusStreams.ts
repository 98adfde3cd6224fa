import { DmusRenderStream } from '../synth/dmusRenderStream.ts';
import { standardBank } from '../synth/wavetables.ts';
import { WavetableSynth } from '../synth/wavetableSynth.ts';
import type { RenderStreamFactory, RenderStreamRequest } from './renderStream.ts';

/** DirectMusic streams: DMUS_EVENTHEADER records, played by the synthesizer behind the card's input. */
export const createDmusStream: RenderStreamFactory = Object.assign(
  ({ sampleRate, maxBlockFrames }: RenderStreamRequest) =>
    new DmusRenderStream({ sampleRate, maxBlockFrames, synth: new WavetableSynth({ sampleRate }) }),
  { prepare: () => void standardBank() },
);
