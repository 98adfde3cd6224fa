import fs from 'node:fs';
import { SoundBankLoader, SpessaSynthProcessor } from 'spessasynth_core';
import { readSong } from '../../../src/main/player/smf/readSong.ts';
import { processorTime } from '../../support/processorTime.ts';
import type { BenchSong } from './songs.ts';

const BLOCK = 128;

/** Thread seconds that spessasynth_core takes for a song, with its effects and the given number of voices. */
export async function runSpessaSynth(
  song: BenchSong,
  { bank, sampleRate, voices }: { bank: string; sampleRate: number; voices: number },
): Promise<number> {
  const synth = new SpessaSynthProcessor(sampleRate, { eventsEnabled: false, maxBufferSize: BLOCK });
  await synth.processorInitialized;
  const bytes = fs.readFileSync(bank);
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  synth.soundBankManager.addSoundBank(SoundBankLoader.fromArrayBuffer(file), 'bank');
  synth.setSystemParameter('voiceCap', voices);
  const { events } = readSong(song.name, song.bytes);
  const left = new Float32Array(BLOCK);
  const right = new Float32Array(BLOCK);
  const blocks = Math.ceil((song.seconds * sampleRate) / BLOCK);
  const started = processorTime();
  for (let block = 0, next = 0; block < blocks; block++) {
    const until = ((block * BLOCK) / sampleRate) * 1e7;
    while (next < events.count && events.times[next]! <= until) {
      synth.processMessage(events.data.slice(events.offsets[next], events.offsets[next + 1]));
      next++;
    }
    left.fill(0);
    right.fill(0);
    synth.process(left, right);
  }
  return (processorTime() - started) / 1000;
}
