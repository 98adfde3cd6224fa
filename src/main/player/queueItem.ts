import type { Disposable } from '../../contract/disposable.ts';
import type { QueueEntry } from '../../contract/services/player.ts';
import type { WaveFileInfo, WaveTags } from '../decoding/decodedSource.ts';
import { loadBank } from '../banks/loadBank.ts';
import { writeDownloads } from '../synth/collections/dls/writeDownloads.ts';
import { hasEmbeddedCollection } from '../synth/collections/readCollection.ts';
import { readSong } from './smf/readSong.ts';
import { isBursts } from '../wave/iec61937/codedFormat.ts';
import { ChannelStrips } from './channels/channelStrips.ts';
import { openingPrograms } from './channels/openingPrograms.ts';
import type { Song } from './smf/song.ts';

/** A MIDI file in the queue, read into memory. */
export interface SongItem {
  readonly kind: 'song';
  readonly info: QueueEntry;
  readonly song: Song;
  /** What the listener makes of its channels. */
  readonly strips: ChannelStrips;
  /** By channel with notes, from 0, in their order: the program it has at the first one. */
  readonly openingPrograms: ReadonlyMap<number, number>;
  /** Download buffers of the bank inside the file; undefined without one, or until it was read. */
  ownBank: readonly Uint8Array[] | undefined;
  /** Reads it. @throws PinwheelError `bad-input` */
  readonly reading: Promise<void> | undefined;
}

/** A sound file in the queue, which stays where it is and is read while it plays. */
export interface WaveItem {
  readonly kind: 'wave';
  readonly info: QueueEntry;
  /** Absolute path. */
  readonly file: string;
  readonly wave: WaveFileInfo;
  /** Disposed when the item leaves the queue. */
  readonly spooled: Disposable | undefined;
}

export type QueueItem = SongItem | WaveItem;

/** @throws PinwheelError `bad-input` with name and offset */
export function songItem(id: number, file: { name: string; bytes: Uint8Array }): SongItem {
  const song = readSong(file.name, file.bytes);
  const item: SongItem = {
    kind: 'song',
    info: {
      id,
      kind: 'song',
      name: file.name,
      title: null,
      artist: null,
      durationSeconds: song.durationSeconds,
      detail: songDetail(song),
    },
    song,
    strips: new ChannelStrips(),
    openingPrograms: openingPrograms(song.events),
    ownBank: undefined,
    reading: hasEmbeddedCollection(file.name, file.bytes)
      ? loadBank(file).then((collection) => void (item.ownBank = writeDownloads(collection)))
      : undefined,
  };
  // Whoever plays it is told.
  item.reading?.catch(() => undefined);
  return item;
}

/** In the order of sharps, from seven flats on. */
const MAJOR_KEYS = 'C♭ G♭ D♭ A♭ E♭ B♭ F C G D A E B F♯ C♯'.split(' ');
const MINOR_KEYS = 'A♭ E♭ B♭ F C G D A E B F♯ C♯ G♯ D♯ A♯'.split(' ');

/** With the first meter and the first key, where the file says them. */
function songDetail({ noteCount, trackCount, timeSignatures, keySignatures }: Song): string {
  const parts = [count(noteCount, 'note'), count(trackCount, 'track')];
  const [meter] = timeSignatures;
  if (meter) parts.push(`${meter.numerator}/${meter.denominator}`);
  const [key] = keySignatures;
  if (key) parts.push(`${(key.mode === 'major' ? MAJOR_KEYS : MINOR_KEYS)[key.sharps + 7]!} ${key.mode}`);
  return parts.join(' · ');
}

export function waveItem(
  id: number,
  {
    name,
    file,
    wave,
    spooled,
  }: Pick<WaveItem, 'file' | 'spooled'> & { name: string; wave: WaveFileInfo & WaveTags },
): WaveItem {
  const { sampleRate } = wave.format;
  return {
    kind: 'wave',
    info: {
      id,
      kind: 'wave',
      name,
      title: wave.title,
      artist: wave.artist,
      durationSeconds: (wave.frames ?? 0) / sampleRate,
      detail: detailOf(wave),
    },
    file,
    wave,
    spooled,
  };
}

/** Kind, rate, width and channels: “FLAC · 44.1 kHz · 24 bit · stereo”; of coded sound the rate of its link. */
function detailOf({ kind, format, truncated }: WaveFileInfo): string {
  const { encoding, channels, sampleRate, validBits } = format;
  if (isBursts(format)) return `${kind} · S/PDIF at ${sampleRate / 1000} kHz`;
  const parts = [kind, `${sampleRate / 1000} kHz`];
  if (encoding === 'pcm') parts.push(`${validBits} bit`);
  parts.push(CHANNEL_NAMES[channels] ?? `${channels} channels`);
  if (truncated) parts.push('cut off');
  return parts.join(' · ');
}

const CHANNEL_NAMES: Readonly<Record<number, string>> = { 1: 'mono', 2: 'stereo', 6: '5.1', 8: '7.1' };

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
