import type { Song } from '../../../../src/main/player/smf/song.ts';

/** One row per event: seconds, track and bytes. */
export function listEvents({ events }: Song): { seconds: number; track: number; bytes: number[] }[] {
  return Array.from({ length: events.count }, (_, index) => ({
    seconds: events.times[index]! / 1e7,
    track: events.tracks[index]!,
    bytes: [...events.data.subarray(events.offsets[index], events.offsets[index + 1])],
  }));
}

const u16 = (value: number): number[] => [value >> 8, value & 0xff];
const u32 = (value: number): number[] => [...u16(value >>> 16), ...u16(value & 0xffff)];
const ascii = (text: string): number[] => [...text].map((letter) => letter.charCodeAt(0));

/** A file of raw track bytes, with any header values. */
export function rawFile(options: {
  format?: number;
  trackCount?: number;
  division?: number;
  tracks: readonly (readonly number[])[];
}): Uint8Array {
  const { format = 1, division = 480, tracks } = options;
  return Uint8Array.from([
    ...ascii('MThd'),
    ...u32(6),
    ...u16(format),
    ...u16(options.trackCount ?? tracks.length),
    ...u16(division),
    ...tracks.flatMap((track) => [...ascii('MTrk'), ...u32(track.length), ...track]),
  ]);
}

/** The same file inside of RIFF, behind a chunk of another kind with an odd length. */
export function riffFile(smf: Uint8Array): Uint8Array {
  const little = (value: number): number[] => u32(value).reverse();
  const chunks = [
    ...[...ascii('RMID'), ...ascii('DISP'), ...little(3), 1, 2, 3, 0],
    ...[...ascii('data'), ...little(smf.length), ...smf],
  ];
  return Uint8Array.from([...ascii('RIFF'), ...little(chunks.length), ...chunks]);
}

export const END = [0, 0xff, 0x2f, 0];
