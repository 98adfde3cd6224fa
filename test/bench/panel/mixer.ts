import type { Browser, Page } from 'playwright-core';
import { atMostMs, type Metric } from '../metric.ts';
import { browserSeconds } from './browserTime.ts';
import { framesWhile, percentile } from './frames.ts';
import { serveStudio } from './studioServer.ts';

const LIVE_SECONDS = 10;
const DRAG_STEPS = 150;

declare global {
  interface Window {
    answerTimes: number[];
  }
}

/** 40 strips with live meters: what they cost all of Chromium's processes, and how evenly they are drawn. */
export async function stripMetrics(browser: Browser): Promise<Metric[]> {
  const studio = await serveStudio();
  try {
    const context = await browser.newContext({ viewport: { width: 1120, height: 720 } });
    const page = await context.newPage();
    await page.goto(studio.url);
    await page
      .locator('.strip')
      .nth(studio.strips - 1)
      .waitFor();
    await page.waitForTimeout(3_000);
    const before = browserSeconds();
    await page.waitForTimeout(LIVE_SECONDS * 1_000);
    const percent = Math.round(((browserSeconds() - before) / LIVE_SECONDS) * 1_000) / 10;
    const frames = await framesWhile(page, () => page.waitForTimeout(3_000));
    await context.close();
    return [
      {
        name: `mixer: ${studio.strips} strips with live meters, all Chromium processes`,
        value: percent,
        unit: '% of a core',
        bound: '<= 25',
        pass: percent <= 25,
        peer: null,
      },
      atMostMs(`mixer: ${studio.strips} strips with live meters, p95 frame`, percentile(frames, 95), 17.7),
    ];
  } finally {
    await studio.dispose();
  }
}

/** A fader dragged for two seconds: from each pointer event to the engine's answer to the value it sent. */
export async function faderMetrics(browser: Browser, url: string): Promise<Metric[]> {
  const context = await browser.newContext({ viewport: { width: 1120, height: 720 } });
  const page = await context.newPage();
  await page.addInitScript(() => {
    window.answerTimes = [];
    let moved = 0;
    const sent = new Map<number, number>();
    window.addEventListener('pointermove', ({ timeStamp }) => (moved = timeStamp), { capture: true });
    const send = WebSocket.prototype.send;
    WebSocket.prototype.send = function (data) {
      if (typeof data === 'string' && data.includes('"setControl"')) {
        if (sent.size === 0) {
          this.addEventListener('message', ({ data: answer }: MessageEvent<unknown>) => {
            if (typeof answer !== 'string') return;
            const { id } = JSON.parse(answer) as { id: number };
            const began = sent.get(id);
            if (began !== undefined) window.answerTimes.push(performance.now() - began);
          });
        }
        sent.set((JSON.parse(data) as { id: number }).id, moved);
      }
      send.call(this, data);
    };
  });
  await page.goto(url);
  const times = await drag(page);
  await context.close();
  if (times.length < DRAG_STEPS / 4) throw new Error(`${times.length} values were sent only.`);
  return [
    atMostMs('mixer: fader drag, pointer event to the answer of the device, p95', percentile(times, 95), 30),
  ];
}

async function drag(page: Page): Promise<number[]> {
  const fader = page.locator('.strip .fader').first();
  await fader.waitFor();
  const { x, y, width, height } = (await fader.boundingBox())!;
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.mouse.down();
  for (let step = 0; step < DRAG_STEPS; step++) {
    await page.mouse.move(x + width / 2, y + height * (0.5 + 0.4 * Math.sin(step / 8)));
    await page.waitForTimeout(12);
  }
  await page.mouse.up();
  return page.evaluate(() => window.answerTimes);
}
