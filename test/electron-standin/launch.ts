import { fork, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { _electron, chromium, type Browser, type ElectronApplication, type Page } from 'playwright-core';

import type { PersonActions, PersonAnswer, PersonRequest } from './person.ts';

/** A running desktop program, on the stand-in or on Electron itself: what a test does with either. */
export interface RunningDesktop {
  readonly pid: number;
  /** The panel's address as its page sees it. */
  readonly pageUrl: string;
  /** The one window's page; after a crash it must be asked for anew. */
  page(): Promise<Page>;
  /** The pages of all windows. */
  pages(): Promise<Page[]>;
  /** What a person does outside the pages; on the stand-in only. */
  readonly person: Person;
  /** As by Ctrl+Q. */
  quit(): void;
  /** Exit code of main; -1 after a signal. */
  readonly exited: Promise<number>;
  /** What main wrote to stderr so far. */
  stderr(): string;
  /** Ends everything at once. */
  kill(): Promise<void>;
}

/** Every action of a person, answered when the program has been told. */
export type Person = {
  [A in keyof PersonActions]: (
    ...args: Parameters<PersonActions[A]>
  ) => Promise<Awaited<ReturnType<PersonActions[A]>>>;
};

export interface DesktopOptions {
  /** Folder with a package.json whose `main` is the entry. */
  app: string;
  env: NodeJS.ProcessEnv;
  /** Behind the app's own name. */
  args?: string[];
}

const main = path.join(import.meta.dirname, 'main.ts');

/** Starts an app on the stand-in and waits until it is ready. */
export async function launchStandin({ app, env, args = [] }: DesktopOptions): Promise<RunningDesktop> {
  const child = fork(main, [app, ...args], { env, stdio: ['ignore', 'inherit', 'pipe', 'ipc'] });
  const { exited, stderr } = observe(child);
  const endpoint = new Promise<string>((resolve, reject) => {
    child.on('message', (message: object) => {
      if ('devTools' in message) resolve(message.devTools as string);
    });
    void exited.then((code) => reject(new Error(`The program ended with code ${code}:\n${stderr()}`)));
  });
  await endpoint;

  let browser: Browser | undefined;
  const pageUrl = 'https://panel.pinwheel.standin.test/';
  const pages = async (): Promise<Page[]> => {
    // A new connection each time: one that saw the page crash does not use it any more. And only one, because each
    // holds up every new page until it has looked at it.
    await browser?.close();
    browser = await chromium.connectOverCDP(await endpoint);
    return browser.contexts()[0]!.pages();
  };
  return {
    pid: child.pid!,
    pageUrl,
    pages,
    exited,
    stderr,
    person: personOf(child),
    async page() {
      for (;;) {
        // The first that is not the tray's.
        const found = (await pages()).find((page) => !page.url().endsWith('/flyout.html'));
        if (found) return found;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    quit: () => void child.send('quit'),
    async kill() {
      // Its Chromium first, which a killed main would leave behind.
      if (child.exitCode === null) for (const pid of descendants(child.pid!)) signal(pid);
      child.kill('SIGKILL');
      await exited;
      await browser?.close().catch(() => undefined);
    },
  };
}

/** Starts an app on Electron itself. */
export async function launchElectron({ app, env }: DesktopOptions): Promise<RunningDesktop> {
  const { executablePath, args } = electronCommand(app);
  const electron: ElectronApplication = await _electron.launch({
    executablePath,
    args,
    env: Object.fromEntries(
      Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
    ),
  });
  const child = electron.process();
  const { exited, stderr } = observe(child);
  return {
    pid: child.pid!,
    pageUrl: 'pinwheel://panel/',
    exited,
    stderr,
    get person(): Person {
      throw new Error('Nobody acts for a person on Electron itself.');
    },
    page: () => electron.firstWindow(),
    pages: () => Promise.resolve(electron.windows()),
    quit: () => void electron.evaluate(({ app: electronApp }) => electronApp.quit()).catch(() => undefined),
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** Starts an app that is expected to end by itself, as a second instance does. */
export async function runToEnd(
  on: 'stand-in' | 'electron',
  { app, env, args: own = [] }: DesktopOptions,
): Promise<{ code: number; stderr: string }> {
  const { executablePath, args } =
    on === 'electron' ? electronCommand(app) : { executablePath: process.execPath, args: [main, app] };
  const { exited, stderr } = observe(
    spawn(executablePath, [...args, ...own], { env, stdio: ['ignore', 'ignore', 'pipe'] }),
  );
  return { code: await exited, stderr: stderr() };
}

function personOf(child: ChildProcess): Person {
  let last = 0;
  const waiting = new Map<number, (answer: PersonAnswer) => void>();
  child.on('message', (message: object) => {
    if (!('id' in message)) return;
    const answer = message as PersonAnswer;
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });
  child.once('exit', () => {
    for (const [id, answer] of waiting) answer({ id, error: 'The program has ended.' });
  });
  const ask = (action: keyof PersonActions, args: unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (!child.connected) return reject(new Error('The program has ended.'));
      const id = ++last;
      waiting.set(id, ({ value, error }) => {
        if (error === undefined) resolve(value);
        else reject(new Error(error));
      });
      child.send({ ask: action, id, args } satisfies PersonRequest);
    });
  return new Proxy({} as Person, {
    get: (_target, action) =>
      typeof action === 'string' && action !== 'then'
        ? (...args: unknown[]) => ask(action as keyof PersonActions, args)
        : undefined,
  });
}

function electronCommand(app: string): { executablePath: string; args: string[] } {
  return {
    executablePath: createRequire(import.meta.url)('electron'),
    args: [app, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
  };
}

/** Processes below `pid`, as far as Linux tells. */
export function descendants(pid: number): number[] {
  if (!existsSync('/proc/self/stat')) return [];
  const parents = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const parent = parentOf(Number(name));
    if (parent !== undefined) parents.set(parent, [...(parents.get(parent) ?? []), Number(name)]);
  }
  const found: number[] = [];
  for (const child of parents.get(pid) ?? []) found.push(child);
  for (let at = 0; at < found.length; at++) found.push(...(parents.get(found[at]!) ?? []));
  return found;
}

export function isAlive(pid: number): boolean {
  try {
    // A zombie has ended and waits for its parent only.
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** What a process was started with. */
export function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}

function signal(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Ended already.
  }
}

function observe(child: ChildProcess): { exited: Promise<number>; stderr(): string } {
  let text = '';
  child.stderr?.setEncoding('utf8');
  child.stderr?.on('data', (part: string) => (text += part));
  const exited = new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? -1)));
  return { exited, stderr: () => text };
}
