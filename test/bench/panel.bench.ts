import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { launchChromium } from '../e2e/support/browser.ts';
import { TestHome } from '../e2e/support/program.ts';
import { bundleMetrics } from './panel/bundle.ts';
import { heapMetrics } from './panel/heap.ts';
import { faderMetrics, stripMetrics } from './panel/mixer.ts';
import { startMetrics } from './panel/start.ts';
import { topologyMetrics } from './panel/topology.ts';
import type { Metric } from './metric.ts';

/**
 * `npm run bench -- panel`: the panel in a real Chromium, painted by software at 1120 by 720, over the browser shell
 * without a sound server. Every part measures in a module of its own.
 */
export default async function panel(): Promise<Metric[]> {
  const nowhere = mkdtempSync(path.join(tmpdir(), 'pwn-'));
  const home = new TestHome({
    XDG_RUNTIME_DIR: nowhere,
    PULSE_SERVER: undefined,
    PULSE_RUNTIME_PATH: undefined,
  });
  let browser = await launchChromium();
  try {
    const { url, connection } = await home.serve();
    const page = await browser.newPage({ viewport: { width: 1120, height: 720 } });
    await page.goto(url);
    const metrics = [
      ...(await startMetrics(browser, url)),
      ...(await faderMetrics(browser, url)),
      ...(await topologyMetrics(page)),
      ...bundleMetrics(),
    ];
    // Alone in a browser of its own, because the processor time of every page counts, also what it leaves to tidy up.
    await browser.close();
    browser = await launchChromium();
    metrics.push(...(await stripMetrics(browser)));
    metrics.push(...(await heapMetrics(browser)));
    connection.dispose();
    return metrics;
  } finally {
    await browser.close();
    await home.dispose();
    rmSync(nowhere, { recursive: true, force: true });
  }
}
