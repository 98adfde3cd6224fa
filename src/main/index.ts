import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { app } from 'electron';
import { appPaths } from './settings/appPaths.ts';
import { Desktop } from './shell/desktop.ts';
import { launchRequest } from './shell/launchRequest.ts';
import { registerPanelScheme } from './shell/panelScheme.ts';
import { becomeSingleInstance } from './shell/singleInstance.ts';

/** Desktop shell: composition only. */

// A separate instance has separate browser data, and with it a single-instance lock of its own.
const home = process.env['PINWHEEL_HOME'];
if (home) {
  const userData = resolve(home, 'electron');
  mkdirSync(userData, { recursive: true, mode: 0o700 });
  app.setPath('userData', userData);
}

app.enableSandbox();
registerPanelScheme();

// Behind the program's own name, which is two words while it is not packaged.
const request = launchRequest(process.argv.slice(app.isPackaged ? 1 : 2), process.cwd());

const desktop = new Desktop({
  paths: appPaths(),
  request,
  rendererDir: new URL('../renderer/', import.meta.url),
  preload: new URL('../preload/index.cjs', import.meta.url),
  hostEntry: new URL('./host/host.ts', import.meta.url),
  midiHostEntry: new URL('./host/midiHost.ts', import.meta.url),
  alsaHostEntry: new URL('./host/alsaHost.ts', import.meta.url),
});

if (becomeSingleInstance(request, (second) => desktop.receive(second))) {
  // Not awaited: Electron is not ready before this module is through, and run() waits for it to be.
  void desktop.run();
} else {
  process.stderr.write('pinwheel: running already; its window is in front now\n');
  app.quit();
}
