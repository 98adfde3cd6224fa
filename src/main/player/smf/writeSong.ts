import type { ReferenceTime } from '../../../contract/units.ts';
import { PinwheelError } from '../../../contract/errors.ts';
import { messageLength } from '../../engine/portcls/dmus/midiMessage.ts';

/** What was recorded: bytes as they were captured, one message or piece of a SysEx each. */
export interface RecordedEvent {
  /** From the start of the recording. Times need not rise. */
  readonly time: ReferenceTime;
  readonly bytes: Uint8Array;
}

export interface WriteSongOptions {
  /** 0: one track; 1: a track with the tempo and one for each recorded track. */
  readonly format: 0 | 1;
  /** PPQ division, 1 to 32767. */
  readonly ticksPerQuarter?: number;
  /** 1 to 16777215. */
  readonly microsecondsPerQuarter?: number;
  /** Name of the first track. */
  readonly name?: string;
}

const LARGEST_QUANTITY = 0x0fff_ffff;
const META = 0xff;
const SYSEX = 0xf0;
const ESCAPE = 0xf7;

/**
 * Writes recorded events as a Standard MIDI File. Each event lands on the tick nearest to its time; events of one tick
 * keep their order. Pieces of a SysEx become an F0 event and F7 events with their own times. Real-time and system
 * common messages have no place of their own in a file and are written as F7 events, which carry bytes as they are.
 *
 * @throws PinwheelError `bad-input` for a division or tempo no file can say, an event before the start, or one so late
 *   that its tick cannot be written
 */
export function writeSong(
  tracks: readonly (readonly RecordedEvent[])[],
  options: WriteSongOptions,
): Uint8Array<ArrayBuffer> {
  const { format, ticksPerQuarter = 480, microsecondsPerQuarter = 500_000, name = '' } = options;
  checkRange('ticks per quarter note', ticksPerQuarter, 0x7fff);
  checkRange('microseconds per quarter note', microsecondsPerQuarter, 0xff_ffff);
  const perTick = (microsecondsPerQuarter * 10) / ticksPerQuarter;
  const parts = format === 0 ? [tracks.flat()] : tracks;
  const header = new ChunkWriter('MThd');
  header.u16(format);
  header.u16(format === 0 ? 1 : parts.length + 1);
  header.u16(ticksPerQuarter);
  const conductor = new ChunkWriter('MTrk');
  if (name !== '') conductor.meta(0, 0x03, new TextEncoder().encode(name));
  conductor.meta(
    0,
    0x51,
    Uint8Array.of(
      microsecondsPerQuarter >> 16,
      (microsecondsPerQuarter >> 8) & 0xff,
      microsecondsPerQuarter & 0xff,
    ),
  );
  const chunks = [header];
  if (format === 1) {
    conductor.meta(0, 0x2f, new Uint8Array(0));
    chunks.push(conductor);
  }
  for (const part of parts) {
    const chunk = format === 0 ? conductor : new ChunkWriter('MTrk');
    writeTrack(chunk, part, perTick);
    chunks.push(chunk);
  }
  return concat(chunks.map((chunk) => chunk.finish()));
}

function writeTrack(chunk: ChunkWriter, events: readonly RecordedEvent[], perTick: number): void {
  // Sorting keeps the order of equal times.
  const sorted = [...events].sort((a, b) => a.time - b.time);
  let tick = 0;
  let runningStatus = 0;
  for (const { time, bytes } of sorted) {
    if (bytes.length === 0) continue;
    const at = Math.round(time / perTick);
    if (!(at >= 0) || at - tick > LARGEST_QUANTITY) {
      throw refused(`An event at ${time} x 100 ns has no place in a MIDI file of this tempo.`);
    }
    const status = bytes[0]!;
    chunk.quantity(at - tick);
    tick = at;
    if (isChannelMessage(bytes)) {
      if (status === runningStatus) chunk.bytes(bytes.subarray(1));
      else chunk.bytes(bytes);
      runningStatus = status;
      continue;
    }
    runningStatus = 0;
    const body = status === SYSEX ? bytes.subarray(1) : bytes;
    chunk.u8(status === SYSEX ? SYSEX : ESCAPE);
    chunk.quantity(body.length);
    chunk.bytes(body);
  }
  chunk.meta(0, 0x2f, new Uint8Array(0));
}

function isChannelMessage(bytes: Uint8Array): boolean {
  const status = bytes[0]!;
  return (
    status >= 0x80 &&
    status < 0xf0 &&
    bytes.length === messageLength(status) &&
    bytes.subarray(1).every((byte) => byte < 0x80)
  );
}

/** The bytes of one chunk; its memory grows as it is written. */
class ChunkWriter {
  #bytes = new Uint8Array(1024);
  #size = 8;

  constructor(tag: string) {
    for (let index = 0; index < 4; index++) this.#bytes[index] = tag.charCodeAt(index);
  }

  u8(value: number): void {
    if (this.#size === this.#bytes.length) this.#grow(1);
    this.#bytes[this.#size++] = value;
  }

  u16(value: number): void {
    this.u8(value >> 8);
    this.u8(value & 0xff);
  }

  /** Variable-length quantity. */
  quantity(value: number): void {
    for (let shift = 21; shift > 0; shift -= 7)
      if (value >> shift > 0) this.u8(0x80 | ((value >> shift) & 0x7f));
    this.u8(value & 0x7f);
  }

  bytes(bytes: Uint8Array): void {
    this.#grow(bytes.length);
    this.#bytes.set(bytes, this.#size);
    this.#size += bytes.length;
  }

  meta(delta: number, type: number, data: Uint8Array): void {
    this.quantity(delta);
    this.u8(META);
    this.u8(type);
    this.quantity(data.length);
    this.bytes(data);
  }

  finish(): Uint8Array {
    new DataView(this.#bytes.buffer).setUint32(4, this.#size - 8);
    return this.#bytes.subarray(0, this.#size);
  }

  #grow(more: number): void {
    if (this.#size + more <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#size + more, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#size));
    this.#bytes = grown;
  }
}

function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function checkRange(what: string, value: number, most: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= most) return;
  throw refused(`A MIDI file cannot have ${value} ${what}; 1 to ${most} can be written.`);
}

function refused(message: string): PinwheelError {
  return new PinwheelError({ code: 'bad-input', message, subject: 'MIDI file' });
}
