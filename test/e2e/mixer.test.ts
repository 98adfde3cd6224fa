import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Page, Browser } from 'playwright-core';
import type { Clients } from '../../src/contract/services/index.ts';
import type { MixerControl } from '../../src/contract/services/mixer.ts';
import { decibelsToKsLevel, ksLevelToDecibels } from '../../src/contract/units.ts';
import { PipeWireRig } from '../rigs/pipewire/pipeWireRig.ts';
import { findClicks } from '../support/audio/click.ts';
import { withoutGaps } from '../support/audio/dropout.ts';
import { isDigitalSilence, rmsDb } from '../support/audio/level.ts';
import { requires } from '../support/requirements.ts';
import { withSineBank } from '../support/sineSong.ts';
import { smf, writeSmf } from '../support/smf.ts';
import { launchChromium } from './support/browser.ts';
import { TestHome, type RunningPanel } from './support/program.ts';
import { delay, eventually } from './support/waiting.ts';

/** One note held for a minute, on a sine: a level that stands still. */
function drone(): Uint8Array {
  const song = writeSmf({
    tracks: [[smf.tempo(0, 500_000), smf.noteOn(0, 0, 69, 100), smf.noteOff(60_000, 0, 69)]],
    division: 500,
  });
  return withSineBank(song);
}

