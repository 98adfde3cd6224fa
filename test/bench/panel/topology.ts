import type { Page } from 'playwright-core';
import { largeTopology, nodeCount } from '../../support/largeTopology.ts';
import { atMostMs, type Metric } from '../metric.ts';
import { framesWhile, percentile } from './frames.ts';

const STUDIO = largeTopology({ cards: 10, strips: 10, inputs: 4 });
const PANEL_SWITCHES = 10;
const STEPS = 120;

/** The topology panel: switching to it with the built-in card, and a studio of 500 nodes opened as a dump. */
export async function topologyMetrics(page: Page): Promise<Metric[]> {
  if (nodeCount(STUDIO) < 500) throw new Error(`The studio has ${nodeCount(STUDIO)} nodes only.`);
  await page.getByTestId('rail-topology').click();
  await page.getByTestId('topology-node').first().waitFor();
  const switches = await panelSwitches(page);

  const chooser = page.waitForEvent('filechooser');
  await page.getByTestId('topology-export').click();
  await page.getByTestId('open-dump').click();
  await (
    await chooser
  ).setFiles({
    name: 'studio.json',
    mimeType: 'application/json',
    buffer: Buffer.from(JSON.stringify(STUDIO)),
  });
  await page.getByTestId('topology-node').nth(499).waitFor();
  const layout = await page.evaluate(() => performance.getEntriesByName('topology layout').at(-1)!.duration);
  await page.waitForTimeout(500);

  const fitted = await pan(page);
  await page.getByTestId('topology-zoom').click();
  await page.waitForTimeout(500);
  const whole = await pan(page);
  const zoom = await framesWhile(page, async () => {
    for (let step = 0; step < STEPS; step++) {
      await page.mouse.wheel(0, step < STEPS / 2 ? 40 : -40);
      await page.waitForTimeout(8);
    }
  });
  return [
    atMostMs('panel: switch to and from topology, slowest', Math.max(...switches), 50),
    atMostMs('topology: layout of 500 nodes, in the worker', layout, 300),
    atMostMs('topology: pan at 100 %, p95 frame', percentile(whole, 95), 17.7),
    atMostMs('topology: pan with all 500 nodes in sight, p95 frame', percentile(fitted, 95), 17.7),
    atMostMs('topology: zoom, p95 frame', percentile(zoom, 95), 33),
  ];
}

/** From the click to the frame after the one that shows the other panel. */
async function panelSwitches(page: Page): Promise<number[]> {
  return page.evaluate(async (count) => {
    const painted = () => new Promise<void>((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    const times: number[] = [];
    for (let index = 0; index < count; index++) {
      for (const name of ['mixer', 'topology']) {
        const started = performance.now();
        document.querySelector<HTMLElement>(`[data-testid="rail-${name}"]`)!.click();
        await painted();
        times.push(performance.now() - started);
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
    }
    return times;
  }, PANEL_SWITCHES);
}

/** Drags the empty canvas to and fro. */
async function pan(page: Page): Promise<number[]> {
  const { x, y } = await emptyPoint(page);
  const before = await canvasTransform(page);
  await page.mouse.move(x, y);
  await page.mouse.down();
  let moved = false;
  const intervals = await framesWhile(page, async () => {
    for (let step = 1; step < STEPS; step++) {
      const angle = (step / STEPS) * 4 * Math.PI;
      await page.mouse.move(x + 200 * Math.sin(angle), y + 150 * (1 - Math.cos(angle)));
      if (step === STEPS / 4) moved = (await canvasTransform(page)) !== before;
      await page.waitForTimeout(8);
    }
  });
  await page.mouse.up();
  if (!moved) throw new Error('The canvas was not moved: nothing was measured.');
  return intervals;
}

const canvasTransform = (page: Page): Promise<string> =>
  page.locator('.svelte-flow__viewport').evaluate((element) => element.style.transform);

/** A point of the window with nothing but the canvas under it. */
function emptyPoint(page: Page): Promise<{ x: number; y: number }> {
  return page.evaluate(() => {
    for (let y = 120; y < window.innerHeight - 80; y += 4) {
      for (let x = 100; x < window.innerWidth - 20; x += 4) {
        if (document.elementFromPoint(x, y)?.classList.contains('svelte-flow__pane')) return { x, y };
      }
    }
    throw new Error('The canvas is covered everywhere.');
  });
}
