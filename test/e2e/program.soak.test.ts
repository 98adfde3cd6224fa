import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import type { Browser } from 'playwright-core';
import { PinwheelError } from '../../src/contract/errors.ts';
import type { VolumeControl } from '../../src/contract/services/mixer.ts';
import { duration } from '../support/duration.ts';
import { descriptors } from '../support/processes.ts';
import { requires } from '../support/requirements.ts';
import { StallWatch } from '../support/stallWatch.ts';
import { launchChromium } from './support/browser.ts';
import { PlayingProgram } from './support/playingProgram.ts';
import { delay } from './support/waiting.ts';

/**
 * The program in use for a long time: plays, records, moves faders, sleeps and wakes, goes to another device and back,
 * opens and closes panels, at random. Memory of main and its host, their handles and the underruns are looked at all
 * the time; the report is out/soak.json. `npm run soak -- --minutes N`; 30 s in `npm test`.
 */

const MINUTES = Number(process.env['PINWHEEL_SOAK_MINUTES'] ?? 60);
const SECONDS = duration({ short: 25, full: MINUTES * 60 });
/** What is loaded and compiled at first is not counted: a third of the time, ten minutes at most. */
const WARM = Math.min(600, SECONDS / 3);
const MOST_MB_PER_HOUR = 10;
/** A short run cannot tell a slope from a garbage collection. */
const TELLING_SECONDS = 1_800;
const PANELS = ['rail-player', 'rail-topology', 'rail-power', 'rail-trace', 'rail-settings', 'rail-mixer'];

interface Look {
  seconds: number;
  main: { residentMb: number; handles: number };
  host: { residentMb: number; handles: number };
  underruns: number;
}

requires('pipewire', 'chromium')('the program in use for a long time', () => {
  let program: PlayingProgram;
  let browser: Browser;
  beforeAll(async () => {
    program = await PlayingProgram.start();
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await program?.dispose();
  });

  /** Undefined in the moment in which one host takes the place of another. */
  const look = async (since: number): Promise<Look | undefined> => {
    const [main] = program.processes('main');
    const [host] = program.processes('host');
    const { output } = await program.services.app.getState();
    if (main === undefined || host === undefined) return undefined;
    const of = (id: number) => ({ residentMb: residentMb(id), handles: descriptors(id).length });
    const seconds = (performance.now() - since) / 1_000;
    try {
      return { seconds, main: of(main), host: of(host), underruns: output.underruns };
    } catch {
      return undefined;
    }
  };

  it(
    `${SECONDS} s: memory and handles stay, no sound is lost`,
    { timeout: (SECONDS + 120) * 1_000 },
    async () => {
      const { mixer, player, recorder, devices, power, app } = program.services;
      let state = 0x50a4;
      const random = (limit: number) => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        return Math.floor((state / 2 ** 32) * limit);
      };
      const counts: Record<string, number> = {};
      const refused: Record<string, number> = {};
      const acts: Record<string, () => Promise<unknown>> = {
        async faders() {
          const { devices: mixers } = await mixer.getSnapshot();
          const card = mixers.find(({ destinations }) => destinations.length > 0)!;
          const lines = card.destinations.flatMap((line) => [line, ...line.sources]);
          const faders = lines.flatMap(({ controls }) => controls).filter(({ type }) => type === 'VOLUME');
          const fader = faders[random(faders.length)] as VolumeControl;
          for (let step = 0; step < 20; step++) {
            await mixer.setControl(card.id, fader.id, {
              levels: fader.levels.map(() => -random(20) * 0x10000),
            });
            await delay(10);
          }
          await mixer.setControl(card.id, fader.id, { levels: fader.levels });
        },
        seek: () => player.seek(random(3)),
        async pause() {
          await player.pause();
          await delay(random(300));
          await player.play(null);
        },
        async record() {
          await recorder.start({
            file: path.join(program.home.dir, 'recorded.wav'),
            input: 'what-you-hear',
            sampleRate: null,
            channels: 2,
            samples: '16',
          });
          await delay(500 + random(1_000));
          await recorder.stop();
        },
        async device() {
          await devices.selectOutput('sink:headset');
          await delay(500);
          await devices.selectOutput('default');
        },
        rebalance: () => power.rebalance('soundCard'),
        async panel() {
          const page = await browser.newPage();
          await page.goto((await app.getPanelUrl())!);
          await page.getByTestId('status-pill').waitFor();
          for (const name of PANELS) await page.getByTestId(name).click();
          await page.close();
        },
      };
      const started = performance.now();
      const looks: Look[] = [];
      const watch = new StallWatch();
      onTestFinished(() => watch.stop());
      while (performance.now() - started < SECONDS * 1_000) {
        const names = Object.keys(acts);
        const name = names[random(names.length)]!;
        try {
          await acts[name]!();
          counts[name] = (counts[name] ?? 0) + 1;
        } catch (error) {
          // What is not possible while the card is away for a moment is refused, and said why.
          if (!(error instanceof PinwheelError) || error.code === 'internal') throw error;
          refused[`${name}: ${error.message}`] = (refused[`${name}: ${error.message}`] ?? 0) + 1;
        }
        await delay(random(400));
        const seen = await look(started);
        if (seen) looks.push(seen);
      }
      await program.soundsOn('speakers');
      await program.expectWhole();

      const warm = looks.filter(({ seconds }) => seconds > WARM);
      const slope = (value: (each: Look) => number) =>
        slopePerHour(warm.map((each) => [each.seconds, value(each)]));
      const report = {
        seconds: SECONDS,
        acts: counts,
        refused,
        underruns: underrunsIn(warm),
        stalls: watch.stalls.length,
        mbPerHour: {
          main: slope((each) => each.main.residentMb),
          host: slope((each) => each.host.residentMb),
        },
        handles: {
          main: range(warm.map((each) => each.main.handles)),
          host: range(warm.map((each) => each.host.handles)),
        },
        last: looks.at(-1),
      };
      mkdirSync('out', { recursive: true });
      writeFileSync('out/soak.json', JSON.stringify({ ...report, looks }, undefined, 1));
      const [least, most] = report.handles.main;
      expect(most - least, 'handles of main').toBeLessThan(24);
      if (SECONDS >= TELLING_SECONDS) {
        expect(report.mbPerHour.main + report.mbPerHour.host).toBeLessThan(MOST_MB_PER_HOUR);
        // Those of a processor that stood still are explained.
        expect(report.underruns).toBeLessThanOrEqual(report.stalls);
      }
    },
  );
});

function residentMb(processId: number): number {
  const pages = Number(readFileSync(`/proc/${processId}/statm`, 'latin1').split(' ')[1]);
  return (pages * 4096) / 2 ** 20;
}

/** Of all hosts, one after the other; each counts its own. */
const underrunsIn = (looks: readonly Look[]): number =>
  looks.reduce(
    (sum, { underruns }, at) =>
      sum + Math.max(0, underruns - (at > 0 ? looks[at - 1]!.underruns : underruns)),
    0,
  );

const range = (values: readonly number[]): [number, number] => [Math.min(...values), Math.max(...values)];

/** Of the straight line nearest to the points, seconds and values. */
function slopePerHour(points: readonly (readonly [number, number])[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(points.map(([at]) => at)), mean(points.map(([, value]) => value))];
  const covariance = mean(points.map(([at, value]) => (at - x) * (value - y)));
  return (3_600 * covariance) / mean(points.map(([at]) => (at - x) ** 2));
}
