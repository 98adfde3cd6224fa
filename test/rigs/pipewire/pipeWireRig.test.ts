import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, expect, it } from 'vitest';
import { isDigitalSilence, rmsDb } from '../../support/audio/level.ts';
import { findOnsets } from '../../support/audio/onset.ts';
import { cents, findPitch } from '../../support/audio/pitch.ts';
import { mix, tone } from '../../support/audio/tones.ts';
import { writeWav } from '../../support/audio/wav.ts';
import { requires } from '../../support/requirements.ts';
import { monotonicMs, PipeWireRig, type RigOptions } from './pipeWireRig.ts';

const run = promisify(execFile);

requires('pipewire')('the PipeWire rig', () => {
  const rigs: PipeWireRig[] = [];
  const folders: string[] = [];
  const start = async (options?: RigOptions) => {
    const rig = await PipeWireRig.start(options);
    rigs.push(rig);
    return rig;
  };
  const folder = () => {
    const dir = mkdtempSync(join(tmpdir(), 'prt-'));
    folders.push(dir);
    return dir;
  };
  afterEach(async () => {
    for (const rig of rigs.splice(0)) await rig.dispose();
    for (const dir of folders.splice(0)) rmSync(dir, { recursive: true, force: true });
  });

  it('leaves nothing behind', async () => {
    const rig = await start();
    const pids = rig.processes.map(({ pid }) => pid);
    expect(pids).toHaveLength(4);
    const recorder = await rig.record();
    await rig.dispose();
    expect(recorder.running).toBe(false);
    expect(existsSync(rig.dir)).toBe(false);
    expect(processesUsing(rig.dir)).toEqual([]);
    await rig.dispose();
  });

  it('keeps what it remembers to itself', async () => {
    const first = await start();
    await first.setDefaultSink('headset');
    await first.pactl('set-sink-volume', 'speakers', '50%');
    const second = await start();
    expect(await second.defaultSink()).toBe('speakers');
    expect(await second.pactl('get-sink-volume', 'speakers')).toMatch(/100%/);
    for (const value of Object.values(second.env)) expect(value).toMatch(/^pipewire-0$|pwr-/);
  });

  it('records exactly what a sink plays, and when', async () => {
    const rig = await start();
    const note = tone({ frequency: 440, seconds: 0.3, attack: 0.005, release: 0.01 });
    const file = join(rig.dir, 'notes.wav');
    const sound = mix(1.2, { at: 0, sound: note }, { at: 0.5, sound: note });
    writeFileSync(file, writeWav({ rate: 48000, channels: [sound, sound.map((value) => value / 2)] }));

    const recorder = await rig.record('speakers');
    const other = await rig.record('headset');
    const calledAt = monotonicMs();
    await run('paplay', ['--device=speakers', file], { env: { ...process.env, ...rig.env } });
    const doneAt = monotonicMs();
    await recorder.waitFor((recording) => recording.timeOfFrame(recording.frames) > doneAt, 5000);
    const recording = await recorder.stop();
    expect(recording.interrupted).toBe(false);

    const [left, right] = [recording.channel(0), recording.channel(1)];
    const onsets = findOnsets(left, 48000);
    expect(onsets).toHaveLength(2);
    expect(onsets[1]! - onsets[0]!).toBeCloseTo(0.5, 4);
    const steady = Math.round((onsets[0]! + 0.05) * 48000);
    expect(
      Math.abs(cents(findPitch(left, 48000, { from: steady, to: steady + 9600 })!.frequency, 440)),
    ).toBeLessThan(0.1);
    expect(rmsDb(left, steady, steady + 9600) - rmsDb(right, steady, steady + 9600)).toBeCloseTo(6.0206, 3);
    expect(rmsDb(left, steady, steady + 9600)).toBeCloseTo(-9.03, 2);
    // The first sound left the sink while paplay ran.
    const soundedAt = recording.timeOfFrame(onsets[0]! * 48000);
    expect(soundedAt).toBeGreaterThan(calledAt - 50);
    expect(soundedAt).toBeLessThan(doneAt);

    const silence = await other.stop();
    expect(silence.frames).toBeGreaterThan(24000);
    expect(isDigitalSilence(silence.interleaved)).toBe(true);
  });

  it('crashes and comes back', async () => {
    const rig = await start();
    const recorder = await rig.record();
    const names = () => rig.processes.map(({ name }) => name).sort();
    await rig.killServer();
    expect(names()).toEqual(['dbus-daemon', 'pipewire-pulse']);
    await expect(rig.pactl('info')).rejects.toThrow(/refused/);
    await expect(recorder.waitFor(() => false, 5000)).rejects.toThrow(/ended/);
    expect((await recorder.stop()).interrupted).toBe(true);

    const before = monotonicMs();
    const { answeredAtMs } = await rig.restartServer();
    expect(answeredAtMs).toBeGreaterThan(before);
    expect(names()).toEqual(['dbus-daemon', 'pipewire', 'pipewire-pulse', 'wireplumber']);
    await rig.killServer({ pulseToo: true });
    expect(names()).toEqual(['dbus-daemon']);
    await rig.restartServer();
    await (await rig.record('headset')).stop();

    // Also without a crash before.
    const pids = new Set(rig.processes.map(({ pid }) => pid));
    await rig.restartServer();
    expect(rig.processes.filter(({ pid }) => pids.has(pid)).map(({ name }) => name)).toEqual([
      'dbus-daemon',
      'pipewire-pulse',
    ]);
  });

  it('does not start in a directory that is in use or too long', async () => {
    const dir = folder();
    writeFileSync(join(dir, 'letter.txt'), 'to keep');
    await expect(PipeWireRig.start({ dir })).rejects.toThrow(/not empty/);
    expect(readdirSync(dir)).toEqual(['letter.txt']);
    await expect(PipeWireRig.start({ dir: join(folder(), 'x'.repeat(100)) })).rejects.toThrow(/too long/);
    await expect(async () => PipeWireRig.attach(dir)).rejects.toThrow(/No session/);
  });

  it('cleans up when it cannot start', async () => {
    const dir = join(folder(), 'rig');
    const path = process.env['PATH'];
    // A folder of programs with everything but the session manager and the sound server's own protocol.
    const programs = folder();
    for (const name of ['dbus-daemon', 'pipewire', 'setpriv']) {
      writeFileSync(join(programs, name), `#!/bin/sh\nexec $(PATH=${path} which ${name}) "$@"\n`, {
        mode: 0o755,
      });
    }
    process.env['PATH'] = `${programs}:/bin-without-programs`;
    try {
      await expect(PipeWireRig.start({ dir })).rejects.toThrow(
        /(wireplumber|pipewire-pulse) ended(?: at once)?: .*No such file/,
      );
    } finally {
      process.env['PATH'] = path;
    }
    expect(existsSync(dir)).toBe(false);
    expect(processesUsing(dir)).toEqual([]);
  });

  it('dies with the process that owns it, however that ends', async () => {
    const dir = join(folder(), 'rig');
    const module = join(import.meta.dirname, 'pipeWireRig.ts');
    const owner = spawn(process.execPath, [
      '--input-type=module',
      '-e',
      `const { PipeWireRig } = await import(${JSON.stringify(module)});
       const rig = await PipeWireRig.start({ dir: ${JSON.stringify(dir)} });
       await rig.record();
       console.log('up');
       setInterval(() => {}, 1000);`,
    ]);
    await new Promise((resolve) => owner.stdout.once('data', resolve));
    expect(processesUsing(dir)).toHaveLength(5);
    const exit = new Promise((resolve) => owner.once('exit', resolve));
    owner.kill('SIGKILL');
    await exit;
    await expect.poll(() => processesUsing(dir), { timeout: 5000 }).toEqual([]);
  });

  it('is a command, too', async () => {
    const dir = join(folder(), 'rig');
    const cli = (verb: string) => run(process.execPath, [join(import.meta.dirname, 'cli.ts'), verb, dir]);
    try {
      const { stdout } = await cli('up');
      expect(stdout).toContain(`export PULSE_SERVER='unix:${dir}/pulse/native'\n`);
      expect((await cli('env')).stdout).toBe(stdout);
      await expect(cli('up')).rejects.toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/not empty/) as string,
      });
      const info = () => run('bash', ['-c', `${stdout} pactl get-default-sink`]);
      expect((await info()).stdout.trim()).toBe('speakers');
      await cli('kill');
      await expect(info()).rejects.toThrow();
      await cli('restart');
      expect((await info()).stdout.trim()).toBe('speakers');
    } finally {
      await cli('down');
    }
    expect(existsSync(dir)).toBe(false);
    expect(processesUsing(dir)).toEqual([]);
    await expect(cli('sideways')).rejects.toMatchObject({ code: 2 });
  });
});

/** Ids of the processes that live in the session of `dir`, by their environment. */
function processesUsing(dir: string): number[] {
  const marker = `XDG_RUNTIME_DIR=${dir}`;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(marker);
      } catch {
        return false;
      }
    });
}
