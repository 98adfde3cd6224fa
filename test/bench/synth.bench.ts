import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { OFFLINE_BLOCK_FRAMES } from '../../src/main/synth/offlineRender.ts';
import type { Metric } from './metric.ts';
import { countFluidVoices, runFluidSynth, writeSong } from './synth/fluidSynth.ts';
import { loadDevice, runOwn, type OwnPass } from './synth/ownSynth.ts';
import { benchSong, type BenchSong } from './synth/songs.ts';
import { runSpessaSynth } from './synth/spessaSynth.ts';

const BANK = '/usr/share/sounds/sf2/TimGM6mb.sf2';
const RATE = 44_100;
const VOICES = 256;
/** More than a song asks for. */
const NO_CAP = 1024;
const SECONDS = 40;
const REPETITIONS = 3;
/** Passes of which each block counts at its best. */
const BLOCK_PASSES = 9;
/** The worst block counts from here on: before that the engine is still compiling. */
const WARM_UP_SECONDS = 5;

/**
 * `npm run bench -- synth`: one synthesis thread beside FluidSynth and spessasynth_core, same bank, same songs, same
 * rate, same number of voices, 4th-order interpolation, effects on. Times are processor time, repetitions of all go in
 * turn and the middle one counts, so that other work on the machine counts little.
 */
export default async function synth(): Promise<Metric[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pinwheel-bench-'));
  try {
    return [
      ...(await compare(benchSong('dense', SECONDS, 60, [1, 3]), 1.5, folder)),
      ...(await compare(benchSong('light', SECONDS, 14, [0.2, 1.7]), 1.2, folder)),
    ];
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

async function compare(song: BenchSong, ratio: number, folder: string): Promise<Metric[]> {
  const options = { folder, bank: BANK, sampleRate: RATE, voices: VOICES };
  const device = loadDevice(BANK);
  const asked = runOwn(device, song, { ...options, voices: NO_CAP }).peakVoices;
  const passes: OwnPass[] = [];
  const fluid: number[] = [];
  let fluidMegabytes = 0;
  for (let repetition = 0; repetition < REPETITIONS; repetition++) {
    passes.push(runOwn(device, song, options));
    const run = await runFluidSynth(song, options);
    fluid.push(run.cpuSeconds);
    fluidMegabytes = run.megabytes;
  }
  const blocks = [...passes];
  while (blocks.length < BLOCK_PASSES) blocks.push(runOwn(device, song, options));
  const linearMegabytes = device.memory.memory.buffer.byteLength / 1e6;
  device.dispose();
  const spessaSeconds = await runSpessaSynth(song, options);
  const { voicesBySecond, peakVoices } = countFluidVoices(song, options);

  const own = passes[0]!;
  const ownSeconds = median(passes.map(({ cpuSeconds }) => cpuSeconds));
  const fluidSeconds = median(fluid);
  const speed = median(passes.map(({ cpuSeconds }, index) => fluid[index]! / cpuSeconds));
  const ownVoices = mean(own.voicesBySecond);
  const fluidVoices = mean(voicesBySecond);
  const apart = mean(
    voicesBySecond.map((voices, second) => Math.abs(own.voicesBySecond[second]! / voices - 1)),
  );
  const perVoice = (seconds: number, voices: number) => (seconds * 1e9) / (song.seconds * RATE * voices);
  const { name } = song;
  return [
    atLeast(`${name}: speed against FluidSynth`, speed, 'times', ratio, null),
    atLeast(`${name}: speed against spessasynth_core`, spessaSeconds / ownSeconds, 'times', 1, null),
    atMost(`${name}: voices of each second beside FluidSynth's, mean difference`, apart, 'times', 0.05),
    atLeast(`${name}: real-time factor`, song.seconds / ownSeconds, 'times', 1, song.seconds / fluidSeconds),
    reported(
      `${name}: time per voice and sample`,
      perVoice(ownSeconds, ownVoices),
      'ns',
      perVoice(fluidSeconds, fluidVoices),
    ),
    reported(`${name}: mean voices`, ownVoices, 'voices', fluidVoices),
    reported(`${name}: peak voices, fading ones included`, own.peakVoices, 'voices', peakVoices),
    reported(`${name}: voices asked for`, asked, 'voices', null),
    atMost(
      `${name}: worst block of ${OFFLINE_BLOCK_FRAMES} frames`,
      worstBlock(blocks),
      'of its period',
      0.25,
    ),
    reported(`${name}: worst block of the calmest pass`, calmest(blocks), 'of its period', null),
    reported(`${name}: linear memory of bank, voices and effects`, linearMegabytes, 'MB', null),
    reported(`${name}: memory over the program's own`, ownMegabytes(song, folder), 'MB', fluidMegabytes),
  ];
}

/** Blocks until the engine has compiled everything. */
const WARM_UP_BLOCKS = Math.ceil((WARM_UP_SECONDS * RATE) / OFFLINE_BLOCK_FRAMES);

/** Longest block as a part of the time it plays, each at its best of all passes, for other programs run, too. */
function worstBlock(passes: readonly OwnPass[]): number {
  const best = passes[0]!.blockSeconds
    .map((_seconds, block) => Math.min(...passes.map(({ blockSeconds }) => blockSeconds[block] ?? Infinity)))
    .slice(WARM_UP_BLOCKS);
  return Math.max(...best) / (OFFLINE_BLOCK_FRAMES / RATE);
}

/** As it was in the one pass that other programs disturbed least. */
function calmest(passes: readonly OwnPass[]): number {
  const worst = passes.map(({ blockSeconds }) => Math.max(...blockSeconds.slice(WARM_UP_BLOCKS)));
  return Math.min(...worst) / (OFFLINE_BLOCK_FRAMES / RATE);
}

function ownMegabytes(song: BenchSong, folder: string): number {
  const program = fileURLToPath(new URL('synth/memoryProgram.ts', import.meta.url));
  const options = [BANK, writeSong(folder, song), String(RATE), String(VOICES)];
  return Number(execFileSync(process.execPath, [program, ...options], { encoding: 'utf8' }));
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const median = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)]!;

const round = (value: number): number => Math.round(value * 100) / 100;

const rounded = (value: number | null): number | null => (value === null ? null : round(value));

function atLeast(name: string, value: number, unit: string, least: number, peer: number | null): Metric {
  return { name, value: round(value), unit, bound: `>= ${least}`, pass: value >= least, peer: rounded(peer) };
}

function atMost(name: string, value: number, unit: string, most: number): Metric {
  return { name, value: round(value), unit, bound: `<= ${most}`, pass: value <= most, peer: null };
}

/** A figure without a promise. */
function reported(name: string, value: number, unit: string, peer: number | null): Metric {
  return { name, value: round(value), unit, bound: 'none', pass: true, peer: rounded(peer) };
}
