import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Connection } from '../../src/contract/rpc/client.ts';
import type { MenuEntry } from '../electron-standin/menu.ts';
import { runToEnd, type RunningDesktop } from '../electron-standin/launch.ts';
import { requires } from '../support/requirements.ts';
import { scale } from '../support/smf.ts';
import type { DesktopHome } from './support/desktopHome.ts';
import { startDesktop, type StartedDesktop } from './support/startedDesktop.ts';
import { eventually } from './support/waiting.ts';

/** The tray, the flyout, windows and what a second start brings, on the stand-in; one program for all of it. */

const root = path.resolve(import.meta.dirname, '../..');
const PANEL = 'Pinwheel';
const FLYOUT = 'Pinwheel volume';
const ICON = { x: 1700, y: 1045, width: 24, height: 24 };

/** However busy the machine is. */
const soon = <T>(probe: () => T | Promise<T>) => expect.poll(probe, { timeout: 10_000 });

requires('chromium')('tray and windows of the desktop shell', () => {
  let started: StartedDesktop | undefined;
  let home: DesktopHome;
  let desktop: RunningDesktop;
  let connection: Connection;

  beforeAll(async () => {
    started = await startDesktop({ closeToTray: true });
    ({ home, desktop, connection } = started);
  });
  afterAll(() => started?.end());

  const icon = async () => {
    const [tray, ...others] = await desktop.person.trays();
    expect(others).toEqual([]);
    return tray!;
  };
  const labels = (entries: readonly MenuEntry[]) => entries.map(({ label }) => label);
  const item = async (...names: string[]) => {
    let entries = (await icon()).menu;
    let found: MenuEntry | undefined;
    for (const name of names) {
      found = entries.find(({ label }) => label.startsWith(name));
      entries = found?.submenu ?? [];
    }
    return found!;
  };
  const master = async () =>
    (await connection.services.mixer.getSnapshot()).devices[0]!.destinations[0]!.controls;
  const level = async () =>
    (await master()).flatMap((control) => (control.type === 'VOLUME' ? control.levels : []))[0]! / 0x10000;
  const muted = async () =>
    (await master()).flatMap((control) => (control.type === 'MUTE' ? control.muted : []))[0]!;
  const windows = async () => (await desktop.person.windows()).map(({ title }) => title);

  it('offers everything in its menu, because some trays have nothing else', async () => {
    await soon(async () => (await icon()).menu.length).toBeGreaterThan(10);
    const { menu } = await icon();
    for (const name of [
      'Mute',
      'Louder',
      'Softer',
      'Volume',
      'Output device',
      'Open Pinwheel',
      'Quit Pinwheel',
    ]) {
      expect(labels(menu)).toContain(name);
    }
    expect(labels(menu)[0]).toMatch(/dB$/);
  });

  it('has menu items that change the engine, and shows what it is then', async () => {
    const { person } = desktop;
    await person.chooseFromTray('Volume', '−10.0 dB');
    await soon(level).toBe(-10);
    await soon(async () => (await item('Volume', '−10.0 dB')).checked).toBe(true);
    await person.chooseFromTray('Louder');
    await soon(level).toBe(-8);
    await person.chooseFromTray('Softer');
    await soon(level).toBe(-10);
    await soon(async () => labels((await icon()).menu)[0]).toContain('−10.0 dB');
    await person.chooseFromTray('Mute');
    await soon(muted).toBe(true);
    await soon(async () => (await item('Mute')).checked).toBe(true);
    expect((await icon()).toolTip).toContain('muted');
    await person.chooseFromTray('Mute');
    await soon(muted).toBe(false);

    await connection.services.profiles.save('Quiet & late');
    await soon(async () => (await item('Profiles', 'Quiet')).checked).toBe(true);
    await person.chooseFromTray('Volume', '0.0 dB');
    await soon(level).toBe(0);
    await person.chooseFromTray('Profiles', 'Quiet && late');
    await soon(level).toBe(-10);

    await connection.services.player.add({ name: 'scale.mid', bytes: scale({ steps: 30 }).bytes });
    await soon(async () => (await item('Player', 'Play')).enabled).toBe(true);
    const phase = async () => (await connection.services.player.getState()).phase;
    await person.chooseFromTray('Player', 'Play');
    await soon(phase).toBe('playing');
    await soon(async () => labels((await item('Player')).submenu)).toContain('Pause');
    await person.chooseFromTray('Player', 'Stop');
    await soon(phase).toBe('stopped');
    await connection.services.player.clear();
    await soon(async () => labels((await icon()).menu)).not.toContain('Player');

    const { power } = connection.services;
    const pausedItem = async () => (await item('Pause power saving')).checked;
    await person.chooseFromTray('Pause power saving');
    await soon(async () => (await power.getSnapshot()).paused).toBe(true);
    await soon(pausedItem).toBe(true);
    await power.setPaused(false);
    await soon(pausedItem).toBe(false);
  });

  it('is drawn for level, mute and the colours of the bar, for two densities', async () => {
    const { person } = desktop;
    const picture = async () => (await icon()).images[0]!.hash;
    const seen = new Set<string>();
    const expectNew = async () => {
      await soon(async () => seen.has(await picture())).toBe(false);
      seen.add(await picture());
    };
    seen.add(await picture());
    await person.chooseFromTray('Volume', '−30.0 dB');
    await expectNew();
    await person.chooseFromTray('Mute');
    await expectNew();
    await person.useDarkColours(true);
    await expectNew();
    const [single, double] = (await icon()).images;
    expect([single!.scaleFactor, double!.scaleFactor, double!.width / single!.width]).toEqual([1, 2, 2]);
    await person.useDarkColours(false);
    await person.chooseFromTray('Mute');
  });

  it('opens a flyout at the icon that sets the master and hides when one looks away', async () => {
    const { person } = desktop;
    await person.clickTray(ICON);
    const flyout = async () => (await person.windows()).find(({ title }) => title === FLYOUT);
    await soon(async () => (await flyout())?.visible).toBe(true);
    const { bounds } = (await flyout())!;
    // Above the icon, in sight.
    expect(bounds.y + bounds.height).toBeLessThanOrEqual(ICON.y);
    expect(bounds.x + bounds.width).toBeLessThanOrEqual(1920);
    const page = await pageOf('flyout.html');
    const fader = page.getByTestId('flyout-master-fader');
    await fader.waitFor();
    const before = await level();
    await fader.press('PageUp');
    await soon(level).toBeGreaterThan(before);
    // What the mixer's strips were set to last is there too.
    const { mixer } = connection.services;
    const { id, destinations } = (await mixer.getSnapshot()).devices[0]!;
    const synth = destinations[0]!.sources.find(({ name }) => name === 'Synth')!;
    const volume = synth.controls.find(({ type }) => type === 'VOLUME')!;
    await mixer.setControl(id, volume.id, { levels: [-5 * 0x10000] });
    await page.evaluate(() => window.dispatchEvent(new Event('focus')));
    await page.getByTestId('flyout-recent').getByText('Synth').waitFor();
    await person.lookAway(FLYOUT);
    await soon(async () => (await flyout())?.visible).toBe(false);
  });

  it('keeps the program in the tray when its window is closed, and opens it again where it stood', async () => {
    const { person } = desktop;
    const bounds = { x: 300, y: 200, width: 900, height: 600 };
    await person.moveWindow(PANEL, bounds);
    await person.closeWindow(PANEL);
    await soon(windows).not.toContain(PANEL);
    expect((await connection.services.app.getState()).output.phase).toBe('running');
    await person.chooseFromTray('Open Pinwheel');
    await soon(windows).toContain(PANEL);
    const panel = (await person.windows()).find(({ title }) => title === PANEL)!;
    expect(panel.bounds).toEqual(bounds);
  });

  it('is told by a second start what to play, and shows its window', async () => {
    const song = path.join(home.folder, 'second start.mid');
    await writeFile(song, scale({ steps: 30 }).bytes);
    await desktop.person.closeWindow(PANEL);
    await soon(windows).not.toContain(PANEL);
    const second = await runToEnd('stand-in', { app: root, env: home.env, args: [song] });
    expect(second).toMatchObject({ code: 0, stderr: expect.stringContaining('running already') as string });
    await soon(windows).toContain(PANEL);
    const { player } = connection.services;
    await soon(async () => (await player.getState()).queue.map(({ name }) => name)).toEqual([
      path.basename(song),
    ]);
    await soon(async () => (await player.getState()).phase).toBe('playing');
    await player.clear();
    // As macOS hands over what was opened with the program.
    await desktop.person.openFile(song);
    await soon(async () => (await player.getState()).phase).toBe('playing');
    await player.clear();
    await desktop.person.openFile(path.join(home.folder, 'nothing.mid'));
    await soon(async () => (await connection.services.app.getState()).notices.map(({ id }) => id)).toContain(
      'shell',
    );
  });

  it('reloads a panel that hangs or crashes, three times, and then offers a restart and a report', async () => {
    const { person } = desktop;
    const { app } = connection.services;
    const notice = async () =>
      (await app.getState()).notices.find(({ id }) => id === 'panel-crash')?.message ?? '';
    await (await pageOf('/')).getByRole('navigation', { name: 'Panels' }).waitFor();
    for (let crash = 0; crash < 3; crash++) {
      await app.dismissNotice('panel-crash');
      await crashPanel();
      await soon(notice).toContain('was started again');
      await (await pageOf('/')).getByRole('navigation', { name: 'Panels' }).waitFor();
    }
    await crashPanel();
    await soon(notice).toContain('again and again');
    const page = await pageOf('/crashed');
    const report = path.join(home.folder, 'report.txt');
    await person.answerSaveDialog(report);
    await page.getByRole('link', { name: 'Save a report' }).click();
    await soon(async () => readFile(report, 'utf8').catch(() => '')).toContain('Pinwheel 0.');
    const text = await readFile(report, 'utf8');
    expect(text).toContain('again and again');
    expect(text).not.toContain(home.folder);
    expect(text).not.toContain('second start');
    await page.getByRole('link', { name: 'Restart the panel' }).click();
    await (await pageOf('/')).getByRole('navigation', { name: 'Panels' }).waitFor();
  });

  it('tells when the process that draws keeps crashing', async () => {
    for (let crash = 0; crash < 3; crash++) await desktop.person.tellProcessGone('GPU', 'crashed');
    await soon(async () => (await connection.services.app.getState()).notices.map(({ id }) => id)).toContain(
      'gpu',
    );
  });

  it('starts at login, in the tray, when the panel’s settings say so', async () => {
    const page = await pageOf('/');
    await page.getByRole('button', { name: 'Settings' }).click();
    const entry = path.join(home.folder, 'autostart/pinwheel.desktop');
    await page.getByTestId('settings-startAtLogin').selectOption('on');
    await soon(() => readFile(entry, 'utf8').catch(() => '')).toMatch(/^Exec=.* --hidden$/m);
    await page.getByTestId('settings-startAtLogin').selectOption('off');
    await soon(() => readFile(entry, 'utf8').catch(() => 'gone')).toBe('gone');
  });

  it('has no icon when the settings say so, and ends with its window then', async () => {
    const { settings } = connection.services;
    await settings.set({ tray: false });
    await soon(() => desktop.person.trays()).toEqual([]);
    await settings.set({ tray: true });
    await soon(async () => (await desktop.person.trays()).length).toBe(1);
    await soon(async () => (await icon()).menu.length).toBeGreaterThan(10);
    await desktop.person.chooseFromTray('Quit Pinwheel');
    expect(await desktop.exited).toBe(0);
  });

  /** The page at this path, asked for anew: one that crashed is not used any more. */
  async function pageOf(where: string): Promise<Page> {
    return eventually(
      async () => (await desktop.pages()).find((page) => new URL(page.url()).pathname.endsWith(where)),
      10_000,
      () => `no page ${where}`,
    );
  }

  async function crashPanel(): Promise<void> {
    const page = await pageOf('/');
    const session = await page.context().newCDPSession(page);
    session.send('Page.crash').catch(() => undefined);
    await page.waitForEvent('crash');
  }
});
