import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Browser, ConsoleMessage, Page } from 'playwright-core';
import type { Profile, ProfileFile, ProfilesState } from '../../src/contract/services/profiles.ts';
import { decibelsToKsLevel } from '../../src/contract/units.ts';
import { PipeWireRig } from '../rigs/pipewire/pipeWireRig.ts';
import { tone } from '../support/audio/tones.ts';
import { writeWav } from '../support/audio/wav.ts';
import { requires } from '../support/requirements.ts';
import { seriousViolations } from './support/axe.ts';
import { launchChromium } from './support/browser.ts';
import { TestHome, type RunningPanel } from './support/program.ts';

/** Room for a machine that has other work. */
const soon = { timeout: 10_000 };

/** Levels, defaults and programs under a name; `pactl` is the judge of what the system has. */
requires('pipewire', 'chromium')('profiles of the mixer', () => {
  let rig: PipeWireRig;
  let home: TestHome;
  let panel: RunningPanel;
  let browser: Browser;
  let page: Page;
  let program: ChildProcess;
  const complaints: string[] = [];

  beforeAll(async () => {
    rig = await PipeWireRig.start();
    const sound = tone({ frequency: 440, seconds: 120 });
    writeFileSync(join(rig.dir, 'tone.wav'), writeWav({ rate: 48_000, channels: [sound, sound] }));
    const args = ['--device=speakers', '--client-name=Concert', join(rig.dir, 'tone.wav')];
    program = spawn('paplay', args, { env: { ...process.env, ...rig.env } });
    home = new TestHome(rig.env);
    panel = await home.serve();
    browser = await launchChromium();
    page = await browser.newPage({ viewport: { width: 1120, height: 720 } });
    page.setDefaultTimeout(15_000);
    page.on('console', (message: ConsoleMessage) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(panel.url);
    await page.getByRole('group', { name: 'Concert' }).waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    panel?.connection.dispose();
    program?.kill();
    await home?.dispose();
    await rig?.dispose();
  });

  const services = () => panel.connection.services;
  const menu = () => page.getByTestId('mixer-profiles').first();

  async function master(): Promise<{ level: number; set(decibels: number): Promise<unknown> }> {
    const { devices } = await services().mixer.getSnapshot();
    const { id, destinations } = devices.find((device) => device.id === 'soundCard')!;
    const control = destinations[0]!.controls.find((each) => each.type === 'VOLUME')!;
    return {
      level: control.levels[0]!,
      set: (decibels) =>
        services().mixer.setControl(id, control.id, { levels: [decibelsToKsLevel(decibels)] }),
    };
  }

  const concert = async () =>
    (await services().endpoints.getSnapshot()).programs.find(({ program: name }) => name === 'Concert')!;
  const headsetVolume = async () =>
    Number(/(-?[\d.]+) dB/.exec(await rig.pactl('get-sink-volume', 'headset'))?.[1]);

  /** Something else than what the profile has, everywhere. */
  async function disturb(): Promise<void> {
    await (await master()).set(-30);
    await rig.pactl('set-sink-volume', 'headset', '-20dB');
    await rig.setDefaultSink('headset');
    await services().devices.selectOutput('null');
    await services().endpoints.setProgramMuted((await concert()).id, true);
    await expect.poll(async () => (await concert()).muted, soon).toBe(true);
    await expect.poll(() => rig.defaultSink(), soon).toBe('headset');
    await expect.poll(async () => (await services().devices.list()).openOutput, soon).toBe('null');
  }

  async function isAsSaved(): Promise<void> {
    await expect.poll(async () => (await master()).level, soon).toBe(decibelsToKsLevel(-6));
    await expect.poll(headsetVolume, soon).toBeCloseTo(-12, 0);
    await expect.poll(() => rig.defaultSink(), soon).toBe('speakers');
    await expect.poll(async () => (await concert()).muted, soon).toBe(false);
    await expect.poll(async () => (await services().devices.list()).selectedOutput, soon).toBe('default');
  }

  it('saves the whole mixer under a name and brings it back', async () => {
    await (await master()).set(-6);
    await rig.pactl('set-sink-volume', 'headset', '-12dB');
    await menu().click();
    await page.getByRole('textbox', { name: 'Name of the profile to save' }).fill('Evening');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('button', { name: 'Apply Evening' }).waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await expect.poll(() => menu().innerText(), soon).toBe('Profile: Evening');

    await disturb();
    await menu().click();
    await page.getByRole('button', { name: 'Apply Evening' }).click();
    await isAsSaved();
  });

  it('tells the first steps until they were read', async () => {
    const hints = page.getByRole('complementary', { name: 'First steps' });
    await hints.getByRole('button', { name: 'Got it' }).click();
    await expect.poll(() => hints.count(), soon).toBe(0);
    await page.reload();
    await page.getByRole('group', { name: 'Concert' }).waitFor();
    expect(await hints.count()).toBe(0);
  });

  it('is applied from the palette', async () => {
    await disturb();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Commands and controls' }).fill('apply evening');
    await page.keyboard.press('Enter');
    await isAsSaved();
  });

  it('is renamed, exported, removed and imported again', async () => {
    await menu().click();
    await page.getByRole('button', { name: 'Rename Evening' }).click();
    await page.getByRole('textbox', { name: 'New name of Evening' }).fill('Concert night');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Apply Concert night' }).waitFor();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export Concert night' }).click();
    const saved = await download;
    expect(saved.suggestedFilename()).toBe('Concert night.pinwheel-profile.json');
    const file = readFileSync(await saved.path());
    const { profile } = JSON.parse(file.toString()) as ProfileFile;
    expect(profile.devices['soundCard']?.keepsLevels).toBe(false);
    expect(profile.programs).toMatchObject([{ program: 'Concert', endpointId: 'sink:speakers' }]);

    await page.getByRole('button', { name: 'Remove Concert night' }).click();
    await page.getByText('Remove “Concert night”?').waitFor();
    await page.getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByText('Save what you have now.').waitFor();
    await page
      .getByTestId('profile-file')
      .setInputFiles({ name: 'night.json', mimeType: 'application/json', buffer: file });
    await page.getByRole('button', { name: 'Apply Concert night' }).waitFor();
    await page.keyboard.press('Escape');
  });

  it('tells what is no profile, and what could not be set', async () => {
    await page
      .getByTestId('profile-file')
      .setInputFiles({ name: 'song.mid', mimeType: 'audio/midi', buffer: Buffer.from('MThd') });
    await page.getByTestId('banner').filter({ hasText: '“song.mid” is not a profile.' }).waitFor();
    await page.getByTestId('banner-dismiss').click();
    const { profile } = await services().profiles.export('Concert night');
    const gone: Profile = {
      ...profile,
      name: 'From elsewhere',
      output: 'sink:studio',
      devices: {
        ...profile.devices,
        'endpoint:studio': { name: 'Studio', keepsLevels: true, controls: { 'x/MUTE/y': { muted: [true] } } },
      },
    };
    await services().profiles.import({ format: 'pinwheel-profile', version: 1, profile: gone });
    await menu().click();
    await page.getByRole('button', { name: 'Apply From elsewhere' }).click();
    await page
      .getByTestId('banner')
      .filter({
        hasText: '“From elsewhere” was applied, but not all of it: There is no output “sink:studio”.',
      })
      .waitFor();
    await page.getByTestId('banner-dismiss').click();
    await isAsSaved();
  });

  it('works on the command line', async () => {
    await (await master()).set(-18);
    expect((await home.run(['profile', 'save', 'Morning'])).code).toBe(0);
    const listed = JSON.parse((await home.run(['profile', 'list', '--json'])).stdout) as ProfilesState;
    expect(listed.profiles.map(({ name }) => name)).toEqual(['Concert night', 'From elsewhere', 'Morning']);
    expect(listed.current).toBe('Morning');
    expect((await home.run(['profile', 'apply', 'concert NIGHT'])).code).toBe(0);
    await isAsSaved();
    const file = join(rig.dir, 'morning.json');
    expect((await home.run(['profile', 'export', 'Morning', '-o', file])).code).toBe(0);
    expect((await home.run(['profile', 'import', file])).stdout).toBe('Morning 2\n');
    expect((await home.run(['profile', 'rename', 'Morning 2', 'Dawn'])).code).toBe(0);
    const clash = await home.run(['profile', 'rename', 'Dawn', 'Morning']);
    expect([clash.code, clash.stderr]).toEqual([
      1,
      expect.stringContaining('There is a profile “Morning” already.'),
    ]);
    expect((await home.run(['profile', 'remove', 'Dawn'])).code).toBe(0);
    const unknown = await home.run(['profile', 'apply', 'Dawn']);
    expect([unknown.code, unknown.stderr]).toEqual([
      2,
      expect.stringContaining('There are: Concert night, From elsewhere, Morning.'),
    ]);
  });

  it('is kept over a restart, and complains about nothing in the console', async () => {
    await page.goto('about:blank');
    await services().app.quit();
    await panel.program.finished;
    const { stdout } = await home.run(['profile']);
    expect(stdout).toMatch(/^\* Concert night .*\n {2}From elsewhere .*\n {2}Morning .*\n$/);
    expect(complaints).toEqual([]);
  });
});
