import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { referenceTime } from '../../../src/contract/units.ts';
import { Endpoints } from '../../../src/main/adapters/endpoints/endpoints.ts';
import { PortCls } from '../../../src/main/engine/portcls/portcls.ts';
import { ServerSound } from '../../../src/main/hardware/serverSound.ts';
import { ServerWatcher } from '../../../src/main/hardware/soundServer/index.ts';
import { EndpointsService } from '../../../src/main/services/endpointsService.ts';
import { MixerService, type LevelMemory } from '../../../src/main/services/mixerService.ts';

const DEVICES = 40;
const STREAMS = 200;
const CHANGES_PER_SECOND = 50;

/** Volumes as the server has them, PA_VOLUME_NORM = 0x10000. */
export interface SimulatedVolumes {
  sinks: number[];
  sources: number[];
  streams: number[];
}

const NO_MEMORY: LevelMemory = { mixerDevices: [], mixerDevice: () => ({}), setNode: () => undefined };

/**
 * The engine with its mixers beside a sound server of 40 devices and 200 streams, of which one device of each kind and
 * one stream change 50 times a second. Answers processor time of this process in percent of a core, and what the server
 * had in the end.
 */
export async function underLoad(
  seconds: number,
  check: (
    engine: { endpoints: EndpointsService; sound: ServerSound },
    last: SimulatedVolumes,
  ) => Promise<void>,
): Promise<{ cpuPercent: number }> {
  const program = join(import.meta.dirname, 'simulatedServer.ts');
  const child = spawn(
    process.execPath,
    [program, ...[DEVICES, STREAMS, CHANGES_PER_SECOND, seconds].map(String)],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => JSON.parse(String((await lines.next()).value)) as unknown;
  try {
    const { server } = (await next()) as { server: string };
    const watcher = new ServerWatcher({ env: { PULSE_SERVER: server } });
    await watcher.ready();
    const sound = new ServerSound(watcher);
    const portCls = new PortCls({ masterClock: { now: () => referenceTime(0) } });
    const adapter = new Endpoints(portCls, sound);
    const endpoints = new EndpointsService(sound, adapter, () => false);
    const mixer = new MixerService(portCls, NO_MEMORY);
    const before = process.cpuUsage();
    child.stdin.write('go\n');
    const last = (await next()) as SimulatedVolumes;
    const { user, system } = process.cpuUsage(before);
    await check({ endpoints, sound }, last);
    for (const item of [mixer, endpoints, adapter, portCls, watcher]) item.dispose();
    return { cpuPercent: (user + system) / 1e4 / seconds };
  } finally {
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }
}
