/**
 * Measures what the collection synthesizer itself allocates: run by Node with --expose-gc. Prints the bytes of heap of
 * 300 and of 1500 blocks in which notes of every kind of motion sound, and of 500 blocks with a note-off, a note-on, a
 * controller and a pitch bend in each.
 */
import { collection, instrument, region, synthOf } from './testCollection.ts';

const moving = {
  volumeDelay: -8000,
  volumeAttack: -6000,
  volumeDecay: 8000,
  volumeSustain: 30,
  volumeRelease: -1200,
  filterCutoff: 9000,
  modulationEnvelopeToCutoff: 2400,
  modulationDecay: 8000,
  modulationSustain: 20,
  vibratoLfoToPitch: 30,
  vibratoLfoFrequency: -600,
  modulationLfoToVolume: 3,
  modulationLfoFrequency: -900,
  reverbSend: 40,
  chorusSend: 30,
};
const { synth } = synthOf(collection([instrument([region(moving)])]), {
  effects: { reverb: true, chorus: true },
  voices: 32,
});
const left = new Float32Array(512);
const right = new Float32Array(512);
const message = new Uint8Array(3);
let turn = 0;

function send(status: number, first: number, second: number): void {
  message[0] = status;
  message[1] = first;
  message[2] = second;
  synth.send(message, 0, 3);
}

function renderHeld(): void {
  synth.render(left, right, 0, 512);
}

function renderPlayed(): void {
  turn++;
  const channel = turn % 8;
  const key = 36 + (turn % 50);
  send(0x80 | channel, key, 0);
  synth.render(left, right, 0, 100);
  send(0x90 | channel, key, 100);
  synth.render(left, right, 100, 200);
  send(0xb0 | channel, 1, turn % 128);
  send(0xe0 | channel, 0, turn % 128);
  synth.render(left, right, 300, 212);
}

/** The least of several times: where the engine compiles anew, interpreted code boxes numbers for a moment. */
function measure(render: () => void, blocks: number): number {
  let least = Infinity;
  for (let time = 0; time < 5; time++) {
    (globalThis as unknown as { gc(): void }).gc();
    const before = process.memoryUsage().heapUsed;
    for (let block = 0; block < blocks; block++) render();
    least = Math.min(least, process.memoryUsage().heapUsed - before);
  }
  return least;
}

for (let block = 0; block < 4000; block++) renderPlayed();
for (let block = 0; block < 2000; block++) renderHeld();
const short = measure(renderHeld, 300);
const long = measure(renderHeld, 1500);
console.log(JSON.stringify({ short, long, played: measure(renderPlayed, 500), voices: synth.activeVoices }));
