/** One song by three synthesizers: this project's, FluidSynth and spessasynth_core. All of them dry unless asked. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { SoundBankLoader, SpessaSynthProcessor } from 'spessasynth_core';
import { referenceTime } from '../../../../src/contract/units.ts';
import { readSong } from '../../../../src/main/player/smf/readSong.ts';
import { readCollection } from '../../../../src/main/synth/collections/readCollection.ts';
import { DmusRenderStream } from '../../../../src/main/synth/dmusRenderStream.ts';
import { LoadedCollection } from '../../../../src/main/synth/loadedCollection.ts';
import { OFFLINE_BLOCK_FRAMES, renderOffline } from '../../../../src/main/synth/offlineRender.ts';
import { SynthDevice } from '../../../../src/main/synth/synthDevice.ts';
import { readWav } from '../../../support/audio/wav.ts';

export interface RenderJob {
  /** A bank's bytes. */
  readonly bank: Uint8Array<ArrayBuffer>;
  /** A Standard MIDI File's bytes. */
  readonly song: Uint8Array<ArrayBuffer>;
  readonly seconds: number;
  /** Reverb and chorus; off by default. */
  readonly effects?: boolean;
  readonly voices?: number;
}

export interface Stereo {
  readonly left: Float32Array;
  readonly right: Float32Array;
}

export type Renderer = (job: RenderJob) => Promise<Stereo>;

export const RATE = 44_100;
/** Amplitude that all three give a voice at full level, besides the pan: this project's own. */
export const VOICE_GAIN = 0.25;
const VOICES = 256;

export const renderOwn: Renderer = ({ bank, song, seconds, effects = false, voices = VOICES }) => {
  const device = new SynthDevice();
  device.setCollections([LoadedCollection.load(readCollection('bank', bank), device.memory)]);
  const synth = device.open({
    sampleRate: RATE,
    voices,
    effects: { reverb: effects, chorus: effects },
  });
  const stream = new DmusRenderStream({ sampleRate: RATE, maxBlockFrames: OFFLINE_BLOCK_FRAMES, synth });
  const { events } = readSong('song', song);
  const out = stereo(seconds);
  let done = 0;
  const duration = referenceTime(Math.round(seconds * 1e7));
  for (const { left, right } of renderOffline({ stream, sampleRate: RATE, messages: events, duration })) {
    const count = Math.min(OFFLINE_BLOCK_FRAMES, out.left.length - done);
    if (count <= 0) break;
    out.left.set(left.subarray(0, count), done);
    out.right.set(right.subarray(0, count), done);
    done += count;
  }
  stream.dispose();
  device.dispose();
  return Promise.resolve(out);
};

/**
 * FluidSynth's filter is always in the way and has 1 / sqrt(Q) as its gain, with a Q of -3.01 dB where the bank says
 * 0: 1.5 dB on everything. Its gain is chosen so that a voice comes out as loud as here.
 */
const FLUID_FILTER_GAIN = 10 ** (3.01 / 40);

export const renderFluidSynth: Renderer = ({ bank, song, seconds, effects = false, voices = VOICES }) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pinwheel-oracle-'));
  try {
    const [bankPath, songPath, wave] = ['bank', 'song.mid', 'out.wav'].map((name) => path.join(folder, name));
    fs.writeFileSync(bankPath!, bank);
    fs.writeFileSync(songPath!, song);
    const effect = effects ? '1' : '0';
    const { status, stderr } = spawnSync(
      'fluidsynth',
      [
        ...['-ni', '-F', wave!, '-T', 'wav', '-O', 'float', '-r', String(RATE)],
        ...['-g', String(VOICE_GAIN / FLUID_FILTER_GAIN), '-R', effect, '-C', effect],
        ...[
          '-o',
          'synth.cpu-cores=1',
          '-o',
          `synth.polyphony=${voices}`,
          '-o',
          'synth.dynamic-sample-loading=0',
        ],
        ...[bankPath!, songPath!],
      ],
      { encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(`fluidsynth: ${stderr}`);
    const { channels } = readWav(fs.readFileSync(wave!));
    return Promise.resolve(fitted(channels[0]!, channels[1]!, seconds));
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
};

/** Its own factor on everything. */
const SPESSA_GAIN = 0.6;
const SPESSA_BLOCK = 64;

export const renderSpessaSynth: Renderer = async ({
  bank,
  song,
  seconds,
  effects = false,
  voices = VOICES,
}) => {
  const synth = new SpessaSynthProcessor(RATE, { eventsEnabled: false, maxBufferSize: SPESSA_BLOCK });
  await synth.processorInitialized;
  synth.soundBankManager.addSoundBank(SoundBankLoader.fromArrayBuffer(bank.slice().buffer), 'bank');
  synth.setSystemParameter('voiceCap', voices);
  synth.setSystemParameter('effectsEnabled', effects);
  synth.setSystemParameter('gain', VOICE_GAIN / SPESSA_GAIN);
  const { events } = readSong('song', song);
  const out = stereo(seconds);
  const left = new Float32Array(SPESSA_BLOCK);
  const right = new Float32Array(SPESSA_BLOCK);
  for (let done = 0, next = 0; done < out.left.length; done += SPESSA_BLOCK) {
    const until = (done / RATE) * 1e7;
    for (; next < events.count && events.times[next]! <= until; next++)
      synth.processMessage(events.data.slice(events.offsets[next], events.offsets[next + 1]));
    left.fill(0);
    right.fill(0);
    synth.process(left, right);
    const count = Math.min(SPESSA_BLOCK, out.left.length - done);
    out.left.set(left.subarray(0, count), done);
    out.right.set(right.subarray(0, count), done);
  }
  return out;
};

function stereo(seconds: number): { left: Float32Array; right: Float32Array } {
  const frames = Math.round(seconds * RATE);
  return { left: new Float32Array(frames), right: new Float32Array(frames) };
}

function fitted(left: Float32Array, right: Float32Array, seconds: number): Stereo {
  const out = stereo(seconds);
  const count = Math.min(left.length, out.left.length);
  out.left.set(left.subarray(0, count));
  out.right.set(right.subarray(0, count));
  return out;
}
