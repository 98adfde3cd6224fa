import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Browser, ConsoleMessage, Page } from 'playwright-core';
import { requires } from '../support/requirements.ts';
import { seriousViolations } from './support/axe.ts';
import { launchChromium } from './support/browser.ts';
import { TestHome, type RunningPanel } from './support/program.ts';

/** Room for a machine that has other work. */
const soon = { timeout: 10_000 };

/** On the null device: no sound server, no sound card. */
requires('chromium')('strips of the mixer, as a person made them', () => {
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
    page = await browser.newPage({ viewport: { width: 1120, height: 720 } });
    page.setDefaultTimeout(15_000);
    page.on('console', (message: ConsoleMessage) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(panel.url);
    await strips().first().waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    panel?.connection.dispose();
    await home?.dispose();
    rmSync(nowhere, { recursive: true, force: true });
  });

  const region = (name: string) => page.getByRole('region', { name, exact: true });
  const strips = () => region('Speakers').locator('.strip');
  /** Strips that this is about, from left to right; the card may have others. */
  const order = async (name = 'Speakers') => {
    const all = await region(name).locator('.strip').all();
    const names = await Promise.all(all.map((each) => each.getAttribute('aria-label')));
    return names.filter((each) => ['Synth', 'FM Synth', 'Wave', 'Games', 'Speakers'].includes(each ?? ''));
  };
  const inMenu = async (strip: string, button: string) => {
    await page.getByRole('button', { name: `More for ${strip}`, exact: true }).click();
    await page.getByRole('button', { name: button, exact: true }).click();
  };

  it('moves a strip by its menu, the keyboard and the pointer', async () => {
    expect(await order()).toEqual(['Synth', 'FM Synth', 'Wave', 'Speakers']);
    await inMenu('Synth', 'Move right');
    await page.keyboard.press('Escape');
    expect(await order()).toEqual(['FM Synth', 'Synth', 'Wave', 'Speakers']);
    await page.getByRole('slider', { name: 'Wave volume' }).focus();
    await page.keyboard.press('Alt+ArrowLeft');
    await expect.poll(() => order(), soon).toEqual(['FM Synth', 'Wave', 'Synth', 'Speakers']);
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
    await expect.poll(focused, soon).toBe('Wave volume');

    const from = (await strips().nth(0).locator('.head').boundingBox())!;
    const to = (await strips().nth(2).boundingBox())!;
    await page.mouse.move(from.x + 20, from.y + 10);
    await page.mouse.down();
    await page.mouse.move(to.x + to.width - 8, from.y + 10, { steps: 5 });
    await page.mouse.up();
    await expect.poll(() => order(), soon).toEqual(['Wave', 'Synth', 'FM Synth', 'Speakers']);
  });

  it('gives a strip a name and a colour, which hold everywhere and over a restart', async () => {
    await page.getByRole('button', { name: 'More for Wave', exact: true }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Games');
    await page.getByRole('radio', { name: 'Blue' }).check();
    await page.getByRole('textbox', { name: 'Name' }).press('Enter');
    await page.getByRole('slider', { name: 'Games volume' }).waitFor();
    await region('Speakers').getByRole('img', { name: 'Blue tag' }).waitFor();

    // Without a page that would look for the program meanwhile.
    await page.goto('about:blank');
    await panel.connection.services.app.quit();
    await panel.program.finished;
    panel.connection.dispose();
    panel = await home.serve();
    await page.goto(panel.url);
    await expect.poll(() => order(), soon).toEqual(['Games', 'Synth', 'FM Synth', 'Speakers']);
    await region('Speakers').getByRole('img', { name: 'Blue tag' }).waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Commands and controls' }).fill('mute games');
    await page.keyboard.press('Enter');
    await expect
      .poll(() => page.getByRole('button', { name: 'Mute Games' }).getAttribute('aria-pressed'), soon)
      .toBe('true');
    await page.getByRole('button', { name: 'Mute Games' }).click();

    await page.getByRole('button', { name: 'More for Games', exact: true }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('');
    await page.getByRole('textbox', { name: 'Name' }).press('Enter');
    await page.getByRole('slider', { name: 'Wave volume' }).waitFor();
  });

  it('hides a strip, shows what is hidden on demand, and brings it back', async () => {
    await inMenu('FM Synth', 'Hide');
    await expect.poll(() => order(), soon).toEqual(['Wave', 'Synth', 'Speakers']);
    const toggle = page.getByRole('button', { name: '1 hidden' });
    await toggle.click();
    await expect.poll(() => order(), soon).toEqual(['Wave', 'Synth', 'FM Synth', 'Speakers']);
    await inMenu('FM Synth', 'Show again');
    await expect.poll(() => toggle.count(), soon).toBe(0);
    expect(await order()).toEqual(['Wave', 'Synth', 'FM Synth', 'Speakers']);
  });

  it('pins a strip before all others', async () => {
    await inMenu('Synth', 'Pin');
    await expect.poll(() => order('Pinned'), soon).toEqual(['Synth']);
    expect(await order()).toEqual(['Wave', 'FM Synth', 'Speakers']);
    const place = async () => (await region('Pinned').getByRole('group', { name: 'Synth' }).boundingBox())!.x;
    await page.setViewportSize({ width: 720, height: 480 });
    const before = await place();
    await page.locator('.lines').evaluate((lines) => (lines.scrollLeft = 400));
    expect(await place()).toBe(before);
    await page.setViewportSize({ width: 1120, height: 720 });
  });

  it('does all that from the palette, too, and wakes a subdevice or lets it sleep', async () => {
    const choose = async (action: string) => {
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox', { name: 'Commands and controls' }).fill(action);
      await page.getByRole('option', { name: action }).first().waitFor();
      await page.keyboard.press('Enter');
    };
    await choose('Unpin Synth');
    await expect.poll(() => order(), soon).toEqual(['Wave', 'Synth', 'FM Synth', 'Speakers']);
    await choose('Hide Synth');
    await expect.poll(() => order(), soon).toEqual(['Wave', 'FM Synth', 'Speakers']);
    await choose('Show Synth again');
    await choose('Pin Synth');
    await expect.poll(() => order('Pinned'), soon).toEqual(['Synth']);
    const { power } = panel.connection.services;
    const state = async () =>
      (await power.getSnapshot()).subdevices.find(({ name }) => name === 'FmSynth')?.state;
    await choose('Put FmSynth to sleep');
    await expect.poll(state, soon).toBe('D3');
    await choose('Wake FmSynth');
    await expect.poll(state, soon).toBe('D0');
    await choose('Latency: Saving');
    await expect
      .poll(async () => (await panel.connection.services.settings.get()).latency, soon)
      .toBe('saving');
  });

  it('keeps what was made of a strip while its device is away', async () => {
    const { power } = panel.connection.services;
    await power.unregister('TopologyRender');
    await expect.poll(() => region('Speakers').count(), soon).toBe(0);
    await power.register('TopologyRender');
    await expect.poll(() => order(), soon).toEqual(['Wave', 'FM Synth', 'Speakers']);
    await region('Speakers').getByRole('img', { name: 'Blue tag' }).waitFor();
  });

  it('has no serious accessibility violations with the menu open, and complains about nothing', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.getByRole('button', { name: 'More for Synth', exact: true }).click();
      await page.getByRole('textbox', { name: 'Name' }).waitFor();
      expect(await seriousViolations(page), colorScheme).toEqual([]);
      await page.keyboard.press('Escape');
    }
    expect(complaints).toEqual([]);
  });
});
