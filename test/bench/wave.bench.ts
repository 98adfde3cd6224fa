import type { Metric } from './metric.ts';
import { instanceMetrics } from './wave/instances.ts';

/** `npm run bench -- wave`: what wave streams cost the render thread. */
export default function wave(): Metric[] {
  return instanceMetrics();
}
