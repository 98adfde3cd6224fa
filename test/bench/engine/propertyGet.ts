import { ksLevel } from '../../../src/contract/units.ts';
import { KSNODETYPE } from '../../../src/main/engine/ks/guid.ts';
import { KSPROPERTY_AUDIO } from '../../../src/main/engine/ks/properties/audio.ts';
import { dispatchBytes, encodeRequest } from '../../../src/main/engine/ks/wire/request.ts';
import { completeNode } from '../../support/completeNode.ts';
import { ksFilter } from '../../support/ksFilter.ts';
import type { Metric } from '../metric.ts';

const RUNS = 200_000;
const ROUNDS = 7;

/** Runs a second of `act`, in rounds; answers the best round's calls in a second. */
function rate(act: () => void): number {
  for (let warm = 0; warm < RUNS; warm++) act();
  let best = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    for (let run = 0; run < RUNS; run++) act();
    best = Math.max(best, (RUNS / (performance.now() - start)) * 1_000);
  }
  return Math.round(best);
}

/** KSPROPERTY_TYPE_GET on a node of a filter with 1,000 nodes: typed, traced, and as bytes. */
export function propertyGetMetrics(): Metric[] {
  const nodes = Array.from({ length: 1_000 }, (_, id) => completeNode(KSNODETYPE.VOLUME, `Volume ${id}`));
  const { filter, tracer } = ksFilter({ nodes });
  const left = { channel: 0 };
  let node = 0;
  let sum = 0;
  const get = () => {
    node = (node + 7) % 1_000;
    sum += filter.get(KSPROPERTY_AUDIO.VOLUMELEVEL, left, node);
  };
  const set = () => {
    node = (node + 7) % 1_000;
    filter.set(KSPROPERTY_AUDIO.VOLUMELEVEL, left, ksLevel(-0x8000), node);
  };
  const request = encodeRequest('GET', KSPROPERTY_AUDIO.VOLUMELEVEL, left, 500);
  const output = new Uint8Array(4);
  const bytes = () => {
    sum += dispatchBytes(filter, request, output).information;
  };
  const gets = rate(get);
  const sets = rate(set);
  const byteGets = rate(bytes);
  tracer.start(() => sum++);
  const traced = rate(get);
  if (!Number.isFinite(sum)) throw new Error('The gets answered nothing.');
  const metric = (name: string, value: number, bound: number | undefined): Metric => ({
    name,
    value,
    unit: '1/s',
    bound: bound === undefined ? 'none' : `>= ${bound}`,
    pass: bound === undefined || value >= bound,
    peer: null,
  });
  return [
    metric('property get on a node', gets, 1_000_000),
    metric('property set on a node', sets, undefined),
    metric('property get on a node in bytes', byteGets, undefined),
    metric('property get on a node with the trace on', traced, undefined),
  ];
}
