import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { requires } from '../support/requirements.ts';
import { scale } from '../support/smf.ts';
import { focusedName, tabTo } from './support/keyboard.ts';
import { PanelPage } from './support/panelPage.ts';

/** Room for a machine that has other work. */
const SOON = { timeout: 15_000 };
const DECIBEL = 0x10000;

/** Every panel with the keyboard alone: no test here has a pointer. */
requires('chromium', 'pipewire')('the panel by keyboard alone', () => {
  let panel: PanelPage;
  let page: Page;

  beforeAll(async () => {
    panel = await PanelPage.open({ panel: 'mixer' });
    ({ page } = panel);
    for (const name of ['first.mid', 'second.mid']) {
      const { bytes } = scale({ steps: 40, everySeconds: 20, heldSeconds: 19 });
      await panel.services.player.add({ name, bytes });
    }
  });
  afterAll(() => panel?.dispose());

  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const player = () => panel.services.player.getState();
  const focused = () => focusedName(page);

  it('sets, types and mutes a level in the mixer', async () => {
    const synth = async () => {
      const { devices } = await panel.services.mixer.getSnapshot();
      const line = devices[0]!.destinations[0]!.sources.find(({ name }) => name === 'Synth')!;
      return line.controls.flatMap((control): unknown[] => {
        if (control.type === 'VOLUME') return [control.levels[0]! / DECIBEL];
        return control.type === 'MUTE' ? [control.muted[0]] : [];
      });
    };
    await press('Control+1');
    await tabTo(page, 'Synth volume');
    await press('ArrowDown', 'PageDown');
    await expect.poll(synth, SOON).toEqual(expect.arrayContaining([-6.5, false]));
    await page.keyboard.type('-12');
    await press('Enter');
    await expect.poll(synth, SOON).toEqual(expect.arrayContaining([-12, false]));
    await expect.poll(focused, SOON).toBe('Synth volume');
    await press('m');
    await expect.poll(synth, SOON).toEqual(expect.arrayContaining([-12, true]));
    await press('m', 'End');
    await expect.poll(synth, SOON).toEqual(expect.arrayContaining([12, false]));
  });

  it('finds a node of the topology, sets it in the inspector and comes back to it', async () => {
    const muted = async () => {
      const { devices } = await panel.services.mixer.getSnapshot();
      const { controls } = devices[0]!.destinations[0]!;
      return controls.flatMap((control) => (control.type === 'MUTE' ? control.muted : []));
    };
    await press('Control+2');
    await tabTo(page, /^Filter /);
    await press('/');
    await page.keyboard.type('master mute');
    await page
      .getByRole('option', { name: /Master Mute/ })
      .first()
      .waitFor();
    await press('Enter');
    await expect.poll(focused, SOON).toMatch(/^Mute, Master Mute/);
    await tabTo(page, /^Left, KSPROPERTY_AUDIO_MUTE/);
    await press('Space');
    await expect.poll(muted, SOON).toEqual([true, false]);
    await press('Space');
    await expect.poll(muted, SOON).toEqual([false, false]);
    await press('Escape');
    await page.getByRole('complementary', { name: 'Inspector' }).waitFor({ state: 'detached' });
    await expect.poll(focused, SOON).toMatch(/^Mute, Master Mute/);
  });

  it('plays, seeks, pauses and takes a file off the queue', async () => {
    await press('Control+4');
    await tabTo(page, /Play first\.mid/);
    await press('ArrowDown', 'ArrowUp', 'Enter');
    await expect.poll(async () => (await player()).phase, SOON).toBe('playing');
    await tabTo(page, 'Position');
    const before = (await player()).positionSeconds;
    await press('ArrowRight', 'ArrowRight', 'ArrowRight');
    await expect
      .poll(async () => (await player()).positionSeconds - before, SOON)
      .toBeGreaterThanOrEqual(14.5);
    await press('Space');
    await expect.poll(async () => (await player()).phase, SOON).toBe('paused');
    await page.getByRole('button', { name: 'Play', exact: true }).waitFor();
    await press('Space');
    await expect.poll(async () => (await player()).phase, SOON).toBe('playing');
    await tabTo(page, /Play second\.mid/);
    await press('Delete');
    await expect
      .poll(async () => (await player()).queue.map(({ name }) => name), SOON)
      .toEqual(['first.mid']);
  });

  it('puts something to sleep that plays, after the question, and wakes it where the keyboard is', async () => {
    const state = async () =>
      (await panel.services.power.getSnapshot()).subdevices.find(({ name }) => name === 'Wavetable')?.state;
    await press('Control+3');
    await tabTo(page, 'Put Wavetable to sleep');
    await press('Enter');
    const question = page.getByRole('dialog', { name: 'Put Wavetable to sleep?' });
    await question.waitFor();
    // The safe answer comes first.
    expect(await focused()).toBe('Cancel');
    await press('Escape');
    await question.waitFor({ state: 'detached' });
    expect(await state()).toBe('D0');
    expect(await focused()).toBe('Put Wavetable to sleep');
    await press('Enter');
    await question.waitFor();
    await tabTo(page, 'Put to sleep');
    await press('Enter');
    await expect.poll(state, SOON).toBe('D3');
    await expect.poll(focused, SOON).toBe('Wake Wavetable');
    await press('Enter');
    await expect.poll(state, SOON).toBe('D0');
    await panel.services.player.stop();
  });

  it('changes settings, and asks before it resets them, without losing its place', async () => {
    await press('Control+6');
    await tabTo(page, 'System');
    await press('ArrowRight');
    await expect.poll(() => page.locator('html').getAttribute('data-theme'), SOON).toBe('light');
    await tabTo(page, 'Reset…');
    await press('Enter');
    await expect.poll(focused, SOON).toBe('Cancel');
    await press('Escape');
    await expect.poll(focused, SOON).toBe('Reset…');
    await press('Enter', 'Tab', 'Enter');
    await expect.poll(() => page.locator('html').getAttribute('data-theme'), SOON).toBeNull();
    await expect.poll(focused, SOON).toBe('Reset…');
  });

  it('reaches every setting and every picture of the topology from the palette, and closes the sheet of keys', async () => {
    const choose = async (query: string, option: string) => {
      await press('Control+k');
      await page.getByRole('combobox', { name: 'Commands and controls' }).waitFor();
      await page.keyboard.type(query);
      await page.getByRole('option', { name: option }).first().waitFor();
      await press('Enter');
    };
    await choose('sample rate', 'Sample rate');
    await expect.poll(focused, SOON).toBe('Sample rate');
    await press('Control+1', '?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await press('Escape');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor({ state: 'detached' });
    // From another panel: what is to be drawn has to be laid out first.
    for (const [query, ending] of [
      ['picture as svg', '.svg'],
      ['dump as json', '.json'],
    ] as const) {
      await press('Control+1');
      const download = page.waitForEvent('download');
      await choose(query, query);
      expect((await download).suggestedFilename()).toBe(`pinwheel-topology${ending}`);
    }
    await choose('hide the inside of topologyrender', 'Hide the inside of TopologyRender');
    await page.getByRole('button', { name: 'Show the inside of TopologyRender' }).waitFor();
    await choose('show the inside of topologyrender', 'Show the inside of TopologyRender');
    await page.getByRole('button', { name: 'Hide the inside of TopologyRender' }).waitFor();
    expect(panel.complaints).toEqual([]);
  });
});
