import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Browser, ConsoleMessage, Page } from 'playwright-core';
import { requires } from '../support/requirements.ts';
import { seriousViolations } from './support/axe.ts';
import { launchChromium } from './support/browser.ts';
import { serveEffectsCard } from './support/effectsEngine.ts';

/** Room for a machine that has other work. */
const soon = { timeout: 10_000 };
const DECIBEL = 0x10000;

requires('chromium')('controls in the fold-out of a strip', () => {
  let engine: Awaited<ReturnType<typeof serveEffectsCard>>;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    engine = await serveEffectsCard();
    browser = await launchChromium();
    page = await browser.newPage({ viewport: { width: 1120, height: 720 } });
    page.setDefaultTimeout(15_000);
    page.on('console', (message: ConsoleMessage) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(engine.url);
    await page.getByRole('button', { name: 'More for CD Player' }).focus();
    await page.keyboard.press('Enter');
    await controls().waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    await engine?.dispose();
  });

  const controls = () => page.getByRole('group', { name: 'Controls of CD Player' });
  const slider = (name: string) => controls().getByRole('slider', { name: `CD Player ${name}`, exact: true });

  it('has an editor for every control that the strip does not show', async () => {
    const sliders = await controls().getByRole('slider').all();
    const switches = await controls().getByRole('switch').all();
    const names = [...sliders, ...switches].map((each) => each.getAttribute('aria-label'));
    expect((await Promise.all(names)).map((name) => name!.replace('CD Player ', ''))).toEqual([
      ...[1, 2, 3, 4, 5, 6].map((channel) => `Channel ${channel}`),
      'Bass',
      'Treble',
      '3D Depth',
      'Chorus',
      'Reverb',
      'Bass boost',
      'Limiter',
      'Loudness',
    ]);
  });

  it('sets a tone in dB, by step and by typing', async () => {
    await slider('Bass').focus();
    await page.keyboard.press('ArrowUp');
    await expect.poll(() => engine.registers.bass.values, soon).toEqual([1.5 * DECIBEL, 1.5 * DECIBEL]);
    expect(await slider('Bass').getAttribute('aria-valuetext')).toBe('1.5 dB');
    await slider('Treble').focus();
    await page.keyboard.type('-7');
    await page.keyboard.press('Enter');
    // The node steps by 1.5 dB.
    await expect.poll(() => engine.registers.treble.values, soon).toEqual([-7.5 * DECIBEL, -7.5 * DECIBEL]);
    await expect.poll(() => slider('Treble').getAttribute('aria-valuetext'), soon).toBe('-7.5 dB');
  });

  it('switches automatic gain, loudness and bass boost', async () => {
    for (const [name, { values }] of [
      ['Bass boost', engine.registers.boost],
      ['Limiter', engine.registers.agc],
      ['Loudness', engine.registers.loudness],
    ] as const) {
      await controls()
        .getByRole('switch', { name: `CD Player ${name}` })
        .focus();
      await page.keyboard.press('Space');
      await expect.poll(() => values, soon).toEqual([true, true]);
    }
  });

  it('sets width and effects in percent, and refuses what is none', async () => {
    const { width, chorus, reverb } = engine.registers;
    await slider('3D Depth').focus();
    await page.keyboard.press('End');
    await expect.poll(() => width.value, soon).toBe(0x20000);
    expect(await slider('3D Depth').getAttribute('aria-valuetext')).toBe('200 %');
    const typed = (name: string) =>
      controls().getByRole('textbox', { name: `CD Player ${name}: type a percentage` });
    await typed('Chorus').fill('50');
    await typed('Chorus').press('Enter');
    await expect.poll(() => chorus.value, soon).toBe(0x8000);
    await typed('Reverb').fill('a lot');
    await typed('Reverb').press('Enter');
    await controls().getByRole('alert').filter({ hasText: 'A percentage' }).waitFor();
    expect(await typed('Reverb').inputValue()).toBe('a lot');
    expect(reverb.value).toBe(0);
    await typed('Reverb').press('Escape');
    expect(await typed('Reverb').inputValue()).toBe('0 %');
    expect(await controls().getByRole('alert').count()).toBe(0);
  });

  it('sets one channel of six', async () => {
    await slider('Channel 3').focus();
    await page.keyboard.press('ArrowDown');
    const levels = () => {
      const [line] = engine.mixer.getSnapshot().devices[0]!.destinations[0]!.sources;
      const volume = line!.controls.find(({ type }) => type === 'VOLUME');
      return volume?.type === 'VOLUME' ? volume.levels.map((level) => level / DECIBEL) : [];
    };
    await expect.poll(levels, soon).toEqual([0, 0, -1.5, 0, 0, 0]);
  });

  it('follows what somebody else sets', async () => {
    const { devices } = engine.mixer.getSnapshot();
    const reverb = devices[0]!.destinations[0]!.sources[0]!.controls.find(({ name }) => name === 'Reverb')!;
    engine.mixer.setControl(devices[0]!.id, reverb.id, { value: 0x4000 });
    await expect.poll(() => slider('Reverb').getAttribute('aria-valuetext'), soon).toBe('25 %');
  });

  it('has no serious accessibility violations while it is open', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await seriousViolations(page), colorScheme).toEqual([]);
    }
    await page.keyboard.press('Escape');
    await controls().waitFor({ state: 'detached' });
  });

  it('chooses the source of a recording on its strips, or in the heading when a strip is hidden', async () => {
    const { registers } = engine.example;
    const region = page.getByRole('region', { name: 'Recording Control' });
    await region.getByText('from Microphone').waitFor();
    await region.getByRole('radio', { name: 'Record from Microphone' }).focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => registers.source, soon).toBe(2);
    await region.getByText('from Aux').waitFor();
    await region.getByRole('button', { name: 'More for Microphone' }).click();
    await page.getByRole('button', { name: 'Hide', exact: true }).click();
    const source = region.getByRole('combobox', { name: 'Source of Recording Control' });
    await source.selectOption({ label: 'from Microphone' });
    await expect.poll(() => registers.source, soon).toBe(1);
  });

  it('complains about nothing in the console', () => {
    expect(complaints).toEqual([]);
  });
});
