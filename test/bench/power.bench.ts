import { setTimeout as sleep } from 'node:timers/promises';
import type { IdleTimes, PowerSnapshot, PowerSubdevice } from '../../src/contract/services/power.ts';
import { PipeWireRig } from '../rigs/pipewire/pipeWireRig.ts';
import { TestHome, type RunningPanel } from '../e2e/support/program.ts';
import { commandLine, processesWith, processorSeconds } from '../support/processes.ts';
import { atMostMs, type Metric } from './metric.ts';

/**
 * `npm run bench -- power`: the whole program on a sound server of its own, by its power service. How long the card takes
 * from the wish until its first sample is heard, from each depth of sleep, the worst of several; and what everything
 * costs that sleeps.
 */

const RUNS = 8;
const IDLE_SECONDS = 60;
const IDLE: IdleTimes = { performanceSeconds: 1, conservationSeconds: 1, state: 'D3' };
const NEVER: IdleTimes = { performanceSeconds: 0, conservationSeconds: 0, state: 'D3' };
const LIMIT_MS = 20_000;

export default async function run(): Promise<Metric[]> {
  const rig = await PipeWireRig.start();
  const home = new TestHome(rig.env);
  const panel = await home.serve();
  try {
    const bench = new PowerBench(home, panel);
    await bench.playing();
    const suspended = await bench.wakes('TopologyRender', () => bench.idle('D2'));
    const closed = await bench.wakes('TopologyRender', () => bench.put('TopologyRender', 'D3'));
    const ended = await bench.wakes('TopologyRender', () => bench.idle('D3'));
    const dropped = await bench.bankWakes();
    const sleep = await bench.sleep(IDLE_SECONDS);
    return [
      atMostMs('wake to first sample from D2, device suspended', Math.max(...suspended), 50),
      atMostMs('wake to first sample from D3, device closed', Math.max(...closed), 250),
      atMostMs('wake to first sample from D3, host ended', Math.max(...ended), 450),
      ...dropped,
      ...sleep,
    ];
  } finally {
    panel.connection.dispose();
    await home.dispose();
    await rig.dispose();
  }
}

class PowerBench {
  readonly #home: TestHome;
  readonly #panel: RunningPanel;
  constructor(home: TestHome, panel: RunningPanel) {
    this.#home = home;
    this.#panel = panel;
  }

  get #power() {
    return this.#panel.connection.services.power;
  }

  async playing(): Promise<void> {
    const { app } = this.#panel.connection.services;
    await until(async () => (await app.getState()).output.kind === 'device');
    await this.#power.setDefaultIdleTimes(NEVER);
  }

  /** Everything sleeps by its idle time. */
  async idle(state: 'D2' | 'D3'): Promise<void> {
    await this.#power.setDefaultIdleTimes({ ...IDLE, state });
    await this.#all((each) => each.state === state);
    await this.#power.setDefaultIdleTimes(NEVER);
    if (state === 'D3') await until(() => Promise.resolve(this.#hosts().length === 0));
  }

  async put(name: string, state: 'D0' | 'D3'): Promise<void> {
    await this.#power.setState(name, state);
  }

  /** Milliseconds of each wake of a subdevice, after which everything is awake again. */
  async wakes(name: string, putToSleep: () => Promise<void>): Promise<number[]> {
    const measured: number[] = [];
    for (let index = 0; index < RUNS; index++) measured.push(await this.#wake(name, putToSleep));
    return measured;
  }

  /**
   * The synthesizer with its bank dropped: what loading that takes while the device host runs, and right after it the
   * wake with the host ended, of which as much is the bank's.
   */
  async bankWakes(): Promise<Metric[]> {
    const rounds: { loadMs: number; wakeMs: number }[] = [];
    for (let index = 0; index < RUNS; index++) {
      const loadMs = await this.#wake('Wavetable', () => this.put('Wavetable', 'D3'));
      rounds.push({ loadMs, wakeMs: await this.#wake('Wavetable', () => this.idle('D3')) });
    }
    const worst = rounds.reduce((a, b) => (a.wakeMs - a.loadMs > b.wakeMs - b.loadMs ? a : b));
    const load = worst.loadMs.toFixed(0);
    return [
      atMostMs(
        `wake of the synthesizer from D3, host ended and bank dropped (${load} ms to load)`,
        worst.wakeMs,
        450 + worst.loadMs,
      ),
    ];
  }

  /** Milliseconds of one wake, after which everything is awake again. */
  async #wake(name: string, putToSleep: () => Promise<void>): Promise<number> {
    const before = (await this.#find(name)).exitLatency.measured;
    await putToSleep();
    // What it does on the way down is over.
    await sleep(500);
    await this.#power.setState('TopologyRender', 'D0');
    if (name !== 'TopologyRender') await this.#power.setState(name, 'D0');
    let latency = before;
    await until(async () => (latency = (await this.#find(name)).exitLatency.measured) !== before);
    for (const { path } of await this.#list()) await this.#power.setState(path, 'D0');
    await sleep(700);
    return latency!;
  }

  /** What everything costs while it sleeps, and how long that took after the configured second. */
  async sleep(seconds: number): Promise<Metric[]> {
    await this.#power.setDefaultIdleTimes(IDLE);
    const began = performance.now();
    await this.#all((each) => each.state === 'D3');
    const fell = performance.now() - began - IDLE.performanceSeconds * 1000;
    await sleep(3_000);
    const main = processesWith('PINWHEEL_HOME', this.#home.dir).filter(
      (id) => !/\/\w*[hH]ost\.m?js/.test(commandLine(id)),
    );
    const hosts = this.#hosts();
    const used = () => [main, hosts].map((ids) => ids.reduce((sum, id) => sum + processorSeconds(id), 0));
    const before = used();
    await sleep(seconds * 1000);
    const [mainPercent, hostPercent] = used().map(
      (after, index) => ((after - before[index]!) / seconds) * 100,
    );
    return [
      atMostMs('everything in D3 after its idle time', Math.max(0, fell), 500),
      percent('main while everything sleeps', mainPercent!, 0.5),
      percent('device host while everything sleeps', hostPercent!, 0.3),
    ];
  }

  /** Device hosts that run. */
  #hosts(): number[] {
    return processesWith('PINWHEEL_HOME', this.#home.dir).filter((id) =>
      /\/host\.m?js/.test(commandLine(id)),
    );
  }

  async #list(): Promise<PowerSubdevice[]> {
    const { subdevices }: PowerSnapshot = await this.#power.getSnapshot();
    return subdevices;
  }

  async #find(name: string): Promise<PowerSubdevice> {
    return (await this.#list()).find((each) => each.name === name)!;
  }

  async #all(fits: (subdevice: PowerSubdevice) => boolean): Promise<void> {
    await until(async () => (await this.#list()).every(fits));
  }
}

function percent(name: string, measured: number, limit: number): Metric {
  const value = Math.round(measured * 100) / 100;
  return { name, value, unit: '% of a core', bound: `<= ${limit}`, pass: value <= limit, peer: null };
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + LIMIT_MS;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error('The program did not do what the benchmark waits for.');
    await sleep(5);
  }
}
