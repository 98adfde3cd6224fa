import { graphMetrics } from './engine/graph.ts';
import { propertyGetMetrics } from './engine/propertyGet.ts';
import { translationMetrics } from './engine/translation.ts';
import type { Metric } from './metric.ts';

/** `npm run bench -- engine`: the driver model engine. Every part measures in a module of its own. */
export default function engine(): Metric[] {
  return [...propertyGetMetrics(), ...graphMetrics(), ...translationMetrics()];
}
