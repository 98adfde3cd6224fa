import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Settings } from '../../../src/contract/services/settings.ts';
import { settingsServiceImplementation, SettingsStore } from '../../../src/main/settings/settingsStore.ts';
import { StateStore } from '../../../src/main/settings/stateStore.ts';
import { JsonStore, type StoreDefinition } from '../../../src/main/settings/store.ts';

let directory: string;
let path: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pinwheel-store-'));
  path = join(directory, 'deep', 'settings.json');
});

afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

const openSettings = () => SettingsStore.open({ settingsFile: path });
const files = async () => (await readdir(join(directory, 'deep'))).sort();
const noticeIds = (store: { notices: readonly { id: string }[] }) => store.notices.map((notice) => notice.id);

async function themeIn(file: string): Promise<string> {
  return (JSON.parse(await readFile(file, 'utf8')) as { data: Settings }).data.theme;
}

async function saved(patch: Parameters<SettingsStore['set']>[0]): Promise<void> {
  const store = await openSettings();
  store.set(patch);
  await store.dispose();
}

describe('settings file', () => {
  it('starts with defaults, without a notice and without creating anything', async () => {
    const store = await openSettings();
    expect(store.get()).toEqual({
      theme: 'system',
      latency: 'normal',
      output: 'default',
      bank: 'auto',
      panel: 'mixer',
    });
    expect(store.notices).toEqual([]);
    await store.dispose();
    expect(await readdir(directory)).toEqual([]);
  });

  it('keeps what was set, saves without being asked, and leaves no other file behind', async () => {
    const store = await openSettings();
    store.set({ theme: 'dark' });
    store.set({ latency: 'low' });
    await expect.poll(() => readFile(path, 'utf8').catch(() => '')).toContain('"low"');
    const again = await openSettings();
    expect(again.get()).toMatchObject({ theme: 'dark', latency: 'low' });
    expect(await files()).toEqual(['settings.json']);
    await store.dispose();
    await again.dispose();
  });

  it('does not write when nothing changed', async () => {
    await saved({ theme: 'dark' });
    const store = await openSettings();
    store.set({ theme: 'dark' });
    await store.dispose();
    expect(await files()).toEqual(['settings.json']);
  });

  describe('that is changed on the disk', () => {
    const edited = async (change: (text: string) => string): Promise<void> =>
      writeFile(path, change(await readFile(path, 'utf8')));

    it('holds at once, as if it had been set', async () => {
      await saved({ theme: 'dark' });
      const store = await openSettings();
      const told: string[] = [];
      store.onChange(({ theme }) => told.push(theme));
      await edited((text) => text.replace('"dark"', '"light"'));
      await expect.poll(() => store.get().theme).toBe('light');
      expect(told).toEqual(['light']);
      // And what is set next keeps it.
      store.set({ latency: 'low' });
      await store.dispose();
      expect(await themeIn(path)).toBe('light');
    });

    it('is told and changes nothing while it does not fit', async () => {
      await saved({ theme: 'dark' });
      const store = await openSettings();
      await edited((text) => text.replace('"dark"', '"loud"'));
      await expect.poll(() => noticeIds(store)).toEqual(['pinwheel-settings:unfit']);
      expect(store.notices[0]?.message).toMatch(/theme.*What held before still holds/);
      expect(store.get().theme).toBe('dark');
      expect(await files()).toEqual(['settings.json']);
      await edited((text) => text.replace('"loud"', '"light"'));
      await expect.poll(() => store.get().theme).toBe('light');
      expect(store.notices).toMatchObject([
        { severity: 'info', message: 'The settings file can be used again.' },
      ]);
      await store.dispose();
    });

    it('is seen also when there was no file at the start, and by another instance', async () => {
      const one = await openSettings();
      one.set({ theme: 'dark' });
      await one.flush();
      const other = await openSettings();
      other.set({ theme: 'light' });
      await expect.poll(() => one.get().theme).toBe('light');
      one.set({ theme: 'dark' });
      await expect.poll(() => other.get().theme).toBe('dark');
      await one.dispose();
      await other.dispose();
    });
  });

  it('keeps the version before as a backup', async () => {
    await saved({ theme: 'dark' });
    await saved({ theme: 'light' });
    expect(await themeIn(`${path}.bak`)).toBe('dark');
    expect(await themeIn(path)).toBe('light');
    expect(await files()).toEqual(['settings.json', 'settings.json.bak']);
  });

  it('takes the backup for a truncated file, keeps the damaged one and says so', async () => {
    await saved({ theme: 'dark' });
    await saved({ theme: 'light' });
    await truncate(path, 40);
    const store = await openSettings();
    expect(store.get().theme).toBe('dark');
    expect(noticeIds(store)).toEqual(['pinwheel-settings:damaged']);
    expect(store.notices[0]?.message).toContain('settings.json.corrupt-1');
    await store.dispose();
    expect((await readFile(`${path}.corrupt-1`)).length).toBe(40);
    const healed = await openSettings();
    expect(healed.get().theme).toBe('dark');
    expect(healed.notices).toEqual([]);
    await healed.dispose();
  });

  it('counts damaged files up and never overwrites one', async () => {
    for (let accident = 1; accident <= 3; accident++) {
      await saved({ theme: 'dark' });
      await saved({ theme: 'light' });
      await writeFile(path, `damage ${accident}`);
      await (await openSettings()).dispose();
    }
    for (let accident = 1; accident <= 3; accident++) {
      expect(await readFile(`${path}.corrupt-${accident}`, 'utf8')).toBe(`damage ${accident}`);
    }
  });

  it('starts with defaults and says so when the backup is damaged too', async () => {
    await saved({ theme: 'dark' });
    await saved({ theme: 'light' });
    await writeFile(path, '');
    await writeFile(`${path}.bak`, '[]');
    const store = await openSettings();
    expect(store.get().theme).toBe('system');
    expect(store.notices[0]?.message).toContain('defaults');
    await store.dispose();
    expect(await files()).toEqual(['settings.json.bak.corrupt-1', 'settings.json.corrupt-1']);
  });

  it('takes the backup when the file is gone', async () => {
    await saved({ theme: 'dark' });
    await saved({ theme: 'light' });
    await rm(path);
    const store = await openSettings();
    expect(store.get().theme).toBe('dark');
    await store.dispose();
    expect(await themeIn(path)).toBe('dark');
  });

  it('leaves the file of a newer version alone, uses what it understands, and says so', async () => {
    await saved({ theme: 'dark' });
    const newer = JSON.stringify({
      format: 'pinwheel-settings',
      version: 99,
      data: { theme: 'light', new: 1 },
    });
    await writeFile(path, newer);
    const store = await openSettings();
    expect(store.get().theme).toBe('light');
    expect(noticeIds(store)).toEqual(['pinwheel-settings:newer']);
    store.set({ latency: 'low' });
    expect(store.get().latency).toBe('low');
    await store.dispose();
    expect(await readFile(path, 'utf8')).toBe(newer);
  });

  it('does not overwrite a newer file that another instance wrote while this one ran', async () => {
    const store = await openSettings();
    const notices: string[] = [];
    store.onNotice((notice) => notices.push(notice.id));
    store.set({ theme: 'dark' });
    await store.flush();
    const newer = JSON.stringify({ format: 'pinwheel-settings', version: 2, data: {} });
    await writeFile(path, newer);
    store.set({ theme: 'light' });
    await store.dispose();
    expect(await readFile(path, 'utf8')).toBe(newer);
    expect(notices).toEqual(['pinwheel-settings:newer']);
  });

  it('keeps a file damaged while it ran, and writes a good one', async () => {
    const store = await openSettings();
    store.set({ theme: 'dark' });
    await store.flush();
    await writeFile(path, '{');
    store.set({ theme: 'light' });
    await store.dispose();
    expect(await readFile(`${path}.corrupt-1`, 'utf8')).toBe('{');
    expect(await themeIn(path)).toBe('light');
  });

  it('tells when it cannot save, keeps the value, and saves once it can', async () => {
    const store = await openSettings();
    await writeFile(join(directory, 'deep'), 'a file where the folder should be');
    store.set({ theme: 'dark' });
    await store.flush();
    expect(noticeIds(store)).toContain('pinwheel-settings:unsaved');
    expect(store.get().theme).toBe('dark');
    await rm(join(directory, 'deep'));
    await store.dispose();
    expect(await themeIn(path)).toBe('dark');
  });

  it('removes what a killed writer left, but not what another one is just writing', async () => {
    await saved({ theme: 'dark' });
    const old = join(directory, 'deep', '.settings.json.1-abc.tmp');
    const young = join(directory, 'deep', '.settings.json.2-abc.tmp');
    await writeFile(old, '');
    await writeFile(young, '');
    await utimes(old, new Date(0), new Date(0));
    await (await openSettings()).dispose();
    expect(await files()).toEqual(['.settings.json.2-abc.tmp', 'settings.json']);
  });

  it.skipIf(process.platform === 'win32')('is readable by its user only', async () => {
    await saved({ theme: 'dark' });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(dirname(path))).mode & 0o777).toBe(0o700);
  });

  it('is never torn by two instances that write at once', async () => {
    const one = await openSettings();
    const two = await openSettings();
    for (let round = 0; round < 25; round++) {
      one.set({ output: `sink:one-${round}` });
      two.set({ output: `sink:two-${round}` });
      await Promise.all([one.flush(), two.flush()]);
      const text = JSON.parse(await readFile(path, 'utf8')) as { data: Settings };
      expect(text.data.output).toMatch(new RegExp(`^sink:(one|two)-${round}$`));
    }
    expect([...one.notices, ...two.notices]).toEqual([]);
    await one.dispose();
    await two.dispose();
  });
});

