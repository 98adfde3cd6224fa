import type { BurstCoding } from '../../contract/hardware.ts';
import { unsupportedFile, type ByteSource } from '../wave/files/byteSource.ts';
import type { WavFile } from '../wave/files/wavFile.ts';
import { CARRIER_FRAME_BYTES, SYNC } from '../wave/iec61937/burst.ts';
import { codingOfBurst, FRAME_READERS, partOf, rateOfBurst } from '../wave/iec61937/burstCoding.ts';
import { BurstParser } from '../wave/iec61937/burstParser.ts';
import { burstLayout } from '../wave/iec61937/burstWriter.ts';
import { burstRecord } from '../wave/iec61937/codedFormat.ts';
import type { CodedFrame, FrameReader } from '../wave/iec61937/codedFrame.ts';
import { FrameScanner } from '../wave/iec61937/frameScanner.ts';
import { integerSamples } from '../wave/samples/sampleFormat.ts';
import { BurstSource } from './burstSource.ts';
import type { DecodedSource, WaveFileInfo } from './decodedSource.ts';
import { PcmSource, type PcmLayout } from './pcmSource.ts';
import type { WaveContainer } from './waveContainers.ts';

/**
 * Files of coded sound, which is sent over S/PDIF and not decoded: frames (AC-3, E-AC-3, DTS, MPEG layers I and II), and
 * bursts that somebody wrapped already, by themselves (`.spdif`) or in a WAV file.
 */

const KINDS: Readonly<Record<BurstCoding, string>> = {
  ac3: 'AC-3',
  eac3: 'E-AC-3',
  dts: 'DTS',
  mpeg: 'MPEG audio',
  wmaPro: 'WMA Pro',
};
/** What may precede the first frame or burst, such as silence or a tag. */
const LEAD_BYTES = 0x40000;
/** Frames from which the length of a file is estimated. */
const SAMPLED_FRAMES = 100;

/** Bursts as they lie in a file. */
interface WrappedBursts {
  readonly coding: BurstCoding;
  readonly layout: PcmLayout;
}

/** Frames that nobody here decodes, wrapped as they are read. */
export const codedFrames = containerOfFrames(
  [FRAME_READERS.ac3, FRAME_READERS.dts],
  ['ac3', 'eac3', 'ec3', 'dts'],
);

/** Frames of MPEG audio, layers I and II. */
export const mpegFrames = containerOfFrames([FRAME_READERS.mpeg], ['mp1', 'mp2']);

function containerOfFrames(readers: readonly FrameReader[], extensions: readonly string[]): WaveContainer {
  return {
    extensions,
    recognises: (head) => {
      const bytes = new Uint8Array(head.buffer, head.byteOffset, head.byteLength);
      return readers.some((reader) => reader.read(bytes, 0) !== undefined);
    },
    describe(source) {
      const { frame, offset } = firstFrame(source, readers);
      const { carrierRate } = burstLayout(frame);
      return {
        kind: KINDS[frame.codec],
        format: burstRecord(frame.codec, carrierRate),
        frames: estimatedFrames(source, frame, offset),
        loop: undefined,
        truncated: false,
      };
    },
    open(source) {
      const { frame, offset } = firstFrame(source, readers);
      return Promise.resolve(new BurstSource(source, frame, offset));
    },
  };
}

/** Bursts without a container. */
export const rawBursts: WaveContainer = {
  extensions: ['spdif'],
  recognises: (head) =>
    [true, false].some((little) => SYNC.every((word, index) => head.getUint16(2 * index, little) === word)),
  describe: (source) => describeWrapped(findRaw(source), false),
  open: (source) => Promise.resolve(openWrapped(source, findRaw(source))),
};

/** What a WAV file is when its samples are bursts; undefined when they are samples. */
export function burstsInWav(source: ByteSource, wav: WavFile): WrappedBursts | undefined {
  const { format, channels, sampleRate, dataOffset, frames, coding } = wav;
  const layout = { format, channels, sampleRate, channelMask: 0, dataOffset, frames };
  if (coding) return { coding, layout };
  if (channels !== 2 || format.containerBytes !== 2) return undefined;
  const end = dataOffset + frames * CARRIER_FRAME_BYTES;
  const burst = new BurstParser(source, { offset: dataOffset, end }).next(LEAD_BYTES);
  const found = burst && codingOfBurst(burst);
  if (found) return { coding: found, layout };
  return isDtsDisc(partOf(source, dataOffset, end - dataOffset)) ? { coding: 'dts', layout } : undefined;
}

export function describeWrapped({ coding, layout }: WrappedBursts, truncated: boolean): WaveFileInfo {
  return {
    kind: KINDS[coding],
    format: burstRecord(coding, layout.sampleRate),
    frames: layout.frames,
    loop: undefined,
    truncated,
  };
}

/** They pass unchanged. */
export function openWrapped(source: ByteSource, { coding, layout }: WrappedBursts): DecodedSource {
  const words = new PcmSource(source, layout);
  return {
    format: burstRecord(coding, layout.sampleRate),
    frames: words.frames,
    seek: (frame) => words.seek(frame),
    read: (into) => words.read(into),
    dispose: () => words.dispose(),
  };
}

function findRaw(source: ByteSource): WrappedBursts {
  for (const bigEndian of [false, true]) {
    const parser = new BurstParser(source, { bigEndian });
    const burst = parser.next(LEAD_BYTES);
    if (!burst) continue;
    const coding = codingOfBurst(burst);
    if (!coding) throw unsupportedFile(source, `holds bursts of data type ${burst.dataType}`, burst.offset);
    return {
      coding,
      layout: {
        format: integerSamples(16),
        channels: 2,
        sampleRate: rateOfBurst(parser, burst),
        channelMask: 0,
        dataOffset: 0,
        frames: Math.floor(source.length / CARRIER_FRAME_BYTES),
        bigEndian,
      },
    };
  }
  throw unsupportedFile(source, 'holds no burst that is whole', 0);
}

/** @throws PinwheelError `not-supported` when there is none */
function firstFrame(
  source: ByteSource,
  readers: readonly FrameReader[],
): { frame: CodedFrame; offset: number } {
  for (const reader of readers) {
    const scanned = new FrameScanner(source, reader).next(LEAD_BYTES);
    if (scanned) return scanned;
  }
  throw unsupportedFile(source, 'holds no frame that is whole', 0);
}

/** By the mean length of the first ones: most are of constant bit rate. */
function estimatedFrames(source: ByteSource, first: CodedFrame, offset: number): number {
  const scanner = new FrameScanner(source, FRAME_READERS[first.codec], offset);
  let samples = 0;
  let count = 0;
  for (; count < SAMPLED_FRAMES; count++) {
    const scanned = scanner.next();
    if (!scanned) break;
    const { frame } = scanned;
    if (frame.codec !== 'eac3' || frame.leading) samples += frame.samples;
  }
  const seconds = samples / first.sampleRate;
  const share = count < SAMPLED_FRAMES ? 1 : (source.length - offset) / (scanner.offset - offset);
  return Math.round(seconds * share * burstLayout(first).carrierRate);
}

/** DTS frames that fill the samples of a CD without a gap, and have no preamble. */
function isDtsDisc(data: ByteSource): boolean {
  const scanner = new FrameScanner(data, FRAME_READERS.dts);
  const first = scanner.next(LEAD_BYTES);
  const second = first && scanner.next(1);
  return second !== undefined && first?.frame.length === burstLayout(first!.frame).period;
}
