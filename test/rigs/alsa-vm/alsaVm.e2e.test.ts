import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { rmsDb } from '../../support/audio/level.ts';
import { findOnsets } from '../../support/audio/onset.ts';
import { cents, findPitch } from '../../support/audio/pitch.ts';
import { tone } from '../../support/audio/tones.ts';
import { writeWav } from '../../support/audio/wav.ts';
import { requires } from '../../support/requirements.ts';
import { AlsaVm, type RecordedCard } from './alsaVm.ts';

const RATE = 48000;

requires('alsaVm')('the ALSA rig', () => {
  let vm: AlsaVm;
  beforeAll(async () => {
    vm = await AlsaVm.start();
  });
  afterAll(async () => {
    await vm.dispose();
  });

  it('has the sound cards of Linux and their sequencer ports', async () => {
    const cards = await vm.output('cat /proc/asound/cards');
    expect(Array.from(cards.matchAll(/^ *(\d+) \[(\w+) *\]/gm), ([, index, id]) => `${index} ${id}`)).toEqual(
      ['0 AC97', '3 Loopback', '4 VirMIDI', '5 Dummy'],
    );
    expect((await vm.output('aplaymidi -l')).match(/VirMIDI 4-\d/g)).toHaveLength(4);
    expect(await vm.output('amixer -c AC97 scontrols')).toContain(`'Master',0`);
  });

  it('sees the files of the host, and changes none', async () => {
    const file = import.meta.filename;
    expect(await vm.output(`cat '${file}'`)).toBe(readFileSync(file, 'utf8'));
    expect(await vm.output('node -p process.version')).toBe(`${process.version}\n`);
    const added = join(import.meta.dirname, 'written-by-the-guest');
    expect(await vm.output(`echo seen > '${added}' && cat '${added}'`)).toBe('seen\n');
    expect(existsSync(added)).toBe(false);
  });

  it('shares a directory with the host', async () => {
    writeFileSync(join(vm.dir, 'question'), '6 * 7');
    await vm.output(`node -p "$(cat '${vm.dir}/question')" > '${vm.dir}/answer'`);
    expect(readFileSync(join(vm.dir, 'answer'), 'utf8')).toBe('42\n');
  });

  it('runs commands, several at once, and says how they end', async () => {
    const long = vm.spawn('echo begun; sleep 1000 & wait');
    await long.waitFor(/begun/, 5000);
    expect(await vm.run('echo out; echo err >&2; exit 3')).toEqual({
      code: 3,
      stdout: 'out\n',
      stderr: 'err\n',
    });
    await expect(vm.output('echo reason >&2; false')).rejects.toThrow(/ended with 1[^]*reason/);
    await expect(vm.run('echo half; sleep 1000', { timeoutMs: 500 })).rejects.toThrow(
      /not done[^]*half[^]*500 ms/,
    );
    await expect(long.waitFor(/never/, 100)).rejects.toThrow(/did not print[^]*begun/);
    long.signal('TERM');
    expect((await long.finished).code).toBe(128 + 15);
    await expect(long.waitFor(/never/, 5000)).rejects.toThrow(/ended without/);
    expect((await vm.run('pgrep -x sleep')).stdout).toBe('');
  });

  it('hears what the cards play', async () => {
    const file = join(vm.dir, 'tone.wav');
    const sound = tone({ frequency: 440, seconds: 1, attack: 0.01, release: 0.01 });
    writeFileSync(file, writeWav({ rate: RATE, channels: [sound, sound] }));
    const heard = (card: RecordedCard) => {
      const [left] = vm.wav(card).channels;
      const [onset] = findOnsets(left!, RATE);
      const from = Math.round((onset! + 0.2) * RATE);
      return {
        pitch: findPitch(left!, RATE, { from, to: from + 9600 })!.frequency,
        level: rmsDb(left!, from, from + 24000),
      };
    };

    // The emulated codec passes full scale at the upper end, whatever decibels the driver calls that.
    await vm.output('amixer -q -c AC97 set Master 100% unmute; amixer -q -c AC97 set PCM 100% unmute');
    await vm.output(`aplay -q -D plughw:AC97 '${file}'`);
    expect(Math.abs(cents(heard('ac97').pitch, 440))).toBeLessThan(1);
    expect(heard('ac97').level).toBeCloseTo(-9.03, 1);

    await vm.plug('usb-audio');
    await vm.output('until grep -q USB-Audio /proc/asound/cards; do sleep 0.1; done', { timeoutMs: 10_000 });
    await vm.output(`aplay -q -D plughw:Audio '${file}'`);
    await vm.unplug('usb-audio');
    expect(Math.abs(cents(heard('usb-audio').pitch, 440))).toBeLessThan(1);
    await vm.output('while grep -q USB-Audio /proc/asound/cards; do sleep 0.1; done', { timeoutMs: 10_000 });
  });

  it('has a USB MIDI device to plug', async () => {
    for (let round = 0; round < 2; round++) {
      await vm.plug('usb-midi');
      await vm.output('until aplaymidi -l | grep Keyboard; do sleep 0.1; done', { timeoutMs: 10_000 });
      const received = vm.spawn(`stdbuf -oL aseqdump -p 'Test Keyboard'`);
      await received.waitFor(/Source/, 5000);
      await vm.output(`amidi -p hw:fmidi -S '90 3C 64'`);
      await received.waitFor(/Note on +0, note 60, velocity 100/, 5000);
      received.signal('TERM');
      await vm.unplug('usb-midi');
      await vm.output('while aplaymidi -l | grep Keyboard; do sleep 0.1; done', { timeoutMs: 10_000 });
    }
  });

  it('says so when the guest ends, and leaves nothing behind', async () => {
    const pending = vm.run('sleep 1000');
    const reason = expect(pending).rejects.toThrow(/The guest has ended[^]*last words/);
    await vm.run('echo last words > /dev/console; echo o > /proc/sysrq-trigger; sleep 1000').catch(() => {});
    await reason;
    expect(() => vm.spawn('true')).toThrow(/The guest has ended/);
    await vm.dispose();
    expect(existsSync(vm.dir)).toBe(false);
    await vm.dispose();
  });

  it('dies with the process that owns it, however that ends', async () => {
    // Nobody is left to remove the rig's directory.
    const folder = mkdtempSync(join(tmpdir(), 'avt-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const module = JSON.stringify(join(import.meta.dirname, 'alsaVm.ts'));
    const program = `const { AlsaVm } = await import(${module}); await AlsaVm.start();`;
    const owner = spawn(process.execPath, ['--input-type=module', '-e', program], {
      env: { ...process.env, TMPDIR: folder },
    });
    await expect.poll(() => guestsOf(owner.pid!), { timeout: 10_000 }).toHaveLength(1);
    const exit = new Promise((resolve) => owner.once('exit', resolve));
    const guests = guestsOf(owner.pid!);
    owner.kill('SIGKILL');
    await exit;
    await expect
      .poll(() => guests.filter((pid) => existsSync(`/proc/${pid}`)), { timeout: 5000 })
      .toEqual([]);
  });
});

/** Ids of the QEMU processes that this process has started. */
function guestsOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        return (
          stat.includes('(qemu-system') &&
          Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === parent
        );
      } catch {
        return false;
      }
    })
    .map(Number);
}
