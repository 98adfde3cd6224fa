/**
 * Entry of a MIDI host, and of its threads, whose outputs write down when they were handed each message. The notes are
 * kept in memory and written to the folder PINWHEEL_BENCH_MIDI when the port is closed.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { BackendOutput, MidiBackend } from '../../../src/main/host/midi/backend.ts';
import { EngineClock } from '../../../src/main/host/engineClock.ts';
import { runMidiHost } from '../../../src/main/host/midi/midiHostProcess.ts';
import { MOST_EVENTS, PORTS } from './ports.ts';

function openOutput(name: string): BackendOutput {
  const clock = new EngineClock(0n);
  const times = new Float64Array(MOST_EVENTS);
  const keys = new Uint16Array(MOST_EVENTS);
  let count = 0;
  return {
    send(message) {
      if (count === MOST_EVENTS) return;
      times[count] = clock.now();
      keys[count++] = (message[1]! << 7) | message[2]!;
    },
    dispose() {
      const file = path.join(process.env['PINWHEEL_BENCH_MIDI']!, name);
      writeFileSync(`${file}.times`, new Uint8Array(times.buffer, 0, count * 8));
      writeFileSync(`${file}.keys`, new Uint8Array(keys.buffer, 0, count * 2));
    },
  };
}

runMidiHost(import.meta.url, (): MidiBackend => ({
  inputNames: () => [],
  outputNames: () => PORTS,
  openInput: () => ({ dispose: () => undefined }),
  openOutput,
}));
