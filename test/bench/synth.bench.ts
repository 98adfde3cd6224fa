import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { readSong } from '../../src/main/player/smf/readSong.ts';
import { readCollection } from '../../src/main/synth/collections/readCollection.ts';
import { DmusRenderStream } from '../../src/main/synth/dmusRenderStream.ts';
import { OFFLINE_BLOCK_FRAMES, renderOffline } from '../../src/main/synth/offlineRender.ts';
import { LoadedCollection } from '../../src/main/synth/loadedCollection.ts';
import { SynthDevice } from '../../src/main/synth/synthDevice.ts';
import type { Metric } from './metric.ts';
import { runFluidSynth, type FluidSynthRun } from './synth/fluidSynth.ts';
import { benchSong, type BenchSong } from './synth/songs.ts';
import { runSpessaSynth, threadSeconds } from './synth/spessaSynth.ts';

const BANK = '/usr/share/sounds/sf2/TimGM6mb.sf2';
const RATE = 44_100;
const VOICES = 256;
const SECONDS = 40;
const PASSES = 3;
/** The worst block counts from here on: before that the engine is still compiling. */
const WARM_UP_SECONDS = 5;

/**
 * `npm run bench -- synth`: one synthesis thread beside FluidSynth and spessasynth_core, same bank, same songs, same
 * rate, same number of voices, effects on. All times are processor time, so that other work on the machine counts
 * little.
 */
export default async function synth(): Promise<Metric[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pinwheel-bench-'));
  try {
    return [
      ...(await compare(benchSong('dense', SECONDS, 90, [1, 3]), 1.5, folder)),
      ...(await compare(benchSong('light', SECONDS, 14, [0.2, 1.7]), 1.2, folder)),
    ];
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

async function compare(song: BenchSong, ratio: number, folder: string): Promise<Metric[]> {
  const own = runOwn(song);
  const fluid = await runFluidSynth(song, { folder, bank: BANK, sampleRate: RATE, voices: VOICES });
  const spessaSeconds = await runSpessaSynth(song, { bank: BANK, sampleRate: RATE, voices: VOICES });
  const { name } = song;
  const fluidVoices = mean(fluid.voicesBySecond);
  const ownVoices = mean(own.voicesBySecond);
  const perVoice = (seconds: number, voices: number) => (seconds * 1e9) / (song.seconds * RATE * voices);
  return [
    atLeast(`${name}: speed against FluidSynth`, fluid.cpuSeconds / own.cpuSeconds, 'times', ratio, null),
    atLeast(`${name}: speed against spessasynth_core`, spessaSeconds / own.cpuSeconds, 'times', 1, null),
    within(`${name}: mean voices against FluidSynth`, ownVoices / fluidVoices, 0.95, 1.05),
    atLeast(
      `${name}: real-time factor`,
      song.seconds / own.cpuSeconds,
      'times',
      1,
      round(song.seconds / fluid.cpuSeconds),
    ),
    reported(
      `${name}: time per voice and sample`,
      perVoice(own.cpuSeconds, ownVoices),
      'ns',
      perVoice(fluid.cpuSeconds, fluidVoices),
    ),
    reported(`${name}: peak voices`, own.peakVoices, 'voices', fluid.peakVoices),
    atMost(`${name}: worst block of ${OFFLINE_BLOCK_FRAMES} frames`, own.worstBlock, 'of its period', 0.25),
    reported(`${name}: memory of bank, voices and effects`, own.megabytes, 'MB', fluid.megabytes),
  ];
}

interface OwnRun extends FluidSynthRun {
  /** Longest block, as a part of the time it plays. */
  worstBlock: number;
}

/** Times the first pass; the worst block is that of all passes, each at its best, for other programs run, too. */
function runOwn(song: BenchSong): OwnRun {
  const device = new SynthDevice();
  const bank = readCollection(path.basename(BANK), new Uint8Array(fs.readFileSync(BANK)));
  device.setCollections([LoadedCollection.load(bank, device.memory)]);
  const first = pass(device, song);
  const best = [...first.blockSeconds];
  for (let again = 1; again < PASSES; again++)
    pass(device, song).blockSeconds.forEach(
      (seconds, block) => (best[block] = Math.min(best[block]!, seconds)),
    );
  const megabytes = device.memory.memory.buffer.byteLength / 1e6;
  device.dispose();
  const warm = best.slice(Math.ceil((WARM_UP_SECONDS * RATE) / OFFLINE_BLOCK_FRAMES));
  return { ...first, megabytes, worstBlock: Math.max(...warm) / (OFFLINE_BLOCK_FRAMES / RATE) };
}

function pass(device: SynthDevice, song: BenchSong) {
  const synth = device.open({ sampleRate: RATE, voices: VOICES });
  const stream = new DmusRenderStream({ sampleRate: RATE, maxBlockFrames: OFFLINE_BLOCK_FRAMES, synth });
  const { events, duration } = readSong(song.name, song.bytes);
  const sums = new Float64Array(song.seconds);
  const counts = new Float64Array(song.seconds);
  const blockSeconds: number[] = [];
  let peakVoices = 0;
  const started = threadSeconds();
  for (const block of renderOffline({ stream, sampleRate: RATE, messages: events, duration })) {
    const second = Math.floor((blockSeconds.length * OFFLINE_BLOCK_FRAMES) / RATE);
    blockSeconds.push(block.seconds);
    peakVoices = Math.max(peakVoices, block.voices);
    if (second >= song.seconds) continue;
    sums[second]! += block.voices;
    counts[second]! += 1;
  }
  const cpuSeconds = threadSeconds() - started;
  stream.dispose();
  const voicesBySecond = Array.from(sums, (sum, second) => sum / Math.max(1, counts[second]!));
  return { cpuSeconds, voicesBySecond, peakVoices, blockSeconds };
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const round = (value: number): number => Math.round(value * 100) / 100;

function atLeast(name: string, value: number, unit: string, least: number, peer: number | null): Metric {
  return { name, value: round(value), unit, bound: `>= ${least}`, pass: value >= least, peer };
}

function atMost(name: string, value: number, unit: string, most: number): Metric {
  return { name, value: round(value), unit, bound: `<= ${most}`, pass: value <= most, peer: null };
}

function within(name: string, value: number, low: number, high: number): Metric {
  const pass = value >= low && value <= high;
  return { name, value: round(value), unit: 'times', bound: `${low} to ${high}`, pass, peer: null };
}

/** A figure without a promise. */
function reported(name: string, value: number, unit: string, peer: number): Metric {
  return { name, value: round(value), unit, bound: 'none', pass: true, peer: round(peer) };
}
