import { DmusRenderStream } from '../synth/dmusRenderStream.ts';
import { standardBank } from '../synth/wavetables.ts';
import type { RenderStreamFactory, RenderStreamRequest } from './renderStream.ts';

/** DirectMusic streams: DMUS_EVENTHEADER records, played by the synthesizer behind the card's input. */
export const createDmusStream: RenderStreamFactory = Object.assign(
  (request: RenderStreamRequest) => new DmusRenderStream(request),
  { prepare: () => void standardBank() },
);
