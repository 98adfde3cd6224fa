import type { Browser, Page } from 'playwright-core';
import type { Clients } from '../../../src/contract/services/index.ts';
import { PipeWireRig } from '../../rigs/pipewire/pipeWireRig.ts';
import { launchChromium } from './browser.ts';
import { dragFiles, type DroppedFile } from './dropFiles.ts';
import { TestHome, type RunningPanel } from './program.ts';

export interface PanelPageOptions {
  /** Its test id in the rail. */
  panel: string;
  viewport?: { width: number; height: number };
}

/** The panel in a real Chromium, shown by a real Pinwheel that plays on a private PipeWire session. */
export class PanelPage {
  readonly rig: PipeWireRig;
  readonly home: TestHome;
  readonly running: RunningPanel;
  readonly page: Page;
  /** Errors and warnings that the page wrote into the console. */
  readonly complaints: string[] = [];
  readonly #browser: Browser;

  private constructor(rig: PipeWireRig, home: TestHome, running: RunningPanel, browser: Browser, page: Page) {
    this.rig = rig;
    this.home = home;
    this.running = running;
    this.#browser = browser;
    this.page = page;
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(String(error)));
  }

  static async open({
    panel,
    viewport = { width: 1120, height: 720 },
  }: PanelPageOptions): Promise<PanelPage> {
    const rig = await PipeWireRig.start();
    const home = new TestHome(rig.env);
    const running = await home.serve();
    const browser = await launchChromium();
    const page = await browser.newPage({ viewport });
    page.setDefaultTimeout(15_000);
    const opened = new PanelPage(rig, home, running, browser, page);
    await page.goto(running.url);
    await page.getByTestId(`rail-${panel}`).click();
    return opened;
  }

  get services(): Clients {
    return this.running.connection.services;
  }

  /** Drops files on the window, as from a file manager. */
  drop(...files: DroppedFile[]): Promise<void> {
    return dragFiles(this.page, 'drop', files);
  }

  async dispose(): Promise<void> {
    await this.#browser.close();
    this.running.connection.dispose();
    await this.home.dispose();
    await this.rig.dispose();
  }
}
