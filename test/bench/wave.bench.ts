import type { Metric } from './metric.ts';
import { hostMetrics } from './wave/host.ts';
import { instanceMetrics } from './wave/instances.ts';
import { latencyMetrics } from './wave/latency.ts';

/** `npm run bench -- wave`: what wave streams cost, and how soon they are heard. Takes about two minutes. */
export default async function wave(): Promise<Metric[]> {
  return [...instanceMetrics(), ...(await hostMetrics()), ...(await latencyMetrics())];
}
