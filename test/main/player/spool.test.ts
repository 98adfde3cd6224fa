import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PinwheelError } from '../../../src/contract/errors.ts';
import { UPLOAD_CHUNK_BYTES } from '../../../src/contract/upload.ts';
import { Spool } from '../../../src/main/player/spool.ts';

describe('the spool of files that come as bytes', () => {
  let spool: Spool;
  let temporary: string;
  beforeEach(() => {
    temporary = mkdtempSync(path.join(tmpdir(), 'pinwheel-spools-'));
    vi.stubEnv('TMPDIR', temporary);
    spool = new Spool((name) => {
      if (name.startsWith('film')) throw new PinwheelError({ code: 'bad-input', message: 'No sound.' });
    });
  });
  afterEach(async () => {
    await spool.dispose();
    vi.unstubAllEnvs();
    rmSync(temporary, { recursive: true });
  });
  const bytes = (length: number, first = 0) =>
    Uint8Array.from({ length }, (_, index) => (first + index) & 0xff);

  it('keeps a file under its name until it is disposed, for nobody else to read', async () => {
    const id = await spool.begin('../a/Ä: song?.wav', 300);
    // Not waited for one by one: they stay in order.
    await Promise.all([spool.write(id, bytes(200)), spool.write(id, bytes(100, 200))]);
    const kept = await spool.finish(id);
    expect(path.basename(kept.file)).toBe('Ä_ song_.wav');
    expect(path.relative(temporary, kept.file).startsWith('..')).toBe(false);
    expect(new Uint8Array(readFileSync(kept.file))).toEqual(bytes(300));
    expect(statSync(kept.file).mode & 0o077).toBe(0);
    kept.dispose();
    await expect.poll(() => existsSync(kept.file)).toBe(false);
  });

  it('refuses what is too large, too much, too little or too many, and leaves nothing behind', async () => {
    await expect(spool.begin('huge.wav', 2 ** 40)).rejects.toMatchObject({
      code: 'bad-input',
      subject: 'huge.wav',
    });
    const film = await spool.begin('film.mp4', 10);
    await expect(spool.write(film, bytes(5))).rejects.toMatchObject({ code: 'bad-input' });
    await expect(spool.write(film, bytes(5))).rejects.toMatchObject({ code: 'not-found' });
    const short = await spool.begin('short.wav', 10);
    await spool.write(short, bytes(9));
    await expect(spool.finish(short)).rejects.toMatchObject({ code: 'bad-request' });
    const long = await spool.begin('long.wav', 10);
    await expect(spool.write(long, bytes(11))).rejects.toMatchObject({ code: 'bad-request' });
    await expect(spool.write(long, bytes(1))).rejects.toMatchObject({ code: 'not-found' });
    const wide = await spool.begin('wide.wav', 2 ** 30);
    await expect(spool.write(wide, new Uint8Array(UPLOAD_CHUNK_BYTES + 1))).rejects.toMatchObject({
      code: 'bad-request',
    });
    for (let count = 0; count < 8; count++) await spool.begin('many.wav', 10);
    await expect(spool.begin('many.wav', 10)).rejects.toMatchObject({ code: 'bad-state' });
    await spool.dispose();
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('removes what an instance that is gone has left, and not what one has that lives', async () => {
    const gone = Number(execFileSync(process.execPath, ['-p', 'process.pid'], { encoding: 'utf8' }));
    for (const name of [`pinwheel-spool-${gone}-a`, `pinwheel-spool-${process.ppid}-b`]) {
      mkdirSync(path.join(temporary, name));
    }
    await spool.begin('a.wav', 1);
    const left = readdirSync(temporary).map((name) => Number(/-(\d+)-/.exec(name)?.[1]));
    expect(left.sort()).toEqual([process.pid, process.ppid].sort());
  });
});
