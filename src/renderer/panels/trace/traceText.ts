/** Entries of the trace as text to be copied or saved. */
import type { TraceEntry } from '../../../contract/services/trace.ts';
import { text } from '../../text.ts';

/** One line per entry, columns apart by tabs. */
export function entriesText(entries: readonly TraceEntry[]): string {
  return entries
    .map(({ time, durationMs, kind, target, name, action, status, detail }) =>
      [
        text.trace.clock(time),
        text.trace.milliseconds(durationMs),
        kind,
        target,
        name,
        action,
        status,
        detail,
      ].join('\t'),
    )
    .join('\n');
}

/** The file that Save makes; docs/json.md describes it. */
export function entriesJson(entries: readonly TraceEntry[]): string {
  return JSON.stringify({ version: 1, entries }, null, 1);
}

/** `SET KSPROPERTY_AUDIO_MUTE: true` without what is the same in every line. */
export const shortAction = (action: string): string => action.replace('KSPROPERTY_', '');

export const shortStatus = (status: string): string => status.replace(/^STATUS_/, '');

/** The element of the topology that a target names; undefined for an adapter. */
export function elementOf(target: string): { filter: string; node?: number; pin?: number } | undefined {
  const [, filter, kind, number] = /^(.+?)(?:\/(node|pin) (\d+))?$/.exec(target) ?? [];
  if (filter === undefined || !filter.includes('/')) return undefined;
  if (kind === undefined) return { filter };
  return kind === 'node' ? { filter, node: Number(number) } : { filter, pin: Number(number) };
}
