/**
 * The private PipeWire session as a command, for trying things by hand:
 *
 *   node test/rigs/pipewire/cli.ts up DIR        starts it and prints the environment to use
 *   eval "$(node test/rigs/pipewire/cli.ts env DIR)"
 *   node test/rigs/pipewire/cli.ts kill DIR      the sound server crashes
 *   node test/rigs/pipewire/cli.ts restart DIR   and is back, with its sinks
 *   node test/rigs/pipewire/cli.ts down DIR      ends it and removes DIR
 */
import { PipeWireRig } from './pipeWireRig.ts';

const VERBS: Record<string, (dir: string) => Promise<void>> = {
  up: async (dir) => printEnvironment(await PipeWireRig.start({ dir, outlivesUs: true })),
  env: async (dir) => printEnvironment(PipeWireRig.attach(dir)),
  kill: (dir) => PipeWireRig.attach(dir).killServer(),
  restart: async (dir) => void (await PipeWireRig.attach(dir).restartServer()),
  down: (dir) => PipeWireRig.attach(dir).dispose(),
};

const [verb = '', dir] = process.argv.slice(2);
const action = VERBS[verb];
if (!action || dir === undefined) {
  process.stderr.write(`usage: cli.ts ${Object.keys(VERBS).join('|')} DIR\n`);
  process.exitCode = 2;
} else {
  try {
    await action(dir);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

function printEnvironment(rig: PipeWireRig): void {
  for (const [name, value] of Object.entries(rig.env)) {
    process.stdout.write(`export ${name}='${value.replaceAll("'", `'\\''`)}'\n`);
  }
}
