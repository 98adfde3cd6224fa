import type { Browser } from 'playwright-core';
import { TestHome } from '../../e2e/support/program.ts';
import { PipeWireRig } from '../../rigs/pipewire/pipeWireRig.ts';
import { atMostMs, type Metric } from '../metric.ts';
import { percentile } from '../panel/frames.ts';

const ROUNDS = 20;
const LIMIT_MS = 100;
const GIVEN_UP_MS = 5_000;

declare global {
  interface Window {
    /** When the fader was drawn at another place, milliseconds since 1970. */
    faderMoves: number[];
  }
}

/** From a key on a device's fader to what `pactl` answers, and from the start of a `pactl` to the fader. */
export async function latencyMetrics(browser: Browser): Promise<Metric[]> {
  const rig = await PipeWireRig.start();
  const home = new TestHome(rig.env);
  try {
    const { url, connection } = await home.serve();
    const page = await browser.newPage({ viewport: { width: 1120, height: 720 } });
    await page.goto(url);
    const fader = page.locator('[data-device="endpoint:speakers"] .fader').first();
    await fader.waitFor();
    await fader.evaluate((element) => {
      window.faderMoves = [];
      new MutationObserver(() => window.faderMoves.push(performance.timeOrigin + performance.now())).observe(
        element,
        { attributeFilter: ['aria-valuenow'] },
      );
    });
    const volume = () => rig.pactl('get-sink-volume', 'speakers');
    const there: number[] = [];
    const back: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const before = await volume();
      const pressed = performance.now();
      await fader.press(round % 2 === 0 ? 'PageDown' : 'PageUp');
      await changed(volume, before);
      there.push(performance.now() - pressed);
      await page.waitForTimeout(300);

      const seen = await page.evaluate(() => window.faderMoves.length);
      const set = performance.timeOrigin + performance.now();
      await rig.pactl('set-sink-volume', 'speakers', round % 2 === 0 ? '50%' : '60%');
      await page.waitForFunction((before) => window.faderMoves.length > before, seen);
      back.push((await page.evaluate((before) => window.faderMoves[before]!, seen)) - set);
      await page.waitForTimeout(300);
    }
    connection.dispose();
    await page.close();
    return [
      atMostMs('a key on a fader of the panel to what pactl answers, p95', percentile(there, 95), LIMIT_MS),
      atMostMs('a pactl that is started to the fader of the panel, p95', percentile(back, 95), LIMIT_MS),
    ];
  } finally {
    await home.dispose();
    await rig.dispose();
  }
}

async function changed(read: () => Promise<string>, before: string): Promise<void> {
  const deadline = performance.now() + GIVEN_UP_MS;
  while ((await read()) === before) {
    if (performance.now() > deadline) throw new Error(`Still ${before}`);
  }
}
