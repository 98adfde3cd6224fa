import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The configuration files of the private session. Sinks and source are part of PipeWire's own start, as sound cards
 * are, so they are there again after every restart. WirePlumber is kept from real devices, so that the session is the
 * same on a machine that has some.
 */

export const SINKS = [
  { name: 'speakers', description: 'Test Speakers', priority: 2000 },
  { name: 'headset', description: 'Test Headset', priority: 1000 },
] as const;
/** A third sink, for a session that asks for it, and the rate it runs at. */
export interface DigitalSink {
  readonly name: string;
  /** Hz */
  readonly rate: number;
}

export const SOURCE = { name: 'mic', description: 'Test Microphone', priority: 2000 } as const;

export type SinkName = (typeof SINKS)[number]['name'];
export const DEFAULT_SINK: SinkName = 'speakers';

/** Paths below the session's directory. */
export const PLACES = {
  config: 'config',
  state: 'state',
  bus: 'bus',
  busConfig: 'dbus.conf',
  pipewireSocket: 'pipewire-0',
  pulse: 'pulse',
  pulseSocket: 'pulse/native',
  processes: 'rig.json',
} as const;

export function writeConfiguration(dir: string, digital?: DigitalSink): void {
  for (const folder of [PLACES.config, PLACES.state, PLACES.pulse]) {
    mkdirSync(join(dir, folder), { recursive: true, mode: 0o700 });
  }
  for (const [path, text] of Object.entries(files(dir, digital))) {
    const file = join(dir, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

function files(dir: string, digital: DigitalSink | undefined): Record<string, string> {
  const nodes = [
    ...SINKS.map((sink) => node(sink.name, sink.description, sink.priority, 'Audio/Sink')),
    ...(digital ? [node(digital.name, 'Test Digital Output', 500, 'Audio/Sink', digital.rate)] : []),
    node(SOURCE.name, SOURCE.description, SOURCE.priority, 'Audio/Source/Virtual'),
  ];
  // Which monitors there are depends on the version.
  const noMonitors = (...names: string[]) =>
    names.map((name) => `if ${name}_monitor then ${name}_monitor.enabled = false end\n`).join('');
  return {
    [`${PLACES.config}/pipewire/pipewire.conf.d/rig.conf`]: [
      'context.properties = { default.clock.rate = 48000 default.clock.allowed-rates = [ 48000 ] }',
      'context.objects = [',
      ...nodes,
      ']',
      '',
    ].join('\n'),
    // WirePlumber 0.4: after its own settings, before 90-enable-all.lua acts on them.
    [`${PLACES.config}/wireplumber/main.lua.d/51-rig.lua`]: noMonitors('alsa', 'v4l2', 'libcamera'),
    [`${PLACES.config}/wireplumber/bluetooth.lua.d/51-rig.lua`]: noMonitors('bluez', 'bluez_midi'),
    // WirePlumber 0.5.
    [`${PLACES.config}/wireplumber/wireplumber.conf.d/rig.conf`]:
      'wireplumber.profiles = { main = { hardware.audio = disabled hardware.bluetooth = disabled hardware.video-capture = disabled } }\n',
    // A bus of its own without a service directory: nothing can be started through it.
    [PLACES.busConfig]: [
      '<busconfig>',
      '  <type>session</type>',
      `  <listen>unix:path=${join(dir, PLACES.bus)}</listen>`,
      '  <auth>EXTERNAL</auth>',
      '  <policy context="default">',
      '    <allow send_destination="*"/>',
      '    <allow receive_sender="*"/>',
      '    <allow own="*"/>',
      '  </policy>',
      '</busconfig>',
      '',
    ].join('\n'),
  };
}

function node(
  name: string,
  description: string,
  priority: number,
  mediaClass: string,
  rate = 48_000,
): string {
  return [
    '  { factory = adapter args = {',
    '      factory.name = support.null-audio-sink',
    `      node.name = ${name}`,
    `      node.description = "${description}"`,
    `      media.class = ${mediaClass}`,
    `      priority.session = ${priority}`,
    `      audio.rate = ${rate}`,
    '      audio.position = [ FL FR ]',
    '      monitor.channel-volumes = true',
    '      object.linger = true',
    '  } }',
  ].join('\n');
}
