/** The worker that places what the topology panel draws. */
import { layoutTopology, type LayoutRequest, type LayoutResult } from './layoutTopology.ts';

export interface LayoutAnswer {
  serial: number;
  result: LayoutResult;
  /** Time the layout took. */
  milliseconds: number;
}

self.addEventListener('message', ({ data }: MessageEvent<{ serial: number; request: LayoutRequest }>) => {
  const started = performance.now();
  const result = layoutTopology(data.request);
  const answer: LayoutAnswer = { serial: data.serial, result, milliseconds: performance.now() - started };
  self.postMessage(answer);
});
