import type { PowerChange } from '../../../contract/services/power.ts';

/** Seconds that a strip chart reaches back. */
export const CHART_SECONDS = 600;

/** One stretch in one state; `from` and `to` are parts of the chart's width, 0 = ten minutes ago, 1 = now. */
export interface Stretch {
  readonly change: PowerChange;
  readonly from: number;
  readonly to: number;
}

/** What of the history lies in the last ten minutes before `now`. Before the first change nothing is known. */
export function stretches(history: readonly PowerChange[], now: number): Stretch[] {
  const place = (seconds: number) => Math.min(1, Math.max(0, 1 - (now - seconds) / CHART_SECONDS));
  return history.flatMap((change, index) => {
    const from = place(change.seconds);
    const to = place(history[index + 1]?.seconds ?? now);
    return to > from ? [{ change, from, to }] : [];
  });
}

/** Part of the known time that was spent in each state, 0 to 1. */
export function shares(parts: readonly Stretch[]): Map<PowerChange['state'], number> {
  const known = parts.reduce((sum, { from, to }) => sum + to - from, 0);
  const shares = new Map<PowerChange['state'], number>();
  for (const { change, from, to } of parts) {
    shares.set(change.state, (shares.get(change.state) ?? 0) + (to - from) / known);
  }
  return shares;
}
