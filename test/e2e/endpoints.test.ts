import { spawn, type ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EndpointsSnapshot } from '../../src/contract/services/endpoints.ts';
import { PipeWireRig } from '../rigs/pipewire/pipeWireRig.ts';
import { tone } from '../support/audio/tones.ts';
import { writeWav } from '../support/audio/wav.ts';
import { requires } from '../support/requirements.ts';
import { launchChromium } from './support/browser.ts';
import { TestHome, type RunningPanel } from './support/program.ts';
import { eventually } from './support/waiting.ts';

const LIMIT_MS = 5_000;

/** Another program's sound and the system's own levels, from the panel and the command line; `pactl` is the judge. */
requires('pipewire', 'chromium')('the devices and programs of the machine', () => {
  let rig: PipeWireRig;
  let home: TestHome;
  let panel: RunningPanel;
  let browser: Browser;
  let page: Page;
  let player: ChildProcess;

  beforeAll(async () => {
    rig = await PipeWireRig.start();
    const sound = tone({ frequency: 440, seconds: 120 });
    writeFileSync(join(rig.dir, 'tone.wav'), writeWav({ rate: 48_000, channels: [sound, sound] }));
    player = spawn('paplay', ['--device=speakers', join(rig.dir, 'tone.wav')], {
      env: { ...process.env, ...rig.env },
    });
    home = new TestHome(rig.env);
    panel = await home.serve();
    browser = await launchChromium();
    page = await browser.newPage({ viewport: { width: 1120, height: 720 } });
    await page.goto(panel.url);
  });
  afterAll(async () => {
    await browser?.close();
    panel?.connection.dispose();
    player?.kill();
    await home?.dispose();
    await rig?.dispose();
  });

  const pactlSays = (args: string[], pattern: RegExp) =>
    eventually(
      async () => pattern.test(await rig.pactl(...args)),
      LIMIT_MS,
      () => `“pactl ${args.join(' ')}” telling ${pattern.source}`,
    );
  const apps = async () => {
    const { code, stdout, stderr } = await home.run(['app', '--json']);
    expect(code, stderr).toBe(0);
    return (JSON.parse(stdout) as Pick<EndpointsSnapshot, 'programs'>).programs;
  };

  it('sets a device from its strip in the panel', async () => {
    const strip = page.getByRole('region', { name: 'Test Headset' });
    await strip.getByRole('slider', { name: 'Test Headset volume' }).focus();
    await page.keyboard.press('PageDown');
    await pactlSays(['get-sink-volume', 'headset'], /-6\.0\d dB/);
    await strip.getByRole('button', { name: 'Mute Test Headset' }).click();
    await pactlSays(['get-sink-mute', 'headset'], /yes/);
    await rig.pactl('set-sink-mute', 'headset', '0');
    await eventually(
      async () =>
        (await strip.getByRole('button', { name: 'Mute Test Headset' }).getAttribute('aria-pressed')) ===
        'false',
      LIMIT_MS,
      () => 'the mute button to follow pactl',
    );
  });

  it('sets, mutes and moves a program from its card in the panel', async () => {
    const card = page.getByRole('group', { name: 'paplay' });
    await card.getByRole('slider', { name: 'paplay volume' }).focus();
    await page.keyboard.press('PageDown');
    await page.keyboard.press('PageDown');
    await pactlSays(['list', 'sink-inputs'], /-12\.0\d dB/);
    await card.getByRole('button', { name: 'Mute paplay' }).click();
    await pactlSays(['list', 'sink-inputs'], /Mute: yes/);
    const headset = (await rig.pactl('list', 'short', 'sinks')).match(/^(\d+)\s+headset/m)![1]!;
    await card.getByRole('combobox').selectOption({ label: 'Test Headset' });
    await pactlSays(
      ['list', 'sink-inputs'],
      new RegExp(`Sink: ${headset}\\b[^]*application.name = "paplay"`),
    );
  });

  it('does the same from the command line, while the panel follows', async () => {
    expect((await home.run(['app', 'paplay', 'volume', '-3'])).code).toBe(0);
    expect((await home.run(['app', 'PAPLAY', 'mute', 'off'])).code).toBe(0);
    expect((await home.run(['app', 'paplay', 'move', 'speakers'])).code).toBe(0);
    const program = (await apps()).find((each) => each.program === 'paplay');
    expect(program).toMatchObject({ endpointId: 'sink:speakers', muted: false, own: false });
    const card = page.getByRole('group', { name: 'paplay' });
    await expect
      .poll(() => card.getByRole('slider', { name: 'paplay volume' }).getAttribute('aria-valuetext'))
      .toBe('-3.0 dB');
    await expect.poll(() => card.getByRole('combobox').inputValue()).toBe('sink:speakers');

    expect((await home.run(['default', 'Test Headset'])).code).toBe(0);
    await pactlSays(['get-default-sink'], /^headset/);
    expect((await home.run(['default', 'speakers'])).code).toBe(0);
    const wrong = await home.run(['app', 'nobody', 'mute', 'on']);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toMatch(/No program “nobody” plays/);
  });

  it('knows its own stream as its own and shows it as no program', async () => {
    await eventually(
      async () => (await apps()).some(({ own }) => own),
      LIMIT_MS,
      () => 'our own stream',
    );
    expect(await page.getByRole('group', { name: 'Pinwheel' }).count()).toBe(0);
  });

  it('takes a program off the panel when it ends', async () => {
    player.kill();
    await expect.poll(() => page.getByRole('group', { name: 'paplay' }).count()).toBe(0);
  });
});
