import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newRecording, recordingsFolder } from '../../../src/main/settings/recordingsFolder.ts';

let home: string;
beforeEach(() => void (home = mkdtempSync(path.join(tmpdir(), 'pwn-'))));
afterEach(() => rmSync(home, { recursive: true, force: true }));

describe('recordings folder', () => {
  const withMusic = (line: string) => {
    mkdirSync(path.join(home, '.config'));
    writeFileSync(
      path.join(home, '.config/user-dirs.dirs'),
      `# comment\nXDG_DESKTOP_DIR="$HOME/D"\n${line}\n`,
    );
  };

  it.each([
    ['XDG_MUSIC_DIR="$HOME/Musik"', 'Musik/Pinwheel'],
    ['XDG_MUSIC_DIR="$HOME/Meine \\"Musik\\""', 'Meine "Musik"/Pinwheel'],
    ['XDG_MUSIC_DIR="$HOME/"', 'Music/Pinwheel'],
    ['XDG_MUSIC_DIR="songs"', 'Music/Pinwheel'],
    ['', 'Music/Pinwheel'],
  ])('is in the user’s folder for music: %s', async (line, expected) => {
    withMusic(line);
    expect(await recordingsFolder({}, 'linux', home)).toBe(path.join(home, expected));
  });

  it('is in an absolute folder, in Music without user-dirs.dirs, and with an instance of its own in there', async () => {
    expect(await recordingsFolder({}, 'darwin', home)).toBe(path.join(home, 'Music/Pinwheel'));
    expect(await recordingsFolder({}, 'linux', home)).toBe(path.join(home, 'Music/Pinwheel'));
    withMusic('XDG_MUSIC_DIR="/srv/music"');
    expect(await recordingsFolder({}, 'linux', home)).toBe('/srv/music/Pinwheel');
    expect(await recordingsFolder({ PINWHEEL_HOME: '/own' }, 'linux', home)).toBe('/own/recordings');
  });
});

describe('a new recording', () => {
  const now = new Date(2026, 1, 3, 4, 5, 6);

  it('is named after the time, and replaces nothing', async () => {
    const folder = path.join(home, 'a/b');
    const first = await newRecording(folder, 'wav', now);
    expect(first).toBe(path.join(folder, 'Recording 2026-02-03 04.05.06.wav'));
    writeFileSync(first, 'sound');
    const second = await newRecording(folder, 'wav', now);
    expect(second).toBe(path.join(folder, 'Recording 2026-02-03 04.05.06 (2).wav'));
    expect(readFileSync(first, 'utf8')).toBe('sound');
  });

  it('says where it cannot be created', async () => {
    writeFileSync(path.join(home, 'file'), '');
    await expect(newRecording(path.join(home, 'file', 'sub'), 'flac', now)).rejects.toMatchObject({
      code: 'bad-state',
      subject: path.join(home, 'file', 'sub'),
    });
  });
});
