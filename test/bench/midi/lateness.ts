import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { MidiHostCommand, MidiHostEvent } from '../../../src/contract/midiHardware.ts';
import { referenceTime } from '../../../src/contract/units.ts';
import { EventRecordWriter } from '../../../src/main/engine/portcls/dmus/eventRecords.ts';
import { spawnHost } from '../../../src/main/hardware/hostProcess.ts';
import { MidiHardware } from '../../../src/main/hardware/midi/midiHardware.ts';
import { PORTS } from './ports.ts';

const entry = new URL('./recordingHost.ts', import.meta.url);
/** As much at a time as the player writes. */
const RECORDS_PER_BUFFER = 2_000;
const WRITE_AHEAD_MS = 2_000;
const PUMP_MS = 250;
const RUN_MS = 300;

/** How late each event was handed to its port, sorted, in milliseconds; negative = early. */
export interface Lateness {
  readonly sorted: Float64Array;
  readonly early: number;
}

/**
 * Plays events at these presentation times, in milliseconds, to so many ports at once, each through the whole way of
 * the program: records, the process of the MIDI host, its clock thread and the sequencers in it. @throws Error when an
 * event is lost or out of order
 */
export async function measureLateness(timesMs: readonly number[], ports: number): Promise<Lateness> {
  const folder = mkdtempSync(path.join(tmpdir(), 'midi-bench-'));
  const epoch = process.hrtime.bigint();
  const now = (): number => Number(process.hrtime.bigint() - epoch) / 100;
  const hardware = new MidiHardware({
    masterClock: { now: () => referenceTime(now()) },
    hostFactory: () =>
      spawnHost<MidiHostCommand, MidiHostEvent>({
        entry,
        env: { ...process.env, PINWHEEL_BENCH_MIDI: folder },
      }),
  });
  try {
    hardware.start();
    await hardware.ready();
    const streams = PORTS.slice(0, ports).map((name) => {
      const stream = hardware.openStream(name);
      // Engine time of presentation time 0; what is read between the two clocks can only make it later.
      const start = { at: Infinity };
      stream.onPosition(({ position, at }) => (start.at = Math.min(start.at, at! - position)));
      stream.setState('ACQUIRE');
      stream.setState('PAUSE');
      return { name, stream, start };
    });
    const write = pump(timesMs);
    const writeAll = (untilMs: number) =>
      write(untilMs).forEach(({ startTime, records }) =>
        streams.forEach(({ stream }) => stream.write(startTime, records)),
      );
    writeAll(WRITE_AHEAD_MS);
    await delay(RUN_MS);
    for (const { stream } of streams) stream.setState('RUN');
    const started = performance.now();
    const length = timesMs.at(-1)!;
    while (performance.now() - started < length + RUN_MS) {
      writeAll(performance.now() - started + WRITE_AHEAD_MS);
      await delay(PUMP_MS);
    }
    const late: number[] = [];
    for (const { name, stream, start } of streams) {
      stream.close();
      while (!existsSync(path.join(folder, `${name}.keys`))) await delay(20);
      const times = new Float64Array(bytesOf(path.join(folder, `${name}.times`)));
      const keys = new Uint16Array(bytesOf(path.join(folder, `${name}.keys`)));
      if (times.length < timesMs.length)
        throw new Error(`${timesMs.length - times.length} events were lost.`);
      for (let index = 0; index < timesMs.length; index++) {
        if (keys[index] !== index) throw new Error(`Event ${index} is out of order.`);
        const due = Number(epoch) / 100 + start.at + timesMs[index]! * 1e4;
        late.push((times[index]! - due) / 1e4);
      }
    }
    const sorted = Float64Array.from(late).sort();
    // The two clocks of the host are set to a microsecond.
    return { sorted, early: sorted.filter((each) => each < -0.002).length };
  } finally {
    await hardware.dispose();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The value that this part of all is below. */
export function percentile(sorted: Float64Array, part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]!;
}

function bytesOf(file: string): ArrayBuffer {
  return new Uint8Array(readFileSync(file)).buffer;
}

/** Records of the events not written yet, up to a time. Event N is a note-on with N in its data bytes. */
function pump(timesMs: readonly number[]) {
  const writer = new EventRecordWriter();
  let next = 0;
  return (untilMs: number) => {
    const buffers: { startTime: ReturnType<typeof referenceTime>; records: Uint8Array }[] = [];
    while (next < timesMs.length && timesMs[next]! <= untilMs) {
      const startTime = referenceTime(Math.round(timesMs[next]! * 1e4));
      writer.begin(startTime);
      for (let count = 0; count < RECORDS_PER_BUFFER && timesMs[next]! <= untilMs; count++, next++) {
        const time = referenceTime(Math.round(timesMs[next]! * 1e4));
        writer.append(time, Uint8Array.of(0x90, next >> 7, next & 0x7f));
      }
      buffers.push({ startTime, records: writer.take() });
    }
    return buffers;
  };
}