describe('settings service', () => {
  it('answers all settings, fires on a change only, and ignores undefined', async () => {
    const store = await openSettings();
    const service = settingsServiceImplementation(store);
    const heard: Settings[] = [];
    const subscription = service.onChange((settings) => heard.push(settings));
    expect(await service.set({ theme: 'dark' })).toMatchObject({ theme: 'dark', latency: 'normal' });
    await service.set({ theme: 'dark' });
    await service.set({ theme: undefined });
    expect(heard).toEqual([
      { theme: 'dark', latency: 'normal', output: 'default', bank: 'auto', panel: 'mixer' },
    ]);
    subscription.dispose();
    await service.set({ theme: 'light' });
    expect(heard).toHaveLength(1);
    expect(await service.get()).toMatchObject({ theme: 'light' });
    await store.dispose();
  });
});

describe('migration', () => {
  const definition = (version: number): StoreDefinition<{ gain: number }> => ({
    path,
    format: 'test',
    title: 'test data',
    version,
    schema: v.object({ gain: v.number() }),
    migrations: {
      1: (data) => ({ volume: (data as { level: number }).level }),
      2: (data) => ({ gain: (data as { volume: number }).volume * 2 }),
    },
    defaults: () => ({ gain: 0 }),
  });

  const writeVersion = async (version: number, data: unknown) => {
    await saved({ theme: 'dark' });
    await writeFile(path, JSON.stringify({ format: 'test', version, data }));
  };

  it('goes through every version in order and saves the result, with the old file as backup', async () => {
    await writeVersion(1, { level: 21 });
    const store = await JsonStore.open(definition(3));
    expect(store.value).toEqual({ gain: 42 });
    await store.dispose();
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({
      format: 'test',
      version: 3,
      data: { gain: 42 },
    });
    expect(JSON.parse(await readFile(`${path}.bak`, 'utf8'))).toEqual({
      format: 'test',
      version: 1,
      data: { level: 21 },
    });
  });

  it('treats data that a migration cannot read as damaged', async () => {
    await writeVersion(1, null);
    const store = await JsonStore.open(definition(3));
    expect(store.value).toEqual({ gain: 0 });
    expect(store.notices).toHaveLength(1);
    await store.dispose();
  });

  it('treats a version without a way to the present one as damaged', async () => {
    await writeVersion(3, { gain: 1 });
    const store = await JsonStore.open(definition(5));
    expect(store.notices[0]?.message).toContain('version 3 cannot be read any more');
    await store.dispose();
  });
});

