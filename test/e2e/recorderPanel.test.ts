import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { peak } from '../support/audio/level.ts';
import { cents, findPitch } from '../support/audio/pitch.ts';
import { tone } from '../support/audio/tones.ts';
import { readWav, writeWav } from '../support/audio/wav.ts';
import { requires } from '../support/requirements.ts';
import { seriousViolations } from './support/axe.ts';
import { PanelPage } from './support/panelPage.ts';

const RATE = 48_000;

requires(
  'chromium',
  'pipewire',
  'ffmpeg',
)('the recorder in the panel', () => {
  let panel: PanelPage;
  let page: Page;
  let folder: string;

  beforeAll(async () => {
    panel = await PanelPage.open({ panel: 'player', viewport: { width: 720, height: 480 } });
    ({ page } = panel);
    folder = path.join(panel.home.dir, 'recordings');
    await page.getByRole('tab', { name: 'Recorder' }).click();
  });
  afterAll(() => panel?.dispose());

  it('says why it cannot begin, and where the file would be', async () => {
    writeFileSync(folder, 'no folder');
    await page.getByTestId('recorder-file').filter({ hasText: folder }).waitFor();
    await page.getByTestId('recorder-record').click();
    await page.getByTestId('recorder-error').filter({ hasText: 'No file can be created' }).waitFor();
    expect((await panel.services.recorder.getState()).phase).toBe('stopped');
    rmSync(folder);
    mkdirSync(folder);
  });

  it('records what is heard into a file of the chosen format, by keyboard', async () => {
    const { player } = panel.services;
    const sound = tone({ frequency: 440, seconds: 60, attack: 0.01, release: 0.01 });
    const music = path.join(panel.home.dir, 'tone.wav');
    writeFileSync(music, writeWav({ rate: RATE, channels: [sound, sound] }));
    await page.getByLabel('Source', { exact: true }).selectOption({ label: 'What you hear' });
    await page.getByLabel('File format').selectOption({ label: 'FLAC' });
    await page.getByLabel('Sample format').selectOption({ label: '24 bit' });
    await page.getByLabel('Channels').selectOption({ label: 'Mono' });
    const record = page.getByTestId('recorder').getByRole('button', { name: 'Record' });
    await record.focus();
    await page.keyboard.press('Enter');
    await page.getByTestId('recorder-phase').filter({ hasText: 'Recording' }).waitFor();
    expect(await page.getByLabel('File format').isDisabled()).toBe(true);
    await player.play((await player.addFile({ path: music })).id);
    const meter = page.getByTestId('recorder').getByRole('meter', { name: 'Recording level' });
    await expect
      .poll(async () => Number(await meter.getAttribute('aria-valuenow')), { timeout: 20_000 })
      .toBeGreaterThan(-40);
    await expect
      .poll(async () => (await panel.services.recorder.getState()).seconds, { timeout: 20_000 })
      .toBeGreaterThan(3);
    expect(await page.getByTestId('recorder-time').innerText()).toMatch(/^0:\d\d$/);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await seriousViolations(page), colorScheme).toEqual([]);
    }
    // The button kept the focus while its face changed.
    await page.keyboard.press('Enter');
    await page.getByTestId('recorder-phase').filter({ hasText: 'Ready' }).waitFor();
    await player.stop();

    const [name, ...others] = readdirSync(folder);
    expect(others).toEqual([]);
    expect(name).toMatch(/^Recording \d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d\.flac$/);
    const shown = page.getByTestId('recorder-file');
    await shown.filter({ hasText: name! }).waitFor();
    expect(await shown.innerText()).toContain(folder);
    expect(await shown.innerText()).toContain('on the machine Pinwheel runs on');
    const file = path.join(folder, name!);
    const probed = execFileSync(
      'ffprobe',
      ['-v', 'error', '-of', 'json', '-show_entries', 'stream=codec_name,channels,bits_per_raw_sample', file],
      { encoding: 'utf8' },
    );
    expect(JSON.parse(probed)).toMatchObject({
      streams: [{ codec_name: 'flac', channels: 1, bits_per_raw_sample: '24' }],
    });
    const decoded = path.join(panel.home.dir, 'decoded.wav');
    execFileSync('ffmpeg', ['-v', 'error', '-y', '-i', file, decoded]);
    const { rate, channels } = readWav(readFileSync(decoded));
    const end = channels[0]!.subarray(-RATE);
    expect(peak(end)).toBeGreaterThan(0.05);
    expect(Math.abs(cents(findPitch(end, rate)!.frequency, 440))).toBeLessThan(3);
  });
});
