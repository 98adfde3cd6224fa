import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import type { BenchSong } from './songs.ts';

export interface FluidSynthRun {
  /** Processor time, without that of loading the bank. */
  cpuSeconds: number;
  /** Largest resident set, in MB. */
  megabytes: number;
  /** Voices in use, mean of each second of the song. */
  voicesBySecond: number[];
  peakVoices: number;
}

export interface FluidSynthOptions {
  folder: string;
  bank: string;
  sampleRate: number;
  voices: number;
}

/** Renders a song with one synthesis thread, 4th-order interpolation, reverb and chorus. */
export async function runFluidSynth(song: BenchSong, options: FluidSynthOptions): Promise<FluidSynthRun> {
  const midi = path.join(options.folder, `${song.name}.mid`);
  const empty = path.join(options.folder, 'empty.mid');
  fs.writeFileSync(midi, song.bytes);
  fs.writeFileSync(
    empty,
    Uint8Array.from(
      [...'MThd']
        .map((letter) => letter.charCodeAt(0))
        .concat(
          [0, 0, 0, 6, 0, 0, 0, 1, 0, 96],
          [...'MTrk'].map((letter) => letter.charCodeAt(0)),
          [0, 0, 0, 4, 0, 0xff, 0x2f, 0],
        ),
    ),
  );
  const load = await measure(fluidSynth(empty, options));
  const whole = await measure(fluidSynth(midi, options));
  const { voicesBySecond, peakVoices } = countVoices(fluidSynth(midi, options), song.seconds);
  return {
    cpuSeconds: whole.cpuSeconds - load.cpuSeconds,
    megabytes: whole.megabytes,
    voicesBySecond,
    peakVoices,
  };
}

function fluidSynth(midi: string, { bank, sampleRate, voices }: FluidSynthOptions): string[] {
  return [
    'fluidsynth',
    '-ni',
    ...['-F', '/dev/null', '-T', 'raw', '-r', String(sampleRate)],
    ...['-o', 'synth.cpu-cores=1', '-o', `synth.polyphony=${voices}`],
    bank,
    midi,
  ];
}

/** Runs a command under a shell that tells the processor time of what it ran. */
async function measure(command: readonly string[]): Promise<{ cpuSeconds: number; megabytes: number }> {
  const shell = spawn('bash', ['-c', '"$@" >/dev/null 2>&1; times', 'bash', ...command], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let text = '';
  shell.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  let kilobytes = 0;
  const watch = setInterval(() => {
    kilobytes = Math.max(kilobytes, residentKilobytes(shell.pid!));
  }, 20);
  await new Promise((resolve) => shell.on('close', resolve));
  clearInterval(watch);
  // Two lines: the shell's own user and system time, and its children's.
  const [user = 0, system = 0] = [...(text.split('\n')[1] ?? '').matchAll(/(\d+)m([\d.]+)s/g)].map(
    ([, minutes, seconds]) => Number(minutes) * 60 + Number(seconds),
  );
  return { cpuSeconds: user + system, megabytes: kilobytes / 1024 };
}

/** Of the children of a process, together. */
function residentKilobytes(parent: number): number {
  try {
    const children = fs.readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').trim();
    return children.split(' ').reduce((sum, child) => {
      const status = child === '' ? '' : fs.readFileSync(`/proc/${child}/status`, 'utf8');
      return sum + Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0);
    }, 0);
  } catch {
    // It has just ended.
    return 0;
  }
}

/** In its verbose mode it says at every note how many voices are in use, and when. */
function countVoices(command: readonly string[], seconds: number) {
  const { stdout, stderr } = spawnSync(command[0]!, ['-v', ...command.slice(1)], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  const sums = new Float64Array(seconds);
  const counts = new Float64Array(seconds);
  let peakVoices = 0;
  for (const line of `${stdout}\n${stderr}`.split('\n')) {
    const fields = /noteon\t(.*)/.exec(line)?.[1]?.split('\t');
    if (fields === undefined) continue;
    const second = Math.floor(Number(fields[4]));
    const voices = Number(fields[7]);
    peakVoices = Math.max(peakVoices, voices);
    if (second >= seconds) continue;
    sums[second]! += voices;
    counts[second]! += 1;
  }
  return {
    voicesBySecond: Array.from(sums, (sum, second) => sum / Math.max(1, counts[second]!)),
    peakVoices,
  };
}
