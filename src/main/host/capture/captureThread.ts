/** The thread of the card's capture side: a worker beside the render thread. */
import { parentPort, workerData } from 'node:worker_threads';
import type { CaptureDescription, HostEvent, RegisterValues } from '../../../contract/hardware.ts';
import { EngineClock } from '../engineClock.ts';
import { Recorders } from '../recording/recorders.ts';
import { CaptureDevice, type CaptureCommand } from './captureDevice.ts';
import { SampleRing } from './sampleRing.ts';

export interface CaptureThreadData {
  readonly description: CaptureDescription;
  readonly registers: RegisterValues;
  /** Engine time 0 on the monotonic clock, in nanoseconds. */
  readonly epochNs: bigint;
  /** Of the two rings. */
  readonly loopback: SharedArrayBuffer;
  readonly monitor: SharedArrayBuffer;
}

/** From the render thread. `end`: files are completed, then it is over. */
export type CaptureThreadCommand = CaptureCommand | { type: 'end' };

/** To the render thread. */
export type CaptureThreadEvent = HostEvent | { type: 'loopbackWanted'; wanted: boolean } | { type: 'over' };

const tell = (event: CaptureThreadEvent): void => parentPort!.postMessage(event);

const data = workerData as CaptureThreadData;
const clock = new EngineClock(data.epochNs);
const recorders = new Recorders();
const device = new CaptureDevice({
  description: data.description,
  registers: data.registers,
  now: () => clock.now(),
  loopback: new SampleRing(data.loopback),
  monitor: new SampleRing(data.monitor),
  recorders,
  tell,
  wantLoopback: (wanted) => tell({ type: 'loopbackWanted', wanted }),
});

parentPort!.on('message', (command: CaptureThreadCommand) => {
  if (command.type !== 'end') return device.handle(command);
  void device.finish().then(() => {
    device.dispose();
    recorders.dispose();
    tell({ type: 'over' });
    parentPort!.close();
  });
});
