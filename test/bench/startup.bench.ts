import { readFileSync } from 'node:fs';
import path from 'node:path';
import { commandLine, descendants, launchStandin } from '../electron-standin/launch.ts';
import { desktopHome } from '../e2e/support/desktopHome.ts';
import { atMostMs, type Metric } from './metric.ts';

/**
 * `npm run bench -- startup`: the desktop shell's start and what it costs in the tray, on the stand-in for Electron,
 * without a sound server. The stand-in's own part, Chromium's start, lies between and does not count.
 */
const RUNS = 5;
const IDLE_SECONDS = 20;
const SETTLE_MS = 5_000;
const IDLE_BOUND_PERCENT = 0.5;
/** Of Linux's clock of process times. */
const TICKS_PER_SECOND = 100;

const root = path.resolve(import.meta.dirname, '../..');

export default async function startup(): Promise<Metric[]> {
  const evaluated: number[] = [];
  const ready: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const home = await desktopHome();
    const desktop = await launchStandin({ app: root, env: home.env });
    try {
      const connection = await home.services();
      await connection.services.mixer.getSnapshot();
      const answered = Date.now();
      const { importStarted, importEnded, windowAsked } = await desktop.person.marks();
      evaluated.push(importEnded - importStarted);
      ready.push(answered - windowAsked);
      connection.dispose();
    } finally {
      await desktop.kill();
      await home.remove();
    }
  }
  return [
    atMostMs('main bundle evaluated', middle(evaluated), 150),
    atMostMs('engine answers after the window was asked for', middle(ready), 300),
    await idleInTray(),
  ];
}

/** Main and its hosts while the panel is closed to the tray and nothing plays. */
async function idleInTray(): Promise<Metric> {
  // The card goes to sleep, as it does on a machine whose owner lets it.
  const idle = { performanceSeconds: 2, conservationSeconds: 2, state: 'D3' };
  const home = await desktopHome({ closeToTray: true, power: { idle } });
  const desktop = await launchStandin({ app: root, env: home.env });
  try {
    const connection = await home.services();
    while ((await connection.services.app.getState()).output.phase !== 'running') await pause(50);
    connection.dispose();
    await desktop.person.closeWindow('Pinwheel');
    await pause(SETTLE_MS);
    const ours = [desktop.pid, ...descendants(desktop.pid).filter((pid) => /node/.test(commandLine(pid)))];
    const before = ours.map(processorSeconds);
    await pause(IDLE_SECONDS * 1000);
    const used = ours.map((pid, index) => processorSeconds(pid) - before[index]!);
    if (process.env['PINWHEEL_BENCH_DETAIL']) {
      ours.forEach((pid, index) => process.stderr.write(`${used[index]} s ${commandLine(pid).slice(-80)}\n`));
    }
    const percent = (100 * used.reduce((sum, each) => sum + each, 0)) / IDLE_SECONDS;
    const value = Math.round(percent * 100) / 100;
    return {
      name: 'idle, panel closed to the tray, card asleep, main and hosts',
      value,
      unit: '% of a core',
      bound: `<= ${IDLE_BOUND_PERCENT}`,
      pass: value <= IDLE_BOUND_PERCENT,
      peer: null,
    };
  } finally {
    await desktop.kill();
    await home.remove();
  }
}

/** User and system time of a process. */
function processorSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const middle = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
