import { appVerb } from './cli/appVerb.ts';
import { completionVerb } from './cli/completionVerb.ts';
import { defaultVerb } from './cli/defaultVerb.ts';
import { consoleOutput } from './cli/output.ts';
import { banksVerb } from './cli/banksVerb.ts';
import { devicesVerb } from './cli/devicesVerb.ts';
import { diagnosticsVerb } from './cli/diagnosticsVerb.ts';
import { hotkeyVerb } from './cli/hotkeyVerb.ts';
import { monitorVerb } from './cli/monitorVerb.ts';
import { mixerVerb } from './cli/mixerVerb.ts';
import { playVerb } from './cli/playVerb.ts';
import { powerVerb } from './cli/powerVerb.ts';
import { profileVerb } from './cli/profileVerb.ts';
import { quitVerb } from './cli/quitVerb.ts';
import { recordVerb } from './cli/recordVerb.ts';
import { renderVerb } from './cli/renderVerb.ts';
import { runCommandLine } from './cli/run.ts';
import { propertyVerb } from './cli/propertyVerb.ts';
import { routeVerb } from './cli/routeVerb.ts';
import { settingsVerb } from './cli/settingsVerb.ts';
import { serveVerb } from './cli/serveVerb.ts';
import { subdeviceVerb } from './cli/subdeviceVerb.ts';
import { topologyVerb } from './cli/topologyVerb.ts';
import { traceVerb } from './cli/traceVerb.ts';
import type { Verb } from './cli/verb.ts';
import { packed } from '../contract/unpacked.ts';
import { spawnHost } from './hardware/hostProcess.ts';
import { appPaths } from './settings/appPaths.ts';

/** Browser shell and command line: composition only. */

const hostEntry = new URL('./host/host.ts', import.meta.url);
const midiHostEntry = new URL('./host/midiHost.ts', import.meta.url);
const alsaHostEntry = new URL('./host/alsaHost.ts', import.meta.url);
const rendererDir = new URL(packed(new URL('../renderer/', import.meta.url).href));

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // Asked twice: somebody is in a hurry.
    if (stop.signal.aborted) process.exit(130);
    stop.abort();
  });
}
// A reader that went away (“pinwheel mixer | head”) is no error.
process.stdout.on('error', () => stop.abort());

const verbs: Verb[] = [
  serveVerb(rendererDir),
  playVerb,
  renderVerb,
  monitorVerb,
  routeVerb,
  recordVerb,
  mixerVerb,
  profileVerb,
  topologyVerb,
  propertyVerb,
  powerVerb,
  subdeviceVerb,
  traceVerb,
  devicesVerb,
  defaultVerb,
  appVerb,
  banksVerb,
  quitVerb,
  settingsVerb,
  hotkeyVerb,
  diagnosticsVerb,
  completionVerb(() => verbs),
];
const code = await runCommandLine(verbs, process.argv.slice(2), {
  out: consoleOutput(),
  engine: {
    paths: appPaths(),
    hostFactory: () => spawnHost({ entry: hostEntry }),
    midiHostFactory: () => spawnHost({ entry: midiHostEntry }),
    alsaHostFactory: () => spawnHost({ entry: alsaHostEntry }),
  },
  stop: stop.signal,
});
process.exit(code);
