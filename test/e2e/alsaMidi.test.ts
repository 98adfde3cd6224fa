import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { MidiMessage } from '../../src/contract/services/midi.ts';
import { AlsaVm } from '../rigs/alsa-vm/alsaVm.ts';
import { requires } from '../support/requirements.ts';
import { smf, writeSmf } from '../support/smf.ts';

const program = path.resolve(import.meta.dirname, '../../out/main/headless.js');
/** Two Nodes start in the guest's slow processors. */
const SLOW = { timeoutMs: 60_000 };

const sysex = [0xf0, ...Array.from({ length: 65_534 }, (_, index) => index & 0x7f), 0xf7];

/** Waits until somebody listens to a port of the sequencer. */
const connected = (port: string) =>
  `until grep -A3 '${port}' /proc/asound/seq/clients | grep -q 'Connecting To'; do sleep 0.1; done`;

requires('alsaVm')('MIDI devices of ALSA', () => {
  let vm: AlsaVm;
  let folder: string;
  let homes = 0;
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'alsa-midi-'));
    vm = await AlsaVm.start();
  });
  afterAll(async () => {
    await vm?.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  const pinwheel = (args: string) =>
    `PINWHEEL_HOME=/tmp/home-${++homes} exec '${process.execPath}' '${program}' ${args}`;
  const file = (name: string, bytes: Uint8Array): string => {
    writeFileSync(path.join(folder, name), bytes);
    return path.join(folder, name);
  };

  it('a song arrives at another program with every event, in order', async () => {
    const keys = Array.from({ length: 60 }, (_, index) => 30 + index);
    const events = keys.flatMap((key, index) => [
      smf.noteOn(index * 50, 0, key, 100),
      smf.noteOff(index * 50 + 40, 0, key),
    ]);
    const song = file('song.mid', writeSmf({ tracks: [events], division: 500 }));
    const dump = vm.spawn('stdbuf -oL aseqdump');
    await dump.waitFor(/Source/, 5_000);
    await vm.output(pinwheel(`play '${song}' --to aseqdump`), SLOW);
    await dump.waitFor(/Note off +0, note 89/, 5_000);
    dump.signal('TERM');
    const seen = Array.from(
      dump.stdout.matchAll(/Note (on|off) +0, note (\d+)/g),
      ([, kind, key]) => `${kind} ${key}`,
    );
    expect(seen).toEqual(keys.flatMap((key) => [`on ${key}`, `off ${key}`]));
  });

  it('a 64 kB SysEx goes out whole, and the message behind it', async () => {
    const song = file(
      'sysex.mid',
      writeSmf({ tracks: [[{ tick: 0, bytes: sysex }, smf.program(1, 0, 5)]], division: 500 }),
    );
    const cable = vm.spawn('exec amidi -p hw:VirMIDI,0 -r /tmp/cable');
    await vm.output(pinwheel(`play '${song}' --to 'VirMIDI 4-0'`), SLOW);
    cable.signal('INT');
    await cable.finished;
    const bytes = Buffer.from(await vm.output('base64 /tmp/cable'), 'base64');
    expect(bytes.equals(Buffer.from([...sysex, 0xc0, 5]))).toBe(true);
  });

  it('what comes in is captured: a long SysEx, clock and active sensing too', async () => {
    const monitor = vm.spawn(pinwheel(`monitor 'VirMIDI 4-1' --json`));
    await vm.output(connected('VirMIDI 4-1'), SLOW);
    writeFileSync(path.join(folder, 'in.syx'), Uint8Array.from(sysex));
    writeFileSync(path.join(folder, 'end.syx'), Uint8Array.of(0xf8, 0xfe, 0x90, 60, 64));
    await vm.output(
      `amidi -p hw:VirMIDI,1 -s '${folder}/in.syx' -i 2 && amidi -p hw:VirMIDI,1 -s '${folder}/end.syx'`,
      SLOW,
    );
    await monitor.waitFor(/\[144,60,64\]/, 20_000);
    monitor.signal('INT');
    const messages = monitor.stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as MidiMessage);
    expect(messages.flatMap(({ bytes }) => bytes)).toEqual([...sysex, 0xf8, 0xfe, 0x90, 60, 64]);
  });

  it('a device that is pulled out and plugged in again is heard again', async () => {
    await vm.plug('usb-midi');
    const monitor = vm.spawn(pinwheel('monitor --json'));
    for (let round = 1; round <= 2; round++) {
      await vm.output(connected('Test Keyboard'), SLOW);
      await vm.output(`amidi -p hw:fmidi -S '90 3C 0${round}'`);
      await monitor.waitFor(new RegExp(`"Test Keyboard[^]*\\[144,60,${round}\\]`), 10_000);
      await vm.unplug('usb-midi');
      if (round === 1) await vm.plug('usb-midi');
    }
    monitor.signal('INT');
    const ports = monitor.stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => (JSON.parse(line) as MidiMessage).port);
    expect(new Set(ports).size).toBe(1);
  });
});
