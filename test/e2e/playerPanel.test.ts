import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { DEFAULT_DLS_MODULATORS } from '../../src/main/synth/collections/dls/articulation.ts';
import { writeDls } from '../../src/main/synth/collections/dls/writeDls.ts';
import { articulation, collection, instrument, region } from '../main/synth/testCollection.ts';
import type { Recorder } from '../rigs/pipewire/recorder.ts';
import { toneAmplitude } from '../support/audio/level.ts';
import { requires } from '../support/requirements.ts';
import { smf, writeSmf } from '../support/smf.ts';
import { seriousViolations } from './support/axe.ts';
import { PanelPage } from './support/panelPage.ts';
import { delay } from './support/waiting.ts';

/** Room for a machine that has other work. */
const SOON = { timeout: 15_000 };
/** Of a key in the bank of one cosine below. */
const frequencyOf = (key: number): number => 480 * 2 ** ((key - 60) / 12);
const HEARD = 0.005;
const SILENT = 0.0005;

/** Key 60 on channel 1 and key 67 on channel 2, held for ten minutes, with words. */
function duet(): Uint8Array {
  const words = (tick: number, type: number, text: string) => ({
    tick,
    bytes: [0xff, type, text.length, ...new TextEncoder().encode(text)],
  });
  const voice = (channel: number, key: number) => [
    smf.program(0, channel, channel === 0 ? 0 : 5),
    smf.noteOn(0, channel, key, 100),
    smf.noteOff(600_000, channel, key),
  ];
  return writeSmf({
    division: 500,
    tracks: [
      [words(0, 6, 'Verse'), words(500, 5, '/La'), words(1_000, 5, ' la'), words(590_000, 5, '/end')],
      voice(0, 60),
      voice(1, 67),
    ],
  });
}

