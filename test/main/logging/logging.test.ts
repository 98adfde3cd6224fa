import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LogFile } from '../../../src/main/logging/logFile.ts';
import { Logging, parseLogLevels } from '../../../src/main/logging/logging.ts';
import { withoutNames } from '../../../src/main/logging/withoutNames.ts';
import { fillDisk, mountSmallDisk, unmountSmallDisk } from '../../support/smallDisk.ts';

describe('the log', () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(path.join(tmpdir(), 'pw-log-'))));
  afterEach(() => rm(folder, { recursive: true }));

  it('has levels for each part', () => {
    const lines: string[] = [];
    const sink = { write: (line: string) => void lines.push(line), dispose: () => Promise.resolve() };
    const log = new Logging(sink, parseLogLevels('warn,midi=debug,nonsense=loud'), () => new Date(0));
    for (const part of ['midi', 'hardware']) {
      for (const level of ['error', 'warn', 'info', 'debug'] as const) log.part(part)[level](level);
    }
    expect(lines.map((line) => line.slice(25))).toEqual([
      'error midi: error',
      'warn  midi: warn',
      'info  midi: info',
      'debug midi: debug',
      'error hardware: error',
      'warn  hardware: warn',
    ]);
    log.setLevels({});
    log.part('hardware').info('two\n  lines');
    expect(lines.at(-1)).toBe('1970-01-01T00:00:00.000Z info  hardware: two | lines');
  });

  it('is written to a file of the user’s own, and old files are kept up to a number', async () => {
    const sink = new LogFile(path.join(folder, 'logs'), { maxBytes: 2_000, maxFiles: 2 });
    for (let line = 0; line < 200; line++) {
      sink.write(`line ${line} ${'x'.repeat(40)}`);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await sink.dispose();
    const files = (await readdir(path.join(folder, 'logs'))).sort();
    expect(files.filter((name) => name.endsWith('.log'))).toEqual([
      'pinwheel.1.log',
      'pinwheel.2.log',
      'pinwheel.log',
    ]);
    const newest = await readFile(path.join(folder, 'logs', 'pinwheel.log'), 'utf8');
    const before = await readFile(path.join(folder, 'logs', 'pinwheel.1.log'), 'utf8');
    expect(`${before}${newest}`).toContain('line 199 ');
    for (const name of files) expect((await stat(path.join(folder, 'logs', name))).size).toBeLessThan(4_000);
    expect((await stat(path.join(folder, 'logs', 'pinwheel.log'))).mode & 0o077).toBe(0);
  });

  it('costs nothing but itself where it cannot be written', async () => {
    const sink = new LogFile('/dev/null/logs');
    sink.write('lost');
    await sink.dispose();
  });

  it('goes on when the disk takes it again, with every line that could wait', async () => {
    const logs = path.join(folder, 'logs');
    await writeFile(logs, 'in the way');
    const sink = new LogFile(logs, { retryMs: 20 });
    for (let line = 0; line < 50; line++) sink.write(`line ${line}`);
    await delay(100);
    await rm(logs);
    await expect.poll(() => linesOf(logs)).toContain('line 49');
    sink.write('afterwards');
    await sink.dispose();
    const expected = Array.from({ length: 50 }, (_, line) => `line ${line}`);
    expect(await linesOf(logs)).toEqual([...expected, 'afterwards']);
  });

  it('says how many lines a disk without room has cost, where they are missing', async ({ skip }) => {
    skip(!mountSmallDisk(folder, DISK_BYTES), 'a file system of its own needs root');
    const lines = 1_500;
    const text = 'x'.repeat(500);
    try {
      const sink = new LogFile(folder, { retryMs: 20 });
      sink.write('before');
      await expect.poll(() => linesOf(folder)).toEqual(['before']);
      fillDisk(folder, DISK_BYTES, true);
      for (let line = 0; line < lines; line++) {
        sink.write(`${line} ${text}`);
        if (line % 100 === 0) await delay(5);
      }
      fillDisk(folder, DISK_BYTES, false);
      await expect.poll(async () => (await linesOf(folder)).at(-1)).toMatch(/missing/);
      sink.write('afterwards');
      await sink.dispose();
      const kept = (await linesOf(folder)).filter((line) => line.endsWith(` ${text}`));
      expect(kept.map((line) => Number.parseInt(line))).toEqual(kept.map((_, index) => index));
      expect(kept.length).toBeGreaterThan(400);
      const [gap, last] = (await linesOf(folder)).slice(-2);
      expect(gap).toMatch(/ warn {2}log: \d+ lines are missing here: ENOSPC/);
      expect(Number(/(\d+) lines/.exec(gap!)![1])).toBe(lines - kept.length);
      expect(last).toBe('afterwards');
    } finally {
      unmountSmallDisk(folder);
    }
  });
});

const DISK_BYTES = 1024 * 1024;

const delay = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function linesOf(logs: string): Promise<string[]> {
  const text = await readFile(path.join(logs, 'pinwheel.log'), 'utf8').catch(() => '');
  return text.split('\n').slice(0, -1);
}

describe('text without names', () => {
  const ann = { home: '/home/ann', user: 'ann', host: 'anns-laptop' };

  it.each([
    ['played /home/ann/Music/Secret Song.mid', 'played <path>.mid'],
    ['“Secret Song.mid” ends inside a track', '“<file>.mid” ends inside a track'],
    ['C:\\Users\\Ann\\bank.sf2 is damaged', '<path>.sf2 is damaged'],
    ['on anns-laptop as ann', 'on <name> as <name>'],
    ['rendering to Ann’s AirPods: 48000 Hz', 'rendering to <name>: 48000 Hz'],
    ['a rate of 3/4, 48 kHz and http://127.0.0.1:80', 'a rate of 3/4, 48 kHz and http://127.0.0.1:80'],
  ])('%s', (text, expected) => expect(withoutNames(text, ['Ann’s AirPods'], ann)).toBe(expected));
});
