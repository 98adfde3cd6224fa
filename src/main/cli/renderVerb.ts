import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { PinwheelError } from '../../contract/errors.ts';
import { FM_BANKS, STANDARD_FM, type FmChoice } from '../../contract/fmSynth.ts';
import { gainToDecibels } from '../../contract/units.ts';
import { builtInBank } from '../banks/builtInBank.ts';
import { readSong } from '../player/smf/readSong.ts';
import type { Song } from '../player/smf/song.ts';
import type { Collection } from '../synth/collections/model.ts';
import { hasEmbeddedCollection, loadCollection } from '../synth/collections/readCollection.ts';
import { LoadedCollection } from '../synth/loadedCollection.ts';
import { DmusRenderStream } from '../synth/dmusRenderStream.ts';
import { loadAdlMidi } from '../synth/fm/adlMidi.ts';
import { FmSynth } from '../synth/fm/fmSynth.ts';
import { OFFLINE_BLOCK_FRAMES, renderOffline } from '../synth/offlineRender.ts';
import { SynthDevice } from '../synth/synthDevice.ts';
import type { Synthesizer } from '../synth/synthesizer.ts';
import { parseArguments, usageError } from './arguments.ts';
import type { Output } from './output.ts';
import { Limiter } from '../synth/effects/limiter.ts';
import { fmOptions, synthOption } from './synthOptions.ts';
import type { Verb } from './verb.ts';
import { WavFile } from './wavFile.ts';

const DEFAULT_RATE = 48_000;
const LOWEST_RATE = 8_000;
const HIGHEST_RATE = 192_000;
/** Frames between two looks at the stop signal and two lines of progress. */
const PROGRESS_FRAMES = 48_000;
/** Blocks after which the worst one counts: before that, the engine is still compiling. */
const WARM_UP_BLOCKS = 200;

export const renderVerb: Verb = {
  name: 'render',
  usage:
    'render IN.mid -o OUT.wav [--synth dls|fm] [--bank FILE] [--voices N] [--limiter] [--fm-bank N|NAME] ' +
    '[--fm-chip opl3|opl2] [--rate N] [--json]',
  summary: 'play a MIDI file into a WAVE file, with a DLS or SoundFont bank, the built-in one, or FM',
  async run({ args, out, stop }) {
    // “-o FILE” is what everybody types.
    const { options, words } = parseArguments(
      args.map((arg) => (arg === '-o' ? '--output' : arg)),
      {
        output: 'string',
        bank: 'string',
        rate: 'string',
        voices: 'string',
        limiter: 'boolean',
        synth: 'string',
        'fm-bank': 'string',
        'fm-chip': 'string',
        json: 'boolean',
      },
    );
    const [input] = words;
    if (input === undefined || words.length > 1) throw usageError('“render” takes one MIDI file.');
    if (options.output === undefined) throw usageError('“render” needs “-o OUT.wav”.');
    const kind = synthOption(options.synth) ?? 'dls';
    const wrong = kind === 'fm' ? (['bank', 'voices'] as const) : (['fm-bank', 'fm-chip'] as const);
    for (const name of wrong) {
      if (options[name] !== undefined) throw usageError(`“--${name}” does not go with “--synth ${kind}”.`);
    }
    const fm = { ...STANDARD_FM, ...fmOptions(options) };
    const rate = numberOption('rate', options.rate, DEFAULT_RATE, LOWEST_RATE, HIGHEST_RATE);
    const voices = numberOption('voices', options.voices, 256, 1, 1024);

    const loadStarted = performance.now();
    const bytes = await readInput(input);
    const song = readSong(path.basename(input), bytes);
    const player =
      kind === 'fm'
        ? await openFmSynth(rate, fm)
        : openWavetable(
            await readBank(options.bank, { name: path.basename(input), bytes }, stop),
            rate,
            voices,
          );
    const loadSeconds = (performance.now() - loadStarted) / 1000;
    const file = new WavFile(options.output, rate);
    let report: RenderReport;
    try {
      report = await renderTo(file, song, player, rate, options.limiter ?? false, out, stop);
      file.finish();
    } catch (error) {
      file.discard();
      throw error;
    } finally {
      player.dispose();
    }
    const whole = {
      ...report,
      synth: kind,
      bank: player.bank,
      sampleRate: rate,
      loadSeconds: round(loadSeconds, 3),
    };
    if (options.json) return out.json({ input, output: options.output, ...whole });
    out.line(
      `${options.output}: ${report.seconds} s of sound in ${report.renderSeconds} s, ${report.realTimeFactor} times ` +
        `as fast as it plays; ${report.peakVoices} voices at most, peak ${report.peakDecibels} dBFS`,
    );
    if (report.clippedSamples > 0) out.note(`${report.clippedSamples} samples were clipped.`);
  },
};

interface RenderReport {
  /** Length of the sound. */
  seconds: number;
  /** Time that rendering took. */
  renderSeconds: number;
  realTimeFactor: number;
  /** Mean number of voices. */
  voices: number;
  peakVoices: number;
  /** Null where they are not counted. */
  lostNotes: number | null;
  nanosecondsPerVoiceSample: number;
  /** Longest block after warm-up, as a part of the time it plays. */
  worstBlock: number;
  peakDecibels: number;
  clippedSamples: number;
  events: number;
}

