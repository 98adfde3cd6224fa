import type { Page } from 'playwright-core';

declare global {
  interface Window {
    frameTimes: number[];
    watchingFrames: boolean;
  }
}

/** Milliseconds between drawn frames while something is done to the page. */
export async function framesWhile(page: Page, act: () => Promise<void>): Promise<number[]> {
  await page.evaluate(() => {
    window.frameTimes = [];
    window.watchingFrames = true;
    const note = (now: number) => {
      window.frameTimes.push(now);
      if (window.watchingFrames) requestAnimationFrame(note);
    };
    requestAnimationFrame(note);
  });
  await act();
  const times = await page.evaluate(() => {
    window.watchingFrames = false;
    return window.frameTimes;
  });
  return times.slice(1).map((time, index) => time - times[index]!);
}

export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? NaN;
}
