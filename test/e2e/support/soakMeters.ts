import { readFileSync } from 'node:fs';
import type { Browser, CDPSession, Page } from 'playwright-core';
import type { Disposable } from '../../../src/contract/disposable.ts';
import { InspectedProcess } from '../../support/inspectedProcess.ts';
import { descriptors, threads } from '../../support/processes.ts';
import type { PlayingProgram } from './playingProgram.ts';

/** What a process has to itself, and what it holds open. */
export interface ProcessLook {
  readonly processId: number;
  /** Memory that is no file's, MB. */
  readonly ownMb: number;
  readonly handles: number;
  readonly threads: number;
}

/** The program at one moment: main and the page after a garbage collection. */
export interface Look {
  readonly seconds: number;
  readonly main: ProcessLook & { readonly heapMb: number; readonly timers: number; readonly others: number };
  readonly host: ProcessLook;
  readonly midiHost: ProcessLook;
  readonly renderer: ProcessLook & {
    readonly heapMb: number;
    readonly nodes: number;
    readonly listeners: number;
  };
  readonly underruns: number;
}

interface MainNow {
  heapUsed: number;
  resources: string[];
}

/** Looks at all processes of a program and at a panel that stays open. */
export class SoakMeters implements Disposable {
  readonly #program: PlayingProgram;
  readonly #main: InspectedProcess;
  readonly #page: CDPSession;
  readonly #renderer: number;

  private constructor(program: PlayingProgram, main: InspectedProcess, page: CDPSession, renderer: number) {
    this.#program = program;
    this.#main = main;
    this.#page = page;
    this.#renderer = renderer;
  }

  /** `page`: the panel that stays, the browser's only one so far. */
  static async attach(program: PlayingProgram, browser: Browser, page: Page): Promise<SoakMeters> {
    const { program: running } = program.panel;
    const main = await InspectedProcess.attach(program.processes('main')[0]!, () => running.stderr);
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable');
    const whole = await browser.newBrowserCDPSession();
    const { processInfo } = await whole.send('SystemInfo.getProcessInfo');
    // One that waits for another page has done nothing so far.
    const renderers = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
    renderers.sort((a, b) => ownMb(b) - ownMb(a));
    return new SoakMeters(program, main, session, renderers[0]!);
  }

  /** Undefined in the moment in which one host takes the place of another. */
  async look(seconds: number): Promise<Look | undefined> {
    await Promise.all([this.#main.collectGarbage(), this.#page.send('HeapProfiler.collectGarbage')]);
    const now = await this.#main.evaluate<MainNow>(
      '({ heapUsed: process.memoryUsage().heapUsed, resources: process.getActiveResourcesInfo() })',
    );
    const { metrics } = await this.#page.send('Performance.getMetrics');
    const metric = (name: string) => metrics.find((each) => each.name === name)!.value;
    const { output } = await this.#program.services.app.getState();
    const [main, host, midiHost] = (['main', 'host', 'midiHost'] as const).map(
      (part) => this.#program.processes(part)[0],
    );
    if (main === undefined || host === undefined || midiHost === undefined) return undefined;
    try {
      const timers = now.resources.filter((name) => name === 'Timeout').length;
      return {
        seconds,
        main: {
          ...processLook(main),
          heapMb: now.heapUsed / 2 ** 20,
          timers,
          others: now.resources.length - timers,
        },
        host: processLook(host),
        midiHost: processLook(midiHost),
        renderer: {
          ...processLook(this.#renderer),
          heapMb: metric('JSHeapUsedSize') / 2 ** 20,
          nodes: metric('Nodes'),
          listeners: metric('JSEventListeners'),
        },
        underruns: output.underruns,
      };
    } catch {
      return undefined;
    }
  }

  dispose(): void {
    this.#main.dispose();
  }
}

function processLook(processId: number): ProcessLook {
  return {
    processId,
    ownMb: ownMb(processId),
    handles: descriptors(processId).length,
    threads: threads(processId).length,
  };
}

const PAGE_BYTES = 4096;

/** @throws Error when it is gone */
function ownMb(processId: number): number {
  const [, resident, shared] = readFileSync(`/proc/${processId}/statm`, 'latin1').split(' ').map(Number);
  return ((resident! - shared!) * PAGE_BYTES) / 2 ** 20;
}
