/**
 * Prints how many MB a program grows by when it loads a bank and renders a song, over having loaded its code: run by
 * Node with the bank, the song, the sample rate and the number of voices.
 */
import fs from 'node:fs';
import { loadDevice, runOwn } from './ownSynth.ts';

const [bank, song, sampleRate, voices] = process.argv.slice(2);
const before = process.memoryUsage.rss();
const device = loadDevice(bank!);
const bytes = new Uint8Array(fs.readFileSync(song!));
runOwn(
  device,
  { name: 'memory', seconds: 1, bytes },
  { sampleRate: Number(sampleRate), voices: Number(voices) },
);
console.log((process.resourceUsage().maxRSS * 1024 - before) / 1e6);
