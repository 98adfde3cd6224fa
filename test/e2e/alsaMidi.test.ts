import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AlsaVm, type GuestProcess } from '../rigs/alsa-vm/alsaVm.ts';
import { full } from '../support/duration.ts';
import { requires } from '../support/requirements.ts';
import { smf, writeSmf } from '../support/smf.ts';
import {
  everyKindOfMessage,
  messagesOf,
  punctuality,
  VirtualCable,
  type TimedMessage,
} from './support/alsaMidi.ts';
import { TestHome } from './support/program.ts';

const program = path.resolve(import.meta.dirname, '../../out/main/headless.js');
const SYSEX_BYTES = 65_536;
const START_MS = 40_000;

requires('alsaVm')('MIDI through the ALSA sequencer', () => {
  let vm: AlsaVm;
  let song: string;
  let sysEx: Uint8Array<ArrayBuffer>;

  beforeAll(async () => {
    // Builds the program if it is not built: the guest would take long for that.
    const home = new TestHome({});
    await home.run(['help']);
    await home.dispose();
    vm = await AlsaVm.start();
    song = path.join(vm.dir, 'song.mid');
    writeFileSync(song, everyKindOfMessage());
    sysEx = Uint8Array.from({ length: SYSEX_BYTES }, (_, index) => (index * 7 + (index >> 8)) & 0x7f);
    sysEx[0] = 0xf0;
    sysEx[SYSEX_BYTES - 1] = 0xf7;
    writeFileSync(path.join(vm.dir, 'long.syx'), sysEx);
  });
  afterAll(async () => {
    await vm?.dispose();
  });

  /** `pinwheel ARGS`; the notes of a running one are in its output. */
  const pinwheel = (args: string): GuestProcess =>
    vm.spawn(
      `cd '${vm.dir}' && PINWHEEL_HOME='${vm.dir}/home' exec node --enable-source-maps '${program}' ${args} 2>&1`,
    );

  const expectSame = (heard: readonly TimedMessage[], wanted: readonly TimedMessage[]): void => {
    expect(heard.map(({ bytes }) => bytes)).toEqual(wanted.map(({ bytes }) => bytes));
  };

  const expectPunctual = (heard: readonly TimedMessage[], wanted: readonly TimedMessage[]): void => {
    const figures = punctuality(wanted, heard);
    expect(figures.medianMs, JSON.stringify(figures)).toBeLessThan(5);
    expect(figures.p95Ms, JSON.stringify(figures)).toBeLessThan(25);
    expect(figures.earliestMs, JSON.stringify(figures)).toBeGreaterThan(-2);
  };

  it('plays a file to a port with every message in order, in time', async () => {
    const wanted = messagesOf(readFileSync(song));
    const cable = await VirtualCable.connect(vm);
    const recording = await cable.record();
    const played = await pinwheel(`play '${song}' --to 'VirMIDI 4-0'`).finished;
    expect(played, played.stdout).toMatchObject({ code: 0 });
    const { messages, arrivals } = await recording.stop();
    await cable.disconnect();
    // After the file come the messages that silence a device.
    expectSame(messages.slice(0, wanted.length), wanted);
    expectSame(arrivals.slice(0, wanted.length), wanted);
    expectPunctual(arrivals.slice(0, wanted.length), wanted);
  });

  it('records what aplaymidi plays, a long SysEx, and clock when asked for', async () => {
    const wanted = messagesOf(readFileSync(song));
    const cable = await VirtualCable.connect(vm);
    const recorder = pinwheel(`record 'VirMIDI 4-1' -o recorded.mid --real-time`);
    await recorder.waitFor(/recording/, START_MS);
    const isOpen = `grep -A1 '"VirMIDI 4-1"' /proc/asound/seq/clients | grep -q 'Connecting To'`;
    await vm.output(`until ${isOpen}; do sleep 0.05; done`);
    await vm.output(`aplaymidi -p 'Virtual Raw MIDI 4-0' '${song}'; sleep 1`);
    await cable.disconnect();
    // The sequencer drops what a reader does not fetch in time: it gets it in pieces, at eight times a cable's speed.
    const pieces =
      'while (sysread STDIN, $piece, 256) { syswrite STDOUT, $piece; select undef, undef, undef, 0.01 }';
    await vm.output(`perl -e '${pieces}' < '${vm.dir}/long.syx' > /dev/snd/midiC4D1; sleep 1`);
    await vm.output(`amidi -p hw:4,1 -S 'FE F8 FA 90 3C F8 40 FC'; sleep 1`);
    recorder.signal('INT');
    const { code, stdout } = await recorder.finished;
    expect(code, stdout).toBe(0);

    const heard = messagesOf(readFileSync(path.join(vm.dir, 'recorded.mid')));
    const rest = heard.slice(wanted.length);
    expectSame(heard.slice(0, wanted.length), wanted);
    expectPunctual(heard.slice(0, wanted.length), wanted);
    expect(rest[0]?.bytes === Buffer.from(sysEx).toString('hex'), 'SysEx').toBe(true);
    // Real-time messages go before the one that they come in the middle of.
    expect(rest.slice(1).map(({ bytes }) => bytes)).toEqual(['fe', 'f8', 'fa', 'f8', '903c40', 'fc']);
  });

  it('plays a long SysEx, clock and active sensing', async () => {
    const file = path.join(vm.dir, 'long.mid');
    const realTime = [0xf8, 0xfa, 0xfe].map((byte, index) => ({ tick: 100 + index, bytes: [0xf7, byte] }));
    const track = [
      { tick: 0, bytes: [...sysEx] },
      ...realTime,
      smf.noteOn(2500, 0, 60, 64),
      smf.noteOff(2600, 0, 60),
    ];
    writeFileSync(file, writeSmf({ division: 500, tracks: [track] }));
    const received = path.join(vm.dir, 'received');
    const reader = vm.spawn(`exec cat /dev/snd/midiC4D0 > '${received}'`);
    const played = await pinwheel(`play '${file}' --to 'VirMIDI 4-0'`).finished;
    expect(played, played.stdout).toMatchObject({ code: 0 });
    await vm.output('sleep 0.5');
    reader.signal('KILL');
    await reader.finished;

    const bytes = readFileSync(received);
    const isRealTime = (byte: number) => byte >= 0xf8;
    expect([...bytes.filter(isRealTime)]).toEqual([0xf8, 0xfa, 0xfe]);
    const others = Buffer.from(bytes.filter((byte) => !isRealTime(byte)));
    expect(Buffer.compare(others.subarray(0, SYSEX_BYTES), sysEx), 'SysEx').toBe(0);
    expect(others.subarray(SYSEX_BYTES, SYSEX_BYTES + 6).toString('hex')).toBe('903c40803c40');
  });

  // A minute of the machine's time.
  it.runIf(full)(
    'gives its sequencer clients back in D3, and has them again in D0, where a song goes on',
    async () => {
      const notes = Array.from({ length: 150 }, (_, index) => [
        smf.noteOn(index * 200, 0, 1 + (index % 100), 64),
        smf.noteOff(index * 200 + 100, 0, 1 + (index % 100)),
      ]);
      const file = path.join(vm.dir, 'notes.mid');
      writeFileSync(file, writeSmf({ division: 500, tracks: [notes.flat()] }));
      // A socket cannot be in a folder of the host's.
      const run = (args: string) =>
        vm.spawn(`PINWHEEL_HOME=/run/pinwheel exec node --enable-source-maps '${program}' ${args} 2>&1`);
      const shell = run('serve');
      await vm.output('until find /run/pinwheel -type s | grep -q .; do sleep 0.1; done', {
        timeoutMs: START_MS,
      });
      await vm.output(`until grep -q '"RtMidi Input' /proc/asound/seq/clients; do sleep 0.1; done`);
      const clients = async () => {
        const list = await vm.output('cat /proc/asound/seq/clients');
        const ours = list.split(/^(?=Client )/m).filter((each) => /"RtMidi/.test(each));
        const joined = (way: string) => ours.filter((each) => each.includes(way)).length;
        return { all: ours.length, to: joined('Connecting To'), from: joined('Connected From') };
      };
      const power = async (port: string, state: 'D0' | 'D3') => {
        expect(await run(`power set '${port}' ${state}`).finished).toMatchObject({ code: 0 });
      };
      const cable = await VirtualCable.connect(vm);
      const recording = await cable.record();
      const monitor = run(`monitor 'VirMIDI 4-2' --json`);
      await monitor.waitFor(/listening/, START_MS);
      const player = run(`play '${file}' --to 'VirMIDI 4-0'`);
      await expect.poll(async () => (await clients()).to, { timeout: START_MS, interval: 200 }).toBe(1);
      const playing = await clients();
      await power('Virtual Raw MIDI 4-0 VirMIDI 4-0', 'D3');
      // Its output, and its input where somebody listens to that.
      const silent = await clients();
      expect(silent.to).toBe(0);
      expect(silent.all).toBeLessThan(playing.all);
      await power('Virtual Raw MIDI 4-2 VirMIDI 4-2', 'D3');
      expect(await clients()).toEqual({ all: silent.all - 1, to: 0, from: silent.from - 1 });
      await power('Virtual Raw MIDI 4-2 VirMIDI 4-2', 'D0');
      await power('Virtual Raw MIDI 4-0 VirMIDI 4-0', 'D0');
      await expect.poll(clients, { timeout: START_MS, interval: 200 }).toEqual(playing);
      expect(await player.finished).toMatchObject({ code: 0 });
      await vm.output(`amidi -p hw:4,2 -S '90 3C 41'`);
      await monitor.waitFor(/\[144,60,65\]/, 5_000);
      for (const each of [monitor, shell]) {
        each.signal('INT');
        await each.finished;
      }
      const { messages } = await recording.stop();
      await cable.disconnect();
      const played = messages.flatMap(({ bytes }) =>
        bytes.startsWith('90') ? [parseInt(bytes.slice(2, 4), 16)] : [],
      );
      // Not one more than was due while the port was closed and opened again, and nothing after that.
      expect(notes.length - played.length).toBeLessThan(10);
      expect(played.slice(-100)).toEqual(notes.slice(-100).map((_, index) => 1 + ((index + 50) % 100)));
    },
  );

  it('notices devices that come and go', async () => {
    const monitor = pinwheel('monitor --json');
    await monitor.waitFor(/listening to .*VirMIDI 4-3/, START_MS);
    const noticed = async (what: string, change: () => Promise<void>, done: string, pattern: RegExp) => {
      const before = monitor.stdout.length;
      await change();
      await vm.output(done);
      const started = performance.now();
      while (!pattern.test(monitor.stdout.slice(before))) {
        const waited = performance.now() - started;
        if (waited > 1500) throw new Error(`${what}: not noticed after ${waited} ms.\n${monitor.stdout}`);
        await sleep(10);
      }
    };
    const clients = (condition: 'until' | 'while') =>
      `${condition} grep -q 'Test Keyboard' /proc/asound/seq/clients; do sleep 0.02; done`;

    for (let round = 0; round < 2; round++) {
      const plug = () => vm.plug('usb-midi');
      await noticed('plugged', plug, clients('until'), /listening to Test Keyboard/);
      // Its capture pin works, also after it was plugged in again.
      const heard = monitor.stdout.length;
      const playNote = async () => {
        await vm.output(`amidi -p hw:fmidi -S '90 3C 4${round}'`);
        return monitor.stdout.slice(heard);
      };
      await expect.poll(playNote, { timeout: 5000 }).toContain(`[144,60,${64 + round}]`);
      const unplug = () => vm.unplug('usb-midi');
      await noticed('unplugged', unplug, clients('while'), /Test Keyboard.* is gone/);
    }
    monitor.signal('INT');
    expect(await monitor.finished).toMatchObject({ code: 0 });
  });
});
