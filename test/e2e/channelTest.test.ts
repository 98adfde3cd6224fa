import { mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { ChannelSide } from '../../src/contract/services/devices.ts';
import { PipeWireRig, type Recording } from '../rigs/pipewire/pipeWireRig.ts';
import { firstSound, isDigitalSilence, toneAmplitude } from '../support/audio/level.ts';
import { requires } from '../support/requirements.ts';
import { launchChromium } from './support/browser.ts';
import { TestHome } from './support/program.ts';

const RATE = 48_000;
const BEEP = 0.4 * RATE;
/** From the beginning of the first beep to that of the second. */
const STEP = 0.6 * RATE;
/** A beep's edges and what a busy machine shifts it by are left out. */
const MARGIN = 0.1 * RATE;
/** -12 dBFS */
const PEAK = 10 ** (-12 / 20);

requires('pipewire', 'chromium')('the channel test', () => {
  let rig: PipeWireRig;
  /** For temporary files. */
  let folder: string;
  let home: TestHome;
  beforeAll(async () => {
    rig = await PipeWireRig.start();
    folder = path.join(rig.dir, 'temporary');
    mkdirSync(folder);
  });
  afterAll(() => rig?.dispose());
  beforeEach(() => {
    home = new TestHome({ ...rig.env, TMPDIR: folder });
  });
  afterEach(() => home.dispose());

  const files = () => readdirSync(folder).filter((name) => name.startsWith('pinwheel-spool-'));

  const expectLeftThenRight = (recording: Recording) => {
    const [left, right] = [recording.channel(0), recording.channel(1)];
    const start = firstSound(left);
    expect(start).toBeGreaterThanOrEqual(0);
    expect(firstSound(right)).toBeGreaterThan(start + STEP - MARGIN);
    const second = firstSound(right);
    expect(toneAmplitude(left, RATE, 440, start + MARGIN, start + BEEP - MARGIN) / PEAK).toBeCloseTo(1, 1);
    expect(toneAmplitude(right, RATE, 660, second + MARGIN, second + BEEP - MARGIN) / PEAK).toBeCloseTo(1, 1);
    expect(isDigitalSilence(left, second)).toBe(true);
  };

  const secondHeard = (recording: Recording) => {
    const start = firstSound(recording.channel(1));
    return start >= 0 && recording.frames > start + BEEP + MARGIN;
  };

  it('beeps on the left only, then on the right only, from the command line', async () => {
    const recorder = await rig.record('speakers');
    const { code, stdout, stderr } = await home.run(['devices', 'test']);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'left\nright\n', stderr: '' });
    await recorder.waitFor(secondHeard, 10_000);
    expectLeftThenRight(await recorder.stop());
  });

  it('tells which side sounds, refuses a second test, and leaves no file', async () => {
    const { connection } = await home.serve();
    const { devices } = connection.services;
    const sides: (ChannelSide | null)[] = [];
    devices.onTestSide((side) => sides.push(side));
    const recorder = await rig.record('speakers');
    const first = devices.testChannels();
    await expect(devices.testChannels()).rejects.toMatchObject({ code: 'bad-state' });
    await expect.poll(() => sides[0], { timeout: 10_000, interval: 10 }).toBe('left');
    expect(files()).toHaveLength(1);
    await first;
    expect(sides).toEqual(['left', 'right', null]);
    expect(files()).toEqual([]);
    await recorder.waitFor(secondHeard, 10_000);
    expectLeftThenRight(await recorder.stop());
    const again = await home.run(['devices', 'test', '--json']);
    expect(JSON.parse(again.stdout)).toEqual({ output: 'sink:speakers', sides: ['left', 'right'] });
  });

  it('begins anew on the output that is switched to meanwhile', async () => {
    const { connection } = await home.serve();
    const { devices } = connection.services;
    const sides: (ChannelSide | null)[] = [];
    devices.onTestSide((side) => sides.push(side));
    const recorder = await rig.record('headset');
    const test = devices.testChannels();
    await expect.poll(() => sides[0], { timeout: 10_000, interval: 10 }).toBe('left');
    await devices.selectOutput('sink:headset');
    await test;
    expect(sides.slice(-3)).toEqual(['left', 'right', null]);
    await recorder.waitFor(secondHeard, 10_000);
    expectLeftThenRight(await recorder.stop());
    await devices.selectOutput('default');
  });

  it('ends with an error when the device is taken from under it, and has none without a device', async () => {
    const { connection } = await home.serve();
    const { devices } = connection.services;
    const sides: (ChannelSide | null)[] = [];
    devices.onTestSide((side) => sides.push(side));
    const test = devices.testChannels();
    const refused = expect(test).rejects.toMatchObject({
      code: 'device-unavailable',
      subject: 'sink:speakers',
    });
    await expect.poll(() => sides[0], { timeout: 10_000, interval: 10 }).toBe('left');
    await devices.selectOutput('null');
    await refused;
    expect(sides.at(-1)).toBe(null);
    expect(files()).toEqual([]);
    await expect.poll(async () => (await devices.list()).openOutput, { timeout: 10_000 }).toBe('null');
    await expect(devices.testChannels()).rejects.toMatchObject({ code: 'device-unavailable' });
    await devices.selectOutput('default');
    await expect
      .poll(async () => (await devices.list()).openOutput, { timeout: 10_000 })
      .toBe('sink:speakers');
    await devices.testChannels();
  });

  it('is asked for in the settings panel, which says which side sounds, as the other choices of devices are there', async () => {
    const { url, connection } = await home.serve();
    const { devices } = connection.services;
    const browser = await launchChromium();
    try {
      const page = await browser.newPage({ viewport: { width: 1120, height: 720 } });
      await page.goto(url);
      await page.getByTestId('rail-settings').click();
      const test = page.getByTestId('settings-test');
      await expect.poll(() => test.innerText()).toBe('Test');
      await test.click();
      await expect.poll(() => test.innerText(), { timeout: 10_000, interval: 20 }).toBe('← Left');
      await expect.poll(() => test.innerText(), { timeout: 10_000, interval: 20 }).toBe('Right →');
      await expect.poll(() => test.innerText(), { timeout: 10_000 }).toBe('Test');
      await page.getByTestId('settings-microphone').selectOption('none');
      await page.getByTestId('settings-aux').selectOption('source:mic');
      await page.getByTestId('settings-spdif').selectOption('sink:headset');
      await expect
        .poll(async () => (await devices.listInputs()).selected)
        .toEqual({ microphone: 'none', aux: 'source:mic' });
      await expect.poll(async () => (await devices.list()).selectedSpdif).toBe('sink:headset');
      const add = page.getByTestId('settings-preferred-add');
      await add.selectOption('sink:speakers');
      await page.getByRole('button', { name: 'Move Test Speakers up' }).waitFor();
      await add.selectOption('sink:headset');
      await page.getByRole('button', { name: 'Move Test Headset up' }).click();
      await expect
        .poll(async () => (await devices.list()).preferred)
        .toEqual(['sink:headset', 'sink:speakers']);
      await page.getByTestId('settings-output').selectOption('preferred');
      await expect
        .poll(async () => (await devices.list()).openOutput, { timeout: 10_000 })
        .toBe('sink:headset');
      const prefer = await home.run(['devices', 'prefer', 'sink:speakers', 'sink:headset']);
      expect(prefer.stdout).toMatch(/sink:headset .*preferred 2/);
      await expect
        .poll(async () => (await devices.list()).openOutput, { timeout: 10_000 })
        .toBe('sink:speakers');
      await home.run(['devices', 'prefer', 'none']);
      await expect.poll(async () => (await devices.list()).selectedOutput).toBe('default');
      await page.getByTestId('settings-programs').selectOption('off');
      await expect.poll(async () => (await connection.services.settings.get()).rememberPrograms).toBe(false);
      // Another window's choice is shown here.
      await devices.selectInput('aux', 'default');
      await expect.poll(() => page.getByTestId('settings-aux').inputValue()).toBe('default');
    } finally {
      await browser.close();
    }
  });
});
