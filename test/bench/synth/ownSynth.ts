import fs from 'node:fs';
import path from 'node:path';
import { readSong } from '../../../src/main/player/smf/readSong.ts';
import { readCollection } from '../../../src/main/synth/collections/readCollection.ts';
import { DmusRenderStream } from '../../../src/main/synth/dmusRenderStream.ts';
import { LoadedCollection } from '../../../src/main/synth/loadedCollection.ts';
import { OFFLINE_BLOCK_FRAMES, renderOffline } from '../../../src/main/synth/offlineRender.ts';
import { SynthDevice } from '../../../src/main/synth/synthDevice.ts';
import { processorTime } from '../../support/processorTime.ts';
import type { BenchSong } from './songs.ts';

export interface OwnPass {
  /** Processor time of this thread. */
  readonly cpuSeconds: number;
  /** Voices in use, mean of each second of the song. */
  readonly voicesBySecond: readonly number[];
  readonly peakVoices: number;
  /** Wall-clock time of each block: the processor's clock is too coarse for one. */
  readonly blockSeconds: readonly number[];
}

export function loadDevice(bank: string): SynthDevice {
  const device = new SynthDevice();
  const collection = readCollection(path.basename(bank), new Uint8Array(fs.readFileSync(bank)));
  device.setCollections([LoadedCollection.load(collection, device.memory)]);
  return device;
}

/** Renders a song once, by the stream that plays on a device. */
export function runOwn(
  device: SynthDevice,
  song: BenchSong,
  { sampleRate, voices }: { sampleRate: number; voices: number },
): OwnPass {
  const synth = device.open({ sampleRate, voices });
  const stream = new DmusRenderStream({ sampleRate, maxBlockFrames: OFFLINE_BLOCK_FRAMES, synth });
  const { events, duration } = readSong(song.name, song.bytes);
  const sums = new Float64Array(song.seconds);
  const counts = new Float64Array(song.seconds);
  const blockSeconds: number[] = [];
  let peakVoices = 0;
  const started = processorTime();
  for (const block of renderOffline({ stream, sampleRate, messages: events, duration })) {
    const second = Math.floor((blockSeconds.length * OFFLINE_BLOCK_FRAMES) / sampleRate);
    blockSeconds.push(block.seconds);
    peakVoices = Math.max(peakVoices, block.voices);
    if (second >= song.seconds) continue;
    sums[second]! += block.voices;
    counts[second]! += 1;
  }
  const cpuSeconds = (processorTime() - started) / 1000;
  stream.dispose();
  const voicesBySecond = Array.from(sums, (sum, second) => sum / Math.max(1, counts[second]!));
  return { cpuSeconds, voicesBySecond, peakVoices, blockSeconds };
}
