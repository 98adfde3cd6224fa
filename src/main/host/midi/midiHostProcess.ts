import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import type { MidiHostCommand, MidiHostEvent } from '../../../contract/midiHardware.ts';
import { EngineClock } from '../engineClock.ts';
import { parentChannel } from '../hostChannel.ts';
import { raisePriority } from '../priority.ts';
import type { OpenMidiBackend } from './backend.ts';
import { ClockThread, runClockThread, type ClockRequest } from './clockThread.ts';
import { MidiHost } from './midiHost.ts';
import { runSenderThread, type SenderRequest } from './senderThread.ts';

const ALIVE_INTERVAL_MS = 500;
/** After `close` the notes are released and the ports closed in this time, or the process ends without. */
const CLOSE_LIMIT_MS = 300;

/**
 * Runs the MIDI host: to be called by the entry file of its process, which is the entry of its threads as well
 * (`entry` = that file's URL).
 */
export function runMidiHost(entry: string, openBackend: OpenMidiBackend): void {
  if (isMainThread) return runMainThread(new URL(entry), openBackend);
  const request = workerData as ClockRequest | { role: 'sender' };
  if (request.role === 'clock') return runClockThread(openBackend, request);
  parentPort!.once('message', (sender: SenderRequest) => runSenderThread(openBackend, sender));
}

function runMainThread(entry: URL, openBackend: OpenMidiBackend): void {
  raisePriority();
  const channel = parentChannel<MidiHostCommand, MidiHostEvent>();
  // Nothing gentler is sure to end a process whose MIDI library hangs.
  const die = (): void => void process.kill(process.pid, 'SIGKILL');
  channel.onDisconnect(die);
  // Keys pressed in the terminal reach the whole process group; main decides when this process ends.
  for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});

  let host: MidiHost | undefined;
  let thread: ClockThread | undefined;
  const start = (epochNs: bigint): void => {
    host = new MidiHost({
      openBackend,
      clock: new EngineClock(epochNs),
      report: channel.send,
      post(command) {
        // Started by the first stream: without one there is nothing to lose, and nothing to wait for.
        if (!thread && command.type !== 'openStream' && command.type !== 'send') return false;
        thread ??= new ClockThread({
          entry,
          epochNs,
          report: (event) => host?.outputEvent(event),
          failed(error) {
            // Main keeps the last lines and tells them with the exit.
            process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
            die();
          },
        });
        thread.post(command);
        return true;
      },
    });
    setInterval(() => channel.send({ type: 'alive' }), ALIVE_INTERVAL_MS);
  };
  const close = async (): Promise<void> => {
    const limit = setTimeout(die, CLOSE_LIMIT_MS);
    await thread?.close();
    clearTimeout(limit);
    await thread?.drain();
    host?.dispose();
    process.exit(0);
  };
  channel.onCommand((command) => {
    if (command.type === 'close') void close();
    else if (command.type === 'start') start(command.epochNs);
    else host?.handle(command);
  });
}
