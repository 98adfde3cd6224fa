import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Locator, Page } from 'playwright-core';
import { tone } from '../support/audio/tones.ts';
import { writeWav } from '../support/audio/wav.ts';
import { requires } from '../support/requirements.ts';
import { scale } from '../support/smf.ts';
import { seriousViolations } from './support/axe.ts';
import { PanelPage } from './support/panelPage.ts';

/** Room for a machine that has other work. */
const SOON = { timeout: 15_000 };

/** What opens over the panel, and how the panel looks for people who see or move differently. */
requires('chromium', 'pipewire')('overlays, forced colours and reduced motion of the panel', () => {
  let panel: PanelPage;
  let page: Page;
  let program: ReturnType<typeof spawn>;

  beforeAll(async () => {
    panel = await PanelPage.open({ panel: 'mixer' });
    ({ page } = panel);
    const sound = tone({ frequency: 440, seconds: 120 });
    const file = path.join(panel.rig.dir, 'tone.wav');
    writeFileSync(file, writeWav({ rate: 48_000, channels: [sound, sound] }));
    const args = ['--device=speakers', '--client-name=Concert', file];
    program = spawn('paplay', args, { env: { ...process.env, ...panel.rig.env }, stdio: 'ignore' });
    await panel.services.player.add({ name: 'song.mid', bytes: scale({ steps: 40 }).bytes });
    await panel.services.player.setLoop(true);
    await panel.services.player.play(null);
    await page.getByRole('group', { name: 'Concert' }).waitFor();
  });
  afterAll(async () => {
    program?.kill();
    await panel?.dispose();
  });

  const show = (name: string) => page.getByRole('button', { name, exact: true }).click();

  /** In light and in dark, while it is open. */
  async function isAccessible(what: string, opened: Locator): Promise<void> {
    await opened.waitFor();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await seriousViolations(page), `${what}, ${colorScheme}`).toEqual([]);
    }
  }

  it('has no serious accessibility violations in what opens over the mixer', async () => {
    await page.keyboard.press('Control+k');
    await isAccessible('palette', page.getByRole('dialog', { name: 'Commands and controls' }));
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await isAccessible('keys', page.getByRole('dialog', { name: 'Keys' }));
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Sound output' }).click();
    await isAccessible('status', page.getByRole('button', { name: 'Latency settings…' }));
    await page.keyboard.press('Escape');
    const file = { name: 'song.mid', mimeType: 'audio/midi', buffer: Buffer.from('MThd') };
    await page.getByTestId('profile-file').setInputFiles(file);
    await panel.drop({ name: 'broken.wav', bytes: new TextEncoder().encode('This is no sound.') });
    await page.getByRole('alert').filter({ hasText: 'broken.wav' }).waitFor();
    await isAccessible(
      'banner and errors',
      page.getByRole('region', { name: 'Notice' }).getByText('song.mid'),
    );
    await page.getByRole('button', { name: 'Dismiss', exact: true }).click();
    await page.getByRole('button', { name: 'Dismiss message' }).click();
  });

  it('has none in the menus, questions and the inspector of the other panels', async () => {
    await show('Power');
    await page.getByRole('button', { name: 'More for Wavetable' }).click();
    await isAccessible('menu of a subdevice', page.getByRole('dialog', { name: 'More for Wavetable' }));
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Put Wavetable to sleep' }).click();
    await isAccessible('question', page.getByRole('dialog', { name: 'Put Wavetable to sleep?' }));
    await page.keyboard.press('Escape');
    await show('Topology');
    await page.getByRole('button', { name: 'Export' }).click();
    await isAccessible('export', page.getByRole('button', { name: 'Picture as SVG' }));
    await page.keyboard.press('Escape');
    await show('Trace');
    await page.getByRole('button', { name: 'Filter' }).click();
    await isAccessible('filter', page.getByRole('checkbox', { name: 'Failures only' }));
    await page.keyboard.press('Escape');
  });

  it('has none in the flyout of the tray', async () => {
    const address = page.url();
    const flyout = new URL(address);
    flyout.pathname = '/flyout.html';
    await page.goto(flyout.href);
    await isAccessible('flyout', page.getByRole('main', { name: 'Volume' }).getByRole('slider').first());
    await page.goto(address);
    await show('Mixer');
  });

  it('keeps faders, meters, what is pressed and the focus in sight where the system decides the colours', async () => {
    const mute = page.getByRole('button', { name: 'Mute Synth', exact: true });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, forcedColors: 'active' });
      const fader = page.getByRole('slider', { name: 'Synth volume', exact: true });
      const colours = await fader.evaluate((element) => {
        const of = (selector: string, property: string) =>
          getComputedStyle(element.querySelector(selector)!).getPropertyValue(property);
        return {
          surface: getComputedStyle(element.closest('[role="group"]')!).backgroundColor,
          fill: of('.fill', 'background-color'),
          thumb: of('.thumb', 'border-top-color'),
        };
      });
      expect(contrast(colours.fill, colours.surface), 'fill').toBeGreaterThan(3);
      expect(contrast(colours.thumb, colours.surface), 'thumb').toBeGreaterThan(3);

      const released = await mute.evaluate((element) => getComputedStyle(element).backgroundColor);
      await mute.click();
      await expect.poll(() => mute.getAttribute('aria-pressed'), SOON).toBe('true');
      const pressed = await mute.evaluate((element) => getComputedStyle(element).backgroundColor);
      expect(contrast(pressed, released), 'pressed').toBeGreaterThan(3);
      await mute.click();

      await fader.focus();
      await page.keyboard.press('ArrowDown');
      const ring = await fader.evaluate((element) => {
        const { outlineColor, outlineStyle } = getComputedStyle(element.querySelector('.thumb')!);
        return { outlineColor, outlineStyle };
      });
      expect(ring.outlineStyle).toBe('solid');
      expect(contrast(ring.outlineColor, colours.surface), 'focus').toBeGreaterThan(3);
      expect(await seriousViolations(page), colorScheme).toEqual([]);
    }
    await page.emulateMedia({ forcedColors: 'none' });
  });

  it('moves nothing but what the user moves, and meters four times a second, for those who want less motion', async () => {
    /** Frames of one and a half seconds in which a meter was drawn. */
    const drawn = () =>
      page.evaluate(async () => {
        const frames = new Set<unknown>();
        const { fillRect } = CanvasRenderingContext2D.prototype;
        CanvasRenderingContext2D.prototype.fillRect = function counted(...rectangle) {
          frames.add(document.timeline.currentTime);
          fillRect.apply(this, rectangle);
        };
        await new Promise((resolve) => setTimeout(resolve, 1_500));
        CanvasRenderingContext2D.prototype.fillRect = fillRect;
        return frames.size;
      });
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    expect(await drawn()).toBeGreaterThan(10);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.waitForTimeout(300);
    const frames = await drawn();
    expect(frames).toBeGreaterThan(1);
    expect(frames).toBeLessThanOrEqual(8);
    const moving = await page.evaluate(
      () =>
        [...document.querySelectorAll('*')]
          .map((element) => getComputedStyle(element))
          .filter(({ transitionDuration, animationDuration }) =>
            [transitionDuration, animationDuration].some((each) => !/^0s(, 0s)*$/.test(each)),
          ).length,
    );
    expect(moving).toBe(0);
    await page.emulateMedia({ reducedMotion: 'no-preference' });
  });

  it('keeps where a device was dragged while it is away, over a reload', async () => {
    const load = () =>
      panel.rig.pactl(
        'load-module',
        'module-null-sink',
        'sink_name=stage',
        'sink_properties=device.description="Stage"',
      );
    const loaded = (await load()).trim();
    await show('Topology');
    const frame = page.locator('.svelte-flow__node[data-id*="stage"]').first();
    await frame.waitFor();
    const place = () => frame.evaluate((element) => (element as HTMLElement).style.transform);
    const title = frame.getByRole('button', { name: /^Filter / });
    await title.focus();
    const before = await place();
    for (let step = 0; step < 4; step++) await page.keyboard.press('Alt+Shift+ArrowDown');
    const kept = await place();
    expect(kept).not.toBe(before);
    await expect
      .poll(async () => JSON.stringify(await panel.services.arrangement.getAll()), SOON)
      .toContain('stage');

    await panel.rig.pactl('unload-module', loaded);
    await frame.waitFor({ state: 'detached' });
    await page.reload();
    await page.getByTestId('topology-node').first().waitFor();
    expect(await frame.count()).toBe(0);
    await load();
    await frame.waitFor();
    await expect.poll(place, SOON).toBe(kept);
    expect(panel.complaints).toEqual([]);
  });
});

/** WCAG contrast of two computed colours, `rgb(...)` or `color(srgb ...)`. */
function contrast(one: string, other: string): number {
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

function luminance(colour: string): number {
  const parts = colour.match(/[\d.]+/g)!.map(Number);
  const scale = colour.startsWith('color(') ? 1 : 255;
  const [red, green, blue] = parts.slice(0, 3).map((part) => {
    const value = part / scale;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}
