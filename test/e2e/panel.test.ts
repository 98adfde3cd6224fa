import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Browser, ConsoleMessage, Page } from 'playwright-core';
import type { Clients } from '../../src/contract/services/index.ts';
import { decodeFrame } from '../../src/contract/frames.ts';
import { serveBrowserShell } from '../../src/main/ipc/webServer.ts';
import { scriptedServices } from '../main/ipc/scriptedServices.ts';
import { sineWav } from '../support/audio/wavFile.ts';
import { requires } from '../support/requirements.ts';
import { scale } from '../support/smf.ts';
import { seriousViolations } from './support/axe.ts';
import { launchChromium } from './support/browser.ts';
import { dragFiles } from './support/dropFiles.ts';
import { TestHome, type RunningPanel } from './support/program.ts';
import { eventually } from './support/waiting.ts';

/** No sound server, no sound card: an empty runtime directory and no way to find another one. */
requires('chromium')('the panel on a machine without an output device', () => {
  const nowhere = mkdtempSync(path.join(tmpdir(), 'pwn-'));
  let home: TestHome;
  let panel: RunningPanel;
  let services: Clients;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    home = new TestHome({ XDG_RUNTIME_DIR: nowhere, PULSE_SERVER: undefined, PULSE_RUNTIME_PATH: undefined });
    panel = await home.serve();
    services = panel.connection.services;
    browser = await launchChromium();
    page = await browser.newPage({ viewport: { width: 1120, height: 720 } });
    page.on('console', (message: ConsoleMessage) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(panel.url);
  });
  afterAll(async () => {
    await browser?.close();
    panel?.connection.dispose();
    await home?.dispose();
    rmSync(nowhere, { recursive: true, force: true });
  });

  it('says that it renders to the null device, on the command line and in the panel', async () => {
    expect(panel.program.stderr).toContain('rendering to the null device');
    await page.getByTestId('banner').filter({ hasText: 'rendering to the null device' }).waitFor();
  });

  it('says that levels of the system are not shown, on Windows and macOS where they are', async () => {
    const note = page.getByTestId('programs-not-shown');
    await note.filter({ hasText: 'No sound server answers' }).waitFor();
    for (const [platform, system] of [
      ['win32', 'Windows'],
      ['darwin', 'macOS'],
    ] as const) {
      const scripted = scriptedServices();
      scripted.appState = { ...scripted.appState, platform };
      const shell = await serveBrowserShell({
        served: scripted.served,
        rendererDir: new URL('../../out/renderer/', import.meta.url),
      });
      const other = await browser.newPage({ viewport: { width: 1120, height: 720 } });
      await other.goto(shell.url);
      const said = other.getByTestId('programs-not-shown');
      await said.waitFor();
      expect(await said.innerText()).toBe(
        `The levels of ${system} and of other programs are in the mixer of ${system}.`,
      );
      await other.close();
      await shell.dispose();
    }
  });

  it('plays a dropped file, and the meters move', async () => {
    const { bytes } = scale({ steps: 15, everySeconds: 0.5, heldSeconds: 0.45 });
    await page.getByTestId('rail-player').click();
    await dragFiles(page, 'drop', [{ name: 'dropped.mid', bytes }]);
    await page.getByTestId('queue-entry').filter({ hasText: 'dropped.mid' }).waitFor();
    const { queue } = await services.player.getState();
    expect(queue.map((entry) => entry.name)).toEqual(['dropped.mid']);

    const peaks: number[] = [];
    const frames = panel.connection.onFrame((bytes) => {
      const frame = decodeFrame(bytes);
      if (frame?.kind === 'peaks') peaks.push(Math.max(...frame.meters.flatMap((meter) => meter.peaks)));
    });
    if ((await services.player.getState()).phase !== 'playing') await page.getByTestId('player-play').click();
    await eventually(
      () => peaks.some((peak) => peak > 0.02),
      5000,
      () => `the peaks rise: ${peaks.slice(-5).join(', ')}`,
    );
    frames.dispose();
    await page.getByTestId('player-stop').click();
  });

  it('refuses a broken file with its name and the byte offset, and keeps the queue', async () => {
    const before = (await services.player.getState()).queue;
    const whole = scale().bytes;
    await dragFiles(page, 'drop', [{ name: 'broken.mid', bytes: whole.subarray(0, whole.length - 50) }]);
    const error = page.getByTestId('player-error');
    await error.filter({ hasText: 'broken.mid' }).waitFor();
    expect(await error.innerText()).toMatch(/byte \d+/);
    expect((await services.player.getState()).queue).toEqual(before);
  });

  it('plays a dropped sound file, which comes in pieces, and says what it is', async () => {
    await page.getByTestId('rail-player').click();
    await dragFiles(page, 'drop', [
      { name: 'tone.wav', bytes: sineWav({ seconds: 8, rate: 44_100, bits: 24 }) },
      { name: 'text.wav', bytes: new TextEncoder().encode('this is no sound') },
    ]);
    const entry = page.getByTestId('queue-entry').filter({ hasText: 'tone.wav' });
    await entry.waitFor();
    expect(await entry.innerText()).toContain('WAV · 44.1 kHz · 24 bit · stereo');
    await page.getByTestId('player-error').filter({ hasText: 'text.wav' }).waitFor();
    await entry.dblclick();
    await eventually(
      async () => (await services.player.getState()).positionSeconds > 0.5,
      8_000,
      () => 'the sound file plays',
    );
    await page.getByTestId('player-stop').click();
  });

  it('works by keyboard and has no serious accessibility violations, in light and dark', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      for (const name of ['mixer', 'player', 'settings'] as const) {
        await page.getByTestId(`rail-${name}`).click();
        expect(await seriousViolations(page), `${name}, ${colorScheme}`).toEqual([]);
      }
    }
    await page.keyboard.press('Control+1');
    const fader = page.getByTestId('master-fader');
    await fader.focus();
    const before = Number(await fader.getAttribute('aria-valuenow'));
    await page.keyboard.press('PageDown');
    await eventually(
      async () => Number(await fader.getAttribute('aria-valuenow')) === before - 6,
      2000,
      () => 'Page Down lowers the master by 6 dB',
    );
  });

  it('complains about nothing in the console', () => {
    expect(complaints).toEqual([]);
  });
});
