import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { PersonRequest } from './person.ts';

/**
 * Runs an app on the stand-in as Electron would: `node main.ts APP_FOLDER [arguments]`. The app's own code is the built
 * bundle; only what it means by `electron` is ours.
 */
const [folder, ...args] = process.argv.slice(2);
if (folder === undefined) throw new Error('Usage: node main.ts APP_FOLDER [arguments]');

process.env['STANDIN_APP_ROOT'] = folder;
const electron = new URL('./electron.ts', import.meta.url).href;
registerHooks({
  resolve(specifier, context, next) {
    if (specifier === 'electron' || specifier === 'electron/main')
      return { url: electron, shortCircuit: true };
    return next(specifier, context);
  },
});

Object.defineProperty(process, 'type', { value: 'browser' });
Object.defineProperty(process.versions, 'electron', { value: '45.3.4', enumerable: true });
process.argv.splice(1, 2, folder, ...args);
process.argv.length = 2 + args.length;

const { standinApp, standinMarks, standinPerson } = await import('./electron.ts');
const { answerPerson } = await import('./person.ts');
const { main } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { main: string };

// On Linux and macOS these quit an Electron app in order.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => standinApp.quit());
// The test tells the stand-in to do what a person would.
process.on('message', (message: 'quit' | PersonRequest) => {
  if (message === 'quit') standinApp.quit();
  else process.send?.(answerPerson(standinPerson, message));
});
process.channel?.unref();

// Electron waits for the entry module before it is ready; one that awaits readiness at its top level never gets there.
standinMarks.importStarted = Date.now();
await import(pathToFileURL(join(folder, main)).href);
standinMarks.importEnded = Date.now();
await standinApp.becomeReady();
const devTools = standinApp.chromium.endpoint;
process.send?.({ devTools });
