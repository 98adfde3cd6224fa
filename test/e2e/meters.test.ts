import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Browser, Locator, Page } from 'playwright-core';
import { decibelsToKsLevel } from '../../src/contract/units.ts';
import { faderLaw } from '../../src/renderer/components/fader/faderLaw.ts';
import { serveStudio, type Studio } from '../bench/panel/studioServer.ts';
import { requires } from '../support/requirements.ts';
import { launchChromium } from './support/browser.ts';

/** Room for a machine that has other work. */
const soon = { timeout: 20_000 };
/** The studio's faders, and the highest peak of all its meters within a turn of 32 frames. */
const LAW = faderLaw({
  min: decibelsToKsLevel(-96),
  max: decibelsToKsLevel(12),
  step: decibelsToKsLevel(0.5),
});
const PEAK_DECIBELS = 20 * Math.log10(0.59);
const TURN = 32;

requires('chromium')('meters of a large mixer', () => {
  let studio: Studio;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    studio = await serveStudio({ live: false });
    browser = await launchChromium();
    page = await browser.newPage({ viewport: { width: 1120, height: 720 }, colorScheme: 'dark' });
    page.setDefaultTimeout(15_000);
    await page.goto(studio.url);
    await meters()
      .nth(studio.strips - 1)
      .waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    await studio?.dispose();
  });

  const meters = () => page.locator('.strip').getByRole('meter');
  const sound = () => {
    for (let frame = 0; frame < TURN; frame++) studio.meter();
  };
  /** Height of a canvas in pixels, of what is drawn in its first channel, and the colour at the foot of that. */
  const drawn = (meter: Locator) =>
    meter.locator('canvas').evaluate((canvas: HTMLCanvasElement) => {
      const { width, height } = canvas;
      if (width === 0) return { height: 0, top: 0, colour: '' };
      const { data } = canvas.getContext('2d')!.getImageData(1, 0, 1, height);
      const first = Array.from({ length: height }, (_, row) => data[row * 4 + 3]!).findIndex(
        (alpha) => alpha > 0,
      );
      return {
        height,
        top: first < 0 ? 0 : height - first,
        colour: [...data.slice((height - 1) * 4, (height - 1) * 4 + 3)].join(' '),
      };
    });
  /** Sound that has just come is drawn up to its peak. */
  const isDrawn = (meter: Locator) =>
    expect
      .poll(async () => {
        sound();
        await page.waitForTimeout(100);
        const { height, top } = await drawn(meter);
        return height > 0 && Math.abs(top - LAW.positionOf(PEAK_DECIBELS) * height) <= 1;
      }, soon)
      .toBe(true);

  it('have no canvas before there is sound', async () => {
    expect((await drawn(meters().first())).height).toBe(0);
    await expect.poll(() => meters().first().getAttribute('aria-valuetext')).toBe('silent');
  });

  it('draw the held peak at its place on the scale', async () => {
    await isDrawn(meters().first());
  });

  it('are drawn in sight only, but tell their level everywhere', async () => {
    const last = meters().last();
    await expect
      .poll(async () => {
        sound();
        return Number(await last.getAttribute('aria-valuenow'));
      }, soon)
      .toBeGreaterThan(-20);
    expect((await drawn(last)).height).toBe(0);
    await last.scrollIntoViewIfNeeded();
    await isDrawn(last);
  });

  it('fit a window of another height', async () => {
    const last = meters().last();
    const before = (await drawn(last)).height;
    await page.setViewportSize({ width: 1120, height: 600 });
    await expect.poll(async () => (await drawn(last)).height, soon).toBeLessThan(before);
    await isDrawn(last);
  });

  it('take the colours of another theme', async () => {
    const master = page.getByRole('banner').getByRole('meter');
    expect((await drawn(master)).colour).toBe('88 194 125');
    await page.getByTestId('rail-settings').click();
    await page.getByRole('radio', { name: 'Light' }).check({ force: true });
    await expect
      .poll(async () => {
        sound();
        return (await drawn(master)).colour;
      }, soon)
      .toBe('53 167 99');
  });
});
