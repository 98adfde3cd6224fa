import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { MidiHostCommand, MidiHostEvent } from '../../../src/contract/midiHardware.ts';
import { referenceTime, type ReferenceTime } from '../../../src/contract/units.ts';
import type { HostPort } from '../../../src/main/hardware/hostPort.ts';
import { spawnHost } from '../../../src/main/hardware/hostProcess.ts';
import { MidiHardware } from '../../../src/main/hardware/midi/midiHardware.ts';
import { FolderMidi } from './folderMidi.ts';

const entry = new URL('./folderHost.ts', import.meta.url);

/** The hardware over a MIDI host in a process of its own, whose MIDI system is a folder. */
export async function folderHardware(prepare: (midi: FolderMidi) => void = () => undefined) {
  const folder = mkdtempSync(path.join(tmpdir(), 'midi-'));
  const midi = new FolderMidi(folder);
  prepare(midi);
  const hosts: HostPort<MidiHostCommand, MidiHostEvent>[] = [];
  const epoch = process.hrtime.bigint();
  const engineTime = (ns: bigint): ReferenceTime => referenceTime(Number(ns - epoch) / 100);
  const masterClock = { now: () => engineTime(process.hrtime.bigint()) };
  const hardware = new MidiHardware({
    masterClock,
    hostFactory() {
      const env = { ...process.env, PINWHEEL_TEST_MIDI: folder };
      const host = spawnHost<MidiHostCommand, MidiHostEvent>({ entry, env });
      hosts.push(host);
      return host;
    },
  });
  const news: string[] = [];
  hardware.onArrived(({ name }) => news.push(`+${name}`));
  hardware.onRemoved(({ name }) => news.push(`-${name}`));
  hardware.onFailed(({ message }) => news.push(message));
  hardware.start();
  await hardware.ready();
  return { midi, hosts, hardware, news, masterClock, engineTime };
}
