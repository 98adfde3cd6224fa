import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Browser, ConsoleMessage, Page } from 'playwright-core';
import type { TraceEntry } from '../../src/contract/services/trace.ts';
import { requires } from '../support/requirements.ts';
import { scale } from '../support/smf.ts';
import { seriousViolations } from './support/axe.ts';
import { launchChromium } from './support/browser.ts';
import { TestHome, type RunningPanel } from './support/program.ts';

/** Room for a machine that has other work. */
const soon = { timeout: 10_000 };

/** On the null device: no sound server, no sound card. */
requires('chromium')('the trace panel and “pinwheel trace”', () => {
  const nowhere = mkdtempSync(path.join(tmpdir(), 'pwn-'));
  let home: TestHome;
  let panel: RunningPanel;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    home = new TestHome({ XDG_RUNTIME_DIR: nowhere, PULSE_SERVER: undefined, PULSE_RUNTIME_PATH: undefined });
    panel = await home.serve();
    browser = await launchChromium();
    const context = await browser.newContext({
      viewport: { width: 1120, height: 720 },
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    page = await context.newPage();
    page.setDefaultTimeout(15_000);
    page.on('console', (message: ConsoleMessage) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(panel.url);
    await page.getByRole('button', { name: 'Trace', exact: true }).click();
  });
  afterAll(async () => {
    await browser?.close();
    panel?.connection.dispose();
    await home?.dispose();
    rmSync(nowhere, { recursive: true, force: true });
  });

  const services = () => panel.connection.services;
  const list = () => page.getByRole('grid', { name: 'Requests that crossed the engine' });
  const rows = (text: string | RegExp) => list().getByTestId('trace-entry').filter({ hasText: text });
  const status = () => page.getByTestId('panel-trace').getByRole('status').innerText();

  async function setMaster(decibels: number): Promise<void> {
    const { devices } = await services().mixer.getSnapshot();
    const { id, destinations } = devices[0]!;
    const volume = destinations[0]!.controls.find(({ type }) => type === 'VOLUME')!;
    await services().mixer.setControl(id, volume.id, { levels: [decibels * 0x10000] as never });
  }

  it('records nothing until it is asked to, then every request by name, value and status', async () => {
    await page.getByRole('heading', { name: 'Nothing recorded yet' }).waitFor();
    expect(await services().trace.getState()).toMatchObject({ recording: false });
    await page.getByTestId('trace-record').click();
    await expect.poll(async () => (await services().trace.getState()).recording, soon).toBe(true);
    await setMaster(-7);
    const row = rows(/SET AUDIO_VOLUMELEVEL.*-458752/);
    await row.first().waitFor();
    expect(await row.first().innerText()).toMatch(/TopologyRender · Master Volume[^]*SUCCESS[^]*\d ms/);
    await row.first().click();
    const details = page.getByRole('region', { name: 'Selected entry' });
    await details.getByRole('heading', { name: /^SET KSPROPERTY_AUDIO_VOLUMELEVEL, channel/ }).waitFor();
  });

  it('finds by word, leaves out kinds, and shows failures only', async () => {
    const refused = services().topology.getProperty({
      filter: 'TopologyRender',
      node: 0,
      channel: 0,
      property: 'KSPROPERTY_AUDIO_AGC',
    });
    await expect(refused).rejects.toThrow();
    await page.getByRole('button', { name: /^Filter/ }).click();
    await page.getByRole('checkbox', { name: 'Failures only' }).check();
    await page.keyboard.press('Escape');
    await expect.poll(() => rows('').count(), soon).toBeGreaterThan(0);
    expect(await rows(/SUCCESS/).count()).toBe(0);
    await page.getByRole('button', { name: /^Filter/ }).click();
    await page.getByRole('checkbox', { name: 'Failures only' }).uncheck();
    await page.getByRole('checkbox', { name: 'Property' }).uncheck();
    await page.keyboard.press('Escape');
    expect(await rows(/GET|SET/).count()).toBe(0);
    await page.getByRole('button', { name: /^Filter/ }).click();
    await page.getByRole('checkbox', { name: 'Property' }).check();
    await page.keyboard.press('Escape');
    await page.getByRole('searchbox', { name: 'Find in the trace' }).fill('volumelevel set');
    await expect.poll(() => rows(/SET AUDIO_VOLUMELEVEL/).count(), soon).toBeGreaterThan(0);
    expect(await rows(/MUTE/).count()).toBe(0);
    expect(await status()).toMatch(/^\d+ of [\d,]+ entries$/);
    await page.getByRole('searchbox', { name: 'Find in the trace' }).fill('');
  });

  it('stands still while it is paused and shows what came meanwhile afterwards', async () => {
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    const before = await status();
    await setMaster(-11);
    await setMaster(-13);
    await page.waitForTimeout(300);
    expect(await status()).toBe(before);
    expect(await rows(/-851968/).count()).toBe(0);
    await page.getByRole('button', { name: 'Resume' }).click();
    await rows(/SET AUDIO_VOLUMELEVEL.*-851968/)
      .first()
      .waitFor();
  });

  it('shows states, pins and stream buffers of a song, follows one object, and goes to it and back', async () => {
    const song = scale({ steps: 40, everySeconds: 2, heldSeconds: 1.9 });
    await services().player.add({ name: 'song.mid', bytes: song.bytes });
    await services().player.play(null);
    await page.getByRole('searchbox', { name: 'Find in the trace' }).fill('Wavetable');
    for (const part of [/create pin/, /ACQUIRE/, /RUN/, /write \d+ bytes/])
      await rows(part).first().waitFor();
    await rows(/RUN/).first().click();
    await page.getByRole('button', { name: 'Show in topology' }).click();
    await page.getByTestId('topology-inspector').waitFor();
    await page.getByRole('button', { name: 'Find in trace' }).click();
    await page.getByText(/^Following soundCard\/Wavetable\/pin \d$/).waitFor();
    await services().player.stop();
    await rows(/STOP/).first().waitFor();
    await setMaster(-17);
    await page.waitForTimeout(200);
    expect(await rows(/VOLUMELEVEL/).count()).toBe(0);
    await page.getByRole('button', { name: 'Follow everything again' }).click();
    await rows(/VOLUMELEVEL/)
      .first()
      .waitFor();
  });

  it('copies and saves what is shown', async () => {
    await page.getByRole('searchbox', { name: 'Find in the trace' }).fill('SET VOLUMELEVEL -1114112');
    await expect.poll(() => rows('').count(), soon).toBeGreaterThan(0);
    await list().focus();
    await page.keyboard.press('End');
    await page.keyboard.press('Control+c');
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toMatch(
      /^\d\d:\d\d:\d\d\.\d{3}\t[\d.]+ ms\tproperty\tsoundCard\/TopologyRender\/node \d+\tTopologyRender · Master Volume\tSET KSPROPERTY_AUDIO_VOLUMELEVEL.*\tSTATUS_SUCCESS/,
    );
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save what is shown' }).click();
    const file = JSON.parse(readFileSync(await (await download).path(), 'utf8')) as {
      version: number;
      entries: TraceEntry[];
    };
    expect(file.version).toBe(1);
    expect(file.entries.length).toBe(await rows('').count());
    expect(file.entries.every(({ action }) => action.includes('-1114112'))).toBe(true);
  });

  it('holds thousands of entries with the rows in sight drawn only, and keeps the place scrolled back to', async () => {
    await page.getByRole('searchbox', { name: 'Find in the trace' }).fill('');
    const { devices } = await services().mixer.getSnapshot();
    const { id, destinations } = devices[0]!;
    const volume = destinations[0]!.controls.find(({ type }) => type === 'VOLUME')!;
    const sets = Array.from({ length: 1_200 }, (_, step) =>
      services().mixer.setControl(id, volume.id, { levels: [-(step % 40) * 0x10000] as never }),
    );
    await Promise.all(sets);
    await expect.poll(async () => Number((await status()).replace(/\D/g, '')), soon).toBeGreaterThan(3_000);
    expect(await list().getByRole('row').count()).toBeLessThan(80);
    await list().focus();
    await page.keyboard.press('Home');
    for (let turn = 0; turn < 12; turn++) await page.keyboard.press('PageDown');
    const selected = list().getByRole('row', { selected: true });
    const before = { text: await selected.innerText(), place: await selected.boundingBox() };
    for (let step = 0; step < 5; step++) await setMaster(-5 - step);
    await setMaster(-5);
    await page.waitForTimeout(200);
    expect({ text: await selected.innerText(), place: await selected.boundingBox() }).toEqual(before);
    await page.getByRole('button', { name: 'Newest' }).click();
    await rows(/-327680/)
      .first()
      .waitFor();
  });

  it('is printed by “pinwheel trace”, all of it or what is about one object', async () => {
    const all = home.start(['trace', '--json']);
    const followed = home.start(['trace', '--follow', 'wavetable']);
    const tracing = (program: typeof all) => expect.poll(() => program.stderr, soon).toContain('tracing');
    await Promise.all([tracing(all), tracing(followed)]);
    await setMaster(-19);
    await services().power.setState('Wavetable', 'D3');
    await services().power.setState('Wavetable', 'D0');
    await followed.waitForOutput(/power .*soundCard\/Wavetable .*D3 to D0, request/);
    await all.waitForOutput(/D3 to D0, request/);
    for (const program of [all, followed]) program.child.kill('SIGINT');
    expect((await Promise.all([all.finished, followed.finished])).map(({ code }) => code)).toEqual([0, 0]);
    const entries = all.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as TraceEntry);
    expect(entries.some(({ action }) => /^SET KSPROPERTY_AUDIO_VOLUMELEVEL.*-1245184/.test(action))).toBe(
      true,
    );
    expect(followed.stdout).not.toContain('VOLUMELEVEL');
  });

  it('works by keyboard and palette, without serious accessibility violations', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await list().focus();
      await page.keyboard.press('End');
      expect(await seriousViolations(page), colorScheme).toEqual([]);
    }
    await page.keyboard.press('Control+k');
    await page.keyboard.type('stop recording');
    await page.keyboard.press('Enter');
    await expect.poll(async () => (await services().trace.getState()).recording, soon).toBe(false);
    expect(await list().getByRole('row').count()).toBeGreaterThan(0);
    await page.getByRole('button', { name: 'Clear', exact: true }).click();
    await page.getByRole('heading', { name: 'Nothing recorded yet' }).waitFor();
    expect(await seriousViolations(page), 'empty').toEqual([]);
  });

  it('complains about nothing in the console', () => {
    expect(complaints).toEqual([]);
  });
});
