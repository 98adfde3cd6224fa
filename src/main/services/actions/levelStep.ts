import type { LevelRange } from '../../../contract/services/mixer.ts';
import { decibelsToKsLevel, ksLevel, KS_LEVEL_SILENCE, type KsLevel } from '../../../contract/units.ts';

const FINE: KsLevel = decibelsToKsLevel(2);
/** Below this, where little is heard, steps are larger. */
const QUIET = decibelsToKsLevel(-40);
const COARSE = decibelsToKsLevel(6);
const UNITY = ksLevel(0);

/**
 * One step louder or softer, as volume keys do: the channels keep their distances, and nothing goes above 0 dB that was
 * not there already. The lowest level of a range is silence.
 */
export function stepLevels(
  levels: readonly KsLevel[],
  range: LevelRange,
  direction: 'up' | 'down',
): KsLevel[] {
  const floor = range.min === KS_LEVEL_SILENCE ? decibelsToKsLevel(-96) : range.min;
  const heard = levels.map((level) => Math.max(level, floor));
  const loudest = Math.max(...heard);
  const coarse = direction === 'up' ? loudest < QUIET : loudest <= QUIET;
  const step = Math.max(coarse ? COARSE : FINE, range.step);
  const ceiling = Math.max(Math.min(range.max, UNITY), loudest);
  const target = direction === 'up' ? Math.min(ceiling, loudest + step) : loudest - step;
  return heard.map((level) => {
    const moved = level + target - loudest;
    return ksLevel(moved <= floor ? range.min : Math.min(moved, range.max));
  });
}
