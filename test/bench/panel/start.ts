import type { Browser } from 'playwright-core';
import { atMostMs, type Metric } from '../metric.ts';

const RUNS = 5;

/**
 * From the start of the renderer's navigation: first contentful paint, and the moment the mixer's strips are there and
 * the main thread is free to answer. The slowest of some fresh pages, of which the first does not count.
 */
export async function startMetrics(browser: Browser, url: string): Promise<Metric[]> {
  const paints: number[] = [];
  const interactive: number[] = [];
  for (let run = 0; run <= RUNS; run++) {
    const context = await browser.newContext({ viewport: { width: 1120, height: 720 } });
    const page = await context.newPage();
    await page.addInitScript(() => {
      const watch = () => {
        const fader = document.querySelector('[data-testid="master-fader"]:not([aria-disabled="true"])');
        if (!fader || !document.querySelector('.strip')) return requestAnimationFrame(watch);
        // A task behind what is queued: an event would be answered now.
        return setTimeout(() => performance.mark('interactive'));
      };
      requestAnimationFrame(watch);
    });
    await page.goto(url);
    await page.waitForFunction(() => performance.getEntriesByName('interactive').length > 0);
    const times = await page.evaluate(() => ({
      paint: performance.getEntriesByName('first-contentful-paint')[0]!.startTime,
      interactive: performance.getEntriesByName('interactive')[0]!.startTime,
    }));
    await context.close();
    if (run === 0) continue;
    paints.push(times.paint);
    interactive.push(times.interactive);
  }
  return [
    atMostMs('panel: first paint after the start of the renderer, slowest', Math.max(...paints), 1_000),
    atMostMs('panel: interactive after the start of the renderer, slowest', Math.max(...interactive), 1_500),
  ];
}
