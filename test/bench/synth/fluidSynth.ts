import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { writeSmf } from '../../support/smf.ts';
import type { BenchSong } from './songs.ts';

export interface FluidSynthRun {
  /** Processor time, without that of loading the bank. */
  cpuSeconds: number;
  /** MB that the program grows by over one without a bank. */
  megabytes: number;
}

export interface FluidSynthOptions {
  folder: string;
  bank: string;
  sampleRate: number;
  voices: number;
}

/** Renders a song with one synthesis thread, 4th-order interpolation (its default), reverb and chorus. */
export async function runFluidSynth(song: BenchSong, options: FluidSynthOptions): Promise<FluidSynthRun> {
  const empty = writeSong(options.folder, { name: 'empty', seconds: 0, bytes: EMPTY_SONG });
  const bare = await measure(fluidSynth(empty, { ...options, bank: '' }));
  const load = await measure(fluidSynth(empty, options));
  const whole = await measure(fluidSynth(writeSong(options.folder, song), options));
  return {
    cpuSeconds: whole.cpuSeconds - load.cpuSeconds,
    megabytes: whole.megabytes - bare.megabytes,
  };
}

const EMPTY_SONG = writeSmf({ division: 96, tracks: [[]] });

export function writeSong(folder: string, song: BenchSong): string {
  const file = path.join(folder, `${song.name}.mid`);
  fs.writeFileSync(file, song.bytes);
  return file;
}

function fluidSynth(midi: string, { bank, sampleRate, voices }: FluidSynthOptions): string[] {
  return [
    'fluidsynth',
    '-ni',
    ...['-F', '/dev/null', '-T', 'raw', '-r', String(sampleRate)],
    ...['-o', 'synth.cpu-cores=1', '-o', `synth.polyphony=${voices}`],
    // Without a bank of its own it takes the system's.
    ...(bank === '' ? ['-o', 'synth.default-soundfont='] : [bank]),
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
  return { cpuSeconds: user + system, megabytes: (kilobytes * 1024) / 1e6 };
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

/**
 * Voices in use, mean of each second of the song, and their peak: in its verbose mode it says so at every note.
 */
export function countFluidVoices(
  song: BenchSong,
  options: FluidSynthOptions,
): { voicesBySecond: number[]; peakVoices: number } {
  const { seconds } = song;
  const command = fluidSynth(writeSong(options.folder, song), options);
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
