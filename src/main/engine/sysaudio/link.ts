import { UNLIMITED_INSTANCES } from '../ks/descriptor.ts';
import type { Filter, PinCounts } from '../ks/filter.ts';
import type { DataFormat } from '../ks/format.ts';
import { pcmFallbacks } from '../ks/intersection.ts';
import type { PinInstance } from '../ks/pin.ts';
import { KsError, type KsStatus } from '../ks/status.ts';
import { accepts } from './formats.ts';

/** A pin factory of an opened filter. */
export interface PinEnd {
  readonly filter: Filter;
  readonly pinId: number;
}

/** Two pin instances that are connected: data flows from the source pin to the sink pin. */
export interface Link {
  readonly source: PinInstance;
  readonly sink: PinInstance;
}

/**
 * Connects two pins that no client sees. The source pin (upstream, OUT) is created first, then the sink pin, naming it
 * as its partner (check 22). The format is `preferred` when both take it, else what the `asked` end's data
 * intersection makes of the other's ranges. When a stream is refused in that format, or the ranges have none in
 * common, no second intersection is tried: the list of PCM formats is walked, best quality first, until both streams
 * can be made. Specification 3.9 rule 6, 5.2 step 6.
 *
 * @throws KsError STATUS_NO_MATCH without a common format, STATUS_UNSUCCESSFUL without a free instance, or the last
 *   refusal. Neither pin stays open then.
 */
export function connectPins(asked: PinEnd, other: PinEnd, preferred?: DataFormat): Link {
  const askedIsSource = asked.filter.pin(asked.pinId).dataFlow === 'OUT';
  const [source, sink] = askedIsSource ? [asked, other] : [other, asked];
  let refusal: KsError | undefined;
  for (const format of formatsToTry(asked, other, preferred)) {
    try {
      return openBoth(source, sink, format);
    } catch (error) {
      if (!(error instanceof KsError) || FINAL.has(error.status)) throw error;
      refusal = error;
    }
  }
  throw (
    refusal ??
    new KsError(
      'STATUS_NO_MATCH',
      `Pin ${source.pinId} of “${source.filter.name}” and pin ${sink.pinId} of “${sink.filter.name}” have no format in common.`,
    )
  );
}

/** Refusals that another format would not change. */
const FINAL: ReadonlySet<KsStatus> = new Set<KsStatus>([
  'STATUS_UNSUCCESSFUL',
  'STATUS_DEVICE_REMOVED',
  'STATUS_DEVICE_NOT_READY',
  'STATUS_INSUFFICIENT_RESOURCES',
]);

function openBoth(source: PinEnd, sink: PinEnd, format: DataFormat): Link {
  const upstream = source.filter.createPin(source.pinId, format);
  try {
    return { source: upstream, sink: sink.filter.createPin(sink.pinId, format, { partner: upstream }) };
  } catch (error) {
    upstream.close();
    throw error;
  }
}

function* formatsToTry(
  asked: PinEnd,
  other: PinEnd,
  preferred: DataFormat | undefined,
): Iterable<DataFormat> {
  const { dataRanges } = asked.filter.pin(asked.pinId);
  const otherRanges = other.filter.pin(other.pinId).dataRanges;
  if (preferred && accepts(dataRanges, preferred) && accepts(otherRanges, preferred)) yield preferred;
  try {
    yield asked.filter.intersect(asked.pinId, otherRanges);
  } catch (error) {
    if (!(error instanceof KsError) || error.status !== 'STATUS_NO_MATCH') throw error;
  }
  for (const format of dataRanges.flatMap(pcmFallbacks)) if (accepts(otherRanges, format)) yield format;
}

/**
 * Instances of a pin factory that can be opened now: what its instance counts report at this moment, over the filter
 * instance and over all of them. Infinity without a limit. Specification 1.5, 5.3.
 */
export function freeInstances({ filter, pinId }: PinEnd): number {
  const counts = filter.counts(pinId);
  const limits = possible(counts);
  return Math.max(0, Math.min(limits.filter - counts.filterCurrent, limits.global - counts.globalCurrent));
}

/** Instances of a pin factory that could be open at the same time; Infinity without a limit. */
export function possibleInstances({ filter, pinId }: PinEnd): number {
  const limits = possible(filter.counts(pinId));
  return Math.min(limits.filter, limits.global);
}

function possible({ filterPossible, globalPossible }: PinCounts): { filter: number; global: number } {
  const limit = (count: number) => (count === UNLIMITED_INSTANCES ? Infinity : count);
  return { filter: limit(filterPossible), global: limit(globalPossible) };
}
