import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Browser, ConsoleMessage, Page } from 'playwright-core';
import type { PowerSnapshot, PowerSubdevice } from '../../src/contract/services/power.ts';
import { commandLine, descendants } from '../electron-standin/launch.ts';
import { requires } from '../support/requirements.ts';
import { randomSong, scale } from '../support/smf.ts';
import { seriousViolations } from './support/axe.ts';
import { launchChromium } from './support/browser.ts';
import { TestHome, type RunningPanel } from './support/program.ts';

/** For looking at by eye: screenshots go where this says. */
const pictures = process.env['PINWHEEL_TEST_PICTURES'];

/** On the null device: no sound server, no sound card. */
requires('chromium')('the power panel and “pinwheel power”', () => {
  const nowhere = mkdtempSync(path.join(tmpdir(), 'pwn-'));
  let home: TestHome;
  let panel: RunningPanel;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    home = new TestHome({ XDG_RUNTIME_DIR: nowhere, PULSE_SERVER: undefined, PULSE_RUNTIME_PATH: undefined });
    panel = await home.serve();
    browser = await launchChromium();
    page = await browser.newPage({ viewport: { width: 1120, height: 720 }, colorScheme: 'dark' });
    page.on('console', (message: ConsoleMessage) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(panel.url);
    await page.getByTestId('rail-power').click();
    await row('Wavetable').waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    panel?.connection.dispose();
    await home?.dispose();
    rmSync(nowhere, { recursive: true, force: true });
  });

  const row = (name: string) => page.getByTestId(`subdevice-${name}`);
  const state = (name: string) => row(name).getByTestId('power-state');
  const player = () => panel.connection.services.player;
  const hasState = (name: string, wanted: string) =>
    expect.poll(() => state(name).innerText(), { timeout: 5_000 }).toBe(wanted);
  const picture = async (name: string) => {
    if (!pictures) return;
    mkdirSync(pictures, { recursive: true });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: path.join(pictures, `${name}-${colorScheme}.png`) });
    }
  };

  async function playing(): Promise<void> {
    const song = scale({ steps: 40, everySeconds: 2, heldSeconds: 1.9 });
    await player().stop();
    await player().clear();
    await player().add({ name: 'song.mid', bytes: song.bytes });
    await player().play(null);
    await expect.poll(async () => (await player().getState()).phase, { timeout: 5_000 }).toBe('playing');
  }

  it('puts an idle subdevice to sleep and wakes it, from the panel and the command line', async () => {
    await row('FmSynth').getByRole('button', { name: 'Put FmSynth to sleep' }).click();
    await hasState('FmSynth', 'D3');
    const shown = await home.run(['power']);
    expect(shown.stdout).toMatch(/^soundCard\/FmSynth: D3$/m);
    const woken = await home.run(['power', 'set', 'fmsynth', 'D0', '--json']);
    expect(JSON.parse(woken.stdout)).toMatchObject({
      state: 'D0',
      exitLatency: { from: 'D3', promised: 250 },
    });
    await hasState('FmSynth', 'D0');
    expect((await home.run(['power', 'set', 'Nothing', 'D3'])).code).toBe(2);
    expect((await home.run(['power', 'set', 'FmSynth', 'D7'])).code).toBe(2);
  });

  it('asks before it puts something to sleep that plays, and says which streams pause', async () => {
    await playing();
    await expect.poll(() => row('TopologyRender').innerText()).toContain('Player');
    await picture('playing');
    const before = await player().getState();
    await row('Wavetable').getByRole('button', { name: 'Put Wavetable to sleep' }).click();
    const dialog = page.getByRole('dialog', { name: 'Put Wavetable to sleep?' });
    expect(await dialog.innerText()).toContain('Player, Wavetable');
    await picture('question');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await hasState('Wavetable', 'D0');
    await row('Wavetable').getByRole('button', { name: 'Put Wavetable to sleep' }).click();
    await dialog.getByRole('button', { name: 'Put to sleep' }).click();
    await hasState('Wavetable', 'D3');
    await row('Wavetable').getByRole('button', { name: 'Wake Wavetable' }).click();
    await hasState('Wavetable', 'D0');
    // The song goes on from where it was.
    await expect
      .poll(async () => (await player().getState()).positionSeconds > before.positionSeconds + 1, {
        timeout: 10_000,
      })
      .toBe(true);
    expect((await player().getState()).phase).toBe('playing');
  });

  it('asks before it unregisters what has an open stream, which ends; and registers it again', async () => {
    await row('Wavetable').getByRole('button', { name: 'More for Wavetable' }).click();
    await picture('menu');
    await page.getByRole('button', { name: 'Unregister…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Unregister Wavetable?' });
    expect(await dialog.innerText()).toContain('Player, Wavetable');
    await dialog.getByRole('button', { name: 'Unregister' }).click();
    await hasState('Wavetable', '—');
    expect((await player().getState()).phase).not.toBe('playing');
    const wire = page.getByRole('button', { name: /Wavetable\.1 → TopologyRender\.0/ });
    expect(await wire.getAttribute('aria-pressed')).toBe('false');
    expect(await wire.isDisabled()).toBe(true);
    await picture('unregistered');
    await row('Wavetable').getByRole('button', { name: 'Register Wavetable again' }).click();
    await hasState('Wavetable', 'D0');
    expect(await wire.getAttribute('aria-pressed')).toBe('true');
    await playing();
    await player().stop();
  });

  it('restarts an adapter after it has said which streams end, and tells how often a part woke', async () => {
    for (const state of ['D3', 'D0'] as const)
      await panel.connection.services.power.setState('Wavetable', state);
    await playing();
    await row('Wavetable').getByRole('button', { name: 'More for Wavetable' }).click();
    await expect.poll(() => page.getByText(/^Woke (once|\d+ times): .*by request/).count()).toBe(1);
    await page.getByRole('button', { name: 'Restart its adapter…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Restart soundCard?' });
    expect(await dialog.innerText()).toContain('Player, Wavetable');
    await dialog.getByRole('button', { name: 'Restart' }).click();
    await expect.poll(async () => (await player().getState()).phase, { timeout: 5_000 }).not.toBe('playing');
    await hasState('Wavetable', 'D0');
    const plays = () =>
      playing().then(
        () => true,
        () => false,
      );
    await expect.poll(plays, { timeout: 20_000, interval: 500 }).toBe(true);
    await player().stop();
  });

  it('pauses power saving and keeps the bank of sounds, from the panel', async () => {
    const { power, settings } = panel.connection.services;
    await page.getByTestId('power-idle').click();
    await page.getByRole('checkbox', { name: 'Pause power saving' }).check();
    await expect.poll(async () => (await power.getSnapshot()).paused).toBe(true);
    await expect.poll(() => page.getByTestId('power-idle').innerText()).toBe('Power saving paused');
    await page.getByRole('checkbox', { name: 'Pause power saving' }).uncheck();
    await expect.poll(async () => (await power.getSnapshot()).paused).toBe(false);
    await page.getByRole('checkbox', { name: 'Keep sounds in memory' }).check();
    await expect.poll(async () => (await settings.get()).power?.keepBank).toBe(true);
    await page.getByRole('checkbox', { name: 'Keep sounds in memory' }).uncheck();
    await expect.poll(async () => (await settings.get()).power?.keepBank).toBe(false);
    await page.keyboard.press('Escape');
  });

  it('unregisters and registers from the command line', async () => {
    const gone = await home.run(['subdevice', 'unregister', 'FmSynth']);
    expect(gone.stdout).toContain('not registered');
    await hasState('FmSynth', '—');
    const back = await home.run(['subdevice', 'register', 'FmSynth', '--json']);
    expect((JSON.parse(back.stdout) as PowerSubdevice).registered).toBe(true);
    await hasState('FmSynth', 'D0');
  });

  it('tells what each subdevice costs, which together is what the device host took', async () => {
    await player().stop();
    await player().clear();
    await player().add({ name: 'dense.mid', bytes: randomSong(1).bytes });
    await player().play(null);
    const host = descendants(panel.program.child.pid!).find((pid) => commandLine(pid).includes('/host.'));
    const ticks = () => {
      const fields = readFileSync(`/proc/${host}/stat`, 'utf8').split(') ')[1]!.split(' ');
      return Number(fields[11]) + Number(fields[12]);
    };
    const costs: PowerSubdevice['cost'][][] = [];
    const following = panel.connection.services.power.onSnapshot(({ subdevices }) =>
      costs.push(subdevices.map(({ cost }) => cost)),
    );
    const named = async (name: string) =>
      (await panel.connection.services.power.getSnapshot()).subdevices.find((each) => each.name === name)!;
    await expect.poll(async () => (await named('Wavetable')).cost.cpuPercent).toBeGreaterThan(0);
    const [began, before] = [performance.now(), ticks()];
    costs.length = 0;
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    const taken = ((ticks() - before) * 1000) / (performance.now() - began);
    following.dispose();
    const sums = costs.map((each) => each.reduce((sum, { cpuPercent }) => sum + (cpuPercent ?? 0), 0));
    const told = sums.reduce((sum, each) => sum + each, 0) / sums.length;
    expect(Math.abs(told - taken)).toBeLessThan(2 + taken / 4);
    const [wavetable, fm, output] = [
      await named('Wavetable'),
      await named('FmSynth'),
      await named('TopologyRender'),
    ];
    expect(wavetable.cost).toMatchObject({ shared: false });
    // The bank of sounds alone is larger.
    expect(wavetable.cost.saves!.memoryBytes).toBeGreaterThan(1_000_000);
    expect(fm.cost).toMatchObject({ cpuPercent: 0, shared: false });
    expect(output.cost.shared).toBe(true);
    await expect.poll(() => row('TopologyRender').innerText()).toMatch(/≈ [\d.]+ % · [\d.]+ MB/);
    expect((await home.run(['power'])).stdout).toMatch(
      /Wavetable: D0.*\n +costs [\d.]+ % of a core, [\d.]+ MB/,
    );
    await player().stop();
  });

  it('lets go of the output and takes it again while a song plays, which goes on', async () => {
    await playing();
    const before = await player().getState();
    expect((await home.run(['power', 'rebalance', 'nothing'])).stderr).toContain('There are: soundCard');
    expect((await home.run(['power', 'rebalance', 'soundCard'])).code).toBe(0);
    await expect
      .poll(
        async () => {
          const { phase, positionSeconds } = await player().getState();
          return phase === 'playing' && positionSeconds > before.positionSeconds + 1;
        },
        { timeout: 10_000 },
      )
      .toBe(true);
    await hasState('Wavetable', 'D0');
    await expect.poll(() => row('TopologyRender').innerText()).toContain('Player');
    await player().stop();
  });

  it('toggles a physical connection', async () => {
    const wire = page.getByRole('button', { name: /FmSynth\.1 → TopologyRender\.1/ });
    await wire.click();
    await expect.poll(() => wire.getAttribute('aria-pressed')).toBe('false');
    const { stdout } = await home.run(['power', '--json']);
    const { connections } = JSON.parse(stdout) as PowerSnapshot;
    expect(connections.filter(({ connected }) => !connected)).toHaveLength(1);
    await wire.click();
    await expect.poll(() => wire.getAttribute('aria-pressed')).toBe('true');
  });

  it('goes to sleep after the idle time that was chosen, but not what is held awake', async () => {
    await row('FmSynth').getByRole('button', { name: 'More for FmSynth' }).click();
    await page.getByLabel('Hold awake').check();
    await page.keyboard.press('Escape');
    await expect.poll(() => row('FmSynth').innerText()).toContain('held awake');
    await panel.connection.services.power.setDefaultIdleTimes({
      performanceSeconds: 2,
      conservationSeconds: 2,
      state: 'D3',
    });
    await expect.poll(() => row('Wavetable').innerText()).toMatch(/0:0[012]/);
    await hasState('Wavetable', 'D3');
    await hasState('TopologyRender', 'D3');
    await hasState('FmSynth', 'D0');
    await picture('idle');
    await page.setViewportSize({ width: 720, height: 480 });
    await picture('small');
    await page.setViewportSize({ width: 1120, height: 720 });
    await playing();
    await hasState('Wavetable', 'D0');
    await player().stop();
    await page.getByTestId('power-idle').click();
    await page.getByLabel('Idle on mains').first().selectOption({ label: 'never' });
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByTestId('power-idle').innerText()).toBe('Never idle');
  });

  it('has no serious accessibility violations, in light and dark, and complains about nothing', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await seriousViolations(page), colorScheme).toEqual([]);
    }
    expect(complaints).toEqual([]);
  });
});
