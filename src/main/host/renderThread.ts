import { parentPort, workerData } from 'node:worker_threads';
import type { HostCommand } from '../../contract/hardware.ts';
import { CardRenderer } from './cardRenderer.ts';
import { systemThreadId } from './midi/preciseWait.ts';
import { Progress } from './progress.ts';
import type { RenderStreamFactory } from './renderStream.ts';

/** What this thread sends first. */
export interface StartedMessage {
  type: 'started';
  systemThreadId: number | undefined;
}

/** What this thread sends when it has closed the device. */
export interface ClosedMessage {
  type: 'closed';
}

/** The render thread of the device host, whose main thread watches it. */
export function runRenderThread(createStream: RenderStreamFactory): void {
  const port = parentPort!;
  port.postMessage({ type: 'started', systemThreadId: systemThreadId() } satisfies StartedMessage);
  const progress = new Progress(workerData as SharedArrayBuffer);
  const renderer = new CardRenderer((event) => port.postMessage(event), progress, createStream);
  port.on('message', (command: HostCommand) => {
    void renderer.handle(command).then(() => {
      if (command.type === 'close') port.postMessage({ type: 'closed' } satisfies ClosedMessage);
    });
  });
}
