import type { Browser, CDPSession, Page } from 'playwright-core';
import type { TopologySnapshot } from '../../../src/contract/services/topology.ts';
import { largeTopology } from '../../support/largeTopology.ts';
import type { Metric } from '../metric.ts';
import { serveStudio, type Studio } from './studioServer.ts';

/** An hour of peaks at 30 frames a second, and as many changes of the topology as a long day has. */
const METER_FRAMES = 108_000;
const TOPOLOGY_CHANGES = 10_000;
const LIMIT_MB = 5;
/** What the page has to see before its heap is compared: caches are filled, code is compiled. */
const WARM_UP = { frames: 2_000, changes: 400 };
const BURST = { frames: 100, changes: 10 };
const PAUSE_MS = 8;
const DRAIN_MS = 120_000;

/**
 * How much the heap of the page has grown after an hour of meters on 40 strips and after 10,000 changes of the topology
 * that is looked at, both sent as fast as the page takes them; garbage is collected before it is read.
 */
export async function heapMetrics(browser: Browser): Promise<Metric[]> {
  const topology = largeTopology({ cards: 1, strips: 2, inputs: 2 });
  const studio = await serveStudio({ live: false, topology });
  const context = await browser.newContext({ viewport: { width: 1120, height: 720 } });
  try {
    const page = await context.newPage();
    await page.goto(studio.url);
    await page.locator('.strip').first().waitFor();
    const session = await context.newCDPSession(page);
    const changes = changesOf(studio, topology);

    const show = async (panel: 'mixer' | 'topology') => {
      await page.getByTestId(`rail-${panel}`).click();
      await page
        .locator(panel === 'mixer' ? '.strip' : '[data-testid="topology-node"]')
        .first()
        .waitFor();
    };
    const meters = async (count: number) => {
      await show('mixer');
      await inBursts(count, BURST.frames, studio.meter);
      await changes.settled(page);
    };
    const topologies = async (count: number) => {
      await show('topology');
      await inBursts(count, BURST.changes, changes.next);
      await changes.settled(page);
    };
    const grown = async (act: () => Promise<void>) => {
      const before = await heapBytes(session);
      await act();
      await show('mixer');
      return Math.max(0, Math.round((await heapBytes(session)) - before) / 1e6);
    };

    await topologies(WARM_UP.changes);
    await meters(WARM_UP.frames);
    const afterMeters = await grown(() => meters(METER_FRAMES));
    const afterChanges = await grown(() => topologies(TOPOLOGY_CHANGES));
    return [
      atMostMegabytes('panel: heap growth after 1 h of meters', afterMeters),
      atMostMegabytes('panel: heap growth after 10,000 topology changes', afterChanges),
    ];
  } finally {
    await context.close();
    await studio.dispose();
  }
}

/** Filters that come and go, and a name that tells which change was the last one seen. */
function changesOf(studio: Studio, { filters }: TopologySnapshot) {
  const paths = filters.map(({ path }) => path);
  const guest = { ...filters[0]!, path: 'guest/Wave', connections: [], nodes: [] };
  let count = 0;
  const next = () => {
    count++;
    const there = count % 2 === 1;
    studio.change({
      filters: there ? [{ ...guest, name: `Guest ${count}` }] : [],
      order: there ? [...paths, guest.path] : paths,
      adapters: null,
      connections: null,
    });
  };
  return {
    next,
    /** Until the page has worked off everything that was sent: messages keep their order. */
    async settled(page: Page) {
      if (count % 2 === 1) next();
      next();
      await page.getByTestId('rail-topology').click();
      await page.getByText(`Guest ${count}`, { exact: true }).waitFor({ timeout: DRAIN_MS });
      next();
    },
  };
}

async function inBursts(count: number, burst: number, send: () => void): Promise<void> {
  for (let sent = 0; sent < count; sent++) {
    send();
    if (sent % burst === burst - 1) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

async function heapBytes(session: CDPSession): Promise<number> {
  for (let run = 0; run < 3; run++) {
    await session.send('HeapProfiler.collectGarbage');
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  return (await session.send('Runtime.getHeapUsage')).usedSize;
}

function atMostMegabytes(name: string, megabytes: number): Metric {
  const value = Math.round(megabytes * 100) / 100;
  return { name, value, unit: 'MB', bound: `<= ${LIMIT_MB}`, pass: value <= LIMIT_MB, peer: null };
}
