import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { MixerControl } from '../../src/contract/services/mixer.ts';
import { decibelsToKsLevel } from '../../src/contract/units.ts';
import { PipeWireRig } from '../rigs/pipewire/pipeWireRig.ts';
import { findGaps } from '../support/audio/dropout.ts';
import { isDigitalSilence, peak, rmsDb } from '../support/audio/level.ts';
import { findOnsets } from '../support/audio/onset.ts';
import { cents, findPitch } from '../support/audio/pitch.ts';
import { requires } from '../support/requirements.ts';
import { scale, smf, writeSmf } from '../support/smf.ts';
import { TestHome, type RunningPanel } from './support/program.ts';
import { delay } from './support/waiting.ts';

/** Voices without vibrato in the standard bank; the bass begins and ends at once, the clarinet stays. */
const BASS = 33;
const CLARINET = 71;

requires('pipewire')('the FM synthesizer', () => {
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

  it('“play --synth fm” plays a scale with every note at its pitch and time, without a gap', async () => {
    const song = scale({ steps: 8, everySeconds: 0.35, heldSeconds: 0.25, firstKey: 60, program: BASS });
    const file = path.join(home.dir, 'scale.mid');
    writeFileSync(file, song.bytes);
    const recorder = await rig.record('speakers');
    const finished = await home.run(['play', file, '--synth', 'fm']);
    expect(finished, finished.stderr).toMatchObject({ code: 0 });
    const recording = await recorder.stop();
    const { rate } = recording;
    const samples = recording.channel(0);
    expect(peak(samples)).toBeGreaterThan(0.02);

    const onsets = findOnsets(samples, rate);
    expect(onsets).toHaveLength(song.notes.length);
    song.notes.forEach((note, index) => {
      const expected = note.startSeconds - song.notes[0]!.startSeconds;
      expect(Math.abs(onsets[index]! - onsets[0]! - expected), `onset of note ${index}`).toBeLessThan(0.01);
      const from = Math.round((onsets[index]! + 0.05) * rate);
      const to = Math.round((onsets[index]! + 0.23) * rate);
      const pitch = findPitch(samples, rate, { from, to });
      expect(Math.abs(cents(pitch!.frequency, note.frequency)), `pitch of note ${index}`).toBeLessThan(5);
      expect(findGaps(samples, rate, { from, to }), `gaps in note ${index}`).toEqual([]);
    });
  });

  it('is heard through the volume and the mute of its line, and of no other', async () => {
    const panel: RunningPanel = await home.serve();
    const { mixer, player } = panel.connection.services;
    const notes = [smf.program(0, 0, CLARINET), smf.noteOn(0, 0, 69, 100), smf.noteOff(60_000, 0, 69)];
    const bytes = writeSmf({ tracks: [[smf.tempo(0, 500_000), ...notes]], division: 500 });
    const entry = await player.add({ name: 'drone.mid', bytes });
    await player.setSynth('fm');
    await player.play(entry.id);

    const { id: deviceId, destinations } = (await mixer.getSnapshot()).devices[0]!;
    const controlOf = (name: string, type: MixerControl['type']) =>
      destinations[0]!.sources
        .find((line) => line.name === name)!
        .controls.find((control) => control.type === type)!.id;
    const setVolume = (decibels: number) =>
      mixer.setControl(deviceId, controlOf('FM Synth', 'VOLUME'), { levels: [decibelsToKsLevel(decibels)] });
    const setMute = (name: string, muted: boolean) =>
      mixer.setControl(deviceId, controlOf(name, 'MUTE'), { muted: [muted] });

    await delay(1000);
    const recorder = await rig.record('speakers');
    /** What is heard for 0.7 s once a change has settled. */
    const heard = async (): Promise<Float32Array> => {
      const { recording } = recorder;
      const from = recording.frames + Math.round(0.6 * recording.rate);
      const to = from + Math.round(0.7 * recording.rate);
      await recorder.waitFor(({ frames }) => frames > to, 10_000);
      return Float32Array.from(recorder.recording.channel(0).subarray(from, to));
    };
    const full = rmsDb(await heard());
    await setMute('Synth', true);
    expect(Math.abs(rmsDb(await heard()) - full)).toBeLessThan(0.3);
    await setVolume(-12);
    expect(Math.abs(rmsDb(await heard()) - full + 12)).toBeLessThan(0.3);
    await setMute('FM Synth', true);
    expect(isDigitalSilence(await heard())).toBe(true);
    await setVolume(0);
    await setMute('FM Synth', false);
    expect(Math.abs(rmsDb(await heard()) - full)).toBeLessThan(0.3);
    await recorder.stop();
    panel.connection.dispose();
  });
});
