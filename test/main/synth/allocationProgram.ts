/**
 * Measures what rendering allocates: run by Node with --expose-gc, prints bytes of heap per block. A busy stream,
 * warmed up until it is compiled; the events are written before the measurement.
 */
import { STANDARD_FM } from '../../../src/contract/fmSynth.ts';
import { framesToReferenceTime, referenceTime } from '../../../src/contract/units.ts';
import { DmusRenderStream } from '../../../src/main/synth/dmusRenderStream.ts';
import { loadAdlMidi } from '../../../src/main/synth/fm/adlMidi.ts';
import { FmSynth } from '../../../src/main/synth/fm/fmSynth.ts';
import { LoadedCollection } from '../../../src/main/synth/loadedCollection.ts';
import { SynthDevice } from '../../../src/main/synth/synthDevice.ts';
import { collection, instrument, region } from './testCollection.ts';
import { RATE, recordsOf, type TimedMessage } from './support.ts';

const BLOCK = 512;
const SECONDS = 30;
const MEASURED_SECONDS = 10;
const messages: TimedMessage[] = [];
for (let count = 0; count < SECONDS * 40; count++) {
  const at = count / 40;
  const channel = count % 16;
  const key = 36 + ((count * 7) % 50);
  messages.push([at, 0x90 | channel, key, 100], [at + 0.4, 0x80 | channel, key, 0]);
  messages.push([at + 0.01, 0xb0 | channel, 1, count % 128], [at + 0.02, 0xe0 | channel, 0, count % 128]);
}

/** Everything moves: envelopes, LFOs, filter, sends. */
function collectionSynth() {
  const device = new SynthDevice();
  const moving = {
    volumeDelay: -8000,
    volumeAttack: -6000,
    volumeDecay: 1200,
    volumeSustain: 30,
    volumeRelease: -1200,
    filterCutoff: 9000,
    modulationEnvelopeToCutoff: 2400,
    modulationDecay: 0,
    modulationSustain: 20,
    vibratoLfoToPitch: 30,
    vibratoLfoFrequency: -600,
    modulationLfoToVolume: 3,
    modulationLfoFrequency: -900,
    reverbSend: 40,
    chorusSend: 30,
  };
  const bank = collection([instrument([region(moving)]), instrument([region(moving)], { isDrum: true })]);
  device.setCollections([LoadedCollection.load(bank, device.memory)]);
  return device.open({ sampleRate: RATE, voices: 64 });
}

const synths = {
  collection: collectionSynth,
  fm: async () => new FmSynth({ adl: await loadAdlMidi(), sampleRate: RATE, ...STANDARD_FM }),
};

const stream = new DmusRenderStream({
  sampleRate: RATE,
  maxBlockFrames: BLOCK,
  synth: await synths[process.argv[2] as keyof typeof synths](),
});
stream.setState('ACQUIRE', referenceTime(0));
stream.setState('PAUSE', referenceTime(0));
stream.write(referenceTime(0), recordsOf(messages));
stream.setState('RUN', referenceTime(0));

const left = new Float32Array(BLOCK);
const right = new Float32Array(BLOCK);
let frames = 0;
function render(blocks: number): void {
  for (let count = 0; count < blocks; count++) {
    stream.render(left, right, BLOCK, framesToReferenceTime(frames, RATE));
    frames += BLOCK;
  }
}

const measured = Math.floor((MEASURED_SECONDS * RATE) / BLOCK);
render(Math.floor(((SECONDS - MEASURED_SECONDS - 1) * RATE) / BLOCK));
(globalThis as unknown as { gc(): void }).gc();
const before = process.memoryUsage().heapUsed;
const events = stream.eventsPlayed;
render(measured);
const after = process.memoryUsage().heapUsed;
console.log(
  JSON.stringify({ bytesPerBlock: (after - before) / measured, events: stream.eventsPlayed - events }),
);
