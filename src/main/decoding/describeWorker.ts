/** Worker thread that looks into sound files: some must be gone through from end to end to know how long they are. */
import { parentPort } from 'node:worker_threads';
import { PinwheelError, type ErrorRecord } from '../../contract/errors.ts';
import type { WaveFileInfo } from './decodedSource.ts';
import { FileSource } from './fileSource.ts';
import { describeWave } from './waveContainers.ts';

export interface DescribeRequest {
  readonly id: number;
  /** Absolute path. */
  readonly file: string;
}

export type DescribeAnswer = { readonly id: number } & (
  { readonly info: WaveFileInfo } | { readonly error: ErrorRecord }
);

const port = parentPort!;

port.on('message', ({ id, file }: DescribeRequest) => {
  port.postMessage(describe(id, file));
});

function describe(id: number, file: string): DescribeAnswer {
  try {
    const source = new FileSource(file);
    try {
      return { id, info: describeWave(source) };
    } finally {
      source.dispose();
    }
  } catch (error) {
    return { id, error: PinwheelError.recordOf(error) };
  }
}
