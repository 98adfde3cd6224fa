/**
 * Entry of a MIDI host with one input, on which somebody plays short notes at irregular times, each ended before the
 * next one. When the input is opened the playing begins; the times at which the messages come, on the clock that all
 * processes share, are printed into the file PINWHEEL_BENCH_KEYS after the last one.
 */
import { writeFileSync } from 'node:fs';
import { runMidiHost } from '../../../src/main/host/midi/midiHostProcess.ts';
import { seededRandom } from '../../support/smfRandom.ts';
import { monotonicMs } from '../../rigs/pipewire/recording.ts';
import { KEYBOARD, NOTES } from './keyboardPlan.ts';

const SETUP: readonly (readonly number[])[] = [
  // GS: no level of reverb and chorus. Between the notes there is silence then.
  [0xf0, 0x41, 0x10, 0x42, 0x12, 0x40, 1, 0x33, 0, 0x0c, 0xf7],
  [0xf0, 0x41, 0x10, 0x42, 0x12, 0x40, 1, 0x3a, 0, 0x05, 0xf7],
  [0xc0, 16],
];
const LEAD_MS = 1_000;

runMidiHost(import.meta.url, () => ({
  inputNames: () => [KEYBOARD],
  outputNames: () => [],
  openInput(_name, receive) {
    const random = seededRandom(1);
    const atMs: number[] = [];
    let lastMs = monotonicMs();
    const send = (...bytes: number[]): void => {
      const now = monotonicMs();
      if (bytes[0] === 0x90) atMs.push(now);
      receive((now - lastMs) / 1000, Uint8Array.from(bytes));
      lastMs = now;
    };
    const play = (): void => {
      if (atMs.length === NOTES)
        return writeFileSync(process.env['PINWHEEL_BENCH_KEYS']!, JSON.stringify(atMs));
      send(0x90, random.between(48, 72), 100);
      setTimeout(() => send(0xb0, 120, 0), 30);
      setTimeout(play, 100 + 60 * random.next());
    };
    setTimeout(() => {
      for (const message of SETUP) send(...message);
      play();
    }, LEAD_MS);
    return { dispose: () => undefined };
  },
  openOutput() {
    throw new Error('There is no output.');
  },
}));
