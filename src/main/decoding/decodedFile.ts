import type { Disposable } from '../../contract/disposable.ts';
import { PinwheelError } from '../../contract/errors.ts';
import type { WaveFormatRecord } from '../../contract/hardware.ts';
import { isBursts } from '../wave/iec61937/codedFormat.ts';
import type { DecodedSource } from './decodedSource.ts';
import { FileSource } from './fileSource.ts';
import { openWave } from './waveContainers.ts';

/** A file that is being decoded: the file and its decoder under one owner. */
export class DecodedFile implements Disposable {
  readonly source: DecodedSource;
  readonly #file: FileSource;

  private constructor(file: FileSource, source: DecodedSource) {
    this.#file = file;
    this.source = source;
  }

  /** @throws PinwheelError `bad-input`, `not-supported`; also when its samples are not of that format */
  static async open(file: string, format: WaveFormatRecord): Promise<DecodedFile> {
    const bytes = new FileSource(file);
    try {
      const source = await openWave(bytes, isBursts(format));
      const opened = new DecodedFile(bytes, source);
      if (isSameFormat(source.format, format)) return opened;
      source.dispose();
      throw new PinwheelError({
        code: 'bad-input',
        message: `“${bytes.name}” was changed: its samples are not of the format they had.`,
        subject: file,
      });
    } catch (error) {
      bytes.dispose();
      throw error;
    }
  }

  dispose(): void {
    this.source.dispose();
    this.#file.dispose();
  }
}

/** Whether one stream can play both. Who names no speakers means the usual ones. */
export function isSameFormat(one: WaveFormatRecord, other: WaveFormatRecord): boolean {
  return (Object.keys(one) as (keyof WaveFormatRecord)[]).every(
    (key) => one[key] === other[key] || (key === 'channelMask' && (one[key] === 0 || other[key] === 0)),
  );
}
