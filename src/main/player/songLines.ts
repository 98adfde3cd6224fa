import type { SongLine } from '../../contract/services/player.ts';
import { referenceTimeToSeconds } from '../../contract/units.ts';
import type { Song } from './smf/song.ts';

const MOST_LINES = 10_000;
const KINDS: ReadonlySet<string> = new Set<SongLine['kind']>(['lyric', 'marker', 'cuePoint', 'text']);

/** What a song says while it plays, by time. */
export function songLines({ texts }: Song): SongLine[] {
  const lines: SongLine[] = [];
  for (const { kind, time, text } of texts) {
    if (!KINDS.has(kind)) continue;
    lines.push({ kind: kind as SongLine['kind'], seconds: referenceTimeToSeconds(time), text });
    if (lines.length === MOST_LINES) break;
  }
  return lines;
}
