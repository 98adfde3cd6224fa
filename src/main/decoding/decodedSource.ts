import type { Disposable } from '../../contract/disposable.ts';
import type { WaveFormatRecord } from '../../contract/hardware.ts';

/** Frames that are played over and over: from `first` up to, and without, `end`. */
export interface LoopPoints {
  readonly first: number;
  readonly end: number;
}

/** What a file says about its contents, in words. */
export interface WaveTags {
  readonly title: string | null;
  readonly artist: string | null;
}

/** What a file says of its sound, found without decoding it. */
export interface WaveFileInfo {
  /** What a person calls the kind of file: “WAV”, “FLAC”, “MP3”. */
  readonly kind: string;
  /** What its samples are once they are decoded, which is the format of the stream that plays it. */
  readonly format: WaveFormatRecord;
  /** Undefined where the file does not say and only decoding it would tell. */
  readonly frames: number | undefined;
  readonly loop: LoopPoints | undefined;
  /** It claims more than there is: it plays as far as it goes. */
  readonly truncated: boolean;
}

/**
 * A file as the client of a stream reads it: frames of one format in order, from any frame on, in as little memory as
 * one block of its codec takes. One implementation for each kind of file; it is used in the feeder's thread, never in
 * main. Not for two callers at a time.
 */
export interface DecodedSource extends Disposable {
  readonly format: WaveFormatRecord;
  /** Undefined until it is known. */
  readonly frames: number | undefined;
  /** The next frame read is this one, exactly; beyond the last one there is nothing more. */
  seek(frame: number): Promise<void>;
  /**
   * Fills `into`, whose length is of whole frames; answers how many bytes, less than asked for only at the end.
   * What is damaged within a file is silence of the same length.
   * @throws PinwheelError `bad-input` with file and offset
   */
  read(into: Uint8Array): Promise<number>;
}

/** Bytes of one frame. */
export function blockAlignOf({ channels, containerBits }: WaveFormatRecord): number {
  return (channels * containerBits) / 8;
}
