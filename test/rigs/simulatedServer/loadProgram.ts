import { FULL, simulatedDevice } from './serverRecords.ts';
import { SimulatedServer } from './simulatedServer.ts';

/**
 * A sound server with many devices and streams whose levels change all the time, to be run as a process of its own:
 * `node loadProgram.ts DEVICES STREAMS CHANGES_PER_SECOND`. It prints where it listens. A line on its standard input is
 * the number of seconds that volumes change for; in the end it prints what every volume is.
 */

const [deviceCount, streamCount, changesPerSecond] = process.argv.slice(2).map(Number) as [
  number,
  number,
  number,
];
/** As often as servers send levels. */
const PEAKS_MS = 40;

const server = await SimulatedServer.start();
for (let at = 0; at < deviceCount; at++) {
  if (at < deviceCount / 2) server.addSink(simulatedDevice(`sink${at}`, { description: `Output ${at}` }));
  else server.addSource(simulatedDevice(`source${at}`, { description: `Input ${at}` }));
}
const sinks = [...server.sinks.keys()];
for (let at = 0; at < streamCount; at++) {
  server.addStream({
    name: `title ${at}`,
    sampleSpec: { format: 's16le', channels: 2, rate: 48_000 },
    channelMap: ['front-left', 'front-right'],
    volume: [FULL, FULL],
    mute: false,
    corked: false,
    sink: sinks[at % sinks.length]!,
    properties: new Map([
      ['application.name', `program ${at}`],
      ['media.name', `title ${at}`],
    ]),
  });
}

let turn = 0;
setInterval(() => {
  turn++;
  server.sendPeaks((stream) => 0.3 + 0.29 * Math.sin(turn / 5 + stream));
}, PEAKS_MS);

let step = 0;
/** The next volume of each list, and word of it. */
function change(): void {
  step++;
  const volume = 0x4000 + ((step * 97) % 0xc000);
  for (const [list, facility, volumes] of [
    [server.sinks, 'sink', ({ device }: { device: { volume: number[] } }) => device],
    [server.sources, 'source', ({ device }: { device: { volume: number[] } }) => device],
    [server.streams, 'sinkInput', (stream: { volume: number[] }) => stream],
  ] as const) {
    const index = [...list.keys()][step % list.size]!;
    (volumes as (item: unknown) => { volume: number[] })(list.get(index)).volume = [volume, volume];
    server.tell(facility, 'change', index);
  }
}

process.stdout.write(`${JSON.stringify({ server: server.env['PULSE_SERVER'] })}\n`);
process.stdin.on('data', (line) => {
  const seconds = Number(line);
  const [started, first] = [performance.now(), step];
  const timer = setInterval(() => {
    const due = Math.min(seconds, (performance.now() - started) / 1000) * changesPerSecond;
    while (step - first < Math.floor(due)) change();
    if (step - first < Math.floor(seconds * changesPerSecond)) return;
    clearInterval(timer);
    const volumes = (list: typeof server.sinks) => [...list.values()].map(({ device }) => device.volume[0]!);
    const last = {
      sinks: volumes(server.sinks),
      sources: volumes(server.sources),
      streams: [...server.streams.values()].map(({ volume }) => volume[0]!),
    };
    process.stdout.write(`${JSON.stringify(last)}\n`);
  }, 1000 / changesPerSecond);
});
