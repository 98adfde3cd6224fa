import type { SongLine } from '../../../contract/services/player.ts';

/** A line breaks where this long nothing is sung. */
const PAUSE_SECONDS = 3;

/**
 * Syllables put together to lines. Lyrics come syllable by syllable: a line begins at a slash, a backslash or a line
 * break, as karaoke files have them, and after a pause. Markers and the like stand for themselves.
 */
export function linesOf(words: readonly SongLine[]): SongLine[] {
  const lyrics = words.some(({ kind }) => kind === 'lyric') ? 'lyric' : 'text';
  const lines: SongLine[] = [];
  let open: SongLine | undefined;
  let last = 0;
  for (const { kind, seconds, text } of words) {
    // Karaoke files say what they are in lines that begin so.
    if (text.startsWith('@')) continue;
    const begins = /^[\\/\r\n]/.test(text);
    const ends = /[\r\n]$/.test(text);
    const syllable = text.replace(/^[\\/\r\n]+|[\r\n]+$/g, '');
    if (kind !== lyrics) {
      if (syllable.trim()) lines.push({ kind, seconds, text: syllable.trim() });
      continue;
    }
    if (!open || begins || seconds - last > PAUSE_SECONDS) {
      open = { kind, seconds, text: syllable };
      lines.push(open);
    } else {
      open.text += syllable;
    }
    last = seconds;
    if (ends) open = undefined;
  }
  return lines.filter(({ text }) => text.trim() !== '');
}
