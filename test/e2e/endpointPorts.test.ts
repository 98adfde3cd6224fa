import { writeFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { appPaths } from '../../src/main/settings/appPaths.ts';
import { laptop } from '../rigs/simulatedServer/laptop.ts';
import { simulatedDevice } from '../rigs/simulatedServer/serverRecords.ts';
import { SimulatedServer } from '../rigs/simulatedServer/simulatedServer.ts';
import { requires } from '../support/requirements.ts';
import { seriousViolations } from './support/axe.ts';
import { launchChromium } from './support/browser.ts';
import { TestHome, type RunningPanel } from './support/program.ts';

/** Room for a machine that has other work. */
const soon = { timeout: 10_000 };

requires('chromium')('ports, profiles and defaults of the system’s devices', () => {
  let server: SimulatedServer;
  let card: number;
  let home: TestHome;
  let panel: RunningPanel;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    server = await SimulatedServer.start();
    server.addSink(simulatedDevice('usb', { description: 'USB Speaker' }));
    card = server.addCard(laptop());
    home = new TestHome({ ...server.env, XDG_RUNTIME_DIR: '/nonexistent' });
    const settings = { bank: 'built-in', output: 'null', hintsRead: true };
    writeFileSync(
      appPaths(home.env).settingsFile,
      JSON.stringify({ format: 'pinwheel-settings', version: 1, data: settings }),
    );
    panel = await home.serve();
    browser = await launchChromium();
    page = await browser.newPage({ viewport: { width: 1120, height: 720 } });
    page.setDefaultTimeout(15_000);
    await page.goto(panel.url);
  });
  afterAll(async () => {
    await browser?.close();
    panel?.connection.dispose();
    await home?.dispose();
    await server?.dispose();
  });

  const speaker = 'Built-in Audio Analog Stereo';
  /** The server's own idea of the port. */
  const port = () =>
    [...server.sinks.values()].find(({ device }) => device.name === 'out.analog')?.device.activePort;
  const device = () => page.locator('[data-device="endpoint:card.pci"]');
  const more = (line: string) => device().getByRole('button', { name: `More for ${line}` });
  const ports = () => page.getByRole('radiogroup', { name: `Port of ${speaker}` });
  const radio = (name: string) => ports().getByRole('radio', { name });

  it('tells the ports of an output with what is plugged in, in the fold-out of its strip', async () => {
    await more('Speakers').focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => ports().getByRole('radio').count(), soon).toBe(2);
    expect(await radio('Speakers').isChecked()).toBe(true);
    expect(await radio('Headphones not plugged in').isChecked()).toBe(false);
    server.setAvailable(card, 'headphones', 'yes');
    await radio('Headphones plugged in').and(page.locator(':not(:checked)')).waitFor();
    expect(await seriousViolations(page)).toEqual([]);
  });

  it('is switched to another port by the keyboard, and its strip is then called what it is', async () => {
    await radio('Speakers').focus();
    await page.keyboard.press('ArrowDown');
    await expect.poll(port, soon).toBe('headphones');
    await more('Headphones').waitFor();
    await expect.poll(() => radio('Headphones').isChecked(), soon).toBe(true);
    expect(await radio('Headphones').evaluate((each) => each === document.activeElement)).toBe(true);
  });

  it('follows a port that somebody else has chosen', async () => {
    const [index, sink] = [...server.sinks].find(([, { device: each }]) => each.name === 'out.analog')!;
    sink.device.activePort = 'speaker';
    server.tell('sink', 'change', index);
    await more('Speakers').waitFor();
    await expect.poll(() => radio('Speakers').isChecked(), soon).toBe(true);
  });

  it('makes an output the system’s default', async () => {
    const button = page
      .getByRole('group', { name: `Ports and profile of ${speaker}` })
      .getByRole('button', { name: 'The system’s default output' });
    await button.focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => server.defaultSink, soon).toBe('out.analog');
    await expect.poll(() => button.getAttribute('aria-pressed'), soon).toBe('true');
  });

  it('has the ports of an input, and switches them from the palette too', async () => {
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await page.keyboard.type(`${speaker}: Line In`);
    await page.keyboard.press('Enter');
    await expect
      .poll(
        () =>
          [...server.sources.values()].find((each) => each.device.name === 'in.analog')?.device.activePort,
        soon,
      )
      .toBe('line');
    await more('Recording').press('Enter');
    const inputs = page.getByRole('radiogroup', { name: `Port of ${speaker}` });
    expect(await inputs.getByRole('radio', { name: 'Line In plugged in' }).isChecked()).toBe(true);
    await page.keyboard.press('Escape');
  });

  it('switches a card off by its profile, and on again in the settings, where it can be found without a device', async () => {
    await more('Speakers').press('Enter');
    const profile = page.getByRole('combobox', { name: 'Profile of Built-in Audio' });
    expect(await profile.locator('option').allTextContents()).toEqual([
      'Analog Stereo',
      'Digital Surround (not plugged in)',
      'Off',
    ]);
    await profile.selectOption({ label: 'Off' });
    await device().first().waitFor({ state: 'detached' });
    await page.getByTestId('rail-settings').click();
    const setting = page.getByTestId('settings-profile-card:card.pci');
    expect(await setting.inputValue()).toBe('off');
    await setting.focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await expect.poll(() => server.cards.get(card)?.activeProfile, soon).toBe('analog');
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByTestId('rail-mixer').click();
    await more('Speakers').waitFor();
  });
});
