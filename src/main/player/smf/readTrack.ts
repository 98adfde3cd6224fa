import { messageLength } from '../../engine/portcls/dmus/midiMessage.ts';
import type { ByteReader } from './byteReader.ts';
import type { MetaEvents } from './metaEvents.ts';
import type { TextKind } from './song.ts';
import { TrackEvents } from './trackEvents.ts';

const META_TEMPO = 0x51;
const META_END_OF_TRACK = 0x2f;
const META_TRACK_NAME = 0x03;
const META_TIME_SIGNATURE = 0x58;
const META_KEY_SIGNATURE = 0x59;
const TEXT_KINDS: Readonly<Record<number, TextKind>> = {
  0x01: 'text',
  0x02: 'copyright',
  0x03: 'trackName',
  0x04: 'instrument',
  0x05: 'lyric',
  0x06: 'marker',
  0x07: 'cuePoint',
  0x08: 'program',
  0x09: 'device',
};
/** Longer words are not for display. */
const LONGEST_TEXT = 1024;

/**
 * Reads the events of a track chunk from the reader's position up to `end`. `number` counts from 1 and is named in
 * errors. Ticks start at `startTick`. Throws `bad-input`.
 */
export function readTrack(
  reader: ByteReader,
  end: number,
  number: number,
  startTick: number,
  meta: MetaEvents,
): TrackEvents {
  const { bytes } = reader;
  const events = new TrackEvents();
  let tick = startTick;
  let runningStatus = 0;
  let isEnded = false;
  while (!isEnded && reader.position < end) {
    const start = reader.position;
    tick += readQuantity(reader, end, number);
    need(reader, 1, end, number, start);
    let status = bytes[reader.position]!;
    if (status < 0x80) {
      if (runningStatus === 0) {
        throw reader.error(
          reader.position,
          `“${reader.name}” has a data byte ${hex(status)} without a status at byte ${reader.position} in track ${number}.`,
        );
      }
      status = runningStatus;
    } else {
      reader.position++;
    }
    if (status < 0xf0) {
      runningStatus = status;
      const dataLength = messageLength(status) - 1;
      need(reader, dataLength, end, number, start);
      for (let index = 0; index < dataLength; index++) {
        if (bytes[reader.position + index]! < 0x80) continue;
        const offset = reader.position + index;
        throw reader.error(
          offset,
          `“${reader.name}” has the status byte ${hex(bytes[offset]!)} inside an event at byte ${offset} in track ${number}.`,
        );
      }
      events.add(tick, status, bytes, reader.position, dataLength);
      reader.position += dataLength;
    } else if (status === 0xf0 || status === 0xf7) {
      // 0xF7 carries bytes as they are: the rest of a divided SysEx, or anything else.
      const length = readQuantity(reader, end, number);
      need(reader, length, end, number, start);
      if (status === 0xf0 || length > 0) {
        events.add(tick, status === 0xf0 ? 0xf0 : 0, bytes, reader.position, length);
      }
      reader.position += length;
    } else if (status === 0xff) {
      need(reader, 1, end, number, start);
      const type = bytes[reader.position++]!;
      const length = readQuantity(reader, end, number);
      need(reader, length, end, number, start);
      const at = reader.position;
      reader.position += length;
      const kind = TEXT_KINDS[type];
      if (type === META_END_OF_TRACK) isEnded = true;
      else if (type === META_TEMPO && length >= 3) {
        meta.tempo(tick, (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!);
      } else if (type === META_TIME_SIGNATURE && length >= 2) {
        meta.timeSignature(tick, number - 1, bytes[at]!, bytes[at + 1]!);
      } else if (type === META_KEY_SIGNATURE && length >= 2) {
        meta.keySignature(tick, number - 1, bytes[at]!, bytes[at + 1]!);
      } else if (kind !== undefined && length > 0) {
        const text = decodeText(bytes.subarray(at, at + Math.min(length, LONGEST_TEXT)));
        if (type === META_TRACK_NAME && events.name === '') events.name = text;
        meta.text(kind, tick, number - 1, text);
      }
    } else {
      throw reader.error(
        reader.position - 1,
        `“${reader.name}” has the status byte ${hex(status)}, which no file may have, at byte ${reader.position - 1} in track ${number}.`,
      );
    }
  }
  events.endTick = tick;
  reader.position = end;
  return events;
}

/** Variable-length quantity: 7 bits a byte, at most 4 bytes. */
function readQuantity(reader: ByteReader, end: number, number: number): number {
  const start = reader.position;
  let value = 0;
  for (let count = 0; count < 4; count++) {
    need(reader, 1, end, number, start);
    const byte = reader.bytes[reader.position++]!;
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return value;
  }
  throw reader.error(
    start,
    `“${reader.name}” has a number of more than four bytes at byte ${start} in track ${number}.`,
  );
}

/** An event must end where its track ends. */
function need(reader: ByteReader, count: number, end: number, number: number, eventStart: number): void {
  if (count <= end - reader.position) return;
  throw reader.error(
    eventStart,
    `“${reader.name}” has an event at byte ${eventStart} that runs past the end of track ${number} at byte ${end}.`,
  );
}

function hex(byte: number): string {
  return `0x${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}

/** UTF-8 where it is, otherwise Latin-1; without control characters. */
function decodeText(bytes: Uint8Array): string {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  }
  return text.replace(/[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f]/g, '').trimEnd();
}
