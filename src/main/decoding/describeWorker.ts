/** Worker thread that looks into sound files: some must be gone through from end to end to know how long they are. */
import { parentPort } from 'node:worker_threads';
import { PinwheelError, type ErrorRecord } from '../../contract/errors.ts';
import type { WaveFileInfo, WaveTags } from './decodedSource.ts';
import { FileSource } from './fileSource.ts';
import { readTags } from './readTags.ts';
import { describeWave, wrappedFlacMetadata } from './waveContainers.ts';

/** Everything a player wants to know of a file. */
export type DescribedFile = WaveFileInfo & WaveTags;

export interface DescribeRequest {
  readonly id: number;
  /** Absolute path. */
  readonly file: string;
  /** What could be sent over S/PDIF or decoded is sent. */
  readonly sends: boolean;
}

export type DescribeAnswer = { readonly id: number } & (
  { readonly info: DescribedFile } | { readonly error: ErrorRecord }
);

const port = parentPort!;

port.on('message', ({ id, file, sends }: DescribeRequest) => {
  void describe(file, sends).then(
    (info) => port.postMessage({ id, info } satisfies DescribeAnswer),
    (error: unknown) =>
      port.postMessage({ id, error: PinwheelError.recordOf(error) } satisfies DescribeAnswer),
  );
});

async function describe(file: string, sends: boolean): Promise<DescribedFile> {
  const source = new FileSource(file);
  try {
    const info = describeWave(source, sends);
    const { loop, title, artist } = await readTags(file, wrappedFlacMetadata(source));
    const isInside = loop && loop.end <= (info.frames ?? Infinity);
    return { ...info, loop: info.loop ?? (isInside ? loop : undefined), title, artist };
  } finally {
    source.dispose();
  }
}
