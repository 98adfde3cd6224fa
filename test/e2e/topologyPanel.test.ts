import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Browser, Locator, Page } from 'playwright-core';
import type { Clients } from '../../src/contract/services/index.ts';
import type { TopologySnapshot } from '../../src/contract/services/topology.ts';
import { ksLevelToDecibels } from '../../src/contract/units.ts';
import { requires } from '../support/requirements.ts';
import { scale } from '../support/smf.ts';
import { seriousViolations } from './support/axe.ts';
import { launchChromium } from './support/browser.ts';
import { TestHome, type RunningPanel } from './support/program.ts';
import { eventually } from './support/waiting.ts';

/** Without a sound server the built-in card renders to the null device; its topology is the same. */
requires('chromium')('the topology panel', () => {
  const nowhere = mkdtempSync(path.join(tmpdir(), 'pwn-'));
  let home: TestHome;
  let panel: RunningPanel;
  let services: Clients;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    home = new TestHome({ XDG_RUNTIME_DIR: nowhere, PULSE_SERVER: undefined, PULSE_RUNTIME_PATH: undefined });
    panel = await home.serve();
    services = panel.connection.services;
    browser = await launchChromium();
    page = await browser.newPage({ viewport: { width: 1120, height: 720 }, reducedMotion: 'reduce' });
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(panel.url);
    await page.getByRole('button', { name: 'Topology' }).click();
    await nodes().first().waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    panel?.connection.dispose();
    await home?.dispose();
    rmSync(nowhere, { recursive: true, force: true });
  });

  const nodes = (): Locator => page.getByTestId('topology-node');
  const inspector = (): Locator => page.getByRole('complementary', { name: 'Inspector' });
  const masterVolume = (): Locator => page.getByRole('button', { name: /^Volume, Master Volume/ });

  async function masterDecibels(): Promise<number | undefined> {
    const { devices } = await services.mixer.getSnapshot();
    const lines = devices.flatMap(({ destinations }) => destinations);
    const control = lines.flatMap(({ controls }) => controls).find(({ name }) => name === 'Master Volume');
    return control?.type === 'VOLUME' ? ksLevelToDecibels(control.levels[0]!) : undefined;
  }

  /** Middle of an element on the window. */
  async function middle(of: Locator): Promise<{ x: number; y: number }> {
    const { x, y, width, height } = (await of.boundingBox())!;
    return { x: x + width / 2, y: y + height / 2 };
  }

  async function drag(what: Locator, by: { x: number; y: number }): Promise<void> {
    const from = await middle(what);
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    for (let step = 1; step <= 5; step++) {
      await page.mouse.move(from.x + (by.x * step) / 5, from.y + (by.y * step) / 5);
    }
    await page.mouse.up();
  }

  it('draws every filter, node, pin and jack of the engine', async () => {
    const { filters } = await services.topology.getSnapshot();
    for (const { name, port, power } of filters) {
      await page.getByRole('button', { name: `Filter ${name}, ${port} · ${power}` }).waitFor();
    }
    expect(await nodes().count()).toBe(filters.flatMap((filter) => filter.nodes).length);
    const pins = filters.flatMap((filter) => filter.pins);
    expect(await page.getByTestId('topology-pin').count()).toBe(pins.length);
    const jacks = pins.filter(({ communication }) => communication === 'BRIDGE');
    expect(await page.getByTestId('topology-jack').count()).toBe(jacks.length);
    await page.getByRole('button', { name: 'Output Speakers' }).waitFor();
  });

  it('sets the level of a volume node in the inspector, and the mixer follows', async () => {
    await masterVolume().click();
    await inspector().getByText('KSNODETYPE_VOLUME').waitFor();
    await inspector().getByText('3A5ACC00-C557-11D0-8A2B-00A0C9255AC1').waitFor();
    for (const channel of ['Left', 'Right']) {
      const field = inspector().getByRole('textbox', { name: `${channel}, KSPROPERTY_AUDIO_VOLUMELEVEL` });
      await field.fill('-12.2');
      await field.press('Enter');
      await eventually(
        async () => (await field.inputValue()) === '−12.0 dB',
        5000,
        () => 'the field shows the level as the node stepped it',
      );
    }
    expect(await masterDecibels()).toBe(-12);
    await page.getByRole('button', { name: 'Volume, Master Volume, −12.0 dB' }).waitFor();
  });

  it('shows what somebody else sets, in the inspector and on the node', async () => {
    const [filter] = (await services.topology.getSnapshot()).filters.filter(({ nodes }) =>
      nodes.some(({ name }) => name === 'Master Volume'),
    );
    const { id } = filter!.nodes.find(({ name }) => name === 'Master Volume')!;
    const address = { filter: filter!.path, node: id, property: 'VOLUMELEVEL', channel: -1 };
    await services.topology.setProperty(address, -6 * 0x10000);
    await page.getByRole('button', { name: 'Volume, Master Volume, −6.0 dB' }).waitFor();
    const field = inspector().getByRole('textbox', { name: 'Left, KSPROPERTY_AUDIO_VOLUMELEVEL' });
    await eventually(
      async () => (await field.inputValue()) === '−6.0 dB',
      5000,
      () => 'the inspector follows',
    );
  });

  it('reads and sets the same property as bytes', async () => {
    const property = page.getByTestId('property-KSPROPERTY_AUDIO_VOLUMELEVEL');
    await property.getByText('Raw bytes').click();
    await property.getByRole('button', { name: 'Get', exact: true }).click();
    await property.getByText('STATUS_SUCCESS, 4 bytes').waitFor();
    const value = property.getByRole('textbox', { name: 'Value bytes' });
    expect(await value.inputValue()).toBe('00 00 FA FF');
    await value.fill('00 00 FD FF');
    await property.getByRole('button', { name: 'Set', exact: true }).click();
    await eventually(
      async () => (await masterDecibels()) === -3,
      5000,
      () => 'the left channel of the mixer line is at -3 dB',
    );
    await value.fill('00 0');
    await property.getByRole('button', { name: 'Set', exact: true }).click();
    await property.getByText('Bytes are pairs of hexadecimal digits').waitFor();
    expect(await value.inputValue()).toBe('00 0');
  });

  it('refuses what is no level, and keeps what was typed', async () => {
    const field = inspector().getByRole('textbox', { name: 'Left, KSPROPERTY_AUDIO_VOLUMELEVEL' });
    await field.fill('loud');
    await field.press('Enter');
    await inspector().getByRole('alert').filter({ hasText: 'Type dB or %' }).waitFor();
    expect(await field.inputValue()).toBe('loud');
    await page.getByTestId('inspector-close').click();
    await inspector().waitFor({ state: 'detached' });
  });

  it('lights the path of a running stream and counts it on its pin', async () => {
    expect(await page.locator('.lines .live').count()).toBe(0);
    const song = await services.player.add({ name: 'scale.mid', bytes: scale().bytes });
    await services.player.setLoop(true);
    await services.player.play(song.id);
    await page.getByRole('button', { name: 'Pin MIDI 1/16, in, 1 open, 1 running' }).waitFor();
    await eventually(
      async () => (await page.locator('.lines .wire.live').count()) >= 2,
      5000,
      () => 'the wires to the mixer and to the jack are lit',
    );
    // What exists once per stream is that of the stream that is open.
    await page.getByRole('button', { name: 'Synth', exact: true }).first().click();
    const stream = inspector().getByRole('combobox', { name: 'Stream' });
    expect(await stream.locator('option').allTextContents()).toEqual([
      expect.stringMatching(/^Instance \d+ · MIDI · running$/),
    ]);
    await page.getByTestId('property-KSPROPERTY_SYNTH_RUNNINGSTATS').getByText('voices').waitFor();
    await page.getByTestId('inspector-close').click();
    await inspector().waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Mute, Master Mute, off' }).click();
    await inspector().getByRole('switch', { name: /^Left/ }).check();
    await inspector()
      .getByRole('switch', { name: /^Right/ })
      .check();
    await eventually(
      async () => (await page.locator('.lines .wire.live').count()) === 1,
      5000,
      () => 'the path ends at the muted node',
    );
    await inspector().getByRole('switch', { name: /^Left/ }).uncheck();
    await inspector()
      .getByRole('switch', { name: /^Right/ })
      .uncheck();
    await page.getByTestId('inspector-close').click();
    await services.player.stop();
    await services.player.clear();
  });

  it('keeps where a node was dragged, over a reload and while the device is away', async () => {
    const before = await middle(masterVolume());
    await drag(masterVolume(), { x: 24, y: 10 });
    const dropped = await eventually(
      async () => (await services.arrangement.getAll())['soundCard']?.positions,
      5000,
      () => 'the position is kept',
    );
    expect(Object.keys(dropped)).toEqual([expect.stringContaining('#Master Volume')]);
    const frame = page.getByTestId('topology-filter').filter({ hasText: 'TopologyRender' });
    const offset = async () => {
      const [node, corner] = [await middle(masterVolume()), await middle(frame)];
      return { x: Math.round(node.x - corner.x), y: Math.round(node.y - corner.y) };
    };
    expect((await middle(masterVolume())).x).toBeGreaterThan(before.x + 10);
    const kept = await offset();

    await page.reload();
    await masterVolume().waitFor();
    await eventually(
      async () => near(await offset(), kept),
      5000,
      () => 'the node is where it was dropped',
    );

    await services.devices.selectOutput('null');
    await masterVolume().waitFor();
    await eventually(
      async () => near(await offset(), kept),
      5000,
      () => 'and after the device came back',
    );

    await page.getByTestId('topology-export').click();
    await page.getByRole('button', { name: 'Arrange anew' }).click();
    await eventually(
      async () => Object.keys(await services.arrangement.getAll()).length === 0,
      5000,
      () => 'nothing is kept any more',
    );
  });

  it('finds nodes by name and shows them', async () => {
    await page.getByRole('combobox', { name: 'Find in the topology' }).fill('master mute');
    await page.getByRole('option', { name: /Master Mute/ }).waitFor();
    await page.keyboard.press('Enter');
    await inspector().getByRole('heading', { name: 'Master Mute' }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toMatch(
      /^Mute, Master Mute/,
    );
    await page.keyboard.press('Escape');
    await page.getByRole('combobox', { name: 'Find in the topology' }).fill('no such thing');
    await page.getByText('Nothing here is called “no such thing”.').waitFor();
    await page.keyboard.press('Escape');
  });

  it('walks along connections by keyboard, inspects and moves', async () => {
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');
    await page
      .getByRole('button', { name: /^Pin MIDI, in/ })
      .first()
      .focus();
    const walked: string[] = [];
    for (let step = 0; step < 12 && !walked.at(-1)?.startsWith('Output'); step++) {
      await page.keyboard.press('ArrowRight');
      walked.push(await focused());
    }
    expect(walked.at(-1)).toBe('Output Speakers');
    expect(walked.filter((name) => name.startsWith('Volume'))).toHaveLength(2);
    await page.keyboard.press('Enter');
    await inspector().getByText('KSNODETYPE_SPEAKER').waitFor();
    await page.keyboard.press('Escape');
    await inspector().waitFor({ state: 'detached' });
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    expect(await focused()).toMatch(/^Meter/);
    await page.keyboard.press('Alt+ArrowDown');
    await eventually(
      async () => 'soundCard' in (await services.arrangement.getAll()),
      5000,
      () => 'what the keyboard moved is kept',
    );
    await services.arrangement.set('soundCard', { positions: {}, collapsed: [] });
  });

  it('hides the inside of a filter, and shows it again', async () => {
    const all = await nodes().count();
    await page.getByRole('button', { name: 'Hide the inside of TopologyRender' }).click();
    await masterVolume().waitFor({ state: 'detached' });
    expect(await nodes().count()).toBeLessThan(all);
    await page.getByRole('button', { name: 'Show the inside of TopologyRender' }).click();
    await masterVolume().waitFor();
  });

  it('leaves out types of filters, and says so when nothing is left', async () => {
    await page.getByTestId('topology-show').click();
    for (const box of await page.getByRole('group', { name: 'Filter types' }).getByRole('checkbox').all()) {
      await box.uncheck();
    }
    await page.getByText('Everything is hidden').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Show everything' }).click();
    await masterVolume().waitFor();
  });

  it('saves a dump that it opens again read-only', async () => {
    const download = page.waitForEvent('download');
    await page.getByTestId('topology-export').click();
    await page.getByRole('button', { name: 'Dump as JSON' }).click();
    const file = await (await download).path();
    const dump = JSON.parse(readFileSync(file, 'utf8')) as TopologySnapshot;
    expect(dump.filters.map((filter) => filter.path)).toEqual(
      (await services.topology.getSnapshot()).filters.map((filter) => filter.path),
    );
    await page.getByTestId('dump-file').setInputFiles({
      name: 'elsewhere.json',
      mimeType: 'application/json',
      buffer: Buffer.from(JSON.stringify(dump)),
    });
    await page.getByText('The saved dump “elsewhere.json”, to look at only').waitFor();
    await masterVolume().click();
    await inspector().getByText('A dump holds no values.').waitFor();
    expect(await inspector().getByRole('textbox').count()).toBe(0);
    await page.getByRole('button', { name: 'Back to this machine' }).click();
    await page.getByRole('button', { name: 'Volume, Master Volume, −3.0 dB' }).waitFor();
  });

  it('saves pictures with everything on them', async () => {
    const saved = async (name: string) => {
      const download = page.waitForEvent('download');
      await page.getByTestId('topology-export').click();
      await page.getByRole('button', { name }).click();
      return readFileSync(await (await download).path());
    };
    const svg = (await saved('Picture as SVG')).toString();
    for (const { name } of (await services.topology.getSnapshot()).filters)
      expect(svg).toContain(`>${name}<`);
    expect(svg).toContain('−3.0 dB');
    expect(svg).not.toContain('var(');
    const png = await saved('Picture as PNG');
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
    const [, svgWidth, svgHeight] = /width="([\d.]+)" height="([\d.]+)"/.exec(svg)!;
    expect([width, height]).toEqual([Math.ceil(Number(svgWidth) * 2), Math.ceil(Number(svgHeight) * 2)]);
  });

  it('refuses a broken dump with its name and what is wrong, and keeps what it shows', async () => {
    const all = await nodes().count();
    await page.getByTestId('dump-file').setInputFiles({
      name: 'broken.json',
      mimeType: 'application/json',
      buffer: Buffer.from('{"version":1,"filters":[{"path":7}]}'),
    });
    await page.getByTestId('banner').filter({ hasText: '“broken.json” is not a topology dump' }).waitFor();
    expect(await nodes().count()).toBe(all);
  });

  it('has no serious accessibility violations, in light and dark, with and without the inspector', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await seriousViolations(page), colorScheme).toEqual([]);
      await masterVolume().click();
      await inspector().getByText('KSNODETYPE_VOLUME').waitFor();
      expect(await seriousViolations(page), `${colorScheme}, inspector`).toEqual([]);
      await page.getByTestId('inspector-close').click();
    }
  });

  it('complains about nothing in the console', () => {
    expect(complaints).toEqual([]);
  });
});

const near = (a: { x: number; y: number }, b: { x: number; y: number }): boolean =>
  Math.abs(a.x - b.x) <= 2 && Math.abs(a.y - b.y) <= 2;
