import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ProfileStore } from '../../../src/main/settings/profileStore.ts';
import { SettingsStore } from '../../../src/main/settings/settingsStore.ts';
import { full } from '../../support/duration.ts';
import { numberedProfiles } from './numberedProfiles.ts';

const MOMENTS = full ? 200 : 25;
/** Longer than many writes of both files take. */
const LONGEST_MS = 60;

let directory: string;
beforeEach(async () => (directory = await mkdtemp(path.join(tmpdir(), 'pw-killed-'))));
afterEach(() => rm(directory, { recursive: true }));

/** Runs the writer, kills it at a random moment after it began, and answers the last number that it confirmed, or 0. */
async function killAtRandom(first: number): Promise<number> {
  const script = path.join(import.meta.dirname, 'killedWriter.ts');
  const child = spawn(process.execPath, [script, directory, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let confirmed = 0;
  const ended = new Promise<NodeJS.Signals | null>((resolve) =>
    child.once('close', (_code, signal) => resolve(signal)),
  );
  createInterface(child.stdout).on('line', (line) => {
    if (line === 'ready') setTimeout(() => child.kill('SIGKILL'), Math.random() * LONGEST_MS);
    else confirmed = Number(line);
  });
  expect(await ended).toBe('SIGKILL');
  return confirmed;
}

it(`kill -9 at ${MOMENTS} random moments of writing loses no confirmed settings or profiles and leaves no half file`, async () => {
  let number = 0;
  let kept = { bank: 0, saved: 0 };
  for (let moment = 0; moment < MOMENTS; moment++) {
    const confirmed = await killAtRandom(number + 1);
    const settings = await SettingsStore.open({ settingsFile: path.join(directory, 'settings.json') });
    const profiles = await ProfileStore.open({ profilesFile: path.join(directory, 'profiles.json') });
    expect([...settings.notices, ...profiles.notices]).toEqual([]);
    // What was confirmed, or what was being written; each file for itself.
    const bank = Number(/^\/bank (\d+)$/.exec(settings.get().bank)?.[1] ?? 0);
    const saved = profiles.value.profiles[0]?.savedAt ?? 0;
    const possible = (before: number) =>
      confirmed > number ? [confirmed, confirmed + 1] : [before, number + 1];
    expect(possible(kept.bank)).toContain(bank);
    expect(possible(kept.saved)).toContain(saved);
    kept = { bank, saved };
    if (saved > 0) expect(profiles.value.profiles).toEqual(numberedProfiles(saved));
    number = Math.max(bank, saved);
    await Promise.all([settings.dispose(), profiles.dispose()]);
  }
  // It was not always killed before its first write.
  expect(number).toBeGreaterThan(MOMENTS);
  expect((await readdir(directory)).filter((name) => name.includes('corrupt'))).toEqual([]);
});