requires('chromium', 'pipewire')('the player in the panel', () => {
  let panel: PanelPage;
  let page: Page;
  let recorder: Recorder;

  beforeAll(async () => {
    panel = await PanelPage.open({ panel: 'player' });
    ({ page } = panel);
    recorder = await panel.rig.record();
  });
  afterAll(() => panel?.dispose());

  /** Amplitude of a key's tone in what the sink plays now. */
  const amplitude = (key: number): number => {
    const { recording } = recorder;
    const from = recording.frames - Math.round(0.3 * recording.rate);
    return toneAmplitude(recording.channel(0, from), recording.rate, frequencyOf(key));
  };
  const heard = (key: number) => expect.poll(() => amplitude(key), SOON).toBeGreaterThan(HEARD);
  const silent = (key: number) => expect.poll(() => amplitude(key), SOON).toBeLessThan(SILENT);
  /** The loudest of some moments: a machine with other work leaves gaps. */
  const loudest = async (key: number): Promise<number> => {
    let most = 0;
    for (let moment = 0; moment < 6; moment++) {
      await delay(250);
      most = Math.max(most, amplitude(key));
    }
    return most;
  };
  const tab = (name: string) => page.getByRole('tab', { name }).click();

  it('takes a dropped bank of sounds, says of a broken one where it is broken, and lists what is in the first', async () => {
    const tone = (name: string, program: number) => ({
      ...instrument([region({}, { articulation: articulation({}, DEFAULT_DLS_MODULATORS) })], {
        bankMsb: 0,
        bankLsb: 0,
        program,
      }),
      name,
    });
    const bank = writeDls(collection([tone('First cosine', 0), tone('Other cosine', 5)]));
    await panel.drop({ name: 'cosine.dls', bytes: bank });
    await page
      .getByRole('listitem')
      .filter({ hasText: 'cosine' })
      .filter({ hasText: 'added here · in the synthesizer' })
      .waitFor();
    await panel.drop({ name: 'broken.dls', bytes: bank.subarray(0, bank.length - 100) });
    const error = page.getByRole('alert').filter({ hasText: 'broken.dls' });
    await error.waitFor();
    expect(await error.innerText()).toMatch(/byte \d+/);
    await error.getByRole('button').click();
    expect(await page.getByRole('listitem').filter({ hasText: 'broken' }).count()).toBe(0);
    await page.getByLabel('Find in the instruments').fill('other');
    const instruments = page.getByRole('list', { name: 'Instruments' }).getByRole('button');
    await expect.poll(() => instruments.allInnerTexts(), SOON).toHaveLength(1);
    await page.getByRole('button', { name: 'Load general-midi' }).click();
    await page.getByRole('button', { name: 'Delete cosine' }).waitFor();
    await page.getByRole('button', { name: 'Load cosine' }).click();
    await page
      .getByRole('listitem')
      .filter({ hasText: /cosine.*in the synthesizer/s })
      .waitFor();
  });

  it('sounds its piano keys by mouse, by computer keys and by Space, until they go up or panic', async () => {
    const middle = page.getByRole('button', { name: 'C4', exact: true });
    await middle.hover();
    await page.mouse.down();
    await heard(60);
    // A hand that glides lets go of one key and plays the other.
    const { x, y, height } = (await page.getByRole('button', { name: 'G4', exact: true }).boundingBox())!;
    await page.mouse.move(x + 8, y + height - 8, { steps: 4 });
    await heard(67);
    await silent(60);
    await page.mouse.up();
    await silent(67);

    await page.keyboard.down('h');
    await heard(69);
    expect(await page.getByRole('button', { name: 'A4', exact: true }).getAttribute('aria-pressed')).toBe(
      'true',
    );
    await page.keyboard.up('h');
    await silent(69);
    await page.keyboard.press('z');
    await page.keyboard.down('a');
    await heard(48);
    await page.getByRole('button', { name: 'Panic' }).click();
    await silent(48);
    await page.keyboard.up('a');
    await page.keyboard.press('x');

    await middle.focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.down(' ');
    await heard(61);
    // What is left of a panel that goes does not sound on.
    await page.getByTestId('rail-trace').click();
    await silent(61);
    await page.keyboard.up(' ');
    await page.getByTestId('rail-player').click();
  });

  it('mutes, solos, turns down and replaces the channels of a song', async () => {
    await panel.drop({ name: 'duet.mid', bytes: duet() });
    await page.getByTestId('queue-entry').filter({ hasText: 'duet.mid' }).waitFor();
    await page.getByRole('button', { name: 'Play', exact: true }).click();
    await heard(60);
    await heard(67);
    await tab('Channels');
    expect(await page.getByRole('list', { name: 'MIDI channels' }).getByRole('listitem').count()).toBe(2);
    await page.getByRole('button', { name: 'Mute channel 1' }).click();
    await silent(60);
    await heard(67);
    await page.getByRole('button', { name: 'Mute channel 1' }).click();
    await heard(60);
    await page.getByRole('button', { name: 'Solo channel 1' }).click();
    await silent(67);
    await page.getByRole('button', { name: 'Solo channel 1' }).click();
    await heard(67);

    const loud = await loudest(67);
    const level = page.getByRole('slider', { name: 'Level of channel 2' });
    await level.focus();
    for (let step = 0; step < 5; step++) await page.keyboard.press('PageDown');
    await expect.poll(() => level.getAttribute('aria-valuetext')).toBe('50 %');
    // Volume is squared: half of it is 12 dB less.
    await expect.poll(async () => (await loudest(67)) / loud, SOON).toBeCloseTo(0.25, 1);
    const program = page.getByLabel('Program of channel 2');
    expect(await program.locator('option').first().innerText()).toBe('Other cosine');
    await program.focus();
    await program.selectOption({ value: '0' });
    await expect
      .poll(async () => (await panel.services.player.getChannels()).channels[1], SOON)
      .toMatchObject({ songProgram: 5, program: 0, level: 0.5 });
    await page.getByRole('button', { name: 'As the song has it' }).click();
    await expect.poll(() => amplitude(67) / loud, SOON).toBeGreaterThan(0.9);
  });

  it('plays faster, and shows the words that are sung now', async () => {
    await page.getByLabel('Tempo in percent').fill('200');
    await page.keyboard.press('Enter');
    await expect.poll(async () => (await panel.services.player.getState()).tempo, SOON).toBe(2);
    await page.getByRole('button', { name: 'Slower' }).click();
    await expect.poll(async () => (await panel.services.player.getState()).tempo, SOON).toBe(1.95);
    await tab('Words');
    await page.getByRole('button', { name: 'La la' }).click();
    await expect.poll(() => page.locator('[aria-current="true"]').innerText(), SOON).toContain('La la');
    await page.getByRole('button', { name: 'end' }).click();
    await expect
      .poll(async () => (await panel.services.player.getState()).positionSeconds, SOON)
      .toBeGreaterThan(589);
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
  });

  it('writes every message into the monitor, which filters, pauses and shows bytes', async () => {
    await tab('MIDI monitor');
    const rows = page.getByTestId('monitor-row');
    await page.keyboard.press('h');
    await rows.filter({ hasText: 'note on A4 (69) velocity 96' }).filter({ hasText: '90 45 60' }).waitFor();
    await page.getByRole('button', { name: 'Filter' }).click();
    await page.getByRole('checkbox', { name: 'Note' }).click();
    await page.keyboard.press('Escape');
    await expect.poll(() => rows.filter({ hasText: 'note' }).count(), SOON).toBe(0);
    await page.getByRole('button', { name: 'Filter' }).click();
    await page.getByRole('checkbox', { name: 'Note' }).click();
    await page.keyboard.press('Escape');
    await page.getByLabel('Find in the messages').fill('note off');
    await expect.poll(() => rows.allInnerTexts(), SOON).toHaveLength(1);
    await page.getByLabel('Find in the messages').fill('');
    await page.getByRole('button', { name: 'Hex' }).click();
    expect(await rows.first().innerText()).not.toContain('90 45 60');
    await page.getByRole('button', { name: 'Pause' }).last().click();
    const before = await rows.count();
    await page.keyboard.press('k');
    await page.waitForTimeout(500);
    expect(await rows.count()).toBe(before);
  });

  it('plays on what is chosen, and says what cannot be played', async () => {
    await page.getByLabel('Plays on').selectOption({ label: 'FM synthesizer' });
    await expect.poll(async () => (await panel.services.player.getState()).synth, SOON).toBe('fm');
    await panel.services.player.setOutput('Unplugged synthesizer');
    await page.getByRole('option', { name: 'Unplugged synthesizer (not available)' }).waitFor({
      state: 'attached',
    });
    await page.keyboard.press('h');
    await page.getByTestId('banner').filter({ hasText: 'no MIDI output “Unplugged synthesizer”' }).waitFor();
    await page.getByLabel('Plays on').selectOption({ label: 'Wavetable synthesizer' });
  });

  it('has no serious accessibility violations in any view, and complains of nothing', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      for (const name of ['Queue', 'Channels', 'MIDI monitor', 'Sounds', 'Recorder']) {
        await tab(name);
        expect(await seriousViolations(page), `${name}, ${colorScheme}`).toEqual([]);
      }
    }
    expect(panel.complaints).toEqual([]);
  });
});
