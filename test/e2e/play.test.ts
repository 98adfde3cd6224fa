import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PipeWireRig } from '../rigs/pipewire/pipeWireRig.ts';
import { findClicks } from '../support/audio/click.ts';
import { findGaps } from '../support/audio/dropout.ts';
import { firstSound, peak } from '../support/audio/level.ts';
import { findOnsets } from '../support/audio/onset.ts';
import { cents, findPitch } from '../support/audio/pitch.ts';
import { requires } from '../support/requirements.ts';
import { withSineBank } from '../support/sineSong.ts';
import { scale } from '../support/smf.ts';
import { TestHome } from './support/program.ts';

requires('pipewire')('pinwheel play', () => {
  let rig: PipeWireRig;
  let home: TestHome;

  beforeAll(async () => {
    rig = await PipeWireRig.start();
    home = new TestHome(rig.env);
  });
  afterAll(async () => {
    await home?.dispose();
    await rig?.dispose();
  });

  it('plays a scale with every note at its pitch and time, without a gap or a click', async () => {
    // From middle C on: below 200 Hz the start of a release bends a sine as much as a click does.
    const song = scale({ steps: 15, everySeconds: 0.3, heldSeconds: 0.22, firstKey: 60, reverb: 0 });
    const file = path.join(home.dir, 'scale.rmi');
    writeFileSync(file, withSineBank(song.bytes));

    const recorder = await rig.record('speakers');
    const finished = await home.run(['play', file], ['npx', '--no-install', 'pinwheel']);
    expect(finished, finished.stderr).toMatchObject({ code: 0 });
    const recording = await recorder.stop();
    const { rate } = recording;
    const samples = recording.channel(0);

    const start = firstSound(samples);
    expect(peak(samples)).toBeGreaterThan(0.05);
    expect(peak(samples)).toBeLessThan(1);

    const onsets = findOnsets(samples, rate);
    expect(onsets).toHaveLength(song.notes.length);
    song.notes.forEach((note, index) => {
      const expected = note.startSeconds - song.notes[0]!.startSeconds;
      expect(Math.abs(onsets[index]! - onsets[0]! - expected), `onset of note ${index}`).toBeLessThan(0.01);

      const from = Math.round((onsets[index]! + 0.03) * rate);
      const to = Math.round((onsets[index]! + 0.2) * rate);
      const pitch = findPitch(samples, rate, { from, to });
      expect(pitch, `note ${index} has a pitch`).toBeDefined();
      expect(Math.abs(cents(pitch!.frequency, note.frequency)), `pitch of note ${index}`).toBeLessThan(5);
      expect(findGaps(samples, rate, { from, to }), `gaps in note ${index}`).toEqual([]);
    });
    expect(findClicks(samples, rate, { from: start })).toEqual([]);
  });

  it('refuses a file that is not MIDI with one line naming file and offset, and exit code 2', async () => {
    const text = path.join(home.dir, 'letter.mid');
    writeFileSync(text, 'Dear Sir or Madam,\n');
    const refused = await home.run(['play', text]);
    expect(refused.code).toBe(2);
    expect(refused.stdout).toBe('');
    expect(refused.stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(refused.stderr).toMatch(/letter\.mid.*byte 0/);

    const cut = path.join(home.dir, 'cut.mid');
    const whole = scale().bytes;
    writeFileSync(cut, whole.subarray(0, whole.length - 40));
    const truncated = await home.run(['play', cut]);
    expect(truncated.code).toBe(2);
    expect(truncated.stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(truncated.stderr).toMatch(/cut\.mid.*byte \d+/);

    const missing = await home.run(['play', path.join(home.dir, 'nothing.mid')]);
    expect(missing.code).toBe(2);
    expect(missing.stderr).toContain('no such file');
  });
});