/** A synthesizer that renders a song, and what it plays with. */
interface RenderSynth {
  readonly synth: Synthesizer;
  readonly bank: string;
  lostNotes(): number | null;
  dispose(): void;
}

function openWavetable(bank: Collection, sampleRate: number, voices: number): RenderSynth {
  const device = new SynthDevice();
  device.setCollections([LoadedCollection.load(bank, device.memory)]);
  const synth = device.open({ sampleRate, voices });
  return { synth, bank: bank.name, lostNotes: () => synth.lostNotes, dispose: () => device.dispose() };
}

async function openFmSynth(sampleRate: number, choice: FmChoice): Promise<RenderSynth> {
  const synth = new FmSynth({ adl: await loadAdlMidi(), sampleRate, ...choice });
  return { synth, bank: FM_BANKS[choice.bank]!, lostNotes: () => null, dispose: () => synth.dispose() };
}

async function renderTo(
  file: WavFile,
  song: Song,
  player: RenderSynth,
  sampleRate: number,
  limited: boolean,
  out: Output,
  stop: AbortSignal,
): Promise<RenderReport> {
  const stream = new DmusRenderStream({
    sampleRate,
    maxBlockFrames: OFFLINE_BLOCK_FRAMES,
    synth: player.synth,
    limiter: limited ? new Limiter(sampleRate) : undefined,
  });
  const { events, duration } = song;
  let blocks = 0;
  let renderSeconds = 0;
  let worst = 0;
  let voiceBlocks = 0;
  let peakVoices = 0;
  let peak = 0;
  let untilProgress = 0;
  for (const block of renderOffline({ stream, sampleRate, messages: events, duration })) {
    file.write(block.left, block.right, OFFLINE_BLOCK_FRAMES);
    blocks++;
    renderSeconds += block.seconds;
    voiceBlocks += block.voices;
    peakVoices = Math.max(peakVoices, block.voices);
    peak = Math.max(peak, peakOf(block.left), peakOf(block.right));
    if (blocks > WARM_UP_BLOCKS) worst = Math.max(worst, block.seconds);
    untilProgress -= OFFLINE_BLOCK_FRAMES;
    if (untilProgress > 0) continue;
    untilProgress = PROGRESS_FRAMES;
    const done = Math.min(1, file.frames / Math.max(1, (song.durationSeconds + 1) * sampleRate));
    out.progress(`${song.name}  ${Math.round(done * 100)} %`);
    // Lets signals through.
    await new Promise((resolve) => setImmediate(resolve));
    if (stop.aborted) throw new PinwheelError({ code: 'cancelled', message: 'Rendering was stopped.' });
  }
  const seconds = file.frames / sampleRate;
  const blockSeconds = OFFLINE_BLOCK_FRAMES / sampleRate;
  return {
    seconds: round(seconds, 3),
    renderSeconds: round(renderSeconds, 3),
    realTimeFactor: round(seconds / renderSeconds, 1),
    voices: round(voiceBlocks / Math.max(1, blocks), 1),
    peakVoices,
    lostNotes: player.lostNotes(),
    nanosecondsPerVoiceSample: round(
      (renderSeconds * 1e9) / Math.max(1, voiceBlocks * OFFLINE_BLOCK_FRAMES),
      2,
    ),
    worstBlock: round(worst / blockSeconds, 3),
    peakDecibels: round(gainToDecibels(peak), 1),
    clippedSamples: file.clipped,
    events: events.count,
  };
}

/** The bank that was asked for, otherwise the one inside an RMID file, otherwise the built-in one. */
async function readBank(
  file: string | undefined,
  song: { name: string; bytes: Uint8Array },
  stop: AbortSignal,
): Promise<Collection> {
  if (file === undefined && hasEmbeddedCollection(song.name, song.bytes))
    return await loadCollection(song.name, song.bytes, { signal: stop });
  const bank = file ?? builtInBank();
  return await loadCollection(path.basename(bank), await readInput(bank), { signal: stop });
}

async function readInput(file: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(file));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const why =
      code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : String(code);
    throw new PinwheelError(
      { code: 'bad-input', message: `“${file}” cannot be read: ${why}.`, subject: file },
      { cause: error },
    );
  }
}

function numberOption(
  name: string,
  text: string | undefined,
  standard: number,
  low: number,
  high: number,
): number {
  if (text === undefined) return standard;
  const value = Number(text);
  if (!Number.isInteger(value) || value < low || value > high)
    throw usageError(`“--${name}” is a whole number from ${low} to ${high}, not “${text}”.`);
  return value;
}

function peakOf(samples: Float32Array): number {
  let peak = 0;
  for (const sample of samples) peak = Math.max(peak, Math.abs(sample));
  return peak;
}

function round(value: number, digits: number): number {
  return Number.isFinite(value) ? Number(value.toFixed(digits)) : value;
}