describe('state file', () => {
  it('remembers nodes and selections, also under awkward names', async () => {
    const open = () => StateStore.open({ stateFile: path });
    const store = await open();
    store.setNode('card', 'render/3', { levels: [-65536, -131072] });
    store.setNode('card', 'render/3', { muted: [true] });
    store.setNode('toString', 'constructor2', { selected: 2 });
    store.select('bank', 'gm');
    await store.dispose();
    const again = await open();
    expect(again.notices).toEqual([]);
    expect(again.mixerDevice('card')).toEqual({ 'render/3': { levels: [-65536, -131072], muted: [true] } });
    expect(again.mixerDevice('toString')).toEqual({ constructor2: { selected: 2 } });
    expect(again.mixerDevice('valueOf')).toEqual({});
    expect(again.selected('bank')).toBe('gm');
    expect(again.selected('toString')).toBeUndefined();
    await again.dispose();
  });
});

describe('accidents', () => {
  it('never loses a confirmed state, wherever in writing the process is killed', async () => {
    const script = fileURLToPath(new URL('./crashingWriter.ts', import.meta.url));
    const stateFile = join(directory, 'state.json');
    let confirmed = 0;
    let finished = false;
    let crashes = 0;
    for (let operations = 0; !finished; operations++) {
      const first = confirmed + 1;
      const run = spawnSync(process.execPath, [script, directory, String(operations), String(first)], {
        encoding: 'utf8',
      });
      const lines = run.stdout.trim().split('\n').filter(Boolean);
      finished = lines.at(-1) === 'done';
      if (!finished) {
        expect(run.signal, run.stderr).toBe('SIGKILL');
        crashes++;
      }
      for (const line of lines) if (line !== 'done') confirmed = Number(line);

      const store = await StateStore.open({ stateFile });
      const level = store.mixerDevice('card')['master']?.levels?.[0];
      // What was confirmed, or the state that was being written when the process died.
      expect([confirmed, confirmed + 1]).toContain(-(level ?? 0));
      expect(store.notices).toEqual([]);
      await store.dispose();
      if (level !== undefined) confirmed = Math.max(confirmed, -level);
    }
    // A save is at least open, write, sync, close, rename, and the directory's open, sync, close.
    expect(crashes).toBeGreaterThan(20);
    expect((await readdir(directory)).filter((name) => name.includes('corrupt'))).toEqual([]);
  });

  it('survives any damage to its bytes: good data or a notice, and the damaged bytes are kept', async () => {
    const damage = fc.oneof(
      fc.record({ kind: fc.constant('truncate' as const), at: fc.nat(400) }),
      fc.record({
        kind: fc.constant('flip' as const),
        at: fc.nat(400),
        bits: fc.integer({ min: 1, max: 255 }),
      }),
      fc.record({ kind: fc.constant('replace' as const), bytes: fc.uint8Array({ maxLength: 300 }) }),
      fc.record({ kind: fc.constant('json' as const), value: fc.jsonValue() }),
    );
    await fc.assert(
      fc.asyncProperty(damage, async (accident) => {
        await rm(join(directory, 'deep'), { recursive: true, force: true });
        await saved({ output: 'sink:before' });
        await saved({ output: 'sink:latest' });
        let bytes: Uint8Array = await readFile(path);
        if (accident.kind === 'truncate') bytes = bytes.subarray(0, accident.at);
        else if (accident.kind === 'flip') {
          bytes = Uint8Array.from(bytes);
          bytes[accident.at % bytes.length]! ^= accident.bits;
        } else if (accident.kind === 'replace') bytes = accident.bytes;
        else bytes = Buffer.from(JSON.stringify(accident.value));
        await writeFile(path, bytes);

        const store = await openSettings();
        const ids = noticeIds(store);
        if (ids.includes('pinwheel-settings:damaged')) {
          expect(store.get().output).toBe('sink:before');
          expect(Buffer.compare(await readFile(`${path}.corrupt-1`), bytes)).toBe(0);
        } else if (ids.includes('pinwheel-settings:newer')) {
          expect(Buffer.compare(await readFile(path), bytes)).toBe(0);
        } else {
          // Still a whole document that fits the schema.
          expect(JSON.parse(Buffer.from(bytes).toString('utf8'))).toMatchObject({
            format: 'pinwheel-settings',
          });
        }
        await store.dispose();
      }),
      { numRuns: 60, seed: 20260, endOnFailure: true },
    );
  });
});
