import { REFERENCE_TIME_PER_SECOND, referenceTime, type ReferenceTime } from '../../../contract/units.ts';
import { ByteReader, NOT_MIDI_ADVICE } from './byteReader.ts';
import { mergeTracks } from './mergeTracks.ts';
import { MetaEvents } from './metaEvents.ts';
import { readTrack } from './readTrack.ts';
import type { Song, SongEvents } from './song.ts';
import { DEFAULT_MICROSECONDS_PER_QUARTER, TempoMap, type Division } from './tempoMap.ts';
import type { TrackEvents } from './trackEvents.ts';

/** Larger files are refused: reading one would keep the program from answering. */
export const LARGEST_FILE_BYTES = 32 * 1024 * 1024;
/** A month. No song lasts longer, but two damaged bytes make one that does. */
const LONGEST_SONG = 31 * 24 * 3600 * REFERENCE_TIME_PER_SECOND;

/**
 * Reads a Standard MIDI File of format 0, 1 or 2, plain or inside a RIFF (RMID) file.
 *
 * Nothing in the file is trusted: memory and time are proportional to its size. Throws `bad-input` naming the file
 * and the byte offset for what is not a MIDI file, is cut off, or contradicts itself.
 */
export function readSong(name: string, bytes: Uint8Array): Song {
  const reader = new ByteReader(name, bytes);
  if (bytes.length > LARGEST_FILE_BYTES) {
    throw reader.error(
      LARGEST_FILE_BYTES,
      `“${name}” has ${bytes.length} bytes; a MIDI file may have ${LARGEST_FILE_BYTES}.`,
      NOT_MIDI_ADVICE,
    );
  }
  enterRiff(reader);
  const header = readHeader(reader);
  return header.format === 2 ? readSequences(reader, header) : readTracks(reader, header);
}

/** Whether a file begins as MIDI files do; `head` are its first 12 bytes. */
export function isSong(head: Uint8Array): boolean {
  const tag = (at: number) => String.fromCharCode(...head.subarray(at, at + 4));
  return tag(0) === 'MThd' || (tag(0) === 'RIFF' && tag(8) === 'RMID');
}

interface Header {
  format: 0 | 1 | 2;
  trackCount: number;
  division: Division;
}

/** Goes to the first byte of the MIDI data of an RMID file; stays at 0 in any other. */
function enterRiff(reader: ByteReader): void {
  if (!reader.hasTag('RIFF', 0)) return;
  if (!reader.hasTag('RMID', 8)) {
    throw reader.error(8, `“${reader.name}” is not a MIDI file: expected “RMID” at byte 8.`, NOT_MIDI_ADVICE);
  }
  let at = 12;
  while (at + 8 <= reader.length) {
    const size =
      reader.bytes[at + 4]! +
      reader.bytes[at + 5]! * 0x100 +
      reader.bytes[at + 6]! * 0x1_0000 +
      reader.bytes[at + 7]! * 0x100_0000;
    if (reader.hasTag('data', at)) {
      reader.position = at + 8;
      return;
    }
    at += 8 + size + (size % 2);
  }
  throw reader.error(
    reader.length,
    `“${reader.name}” ends at byte ${reader.length} without a “data” chunk.`,
    NOT_MIDI_ADVICE,
  );
}

function readHeader(reader: ByteReader): Header {
  const start = reader.position;
  if (!reader.hasTag('MThd', start)) {
    const message = `“${reader.name}” is not a MIDI file: expected “MThd” at byte ${start}.`;
    throw reader.error(start, message, NOT_MIDI_ADVICE);
  }
  reader.position += 4;
  const length = reader.u32('the header');
  if (length < 6) {
    throw reader.error(
      start + 4,
      `“${reader.name}” has a header of ${length} bytes at byte ${start + 4}; it needs 6.`,
    );
  }
  reader.require(length, 'the header');
  const end = reader.position + length;
  const formatAt = reader.position;
  const format = reader.u16('the header');
  if (format !== 0 && format !== 1 && format !== 2) {
    throw reader.error(
      formatAt,
      `“${reader.name}” has format ${format} at byte ${formatAt}; only 0, 1 and 2 exist.`,
    );
  }
  const trackCount = reader.u16('the header');
  if (trackCount === 0) {
    throw reader.error(formatAt + 2, `“${reader.name}” has no tracks, says byte ${formatAt + 2}.`);
  }
  const division = readDivision(reader);
  reader.position = end;
  return { format, trackCount, division };
}

