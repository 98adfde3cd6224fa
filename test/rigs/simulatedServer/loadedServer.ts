import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const DEVICES = 40;
const STREAMS = 200;
const CHANGES_PER_SECOND = 50;

/** Volumes as the server has them, PA_VOLUME_NORM = 0x10000. */
export interface SimulatedVolumes {
  sinks: number[];
  sources: number[];
  streams: number[];
}

/** The sound server of 40 devices and 200 streams, as a process of its own. */
export interface LoadedServer {
  /** What leads a client there. */
  readonly env: Record<string, string>;
  /** Changes one output, one input and one stream 50 times a second. Answers what everything is in the end. */
  change(seconds: number): Promise<SimulatedVolumes>;
  dispose(): Promise<void>;
}

export async function startLoadedServer(): Promise<LoadedServer> {
  const program = join(import.meta.dirname, 'loadProgram.ts');
  const child = spawn(process.execPath, [program, ...[DEVICES, STREAMS, CHANGES_PER_SECOND].map(String)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => JSON.parse(String((await lines.next()).value)) as unknown;
  const { server } = (await next()) as { server: string };
  return {
    env: { PULSE_SERVER: server },
    async change(seconds) {
      child.stdin.write(`${seconds}\n`);
      return (await next()) as SimulatedVolumes;
    },
    async dispose() {
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    },
  };
}
