/** The thread that writes what capture streams record into files: a worker beside the capture thread. */
import { parentPort } from 'node:worker_threads';
import { PinwheelError, type ErrorRecord } from '../../../contract/errors.ts';
import type { RecordingProgress, WaveFormatRecord, WaveRecording } from '../../../contract/hardware.ts';
import { FileRecording } from './fileRecording.ts';
import { loadFlac } from './flacWriter.ts';

/** From the capture thread. */
export type RecorderCommand =
  | {
      type: 'record';
      id: number;
      recording: WaveRecording;
      format: WaveFormatRecord;
      /** Of the stream's CyclicBuffer. */
      shared: SharedArrayBuffer;
    }
  | { type: 'finish'; id: number };

/** To the capture thread, about one recording. */
export type RecorderEvent =
  | { type: 'progress' | 'finished'; id: number; progress: RecordingProgress }
  | { type: 'failed'; id: number; error: ErrorRecord };

/** How often buffers, which hold seconds, are looked after. */
const INTERVAL_MS = 50;
const INTERVALS_PER_REPORT = 5;

const recordings = new Map<number, FileRecording>();
let timer: NodeJS.Timeout | undefined;
let intervals = 0;
const tell = (event: RecorderEvent): void => parentPort!.postMessage(event);

/** What has failed is given up, with what it has written. */
function attempt(id: number, action: () => void): void {
  try {
    action();
  } catch (error) {
    forget(id);
    tell({ type: 'failed', id, error: PinwheelError.recordOf(error) });
  }
}

function forget(id: number): void {
  recordings.get(id)?.dispose();
  recordings.delete(id);
  if (recordings.size > 0) return;
  clearInterval(timer);
  timer = undefined;
}

function work(): void {
  const reports = ++intervals % INTERVALS_PER_REPORT === 0;
  for (const [id, recording] of recordings) {
    attempt(id, () => {
      recording.write();
      if (reports) tell({ type: 'progress', id, progress: recording.progress });
    });
  }
}

async function carryOut(command: RecorderCommand): Promise<void> {
  const { id } = command;
  if (command.type === 'record' && command.recording.container === 'flac') await loadFlac();
  attempt(id, () => {
    if (command.type === 'record') {
      recordings.set(id, new FileRecording(command.recording, command.format, command.shared));
      timer ??= setInterval(work, INTERVAL_MS);
      return;
    }
    const recording = recordings.get(id);
    if (!recording) return;
    recording.finish();
    const { progress } = recording;
    forget(id);
    tell({ type: 'finished', id, progress });
  });
}

/** One command after the other, also while the encoder is being loaded. */
let turn = Promise.resolve();
parentPort!.on('message', (command: RecorderCommand) => {
  turn = turn.then(() => carryOut(command));
});
