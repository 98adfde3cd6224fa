import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findOnsets } from './audio/onset.ts';
import { cents, findPitch } from './audio/pitch.ts';
import { readWav } from './audio/wav.ts';
import { requires } from './requirements.ts';
import { damaged, randomSong, scale, smf, truncate, writeSmf } from './smf.ts';

describe('Standard MIDI Files', () => {
  it('are written byte for byte', () => {
    const bytes = writeSmf({
      format: 0,
      division: 96,
      tracks: [
        [smf.tempo(0, 500_000), smf.noteOn(0, 0, 60, 64), smf.noteOn(200, 0, 60, 0), smf.noteOff(200, 1, 62)],
      ],
    });
    const expected = [
      ...[0x4d, 0x54, 0x68, 0x64, 0, 0, 0, 6, 0, 0, 0, 1, 0, 96],
      ...[0x4d, 0x54, 0x72, 0x6b, 0, 0, 0, 24],
      ...[
        0, 0xff, 0x51, 3, 0x07, 0xa1, 0x20, 0, 0x90, 60, 64, 0x81, 0x48, 60, 0, 0, 0x81, 62, 64, 0, 0xff,
        0x2f, 0,
      ],
    ];
    expected[21] = expected.length - 22;
    expect([...bytes]).toEqual(expected);
  });

  it('can repeat every status byte', () => {
    const track = [smf.noteOn(0, 0, 60, 64), smf.noteOn(1, 0, 61, 64)];
    const short = writeSmf({ format: 0, division: 96, tracks: [track] });
    const long = writeSmf({ format: 0, division: 96, tracks: [track], runningStatus: false });
    expect(long.length - short.length).toBe(1);
  });

  it('hold a scale with the times it names', () => {
    const { notes, bytes } = scale({ steps: 8, leadSeconds: 0.1 });
    expect(notes.map(({ key }) => key)).toEqual([60, 62, 64, 65, 67, 69, 71, 72]);
    expect(notes.map(({ startSeconds }) => startSeconds)).toEqual([
      0.1, 0.35, 0.6, 0.85, 1.1, 1.35, 1.6, 1.85,
    ]);
    expect(new DataView(bytes.buffer).getUint16(8)).toBe(0);
    expect(new DataView(scale({ format: 1 }).bytes.buffer).getUint16(10)).toBe(2);
  });

  it('are the same for the same seed', () => {
    expect(randomSong(7)).toEqual(randomSong(7));
    expect(randomSong(7).bytes).not.toEqual(randomSong(8).bytes);
    const names = (seed: number) => [...damaged(scale().bytes, seed, 20)];
    expect(names(3)).toEqual(names(3));
  });

  it('are damaged in every case', () => {
    const { bytes } = scale();
    const cases = [...damaged(bytes, 1, 200)];
    expect(cases).toHaveLength(200);
    expect(new Set(cases.map(({ what }) => what.replaceAll(/\d+/g, 'N'))).size).toBe(6);
    const unchanged = cases.filter((one) => Buffer.compare(one.bytes, bytes) === 0);
    expect(unchanged.length).toBeLessThan(5);
    expect(truncate(bytes, 10)).toEqual(bytes.slice(0, 10));
  });
});

requires('fluidsynth', 'sox')('a scale played by fluidsynth', () => {
  it('sounds with its pitches at its times', () => {
    const folder = mkdtempSync(join(tmpdir(), 'smf-'));
    try {
      // A harpsichord starts at once and is in tune with itself.
      const { bytes, notes } = scale({ program: 6, everySeconds: 0.4, heldSeconds: 0.3, leadSeconds: 0.1 });
      writeFileSync(join(folder, 'scale.mid'), bytes);
      execFileSync('fluidsynth', [
        ...[
          '-ni',
          '-q',
          '-R',
          '0',
          '-C',
          '0',
          '-r',
          '48000',
          '-O',
          'float',
          '-T',
          'wav',
          '-F',
          join(folder, 'scale.wav'),
        ],
        ...['/usr/share/sounds/sf2/TimGM6mb.sf2', join(folder, 'scale.mid')],
      ]);
      const wav = execFileSync(
        'sox',
        [join(folder, 'scale.wav'), '-t', 'wav', '-e', 'float', '-b', '32', '-'],
        {
          maxBuffer: 1 << 26,
        },
      );
      const { rate, channels } = readWav(wav);
      const onsets = findOnsets(channels[0]!, rate);
      expect(onsets).toHaveLength(notes.length);
      notes.forEach((note, index) => {
        expect(
          Math.abs(onsets[index]! - onsets[0]! - (note.startSeconds - notes[0]!.startSeconds)),
        ).toBeLessThan(0.001);
        const from = Math.round((onsets[index]! + 0.1) * rate);
        const pitch = findPitch(channels[0]!, rate, { from, to: from + Math.round(0.15 * rate) });
        expect(Math.abs(cents(pitch!.frequency, note.frequency)), `key ${note.key}`).toBeLessThan(5);
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
