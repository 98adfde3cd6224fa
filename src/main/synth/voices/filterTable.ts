import { absoluteCentsToHertz } from './conversions.ts';

/** A corner goes no higher than this part of the sample rate. */
const HIGHEST_CORNER = 0.45;
/** Absolute cents from one entry to the next, and of the last entry; the first is 0. */
export const FILTER_TABLE_STEP = 10;
export const FILTER_TABLE_END = 20_000;

/**
 * Tangents of the corner's half angle, which is what the bilinear transform needs, by absolute cents. Straight lines
 * between the entries are wrong by less than a hundredth of a cent.
 */
export function filterTable(sampleRate: number): Float64Array {
  return Float64Array.from({ length: FILTER_TABLE_END / FILTER_TABLE_STEP + 2 }, (_none, index) => {
    const corner = absoluteCentsToHertz(index * FILTER_TABLE_STEP) / sampleRate;
    return Math.tan(Math.PI * Math.min(HIGHEST_CORNER, corner));
  });
}
