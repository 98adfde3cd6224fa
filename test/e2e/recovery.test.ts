import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import type { AppState } from '../../src/contract/services/app.ts';
import { monotonicMs, PipeWireRig } from '../rigs/pipewire/pipeWireRig.ts';
import { peak } from '../support/audio/level.ts';
import { requires } from '../support/requirements.ts';
import { smf, writeSmf } from '../support/smf.ts';
import { launchChromium } from './support/browser.ts';
import { TestHome, type RunningPanel } from './support/program.ts';
import { delay, eventually } from './support/waiting.ts';

const drone = (): Uint8Array =>
  writeSmf({
    tracks: [[smf.program(0, 0, 19), smf.noteOn(0, 0, 60, 100), smf.noteOff(120_000, 0, 60)]],
    division: 500,
  });

requires('pipewire', 'chromium')('losing the sound server under a playing file', () => {
  let rig: PipeWireRig;
  let home: TestHome;
  let panel: RunningPanel;
  let browser: Browser;
  let page: Page;
  const states: { at: number; state: AppState }[] = [];

  beforeEach(async () => {
    rig = await PipeWireRig.start();
    home = new TestHome(rig.env);
    panel = await home.serve();
    browser = await launchChromium();
    page = await browser.newPage();
    await page.goto(panel.url);
    await page.getByTestId('status-pill').waitFor();
    const { app, player } = panel.connection.services;
    states.length = 0;
    app.onState((state) => states.push({ at: monotonicMs(), state }));
    const entry = await player.add({ name: 'drone.mid', bytes: drone() });
    await player.play(entry.id);
    await delay(1500);
  });
  afterEach(async () => {
    await browser?.close();
    panel?.connection.dispose();
    await home?.dispose();
    await rig?.dispose();
  });

  for (const pulseToo of [false, true]) {
    it(`notices, says so, stays responsive and brings the sound back (${pulseToo ? 'both daemons killed' : 'pipewire killed'})`, async () => {
      const { services } = panel.connection;
      const killedAt = monotonicMs();
      const killing = rig.killServer({ pulseToo });
      const lost = await eventually(
        () => states.find(({ at, state }) => at >= killedAt && state.output.phase === 'lost'),
        3000,
        () => 'the engine reports the loss',
      );
      expect(lost.at - killedAt, 'noticed after').toBeLessThan(500);

      // Main answers while the device is gone.
      const asked = monotonicMs();
      await services.mixer.getSnapshot();
      expect(monotonicMs() - asked).toBeLessThan(200);
      await page.getByTestId('banner').filter({ hasText: 'null device' }).waitFor({ timeout: 3000 });
      await killing;
      await delay(1000);

      const { answeredAtMs } = await rig.restartServer();
      const recorder = await rig.record('speakers');
      const heard = await recorder.waitFor((recording) => peak(recording.channel(0)) > 0.02, 10_000);
      const samples = heard.channel(0);
      const first = samples.findIndex((sample) => Math.abs(sample) > 0.02);
      const backAfter = heard.timeOfFrame(first) - answeredAtMs;
      expect(backAfter, 'sound is back after').toBeLessThan(2000);
      await recorder.stop();

      await page.getByTestId('banner').waitFor({ state: 'detached', timeout: 5000 });
      expect((await services.player.getState()).phase).toBe('playing');
    });
  }
});
