import { DmusRenderStream } from '../synth/dmusRenderStream.ts';
import type { RenderStreamFactory } from './renderStream.ts';

/** DirectMusic streams: DMUS_EVENTHEADER records, played by the synthesizer behind the card's input. */
export const createDmusStream: RenderStreamFactory = (request) => new DmusRenderStream(request);
