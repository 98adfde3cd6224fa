import { ksLevel } from '../../../src/contract/units.ts';
import { KSNODETYPE } from '../../../src/main/engine/ks/guid.ts';
import { KSPROPERTY_AUDIO } from '../../../src/main/engine/ks/properties/audio.ts';
import { dispatchBytes, encodeRequest } from '../../../src/main/engine/ks/wire/request.ts';
import { completeNode } from '../../support/completeNode.ts';
import { ksFilter } from '../../support/ksFilter.ts';
import { medianMs, type Metric } from '../metric.ts';

const CALLS = 100_000;
const ROUNDS = 7;

/** Calls in a second, by the middle one of the rounds. */
function rate(act: () => void): number {
  const milliseconds = medianMs(ROUNDS, () => {
    for (let call = 0; call < CALLS; call++) act();
  });
  return Math.round((CALLS / milliseconds) * 1_000);
}

/** A number of calls in a second that must be reached. */
function atLeast(name: string, value: number, least: number): Metric {
  return { name, value, unit: '1/s', bound: `>= ${least}`, pass: value >= least, peer: null };
}

/** Requests to the nodes of a filter that has 1,000 of them: typed, traced, and as bytes. */
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
  return [
    atLeast('property get on a node', gets, 1_000_000),
    atLeast('property set on a node', sets, 1_000_000),
    atLeast('property get on a node, in bytes', byteGets, 100_000),
    atLeast('property get on a node, traced', traced, 100_000),
  ];
}
