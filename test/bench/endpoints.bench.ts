import { launchChromium } from '../e2e/support/browser.ts';
import { latencyMetrics } from './endpoints/latency.ts';
import { loadMetrics } from './endpoints/load.ts';
import type { Metric } from './metric.ts';

/**
 * `npm run bench -- endpoints`: the system's own devices and programs under load, and how soon what is set in one place
 * is seen in the other, with the panel in a real Chromium.
 */
export default async function endpoints(): Promise<Metric[]> {
  const browser = await launchChromium();
  try {
    return [...(await latencyMetrics(browser)), ...(await loadMetrics(browser))];
  } finally {
    await browser.close();
  }
}