requires('pipewire', 'chromium')('the mixer', () => {
  let rig: PipeWireRig;
  let home: TestHome;
  let panel: RunningPanel;
  let services: Clients;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    rig = await PipeWireRig.start();
    home = new TestHome(rig.env);
    panel = await home.serve();
    services = panel.connection.services;
    browser = await launchChromium();
    page = await browser.newPage({ viewport: { width: 1120, height: 720 } });
    await page.goto(panel.url);
    const entry = await services.player.add({ name: 'drone.rmi', bytes: drone() });
    await services.player.setLoop(true);
    await services.player.play(entry.id);
  });
  afterAll(async () => {
    await browser?.close();
    panel?.connection.dispose();
    await home?.dispose();
    await rig?.dispose();
  });

  async function master(type: 'VOLUME' | 'MUTE') {
    const { devices } = await services.mixer.getSnapshot();
    const device = devices[0]!;
    const control = device.destinations[0]!.controls.find((each) => each.type === type)!;
    return { deviceId: device.id, control };
  }

  /** Records while `act` changes something; gives the level before and after, and everything recorded. */
  async function across(act: () => Promise<unknown>) {
    const recorder = await rig.record('speakers');
    await recorder.waitFor((recording) => recording.seconds > 1, 10_000);
    const at = recorder.recording.frames;
    await act();
    // What was done may have taken its time, and is not heard at once.
    const done = recorder.recording.frames;
    await recorder.waitFor((recording) => recording.frames > done + 1.5 * recording.rate, 10_000);
    const recording = await recorder.stop();
    const { rate } = recording;
    const channels = [recording.channel(0), recording.channel(1)];
    const before = channels.map((samples) =>
      rmsDb(samples, Math.round(0.3 * rate), at - Math.round(0.1 * rate)),
    );
    const after = channels.map((samples) => rmsDb(samples, done + rate));
    return { rate, channels, before, after, settledFrom: done + rate };
  }

  /** Clicks after the recording has settled. */
  function clicksIn(samples: Float32Array, rate: number) {
    return findClicks(withoutGaps(samples, rate, Math.round(0.2 * rate)).sound, rate);
  }

  async function setMaster(decibels: number): Promise<MixerControl> {
    const { deviceId, control } = await master('VOLUME');
    return services.mixer.setControl(deviceId, control.id, { levels: [decibelsToKsLevel(decibels)] });
  }

  it('lowers what is heard by 6 dB when the master volume line is set to -6 dB, without a click', async () => {
    await setMaster(0);
    await delay(300);
    const { rate, channels, before, after } = await across(() => setMaster(-6));
    channels.forEach((samples, channel) => {
      const difference = before[channel]! - after[channel]!;
      expect(Math.abs(difference - 6), `channel ${channel}: ${difference} dB`).toBeLessThan(0.3);
      expect(clicksIn(samples, rate)).toEqual([]);
    });
  });

  it('gives digital silence when the master is muted and the sound back when it is not, without a click', async () => {
    const { deviceId, control } = await master('MUTE');
    const muted = await across(() => services.mixer.setControl(deviceId, control.id, { muted: [true] }));
    for (const samples of muted.channels) {
      expect(isDigitalSilence(samples, muted.settledFrom)).toBe(true);
      expect(clicksIn(samples, muted.rate)).toEqual([]);
    }
    const back = await across(() => services.mixer.setControl(deviceId, control.id, { muted: [false] }));
    back.channels.forEach((samples, channel) => {
      expect(Math.abs(back.after[channel]! - muted.before[channel]!)).toBeLessThan(0.3);
      expect(clicksIn(samples, back.rate)).toEqual([]);
    });
  });

  it('does the same by dragging the fader in a browser', async () => {
    await setMaster(0);
    const fader = page.getByTestId('master-fader');
    await fader.waitFor();
    const box = (await fader.boundingBox())!;
    let dragged = 0;
    const { rate, channels, before, after } = await across(async () => {
      const middle = box.y + box.height / 2;
      await page.mouse.move(box.x + box.width - 8, middle);
      await page.mouse.down();
      // Until the fader reads -6 dB, as a person does.
      for (let x = box.x + box.width - 8; x > box.x; x -= 2) {
        await page.mouse.move(x, middle);
        const value = Number(await fader.getAttribute('aria-valuenow'));
        if (value <= -6) break;
      }
      await page.mouse.up();
      await delay(200);
      const { control } = await master('VOLUME');
      if (control.type === 'VOLUME') dragged = ksLevelToDecibels(control.levels[0]!);
    });
    expect(dragged).toBeLessThanOrEqual(-5.5);
    expect(dragged).toBeGreaterThan(-9);
    channels.forEach((samples, channel) => {
      expect(Math.abs(before[channel]! - after[channel]! + dragged)).toBeLessThan(0.3);
      expect(clicksIn(samples, rate)).toEqual([]);
    });
    expect(await fader.getAttribute('aria-valuetext')).toContain('dB');
  });

  it('does the same by wheel, by keys and by typing', async () => {
    const fader = page
      .getByRole('group', { name: 'Master' })
      .getByRole('slider', { name: 'Speakers volume' });
    const ways: [name: string, decibels: number, act: () => Promise<unknown>][] = [
      [
        'three notches of the wheel',
        -3,
        async () => {
          await fader.hover();
          await page.mouse.wheel(0, 300);
        },
      ],
      ['Page Down', -6, () => fader.press('PageDown')],
      [
        'typing',
        -12,
        async () => {
          await fader.focus();
          await page.keyboard.type('-12');
          await page.keyboard.press('Enter');
        },
      ],
    ];
    for (const [name, decibels, act] of ways) {
      await setMaster(0);
      await delay(300);
      const { rate, channels, before, after } = await across(async () => {
        await act();
        await eventually(
          async () => Number(await fader.getAttribute('aria-valuenow')) === decibels,
          5000,
          () => `${name} sets ${decibels} dB`,
        );
      });
      channels.forEach((samples, channel) => {
        const difference = after[channel]! - before[channel]!;
        expect(Math.abs(difference - decibels), `${name}: ${difference} dB`).toBeLessThan(0.3);
        expect(clicksIn(samples, rate)).toEqual([]);
      });
    }
  });

  it('mutes by a click on the master mute in a browser', async () => {
    const button = page.getByTestId('master-mute');
    const muted = await across(() => button.click());
    for (const samples of muted.channels) expect(isDigitalSilence(samples, muted.settledFrom)).toBe(true);
    expect(await button.getAttribute('aria-pressed')).toBe('true');
    await button.click();
  });

  it('shows in the panel what the command line sets, and keeps it over a restart', async () => {
    const set = await home.run(['mixer', 'set', 'Synth/volume', '-12']);
    expect(set.stdout.trim()).toBe('Synth: volume -12.0 dB');
    const { devices } = await services.mixer.getSnapshot();
    const volume = devices[0]!.destinations[0]!.sources[0]!.controls.find(
      (control) => control.type === 'VOLUME',
    )!;
    const fader = page.getByTestId(`fader-${volume.id}`);
    await eventually(
      async () => (await fader.getAttribute('aria-valuetext'))?.includes('12.0'),
      2000,
      () => 'the panel shows -12.0 dB',
    );
    await services.app.quit();
    await panel.program.finished;
    const shown = await home.run(['mixer', '--json']);
    const mixer = JSON.parse(shown.stdout) as {
      devices: { destinations: { sources: { controls: { type: string; value: number[] }[] }[] }[] }[];
    };
    const kept = mixer.devices[0]!.destinations[0]!.sources[0]!.controls.find(
      (each) => each.type === 'VOLUME',
    );
    expect(kept?.value).toEqual([-12, -12]);
  });
});
