import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Logging, openLogFile, parseLogLevels } from '../../../src/main/logging/logging.ts';
import { withoutNames } from '../../../src/main/logging/withoutNames.ts';

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
    const sink = await openLogFile(path.join(folder, 'logs'), { maxBytes: 2_000, maxFiles: 2 });
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
    const sink = await openLogFile('/dev/null/logs');
    sink.write('lost');
    await sink.dispose();
  });
});

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
