import { arch, cpus, release, totalmem } from 'node:os';
import type { Implementations } from '../../contract/services/index.ts';
import { withoutNames } from '../logging/withoutNames.ts';

type Sources = Pick<
  Implementations,
  'app' | 'devices' | 'endpoints' | 'midi' | 'mixer' | 'profiles' | 'settings' | 'hotkeys'
>;

/** Settings that name nothing of the user's. */
const TOLD_SETTINGS = ['theme', 'latency', 'outputRate', 'mixing', 'limiter', 'panel', 'synth'] as const;

/**
 * What a developer needs to know of this program and the machine that it runs on, as text: no names of people, files,
 * devices or programs.
 */
export async function diagnosticsText(services: Sources, log: readonly string[]): Promise<string> {
  const [app, settings, devices, endpoints, midi, mixer, profiles, hotkeys] = await Promise.all([
    services.app.getState(),
    services.settings.get(),
    services.devices.list(),
    services.endpoints.getSnapshot(),
    services.midi.getState(),
    services.mixer.getSnapshot(),
    services.profiles.getState(),
    services.hotkeys.getState(),
  ]);
  const { output } = app;
  const cpu = cpus()[0]?.model.trim() ?? 'unknown';
  const versions = ['electron', 'chrome', 'node'].flatMap((name) =>
    process.versions[name] === undefined ? [] : [`${name} ${process.versions[name]}`],
  );
  const chosen = TOLD_SETTINGS.flatMap((name) =>
    settings[name] === undefined ? [] : [`${name}=${String(settings[name])}`],
  );
  const lines = [
    `Pinwheel ${app.version} (${app.shell}), ${versions.join(', ')}`,
    `${process.platform} ${release()} ${arch()}, ${cpus().length} × ${cpu}, ${Math.round(totalmem() / 2 ** 30)} GB`,
    `output: ${output.phase}, ${output.kind}, ${output.sampleRate} Hz, ${output.latencyMs.toFixed(1)} ms, ` +
      `${output.cpuPercent.toFixed(1)} % of a core, ${output.underruns} underruns`,
    ...(output.reason === '' ? [] : [`output reason: ${output.reason}`]),
    `settings: ${chosen.join(', ')}`,
    `outputs: ${devices.outputs.length}, endpoints: ${endpoints.available ? endpoints.endpoints.length : 'no sound server'}, ` +
      `programs: ${endpoints.programs.length}, MIDI ports: ${midi.system === 'available' ? midi.ports.length : midi.system}`,
    `mixer devices: ${mixer.devices.map(({ destinations, present }) => `${present ? '' : 'away, '}${destinations.length} destinations`).join('; ')}`,
    `profiles: ${profiles.profiles.length}`,
    `hotkeys: ${hotkeys.available ? hotkeys.hotkeys.map(({ state }) => state).join(', ') || 'none' : 'not available'}`,
    ...app.notices.map(({ severity, message }) => `notice (${severity}): ${message}`),
    '',
    ...log,
  ];
  const names = [
    ...devices.outputs.map(({ label }) => label),
    output.label,
    ...endpoints.endpoints.flatMap(({ id, name }) => [name, id.slice(id.indexOf(':') + 1)]),
    ...endpoints.programs.flatMap(({ program, title }) => [program, title]),
    ...midi.ports.map(({ name }) => name),
    ...profiles.profiles.map(({ name }) => name),
  ].filter((name) => !OWN_NAMES.has(name));
  return `${withoutNames(lines.join('\n'), names)}\n`;
}

/** What everybody has says nothing of anybody. */
const OWN_NAMES = new Set(['Null device', 'System default', 'Pinwheel']);
