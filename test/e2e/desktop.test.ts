import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  commandLine,
  descendants,
  isAlive,
  launchElectron,
  launchStandin,
  runToEnd,
  type RunningDesktop,
} from '../electron-standin/launch.ts';
import { sineWav } from '../support/audio/wavFile.ts';
import { requires } from '../support/requirements.ts';

/**
 * The built program as the user starts it: out/main/index.js with its preload and panel, on the stand-in for Electron
 * with a real Chromium, and on Electron itself where there is one.
 */

const root = path.resolve(import.meta.dirname, '../..');

const variants = [
  { on: 'stand-in', suite: requires('chromium'), launch: launchStandin },
  { on: 'electron', suite: requires('electron'), launch: launchElectron },
] as const;

for (const { on, suite, launch } of variants) {
  suite(`desktop shell on ${on}`, () => {
    let home: string;
    let env: NodeJS.ProcessEnv;
    let desktop: RunningDesktop;
    let page: Page;

    beforeEach(async () => {
      home = await mkdtemp(path.join(tmpdir(), 'pw-desk-'));
      // No sound server of the machine: the null device, whatever the machine has.
      await mkdir(path.join(home, 'run-user'), { mode: 0o700 });
      // Chosen, so that there is no banner about it.
      const settings = { format: 'pinwheel-settings', version: 1, data: { output: 'null' } };
      await writeFile(path.join(home, 'settings.json'), JSON.stringify(settings));
      env = { ...process.env, PINWHEEL_HOME: home, XDG_RUNTIME_DIR: path.join(home, 'run-user') };
      for (const name of ['PULSE_SERVER', 'PULSE_RUNTIME_PATH', 'PIPEWIRE_REMOTE']) delete env[name];
      desktop = await launch({ app: root, env });
      page = await desktop.page();
      await page.getByRole('slider', { name: 'Synth volume', exact: true }).waitFor();
    });
    afterEach(async () => {
      await desktop.kill();
      await rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    });

    /** The panel answers: a level set in it comes back from the engine. */
    const panelWorks = async (): Promise<void> => {
      const slider = page.getByRole('slider', { name: 'Synth volume', exact: true });
      const before = await slider.getAttribute('aria-valuetext');
      await slider.press('PageDown');
      await expect.poll(() => slider.getAttribute('aria-valuetext')).not.toBe(before);
    };

    it('opens a window of 1120×720 with the panel', async () => {
      expect(await page.evaluate(() => location.href)).toBe(desktop.pageUrl);
      expect(await page.title()).toContain('Pinwheel');
      expect(await page.getByRole('navigation', { name: 'Panels' }).isVisible()).toBe(true);
      const size = await page.evaluate(() => [innerWidth, innerHeight]);
      expect(size[0]).toBe(1120);
      // A real window has a frame.
      expect(size[1]).toBeGreaterThan(640);
      expect(size[1]).toBeLessThanOrEqual(720);
    });

    it('carries calls, answers and events between panel and engine', async () => {
      await panelWorks();
      // The command line talks to the same engine.
      await pinwheel(env, ['mixer', 'set', 'Synth/volume', '-12']);
      const slider = page.getByRole('slider', { name: 'Synth volume', exact: true });
      await expect.poll(() => slider.getAttribute('aria-valuetext')).toMatch(/^.12\.0 dB/);
      expect(await pinwheel(env, ['mixer', 'set', 'Synth/mute', 'on'])).toContain('Synth');
      const mute = page.getByRole('button', { name: 'Mute Synth' });
      await expect.poll(() => mute.getAttribute('aria-pressed')).toBe('true');
    });

    it('gives the page six functions and nothing of Node', async () => {
      const found = await page.evaluate(() => {
        const { pinwheel } = window as unknown as { pinwheel: Record<string, unknown> };
        const names = [
          'require',
          'process',
          'module',
          'exports',
          'Buffer',
          'global',
          '__dirname',
          'electron',
        ];
        return {
          functions: Object.entries(pinwheel).map(([name, value]) => [name, typeof value]),
          // A function of another world would bring that world's Function, and with it everything in it.
          foreign: Object.values(pinwheel).filter((value) => !(value instanceof Function)).length,
          prototype: Object.getPrototypeOf(pinwheel) === Object.prototype,
          frozen: Object.isFrozen(pinwheel),
          configurable: Object.getOwnPropertyDescriptor(window, 'pinwheel')?.configurable,
          globals: names.filter((name) => name in window),
        };
      });
      expect(found).toEqual({
        functions: [
          ['send', 'function'],
          ['onMessage', 'function'],
          ['onFrame', 'function'],
          ['onClose', 'function'],
          ['pathOf', 'function'],
          ['dragRecording', 'function'],
        ],
        foreign: 0,
        prototype: true,
        frozen: true,
        configurable: false,
        globals: [],
      });
    });

    it.runIf(on === 'stand-in')('plays a chosen file from where it lies, and keeps no copy', async () => {
      const file = path.join(home, 'tone.wav');
      await writeFile(file, sineWav({ seconds: 2 }));
      await desktop.person.takeFile('Pinwheel', file);
      await page.getByTestId('player-file').setInputFiles(file);
      await page.getByText('tone.wav').first().waitFor();
      const kept = async () =>
        (await readdir(tmpdir())).filter((name) => name.startsWith(`pinwheel-spool-${desktop.pid}-`));
      expect(await kept()).toEqual([]);
      // One that the page has made itself lies nowhere: its bytes are sent.
      await page.getByTestId('player-file').setInputFiles({
        name: 'made.wav',
        mimeType: 'audio/wav',
        buffer: Buffer.from(sineWav({ seconds: 1 })),
      });
      await expect.poll(kept).toHaveLength(1);
    });

    it('serves the panel with its policy, and nothing else', async () => {
      const answers = await page.evaluate(async () => {
        const get = async (url: string) => {
          const { status, headers } = await fetch(url);
          return { status, policy: headers.get('content-security-policy') };
        };
        return {
          panel: await get('/'),
          outside: await get('/..%2f..%2fpackage.json'),
          main: await get('/%2e%2e/main/index.js'),
          missing: await get('/nothing.js'),
        };
      });
      expect(answers.panel.status).toBe(200);
      expect(answers.panel.policy).toBe(
        "default-src 'self'; connect-src 'self'; img-src 'self' data:; font-src 'self'; object-src 'none'; " +
          "base-uri 'none'; frame-ancestors 'none'; form-action 'none'",
      );
      expect([answers.outside.status, answers.main.status, answers.missing.status]).toEqual([404, 404, 404]);
    });

    it('runs no script and loads nothing that the policy does not allow', async () => {
      const outcome = await page.evaluate(async () => {
        const violations: string[] = [];
        document.addEventListener('securitypolicyviolation', (event) =>
          violations.push(event.effectiveDirective),
        );
        const script = document.createElement('script');
        script.textContent = 'window.injected = true';
        document.body.append(script);
        const style = document.createElement('style');
        style.textContent = 'body { display: none }';
        document.body.append(style);
        // In a task of the page's own: what a test evaluates is exempt from the policy.
        const evaluated = await new Promise<boolean>((resolve) => {
          setTimeout(() => {
            try {
              // The point of the check: text must not become code.
              // eslint-disable-next-line @typescript-eslint/no-implied-eval
              new Function('return 1')();
              resolve(true);
            } catch {
              resolve(false);
            }
          });
        });
        const fetched = await fetch('https://example.com/').then(
          () => true,
          () => false,
        );
        await new Promise((resolve) => setTimeout(resolve, 50));
        return { injected: 'injected' in window, evaluated, fetched, violations: violations.sort() };
      });
      expect(outcome).toEqual({
        injected: false,
        evaluated: false,
        fetched: false,
        violations: ['connect-src', 'script-src', 'script-src-elem', 'style-src-elem'],
      });
    });

    it('goes nowhere, opens no window and frames nothing', async () => {
      const opened = await page.evaluate(() => window.open('https://example.com/') === null);
      expect(opened).toBe(true);
      for (const target of ['', '_blank']) {
        await page.evaluate((where) => {
          const link = document.createElement('a');
          link.href = 'https://example.com/';
          link.target = where;
          document.body.append(link);
          link.click();
        }, target);
      }
      await page.evaluate(() => {
        const frame = document.createElement('iframe');
        frame.src = '/';
        document.body.append(frame);
      });
      await page.evaluate(() => void (location.href = '/index.html'));
      await page.waitForTimeout(300);
      expect(await page.evaluate(() => location.href)).toBe(desktop.pageUrl);
      expect(await page.evaluate(() => document.querySelector('iframe')?.contentDocument?.title ?? '')).toBe(
        '',
      );
      expect(page.context().pages()).toHaveLength(1);
      await panelWorks();
    });

    it('grants no permission of the web platform', async () => {
      const states = await page.evaluate(async () => {
        const names = ['geolocation', 'notifications', 'microphone', 'camera', 'midi'] as PermissionName[];
        const found = await Promise.all(names.map((name) => navigator.permissions.query({ name })));
        return found.map((status) => status.state);
      });
      expect(states).toEqual(Array(5).fill('denied'));
    });

    it('is not disturbed by a page that sends what fits no message', async () => {
      const refused = await page.evaluate(() => {
        const { pinwheel } = window as unknown as { pinwheel: { send(message: unknown): void } };
        let thrown = 0;
        const hostile: unknown[] = [
          null,
          1,
          'text',
          [],
          {},
          { k: 'call' },
          { k: 'call', id: 1e9, s: '__proto__', m: 'constructor', a: [] },
          { k: 'call', id: 1e9, s: 'player', m: 'toString', a: [] },
          { k: 'listen', id: -1, s: 'app', e: 'onState' },
          { k: 'frames', on: 'yes' },
          new Map([[1, 2]]),
          new Uint8Array(1000),
          () => 1,
          { k: 'call', id: 1e9, s: 'player', m: 'add', a: [() => 1] },
          Symbol('x'),
        ];
        for (const message of hostile) {
          try {
            pinwheel.send(message);
          } catch {
            thrown++;
          }
        }
        return thrown;
      });
      // Functions and symbols do not even reach main.
      expect(refused).toBe(3);
      await panelWorks();
    });

    it('loads the panel again when its process crashes, says so, and keeps the engine', async () => {
      await page.getByRole('button', { name: 'Mute Synth' }).press('Enter');
      await expect
        .poll(() => page.getByRole('button', { name: 'Mute Synth' }).getAttribute('aria-pressed'))
        .toBe('true');
      const session = await page.context().newCDPSession(page);
      session.send('Page.crash').catch(() => undefined);
      await page.waitForEvent('crash');
      await expect
        .poll(
          async () => {
            page = await desktop.page();
            return page.getByText('was started again').count();
          },
          { timeout: 20_000, interval: 500 },
        )
        .toBe(1);
      expect(await page.getByRole('button', { name: 'Mute Synth' }).getAttribute('aria-pressed')).toBe(
        'true',
      );
      await panelWorks();
    });

    it.runIf(on === 'stand-in')('drags the recording out of the window', async () => {
      const file = path.join(home, 'heard.wav');
      await pinwheel(env, ['record', '--audio', 'what-you-hear', '-o', file, '--seconds', '1']);
      await page.keyboard.press('Control+4');
      await page.getByRole('tab', { name: 'Recorder' }).click();
      await page.getByTestId('recorder-file').getByText('heard.wav').dispatchEvent('dragstart');
      await expect.poll(() => desktop.person.draggedFiles('Pinwheel')).toEqual([file]);
      await page.keyboard.press('Control+1');
    });

    it('ends a panel that hangs, loads it again and says so', async () => {
      const hanging = page;
      // Never answers.
      void hanging.evaluate('for (;;);').catch(() => undefined);
      await desktop.person.tellHung('Pinwheel', true);
      await hanging.waitForEvent('crash', { timeout: 30_000 });
      await expect
        .poll(
          async () => {
            page = await desktop.page();
            return page.getByText('did not answer').count();
          },
          { timeout: 20_000, interval: 500 },
        )
        .toBe(1);
      await panelWorks();
    });

    it('starts the device host again when that is killed', async () => {
      const hosts = (): number[] => descendants(desktop.pid).filter((pid) => isHost(commandLine(pid)));
      const [first] = hosts();
      expect(first).toBeGreaterThan(0);
      process.kill(first!, 'SIGKILL');
      await expect.poll(() => hosts().filter((pid) => pid !== first).length, { timeout: 10_000 }).toBe(1);
      // The card is gone until the new host has opened its device; until then its faders do not move.
      const slider = page.getByRole('slider', { name: 'Synth volume', exact: true });
      const before = await slider.getAttribute('aria-valuetext');
      const press = async () => {
        await slider.press('PageDown');
        return slider.getAttribute('aria-valuetext');
      };
      await expect.poll(press, { timeout: 10_000, interval: 100 }).not.toBe(before);
    });

    it('does not start beside a shell that has the engine already, and says where that is', async () => {
      const other = path.join(home, 'other');
      await mkdir(other);
      const server = spawn(process.execPath, [path.join(root, 'out/main/headless.js'), 'serve', '--json'], {
        env: { ...env, PINWHEEL_HOME: other },
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      try {
        const url = await new Promise<string>((resolve) => {
          server.stdout.once('data', (text: Buffer) =>
            resolve((JSON.parse(text.toString()) as { url: string }).url),
          );
        });
        const refused = await runToEnd(on, { app: root, env: { ...env, PINWHEEL_HOME: other } });
        expect(refused.code).toBe(1);
        expect(refused.stderr).toContain('running already');
        expect(refused.stderr).toContain(url);
      } finally {
        const ended = new Promise((resolve) => server.once('exit', resolve));
        server.kill('SIGTERM');
        await ended;
      }
    });

    it('is the only instance: a second one ends at once and disturbs nothing', async () => {
      const second = await runToEnd(on, { app: root, env });
      expect(second.code).toBe(0);
      expect(second.stderr).toContain('running already');
      await panelWorks();
    });

    it('quits in order: settings are saved, the socket and every process are gone', async () => {
      await page.getByRole('button', { name: 'Mute Synth' }).press('Enter');
      await expect
        .poll(() => page.getByRole('button', { name: 'Mute Synth' }).getAttribute('aria-pressed'))
        .toBe('true');
      const processes = descendants(desktop.pid);
      expect(processes.map(commandLine).filter(isHost)).toHaveLength(1);
      expect(processes.length).toBeGreaterThan(1);
      expect(existsSync(path.join(home, 'run', 'control.sock'))).toBe(true);
      desktop.quit();
      expect(await desktop.exited).toBe(0);
      await expect.poll(() => processes.filter(isAlive).map(commandLine)).toEqual([]);
      expect(existsSync(path.join(home, 'run', 'control.sock'))).toBe(false);
      const state = await readFile(path.join(home, 'state.json'), 'utf8');
      expect(state).toContain('true');
      expect(desktop.stderr()).not.toMatch(/\[page\]|\[preload\]|Error/);
    });

    it('ends with its window', async () => {
      const processes = descendants(desktop.pid);
      await page.close();
      expect(await desktop.exited).toBe(0);
      await expect.poll(() => processes.filter(isAlive).map(commandLine)).toEqual([]);
    });

    it('remembers levels from one start to the next', async () => {
      await panelWorks();
      const slider = page.getByRole('slider', { name: 'Synth volume', exact: true });
      const level = await slider.getAttribute('aria-valuetext');
      desktop.quit();
      await desktop.exited;
      desktop = await launch({ app: root, env });
      page = await desktop.page();
      const again = page.getByRole('slider', { name: 'Synth volume', exact: true });
      await again.waitFor();
      expect(await again.getAttribute('aria-valuetext')).toBe(level);
    });
  });
}

/** The device host: a Node child process on the stand-in, a Node service of Electron on Electron. */
function isHost(command: string): boolean {
  return command.includes('main/host.js') || command.includes('node.mojom.NodeService');
}

/** The command line of the same build. */
function pinwheel(env: NodeJS.ProcessEnv, args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [path.join(root, 'out/main/headless.js'), ...args], { env });
    let output = '';
    let errors = '';
    child.stdout.on('data', (text: Buffer) => (output += text.toString()));
    child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
    child.on('exit', (code) => (code === 0 ? resolve(output) : reject(new Error(`${code}: ${errors}`))));
  });
}
