import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { requires } from '../support/requirements.ts';
import { seriousViolations } from './support/axe.ts';
import { PanelPage } from './support/panelPage.ts';

/** Room for a machine that has other work. */
const SOON = { timeout: 15_000 };

requires('chromium', 'pipewire')('the settings and the palette in the panel', () => {
  let panel: PanelPage;
  let page: Page;

  beforeAll(async () => {
    panel = await PanelPage.open({ panel: 'settings' });
    ({ page } = panel);
  });
  afterAll(() => panel?.dispose());

  const kept = () => panel.services.settings.get();
  const root = (name: string) => page.locator('html').getAttribute(`data-${name}`);
  const group = (name: string) => page.getByRole('radiogroup', { name });

  it('changes density, motion and meters at once, and keeps them', async () => {
    await group('Density').getByText('Compact').click();
    await group('Motion').getByText('Reduced').click();
    await group('Meters').getByText('Off').click();
    await expect.poll(kept, SOON).toMatchObject({ density: 'compact', motion: 'reduced', meters: 'off' });
    expect([await root('density'), await root('motion')]).toEqual(['compact', 'reduced']);
    await page.reload();
    await expect.poll(() => root('density'), SOON).toBe('compact');
    expect(await group('Meters').getByRole('radio', { name: 'Off' }).isChecked()).toBe(true);
  });

  it('binds hotkeys, refuses keys that typing needs, and says that they need the desktop application', async () => {
    await page.getByRole('note').filter({ hasText: 'in the desktop application only' }).waitFor();
    await page.getByRole('button', { name: 'Add a hotkey' }).click();
    const keys = page.getByLabel('Keys', { exact: true });
    await keys.press('a');
    await page.getByRole('alert').filter({ hasText: 'Add Ctrl, Alt or Super' }).waitFor();
    expect(await page.getByRole('button', { name: 'Add', exact: true }).isDisabled()).toBe(true);
    await keys.press('Control+Alt+ArrowUp');
    expect(await keys.inputValue()).toBe('Control + Alt + Up');
    await page.getByLabel('What it does').selectOption({ label: 'Play or pause' });
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    const bound = page.getByRole('list', { name: 'Hotkeys' }).getByRole('listitem');
    await bound.filter({ hasText: /Control \+ Alt \+ Up.*Play or pause.*not available here/s }).waitFor();
    expect((await kept()).hotkeys).toEqual([
      { accelerator: 'Control+Alt+Up', action: { kind: 'player', command: 'toggle' } },
    ]);
    await page.getByRole('button', { name: 'Add a hotkey' }).click();
    await keys.press('Control+Alt+ArrowUp');
    await page.getByRole('alert').filter({ hasText: 'is taken by another hotkey' }).waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
  });

  it('exports, resets and imports all of it, and refuses a file that does not fit', async () => {
    const before = await kept();
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export…' }).click();
    const file = await (await downloading).path();
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      format: 'pinwheel-settings',
      data: before,
    });
    await page.getByRole('button', { name: 'Reset…' }).click();
    await page.getByRole('button', { name: 'Really reset' }).click();
    await expect.poll(async () => (await kept()).hotkeys, SOON).toBeUndefined();
    await expect.poll(() => root('density'), SOON).toBe('comfortable');

    const input = page.getByTestId('settings-import');
    const broken = { ...JSON.parse(readFileSync(file, 'utf8')), data: { ...before, latency: 'none' } };
    await input.setInputFiles({
      name: 'broken.json',
      mimeType: 'application/json',
      buffer: Buffer.from(JSON.stringify(broken)),
    });
    await page.getByTestId('banner').filter({ hasText: 'The setting “latency” does not fit' }).waitFor();
    expect((await kept()).density).toBeUndefined();
    await input.setInputFiles(file);
    await expect.poll(kept, SOON).toEqual(before);
    await page.getByRole('button', { name: 'Remove hotkey Control+Alt+Up' }).click();
    await expect.poll(async () => (await kept()).hotkeys, SOON).toEqual([]);
  });

  it('has no serious accessibility violations', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await seriousViolations(page), colorScheme).toEqual([]);
    }
  });

  it('finds actions by letters, and has what was used last first', async () => {
    const palette = async (query: string) => {
      await page.keyboard.press('Control+k');
      await page.getByTestId('palette').getByRole('combobox').fill(query);
    };
    const first = page.getByTestId('palette').getByRole('option').first();
    await palette('densty');
    expect(await first.innerText()).toContain('Density: Comfortable');
    await page.keyboard.press('Enter');
    await expect.poll(() => root('density'), SOON).toBe('comfortable');
    await palette('');
    expect(await first.innerText()).toContain('Density: Compact');
    await page.keyboard.press('Escape');
    expect(panel.complaints).toEqual([]);
  });
});
