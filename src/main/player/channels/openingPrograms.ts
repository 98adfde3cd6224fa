import type { SongEvents } from '../smf/song.ts';

const NOTE_ON = 0x90;
const PROGRAM_CHANGE = 0xc0;

/** The channels of a song that have notes, from 0, each with its program at the first of them. */
export function openingPrograms({ count, offsets, data }: SongEvents): Map<number, number> {
  const programs = new Uint8Array(16);
  const opening = new Map<number, number>();
  for (let event = 0; event < count && opening.size < 16; event++) {
    const offset = offsets[event]!;
    const status = data[offset]!;
    const channel = status & 0x0f;
    if ((status & 0xf0) === PROGRAM_CHANGE) programs[channel] = data[offset + 1]!;
    else if ((status & 0xf0) === NOTE_ON && data[offset + 2]! > 0 && !opening.has(channel)) {
      opening.set(channel, programs[channel]!);
    }
  }
  return opening;
}
