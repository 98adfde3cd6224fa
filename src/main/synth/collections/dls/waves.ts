/** The wave pool of a DLS collection, and the wave sample chunk that regions and waves share. */
import type { Loop, Sample } from '../model.ts';
import type { Chunk, RiffFile } from '../riff.ts';
import { int16View } from '../sampleData.ts';

/** WSMPL with its loop. DLS level 2 2.12. */
export interface WaveSample {
  /** usUnityNote. */
  readonly rootKey: number;
  /** sFineTune, cents. */
  readonly fineTune: number;
  /** lGain in dB: positive is louder. */
  readonly gain: number;
  readonly loop: Loop | undefined;
}

export const DEFAULT_WAVE_SAMPLE: WaveSample = { rootKey: 60, fineTune: 0, gain: 0, loop: undefined };

export interface Wave {
  readonly sample: Sample;
  readonly waveSample: WaveSample | undefined;
}

const WAVE_FORMAT_PCM = 1;
const GAIN_PER_DECIBEL = 655_360;
const WSMPL_BYTES = 20;
const WLOOP_BYTES = 16;
const SLOWEST_RATE = 400;
const FASTEST_RATE = 384_000;

/** Throws `bad-input` for a chunk that is too short, or a key that is none. */
export function readWaveSample(file: RiffFile, chunk: Chunk): WaveSample {
  const at = chunk.start;
  file.need(chunk, at, WSMPL_BYTES);
  const rootKey = file.u16(at + 4);
  if (rootKey > 127) throw file.error(chunk, at + 4, `has unity note ${rootKey}; keys end at 127`);
  const loops = file.u32(at + 16);
  let loop: Loop | undefined;
  if (loops > 0) {
    // Some programs leave the structure's size out.
    const loopAt = at + Math.max(WSMPL_BYTES, file.u32(at));
    file.need(chunk, loopAt, WLOOP_BYTES);
    const start = file.u32(loopAt + 8);
    const end = start + file.u32(loopAt + 12);
    const mode = file.u32(loopAt + 4) === 1 ? 'untilRelease' : 'continuous';
    if (end > start) loop = { start, end, mode };
  }
  return {
    rootKey,
    fineTune: file.i16(at + 6),
    gain: file.i32(at + 8) / GAIN_PER_DECIBEL,
    loop,
  };
}

/**
 * One LIST(wave): PCM of one channel with 8 or 16 bits, which is all that DLS has. Throws `bad-input` for every other
 * format.
 */
export function readWave(file: RiffFile, list: Chunk, number: number): Wave {
  let format: Chunk | undefined;
  let data: Chunk | undefined;
  let waveSample: WaveSample | undefined;
  let name = '';
  for (const chunk of file.children(list)) {
    if (chunk.id === 'fmt ') format ??= chunk;
    else if (chunk.id === 'data') data ??= chunk;
    else if (chunk.id === 'wsmp') waveSample ??= readWaveSample(file, chunk);
    else if (chunk.type === 'INFO') name = readName(file, chunk);
  }
  if (format === undefined) throw file.error(list, list.offset, `(wave ${number}) has no “fmt ” chunk`);
  if (data === undefined) throw file.error(list, list.offset, `(wave ${number}) has no “data” chunk`);
  file.need(format, format.start, 16);
  const tag = file.u16(format.start);
  const channels = file.u16(format.start + 2);
  const rate = Math.min(FASTEST_RATE, Math.max(SLOWEST_RATE, file.u32(format.start + 4)));
  const bits = file.u16(format.start + 14);
  if (tag !== WAVE_FORMAT_PCM || channels !== 1 || (bits !== 8 && bits !== 16)) {
    const message = `has format ${tag} with ${channels} channels and ${bits} bits; DLS waves are 8 or 16-bit PCM with one`;
    throw file.error(format, format.start, message);
  }
  const bytes = data.end - data.start;
  const samples =
    bits === 16
      ? int16View(file.bytes, data.start, Math.floor(bytes / 2))
      : Int16Array.from(file.bytes.subarray(data.start, data.end), (byte) => (byte - 128) * 256);
  return {
    sample: { name, rate, frames: samples.length, data: samples, compressed: undefined },
    waveSample,
  };
}

/** INAM of a LIST(INFO). */
export function readName(file: RiffFile, info: Chunk): string {
  const chunk = file.find(info, 'INAM');
  return chunk === undefined ? '' : file.text(chunk.start, Math.min(chunk.end, chunk.start + LONGEST_NAME));
}

const LONGEST_NAME = 256;
