import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { PinwheelError } from '../../contract/errors.ts';
import { gainToDecibels } from '../../contract/units.ts';
import { builtInBank } from '../banks/builtInBank.ts';
import { readSong } from '../player/smf/readSong.ts';
import type { Song } from '../player/smf/song.ts';
import type { CollectionSynth } from '../synth/collectionSynth.ts';
import type { Collection } from '../synth/collections/model.ts';
import { hasEmbeddedCollection, loadCollection } from '../synth/collections/readCollection.ts';
import { LoadedCollection } from '../synth/loadedCollection.ts';
import { DmusRenderStream } from '../synth/dmusRenderStream.ts';
import { OFFLINE_BLOCK_FRAMES, renderOffline } from '../synth/offlineRender.ts';
import { SynthDevice } from '../synth/synthDevice.ts';
import { parseArguments, usageError } from './arguments.ts';
import type { Output } from './output.ts';
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
  usage: 'render IN.mid -o OUT.wav [--bank FILE] [--rate N] [--voices N] [--synth dls] [--json]',
  summary: 'play a MIDI file into a WAVE file, with a DLS or SoundFont bank or the built-in one',
  async run({ args, out, stop }) {
    // “-o FILE” is what everybody types.
    const { options, words } = parseArguments(
      args.map((arg) => (arg === '-o' ? '--output' : arg)),
      {
        output: 'string',
        bank: 'string',
        rate: 'string',
        voices: 'string',
        synth: 'string',
        json: 'boolean',
      },
    );
    const [input] = words;
    if (input === undefined || words.length > 1) throw usageError('“render” takes one MIDI file.');
    if (options.output === undefined) throw usageError('“render” needs “-o OUT.wav”.');
    if (options.synth === 'fm') {
      throw new PinwheelError({
        code: 'not-supported',
        message: 'The FM synthesizer does not render to files.',
        advice: 'Leave “--synth” out for the wavetable synthesizer.',
      });
    }
    if (options.synth !== undefined && options.synth !== 'dls')
      throw usageError(`There is no synthesizer “${options.synth}”.`);
    const rate = numberOption('rate', options.rate, DEFAULT_RATE, LOWEST_RATE, HIGHEST_RATE);
    const voices = numberOption('voices', options.voices, 256, 1, 1024);

    const loadStarted = performance.now();
    const bytes = await readInput(input);
    const song = readSong(path.basename(input), bytes);
    const bank = await readBank(options.bank, { name: path.basename(input), bytes }, stop);
    const device = new SynthDevice();
    device.setCollections([LoadedCollection.load(bank, device.memory)]);
    const synth = device.open({ sampleRate: rate, voices });
    const loadSeconds = (performance.now() - loadStarted) / 1000;
    const file = new WavFile(options.output, rate);
    let report: RenderReport;
    try {
      report = await renderTo(file, song, synth, rate, out, stop);
      file.finish();
    } catch (error) {
      file.discard();
      throw error;
    } finally {
      device.dispose();
    }
    const whole = { ...report, bank: bank.name, sampleRate: rate, loadSeconds: round(loadSeconds, 3) };
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
  lostNotes: number;
  nanosecondsPerVoiceSample: number;
  /** Longest block after warm-up, as a part of the time it plays. */
  worstBlock: number;
  peakDecibels: number;
  clippedSamples: number;
  events: number;
}

async function renderTo(
  file: WavFile,
  song: Song,
  synth: CollectionSynth,
  sampleRate: number,
  out: Output,
  stop: AbortSignal,
): Promise<RenderReport> {
  const stream = new DmusRenderStream({ sampleRate, maxBlockFrames: OFFLINE_BLOCK_FRAMES, synth });
  const { events, duration } = song;
  let blocks = 0;
  let renderSeconds = 0;
  let worst = 0;
  let voiceBlocks = 0;
  let peakVoices = 0;
  let untilProgress = 0;
  for (const block of renderOffline({ stream, sampleRate, messages: events, duration })) {
    file.write(block.left, block.right, OFFLINE_BLOCK_FRAMES);
    blocks++;
    renderSeconds += block.seconds;
    voiceBlocks += block.voices;
    peakVoices = Math.max(peakVoices, block.voices);
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
    lostNotes: synth.lostNotes,
    nanosecondsPerVoiceSample: round(
      (renderSeconds * 1e9) / Math.max(1, voiceBlocks * OFFLINE_BLOCK_FRAMES),
      2,
    ),
    worstBlock: round(worst / blockSeconds, 3),
    peakDecibels: round(gainToDecibels(synth.peak), 1),
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

function round(value: number, digits: number): number {
  return Number.isFinite(value) ? Number(value.toFixed(digits)) : value;
}
