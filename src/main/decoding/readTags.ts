import { parseBuffer, parseFile, type IAudioMetadata } from 'music-metadata';
import type { LoopPoints, WaveTags } from './decodedSource.ts';

/** What comments may say that is of use to a player. */
export interface FileTags extends WaveTags {
  readonly loop: LoopPoints | undefined;
}

const NONE: FileTags = { title: null, artist: null, loop: undefined };
/** Longer texts are not names of anything. */
const LONGEST_TEXT = 300;

/** Covers are not shown, and the length is known better. */
const OPTIONS = { duration: false, skipCovers: true } as const;

/**
 * Tags of all the kinds there are; none for a file whose tags cannot be read, which is no reason not to play it.
 * `flacMetadata`: what stands in for a file in which the library finds no FLAC.
 */
export async function readTags(file: string, flacMetadata?: Uint8Array): Promise<FileTags> {
  try {
    const metadata = flacMetadata
      ? await parseBuffer(flacMetadata, { mimeType: 'audio/flac' }, OPTIONS)
      : await parseFile(file, OPTIONS);
    const { title, artist } = metadata.common;
    return { title: textOf(title), artist: textOf(artist), loop: loopOf(metadata) };
  } catch {
    return NONE;
  }
}

/** LOOPSTART and LOOPLENGTH or LOOPEND, frames, as games write them into comments. */
function loopOf({ native }: IAudioMetadata): LoopPoints | undefined {
  const numbers = new Map<string, number>();
  for (const { id, value } of Object.values(native).flat()) {
    const name = id
      .toUpperCase()
      .replace(/^TXXX:/, '')
      .replaceAll('_', '');
    if (name.startsWith('LOOP') && /^\d{1,15}$/.test(String(value))) numbers.set(name, Number(value));
  }
  const first = numbers.get('LOOPSTART');
  if (first === undefined) return undefined;
  const length = numbers.get('LOOPLENGTH');
  const end = length === undefined ? numbers.get('LOOPEND') : first + length;
  return end !== undefined && end > first ? { first, end } : undefined;
}

function textOf(text: string | undefined): string | null {
  const words = text?.replace(/\p{Cc}+/gu, ' ').trim();
  return words ? words.slice(0, LONGEST_TEXT) : null;
}
