import { underLoad } from '../rigs/simulatedServer/loadedEngine.ts';
import type { Metric } from './metric.ts';

/** `npm run bench -- endpoints`. */

const SECONDS = 60;
const BOUND_PERCENT = 15;

export default async function run(): Promise<Metric[]> {
  const { cpuPercent } = await underLoad(SECONDS, () => Promise.resolve());
  const value = Math.round(cpuPercent * 10) / 10;
  const name = 'main, 40 devices and 200 streams, 50 changes a second';
  return [
    {
      name,
      value,
      unit: '% of a core',
      bound: `<= ${BOUND_PERCENT}`,
      pass: value <= BOUND_PERCENT,
      peer: null,
    },
  ];
}