function readDivision(reader: ByteReader): Division {
  const at = reader.position;
  const word = reader.u16('the header');
  if (word < 0x8000) {
    if (word === 0) throw reader.error(at, `“${reader.name}” has 0 ticks per quarter note at byte ${at}.`);
    return { kind: 'ppq', ticksPerQuarter: word };
  }
  const rate = 256 - (word >> 8);
  const ticksPerFrame = word & 0xff;
  if (![24, 25, 29, 30].includes(rate) || ticksPerFrame === 0) {
    throw reader.error(
      at,
      `“${reader.name}” counts time in ${rate} frames of ${ticksPerFrame} ticks at byte ${at}; 24, 25, 29 and 30 frames exist.`,
    );
  }
  // 29 stands for 30 drop-frame, whose frames last 1001/30000 s.
  return { kind: 'smpte', framesPerSecond: rate === 29 ? 30_000 / 1001 : rate, ticksPerFrame };
}

/** Goes behind the header of the next track chunk, over chunks of other kinds. Returns where the track ends. */
function nextTrack(reader: ByteReader, number: number, trackCount: number): number {
  for (;;) {
    const start = reader.position;
    if (start >= reader.length) {
      throw reader.error(
        reader.length,
        `“${reader.name}” ends at byte ${reader.length} before track ${number} of ${trackCount}.`,
        'The file is incomplete: get it again from where it came from.',
      );
    }
    const where = `the start of track ${number} of ${trackCount}`;
    reader.require(8, where);
    const isTrack = reader.hasTag('MTrk', start);
    reader.position += 4;
    const length = reader.u32(where);
    reader.require(length, isTrack ? `track ${number} of ${trackCount}` : `a chunk before track ${number}`);
    if (isTrack) return reader.position + length;
    reader.position += length;
  }
}

/** Formats 0 and 1: the tracks sound together, under the tempo of all of them. */
function readTracks(reader: ByteReader, header: Header): Song {
  const tracks: TrackEvents[] = [];
  const meta = new MetaEvents();
  for (let track = 0; track < header.trackCount; track++) {
    const end = nextTrack(reader, track + 1, header.trackCount);
    tracks.push(readTrack(reader, end, track + 1, 0, meta));
  }
  return assemble(reader, header, tracks, meta);
}

/** Format 2: the tracks are pieces of their own, each with its tempo. They are played one after the other. */
function readSequences(reader: ByteReader, header: Header): Song {
  const tracks: TrackEvents[] = [];
  const meta = new MetaEvents();
  let startTick = 0;
  for (let track = 0; track < header.trackCount; track++) {
    const end = nextTrack(reader, track + 1, header.trackCount);
    meta.tempo(startTick, DEFAULT_MICROSECONDS_PER_QUARTER);
    const events = readTrack(reader, end, track + 1, startTick, meta);
    tracks.push(events);
    startTick = events.endTick;
  }
  return assemble(reader, header, tracks, meta);
}

function assemble(
  reader: ByteReader,
  header: Header,
  tracks: readonly TrackEvents[],
  meta: MetaEvents,
): Song {
  const { ticks, microsecondsPerQuarter } = meta.tempos;
  const tempoMap = new TempoMap(header.division, ticks, microsecondsPerQuarter);
  let endTick = 0;
  for (const track of tracks) endTick = Math.max(endTick, track.endTick);
  const duration = tempoMap.timeOf(endTick);
  if (duration > LONGEST_SONG) {
    throw reader.error(0, `“${reader.name}” says that it lasts longer than a month.`);
  }
  const { events, noteCount } = pack(tracks, tempoMap);
  return {
    name: reader.name,
    format: header.format,
    trackCount: tracks.length,
    tracks: tracks.map((track) => ({ name: track.name, eventCount: track.count })),
    noteCount,
    duration,
    durationSeconds: duration / REFERENCE_TIME_PER_SECOND,
    events,
    tempoMap,
    ...meta.at(tempoMap),
  };
}

/** All tracks' events in the order they are played. */
function pack(tracks: readonly TrackEvents[], tempoMap: TempoMap): { events: SongEvents; noteCount: number } {
  let count = 0;
  let size = 0;
  for (const track of tracks) {
    count += track.count;
    size += track.size;
  }
  const times = new Float64Array(count);
  const offsets = new Uint32Array(count + 1);
  const data = new Uint8Array(size);
  const trackOf = new Uint16Array(count);
  let index = 0;
  let at = 0;
  let segment = 0;
  let noteCount = 0;
  let last: ReferenceTime = referenceTime(0);
  mergeTracks(tracks, (track, event) => {
    const source = tracks[track]!;
    const tick = source.tick(event);
    segment = tempoMap.segmentAt(tick, segment);
    last = referenceTime(Math.max(last, tempoMap.timeIn(segment, tick)));
    times[index] = last;
    trackOf[index] = track;
    const end = source.offset(event + 1);
    const status = source.data[source.offset(event)]!;
    for (let from = source.offset(event); from < end; from++) data[at++] = source.data[from]!;
    const isWhole = end - source.offset(event) === 3;
    if (isWhole && (status & 0xf0) === 0x90 && data[at - 1] !== 0) noteCount++;
    offsets[++index] = at;
  });
  return { events: { count, times, offsets, data, tracks: trackOf }, noteCount };
}
