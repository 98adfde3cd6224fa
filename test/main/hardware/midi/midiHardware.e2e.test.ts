import { afterEach, describe, expect, it, vi } from 'vitest';
import { referenceTime } from '../../../../src/contract/units.ts';
import { EventRecordWriter } from '../../../../src/main/engine/portcls/dmus/eventRecords.ts';
import type { MidiHardware } from '../../../../src/main/hardware/midi/midiHardware.ts';
import { folderHardware } from '../../../support/midi/folderHardware.ts';
import type { FolderMidi } from '../../../support/midi/folderMidi.ts';

const MS = 10_000;
const WAIT = { timeout: 15_000, interval: 20 };

const opened: MidiHardware[] = [];
afterEach(async () => {
  for (const hardware of opened.splice(0)) await hardware.dispose();
});

async function start(prepare?: (midi: FolderMidi) => void) {
  const started = await folderHardware(prepare);
  opened.push(started.hardware);
  return started;
}

function records(...events: [milliseconds: number, ...bytes: number[]][]): Uint8Array {
  const writer = new EventRecordWriter().begin(referenceTime(0));
  for (const [time, ...bytes] of events) writer.append(referenceTime(time * MS), Uint8Array.from(bytes));
  return writer.take();
}

describe('MidiHardware over a MIDI host', () => {
  it('says why there is no MIDI system, and finds one that comes later', async () => {
    const { hardware, midi, news } = await start();
    expect(hardware.system).toEqual({ available: false, reason: 'There is no MIDI in this folder' });
    midi.setPorts({ outputs: ['Synth'] });
    await vi.waitFor(() => expect(news).toEqual(['+Synth']), WAIT);
    expect(hardware.system).toEqual({ available: true });
  });

  it('plays records at their times, releases notes at STOP, and tells positions', async () => {
    const { hardware, midi, engineTime, masterClock } = await start((m) =>
      m.setPorts({ outputs: ['Synth'] }),
    );
    const stream = hardware.openStream('Synth');
    const positions: number[] = [];
    stream.onPosition(({ position }) => positions.push(position));
    stream.setState('ACQUIRE');
    stream.setState('PAUSE');
    stream.write(referenceTime(0), records([50, 0x90, 60, 64], [60, 0x90, 64, 64]));
    const before = masterClock.now();
    stream.setState('RUN');
    await vi.waitFor(() => expect(midi.sent).toHaveLength(2), WAIT);
    const times = midi.sent.map(({ atNs }) => engineTime(BigInt(atNs)));
    expect(times[0]! - before).toBeGreaterThanOrEqual(50 * MS);
    expect(times[1]! - times[0]!).toBeGreaterThan(0);
    await vi.waitFor(() => expect(positions.length).toBeGreaterThan(1), WAIT);
    for (const state of ['PAUSE', 'ACQUIRE', 'STOP'] as const) stream.setState(state);
    await vi.waitFor(
      () =>
        expect(midi.sent.slice(2).map(({ bytes }) => bytes)).toEqual([
          [0x80, 60, 64],
          [0x80, 64, 64],
          [0xb0, 123, 0],
        ]),
      WAIT,
    );
    stream.close();
  });

  it('captures with engine time stamps as long as somebody listens', async () => {
    const { hardware, midi, masterClock } = await start((m) => m.setPorts({ inputs: ['Keys'] }));
    const got: { time: number; bytes: number[] }[] = [];
    const listening = hardware.captured('Keys')(({ time, bytes }) => got.push({ time, bytes: [...bytes] }));
    await vi.waitFor(() => expect(midi.openedInputs).toEqual(['Keys']), WAIT);
    const before = masterClock.now();
    midi.receive('Keys', 0, 0x90, 60, 64);
    midi.receive('Keys', 0.001, 0xfe);
    await vi.waitFor(() => expect(got.map(({ bytes }) => bytes)).toEqual([[0x90, 60, 64], [0xfe]]), WAIT);
    expect(got[0]!.time).toBeGreaterThanOrEqual(before);
    expect(got[1]!.time).toBeLessThanOrEqual(masterClock.now());
    listening.dispose();
  });

  it('a 64 kB SysEx leaves in pieces, holds up no other port, and is whole although the host is ended', async () => {
    const { hardware, midi } = await start((m) =>
      m.setPorts({ outputs: ['Slow', 'Other'], pieces: { bytes: 256, intervalMs: 4 } }),
    );
    const [slow, other] = [hardware.openStream('Slow'), hardware.openStream('Other')];
    const sysex = [0xf0, ...Array.from({ length: 65_534 }, (_, index) => index & 0x7f), 0xf7];
    for (const stream of [slow, other]) {
      stream.setState('ACQUIRE');
      stream.setState('PAUSE');
    }
    slow.write(referenceTime(0), records([0, ...sysex], [0, 0xc0, 1]));
    other.write(referenceTime(0), records([50, 0xc0, 2]));
    slow.setState('RUN');
    other.setState('RUN');
    const of = (port: string) => midi.sent.filter((each) => each.port === port).map(({ bytes }) => bytes);
    await vi.waitFor(() => expect(of('Other')).toEqual([[0xc0, 2]]), WAIT);
    expect(of('Slow').length).toBeLessThan(200);
    await hardware.dispose();
    expect(of('Slow').slice(0, 256).flat()).toEqual(sysex);
    expect(of('Slow').slice(256)).toEqual([[0xc0, 1]]);
  });

  it('a port that goes takes its streams with it within 1.5 s, and comes back under its name', async () => {
    const { hardware, midi, news } = await start((m) =>
      m.setPorts({ inputs: ['Keys:Keys 20:0'], outputs: ['Keys:Keys 20:0'] }),
    );
    const stream = hardware.openStream('Keys');
    const lost: string[] = [];
    stream.onLost((why) => lost.push(why));
    const got: number[][] = [];
    hardware.captured('Keys')(({ bytes }) => got.push([...bytes]));
    midi.setPorts({});
    await vi.waitFor(() => expect(news).toEqual(['+Keys', '-Keys']), { timeout: 1_500, interval: 20 });
    expect(lost).toEqual(['“Keys” was removed.']);
    expect(() => hardware.openStream('Keys')).toThrow('There is no MIDI output “Keys”.');
    midi.setPorts({ inputs: ['Keys:Keys 24:0'], outputs: ['Keys:Keys 24:0'] });
    await vi.waitFor(() => expect(news.at(-1)).toBe('+Keys'), { timeout: 1_500, interval: 20 });
    await vi.waitFor(() => expect(midi.openedInputs).toContain('Keys:Keys 24:0'), WAIT);
    midi.receive('Keys:Keys 24:0', 0, 0xc0, 5);
    await vi.waitFor(() => expect(got).toEqual([[0xc0, 5]]), WAIT);
  });

  it('a port that cannot be opened is listed as failed with the reason, until it can be', async () => {
    const { hardware, midi, news } = await start((m) =>
      m.setPorts({ outputs: ['Synth'], broken: { Synth: 'somebody else has it' } }),
    );
    const lost: string[] = [];
    hardware.openStream('Synth').onLost((why) => lost.push(why));
    const why = '“Synth” cannot be opened: somebody else has it.';
    await vi.waitFor(() => expect(lost).toEqual([why]), WAIT);
    expect(hardware.ports).toEqual([{ name: 'Synth', input: false, output: true, failure: why }]);
    expect(news).toEqual(['+Synth', why]);
    midi.setPorts({ outputs: ['Synth'] });
    hardware.openStream('Synth');
    await vi.waitFor(() => expect(hardware.ports[0]!.failure).toBe(''), WAIT);
  });

  it('a host that dies is replaced: its ports go and come back', async () => {
    const { hardware, hosts, news } = await start((m) => m.setPorts({ outputs: ['Synth'] }));
    const lost: string[] = [];
    hardware.openStream('Synth').onLost((why) => lost.push(why));
    hosts[0]!.kill();
    await vi.waitFor(() => expect(news).toEqual(['+Synth', '-Synth', '+Synth']), WAIT);
    expect(lost[0]).toContain('The MIDI host ended unexpectedly (SIGKILL)');
    expect(hosts).toHaveLength(2);
  });
});
