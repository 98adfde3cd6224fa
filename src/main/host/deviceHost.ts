import { isMainThread, SHARE_ENV, Worker } from 'node:worker_threads';
import { setFlagsFromString } from 'node:v8';
import type { HostEvent } from '../../contract/hardware.ts';
import { parentChannel } from './hostChannel.ts';
import { claimRealTime, favourSoundThreads, raisePriority } from './priority.ts';
import { Progress } from './progress.ts';
import type { RenderStreamFactory } from './renderStream.ts';
import type { ClosedMessage, StartedMessage } from './renderThread.ts';
import { WATCH_INTERVAL_MS, Watchdog } from './watchdog.ts';

/** After `close` the process is gone in this time, whatever the audio library does. */
const CLOSE_LIMIT_MS = 300;

/**
 * The library's nodes are the garbage of the render thread, and freeing those of a whole young generation of usual
 * size stops it for 20 to 40 ms when the processor is busy. A small one is emptied often and at once.
 */
const YOUNG_GENERATION_MB = 1;

/**
 * Runs the device host: to be called by the entry file of its process, which is the entry of its render thread as
 * well (`entry` = that file's URL). `streams` is called in the render thread. The main thread only passes messages on and watches, so that it always answers.
 */
export function runDeviceHost(entry: string, streams: () => Promise<RenderStreamFactory>): void {
  if (isMainThread) return runMainThread(entry);
  // What renders is nothing to the main thread, which is ready the sooner without it.
  void Promise.all([import('./renderThread.ts'), streams()]).then(([{ runRenderThread }, createStream]) =>
    runRenderThread(createStream),
  );
}

function runMainThread(entry: string): void {
  raisePriority();
  // A thread that renders in time does not wait for helpers that have to wait for a processor.
  setFlagsFromString('--no-parallel-scavenge');
  const channel = parentChannel();
  const progress = new Progress();

  // Nothing gentler is sure to end a process whose audio thread hangs.
  const die = (): void => void process.kill(process.pid, 'SIGKILL');
  channel.onDisconnect(die);
  // Keys pressed in the terminal reach the whole process group; main decides when this process ends.
  for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});

  // The C library of this process must see the environment that the render thread sets.
  const thread = new Worker(new URL(entry), {
    env: SHARE_ENV,
    workerData: progress.buffer,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
  });
  let closing = false;
  thread.on('message', (event: HostEvent | StartedMessage | ClosedMessage) => {
    if (event.type === 'started') {
      if (event.systemThreadId !== undefined) claimRealTime(event.systemThreadId);
      return;
    }
    if (event.type === 'closed') process.exit(0);
    const isRunning = event.type === 'opened' || (event.type === 'powered' && event.at !== undefined);
    if (isRunning) favourSoundThreads();
    if (event.type === 'powered' && event.part === 'output' && event.state !== 'D0') watch(false);
    channel.send(event);
  });
  thread.on('error', (error: unknown) => {
    // Main keeps the last lines and tells them with the exit.
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    die();
  });

  channel.onCommand((command) => {
    if (command.type === 'open') isOpen = true;
    if (command.type === 'open' && (command.power?.output ?? 'D0') === 'D0') watch(true);
    if (command.type === 'setPower' && command.part === 'output' && command.state === 'D0') watch(true);
    // Nothing is open that would have to be closed.
    if (command.type === 'close' && !isOpen) process.exit(0);
    if (command.type === 'close' && !closing) {
      closing = true;
      setTimeout(die, CLOSE_LIMIT_MS);
    }
    thread.postMessage(command);
  });

  let isOpen = false;
  let watching: NodeJS.Timeout | undefined;
  /** A device without power is not watched. */
  const watch = (on: boolean): void => {
    clearInterval(watching);
    if (!on) return;
    const watchdog = new Watchdog();
    watching = setInterval(() => {
      const verdict = watchdog.check(progress.phase, progress.frame, performance.now());
      if (verdict.fault === 'none' || closing) return;
      clearInterval(watching);
      if (verdict.fault === 'stalled') {
        channel.send({ type: 'stalled', milliseconds: verdict.milliseconds });
      } else {
        const message = 'The output device did not open in time.';
        channel.send({ type: 'openFailed', code: 'timeout', message });
      }
    }, WATCH_INTERVAL_MS);
  };
}
