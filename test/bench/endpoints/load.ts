import { writeFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { gainToDecibels, ksLevelToDecibels } from '../../../src/contract/units.ts';
import { volumeToGain } from '../../../src/main/hardware/soundServer/volume.ts';
import { appPaths } from '../../../src/main/settings/appPaths.ts';
import { TestHome } from '../../e2e/support/program.ts';
import { startLoadedServer, type SimulatedVolumes } from '../../rigs/simulatedServer/loadedServer.ts';
import { atMostMs, type Metric } from '../metric.ts';
import { framesWhile, percentile } from '../panel/frames.ts';
import { onlyChild, processorSeconds } from '../processorTime.ts';

const SECONDS = 60;
const MOST_PERCENT = 15;
/** How long the last change may be on its way. */
const SETTLE_MS = 1_000;

/**
 * The whole program beside a sound server of 40 devices and 200 streams, of which an output, an input and a stream
 * change 50 times a second, with the mixer open in a browser: what that costs main, how evenly the panel is drawn, and
 * whether all of it shows the last value of everything in the end.
 */
export async function loadMetrics(browser: Browser): Promise<Metric[]> {
  const server = await startLoadedServer();
  const home = new TestHome({ ...server.env, XDG_RUNTIME_DIR: '/nonexistent' });
  const settings = { bank: 'built-in', output: 'null', hintsRead: true };
  writeFileSync(
    appPaths(home.env).settingsFile,
    JSON.stringify({ format: 'pinwheel-settings', version: 1, data: settings }),
  );
  try {
    const { program, url, connection } = await home.serve();
    const main = onlyChild(program.child.pid!);
    const page = await browser.newPage({ viewport: { width: 1120, height: 720 } });
    await page.goto(url);
    await page.getByTestId('program-fader-239').waitFor({ state: 'attached' });
    await page.waitForTimeout(2_000);
    const before = processorSeconds(main);
    let last: SimulatedVolumes = { sinks: [], sources: [], streams: [] };
    const frames = await framesWhile(page, async () => {
      last = await server.change(SECONDS);
    });
    const percent = Math.round(((processorSeconds(main) - before) / SECONDS) * 1_000) / 10;
    await page.waitForTimeout(SETTLE_MS);
    const { mixer, endpoints } = connection.services;
    const wanted = tenths(last);
    const inPanel = differences(await shownLevels(page), wanted);
    const programs = (await endpoints.getSnapshot()).programs.toSorted((a, b) => a.id - b.id);
    const lines = (await mixer.getSnapshot()).devices
      .filter(({ id }) => id.startsWith('endpoint:'))
      .flatMap(({ destinations }) => destinations.flatMap((line) => [line, ...line.sources]))
      .flatMap(({ controls }) => controls.filter((control) => control.type === 'VOLUME'));
    const inService = differences(
      [...lines, ...programs].map(({ levels }) => tenth(ksLevelToDecibels(levels[0]!))),
      wanted,
    );
    connection.dispose();
    await page.close();
    return [
      {
        name: 'main with an open panel, 40 devices and 200 streams, 50 changes a second of each kind',
        value: percent,
        unit: '% of a core',
        bound: `<= ${MOST_PERCENT}`,
        pass: percent <= MOST_PERCENT,
        peer: null,
      },
      atMostMs('the panel meanwhile, p95 frame', percentile(frames, 95), 17.7),
      none('last values that the panel does not show', inPanel),
      none('last values that the services do not tell', inService),
    ];
  } finally {
    await home.dispose();
    await server.dispose();
  }
}

/** What the faders of devices and programs stand at, in tenths of a decibel: outputs, inputs, programs. */
async function shownLevels(page: Page): Promise<number[]> {
  const decibels = await page.evaluate(() => {
    const valueOf = (fader: Element) => Number(fader.getAttribute('aria-valuenow'));
    const devices = [...document.querySelectorAll('[data-device^="endpoint:"] .fader')].map(valueOf);
    const programs = [...document.querySelectorAll('[data-testid^="program-fader-"]')]
      .map((fader) => ({ id: Number(/\d+$/.exec(fader.getAttribute('data-testid')!)![0]), fader }))
      .sort((a, b) => a.id - b.id)
      .map(({ fader }) => valueOf(fader));
    return [...devices, ...programs];
  });
  return decibels.map(tenth);
}

const tenth = (decibels: number): number => Math.round(10 * decibels);

const tenths = ({ sinks, sources, streams }: SimulatedVolumes): number[] =>
  [...sinks, ...sources, ...streams].map((volume) => tenth(gainToDecibels(volumeToGain(volume))));

function differences(shown: readonly number[], wanted: readonly number[]): number {
  if (shown.length !== wanted.length) throw new Error(`${shown.length} levels instead of ${wanted.length}.`);
  return shown.filter((level, at) => level !== wanted[at]).length;
}

function none(name: string, value: number): Metric {
  return { name, value, unit: 'values', bound: '<= 0', pass: value === 0, peer: null };
}
