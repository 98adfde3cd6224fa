import { rmSync, writeFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { CardMixing, LatencySetting } from '../../../src/contract/services/settings.ts';
import { RigCard } from '../../e2e/support/rigCard.ts';
import { PipeWireRig } from '../../rigs/pipewire/pipeWireRig.ts';
import { sineWav } from '../../support/audio/wavFile.ts';
import type { Metric } from '../metric.ts';
import { processorSeconds } from '../processorTime.ts';

/** What is measured, and what comes before it. */
const WINDOW_SECONDS = 10;
const SETTLE_SECONDS = 2;

/** What wave streams cost the whole device host that plays them on a sound server. */
export async function hostMetrics(): Promise<Metric[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'pinwheel-bench-'));
  const rig = await PipeWireRig.start();
  try {
    const file = path.join(folder, 'sine.wav');
    writeFileSync(file, sineWav({ amplitude: 0.01, seconds: WINDOW_SECONDS + 2 * SETTLE_SECONDS }));
    const share = (count: number, latency: LatencySetting, mixing: CardMixing = 'analog') =>
      coreShare(rig, file, count, latency, mixing);
    const one = await share(1, 'normal');
    const metrics = [
      atMost('host, one stream at normal', one, 5),
      atMost('host, one stream at saving', await share(1, 'saving'), 3),
    ];
    for (const count of [8, 32, 64]) {
      const further = ((await share(count, 'normal')) - one) / (count - 1);
      metrics.push(atMost(`host, a further instance of ${count}`, further, 0.3));
    }
    metrics.push(
      atMost('host, one stream at normal, digital layout', await share(1, 'normal', 'digital'), 5),
      atMost('host, one stream at saving, digital layout', await share(1, 'saving', 'digital'), 3),
    );
    return metrics;
  } finally {
    await rig.dispose();
    rmSync(folder, { recursive: true, force: true });
  }
}

function atMost(name: string, percent: number, limit: number): Metric {
  const value = Math.round(percent * 100) / 100;
  return { name, value, unit: '% of a core', bound: `<= ${limit}`, pass: value <= limit, peer: null };
}

/** Percent of a core that the host's process takes, all its threads, while `count` streams play. */
async function coreShare(
  rig: PipeWireRig,
  file: string,
  count: number,
  latency: LatencySetting,
  mixing: CardMixing,
): Promise<number> {
  const card = await RigCard.start(rig, { latency, mixing });
  try {
    const streams = Array.from({ length: count }, () => card.openWave());
    streams.forEach(({ stream }, id) => stream.feed({ id, file, firstFrame: 0 }));
    for (const { pin } of streams) pin.setState('RUN');
    await delay(SETTLE_SECONDS * 1000);
    const before = processorSeconds(card.processId);
    const from = performance.now();
    await delay(WINDOW_SECONDS * 1000);
    const used = processorSeconds(card.processId) - before;
    return (100_000 * used) / (performance.now() - from);
  } finally {
    await card.dispose();
  }
}
