import type { Browser, Page } from 'playwright-core';
import type { Clients } from '../../../src/contract/services/index.ts';
import { PipeWireRig } from '../../rigs/pipewire/pipeWireRig.ts';
import { launchChromium } from './browser.ts';
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
  async drop(...files: { name: string; bytes: Uint8Array }[]): Promise<void> {
    const transfer = await this.page.evaluateHandle(
      (dropped) => {
        const data = new DataTransfer();
        for (const { name, base64 } of dropped) {
          const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
          data.items.add(new File([bytes], name));
        }
        return data;
      },
      files.map(({ name, bytes }) => ({ name, base64: Buffer.from(bytes).toString('base64') })),
    );
    await this.page.locator('main').dispatchEvent('drop', { dataTransfer: transfer });
  }

  async dispose(): Promise<void> {
    await this.#browser.close();
    this.running.connection.dispose();
    await this.home.dispose();
    await this.rig.dispose();
  }
}
