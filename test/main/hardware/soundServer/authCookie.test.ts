import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readAuthCookie } from '../../../../src/main/hardware/soundServer/authCookie.ts';

describe('the authentication cookie', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'cookie-'));
  });
  afterEach(() => rmSync(home, { recursive: true }));

  const put = (path: string, fill: number, length = 256) => {
    mkdirSync(join(home, path, '..'), { recursive: true });
    writeFileSync(join(home, path), Buffer.alloc(length, fill));
  };

  it('is looked for where libpulse does, in that order', async () => {
    expect((await readAuthCookie({ HOME: home })).every((byte) => byte === 0)).toBe(true);
    put('.pulse-cookie', 1);
    expect((await readAuthCookie({ HOME: home }))[0]).toBe(1);
    put('.config/pulse/cookie', 2);
    expect((await readAuthCookie({ HOME: home }))[0]).toBe(2);
    put('xdg/pulse/cookie', 3);
    expect((await readAuthCookie({ HOME: home, XDG_CONFIG_HOME: join(home, 'xdg') }))[0]).toBe(3);
    put('mine', 4);
    expect((await readAuthCookie({ HOME: home, PULSE_COOKIE: join(home, 'mine') }))[0]).toBe(4);
  });

  it('always has 256 bytes', async () => {
    put('.config/pulse/cookie', 5, 10);
    expect(await readAuthCookie({ HOME: home })).toEqual(Buffer.alloc(256));
    put('.config/pulse/cookie', 6, 300);
    expect(await readAuthCookie({ HOME: home })).toEqual(Buffer.alloc(256, 6));
    expect(await readAuthCookie({})).toHaveLength(256);
  });
});
