import { describe, expect, it } from 'vitest';
import { framesToReferenceTime, referenceTime } from '../../../src/contract/units.ts';
import { EventRecordWriter } from '../../../src/main/engine/portcls/dmus/eventRecords.ts';
import { DmusRenderStream } from '../../../src/main/synth/dmusRenderStream.ts';
import { seededRandom } from '../../support/smfRandom.ts';
import {
  collection,
  cosineSample,
  instrument,
  play,
  region,
  synthOf,
  type TimedMessage,
} from './testCollection.ts';
import { peakOf } from './support.ts';

const RATES = [44_100, 48_000, 96_000];

/** Gone within a few frames, so that the next one starts from silence. */
const click = () => collection([instrument([region({}, { loop: undefined })])], [cosineSample(8)]);

describe('notes stamped at arbitrary samples', () => {
  it.each(RATES)(
    'start at exactly that sample through stream, sequencer and synthesizer at %i Hz',
    (rate) => {
      const random = seededRandom(rate);
      for (const block of [64, 128, 512, 2048, 4096, 441]) {
        const frames: number[] = [];
        for (let frame = random.between(0, 300); frame < 20_000; frame += random.between(40, 500))
          frames.push(frame);
        const { synth } = synthOf(click(), { sampleRate: rate });
        const stream = new DmusRenderStream({ sampleRate: rate, maxBlockFrames: block, synth });
        const writer = new EventRecordWriter().begin(referenceTime(0));
        for (const frame of frames)
          writer.append(framesToReferenceTime(frame, rate), Uint8Array.of(0x90, 60, 127));
        stream.setState('ACQUIRE', referenceTime(0));
        stream.setState('PAUSE', referenceTime(0));
        stream.write(referenceTime(0), writer.take());
        stream.setState('RUN', referenceTime(0));
        const length = Math.ceil(21_000 / block) * block;
        const left = new Float32Array(length);
        const right = new Float32Array(length);
        for (let done = 0; done < length; done += block)
          stream.render(
            left.subarray(done, done + block),
            right.subarray(done, done + block),
            block,
            framesToReferenceTime(done, rate),
          );
        const starts = [...left.keys()].filter(
          (frame) =>
            left[frame] !== 0 && left.subarray(Math.max(0, frame - 4), frame).every((value) => value === 0),
        );
        expect(starts).toEqual(frames);
      }
    },
  );
});

describe('rendering in blocks of any size', () => {
  const rich = {
    volumeAttack: -6000,
    volumeDecay: 0,
    volumeSustain: 20,
    volumeRelease: -1200,
    filterCutoff: 8000,
    filterResonance: 6,
    modulationEnvelopeToCutoff: 2400,
    modulationAttack: -4000,
    modulationEnvelopeToPitch: 100,
    modulationLfoToVolume: 3,
    modulationLfoToCutoff: 600,
    vibratoLfoToPitch: 30,
    vibratoLfoFrequency: -600,
    reverbSend: 40,
    chorusSend: 30,
  };
  const bank = collection([
    instrument([region(rich)]),
    instrument([region({ ...rich, volumeDelay: -7000 })], { program: 1 }),
    instrument([region({ ...rich, filterCutoff: 13_500, filterResonance: 0 })], { isDrum: true }),
  ]);

  /** Notes, controllers, bends, pedals, program changes, system exclusive: at any frame, several of them at some. */
  function performance(seed: number): TimedMessage[] {
    const random = seededRandom(seed);
    const messages: TimedMessage[] = [];
    let frame = 0;
    for (let count = 0; count < 700; count++) {
      if (random.next() < 0.7) frame += random.between(1, 120);
      const channel = random.pick([0, 1, 2, 9]);
      const key = random.between(40, 80);
      const kind = random.next();
      if (kind < 0.4) messages.push([frame, 0x90 | channel, key, random.between(1, 127)]);
      else if (kind < 0.6) messages.push([frame, 0x80 | channel, key, 0]);
      else if (kind < 0.8) {
        const controller = random.pick([
          1, 5, 7, 10, 11, 64, 65, 66, 71, 72, 73, 74, 84, 91, 93, 120, 121, 123,
        ]);
        messages.push([frame, 0xb0 | channel, controller, random.between(0, 127)]);
      } else if (kind < 0.9)
        messages.push([frame, 0xe0 | channel, random.between(0, 127), random.between(0, 127)]);
      else if (kind < 0.95) messages.push([frame, 0xc0 | channel, random.between(0, 1)]);
      else if (kind < 0.97) messages.push([frame, 0xd0 | channel, random.between(0, 127)]);
      else if (kind < 0.99) messages.push([frame, 0xf0, 0x7f, 0x7f, 4, 1, 0, random.between(60, 127), 0xf7]);
      else messages.push([frame, 0xf0, 0x41, 0x10, 0x42, 0x12, 0x40, 1, 0x30, 2, 13, 0xf7]);
    }
    return messages;
  }

  it.each(RATES)('is bit for bit the same at %i Hz', { timeout: 60_000 }, (sampleRate) => {
    const messages = performance(sampleRate);
    const frames = messages.at(-1)![0] + 6000;
    const render = (...blocks: number[]) => {
      const { synth } = synthOf(bank, { sampleRate, effects: { reverb: true, chorus: true }, voices: 12 });
      const sound = play(synth, messages, frames, blocks);
      expect(synth.lostNotes).toBeGreaterThan(0);
      return sound;
    };
    const expected = render(512);
    expect(peakOf(expected.left)).toBeGreaterThan(0.05);
    const random = seededRandom(5);
    const sizes = [64, 65, 100, 127, 128, 250, 256, 441, 480, 777, 1000, 1024, 2048, 3000, 4095, 4096];
    const mixed = Array.from({ length: 40 }, () => random.between(64, 4096));
    for (const blocks of [...sizes.map((size) => [size]), mixed, [1, 2, 3, 5, 7, 11, 64]]) {
      const sound = render(...blocks);
      // Compared as bytes: quick, and -0 is not 0.
      for (const side of ['left', 'right'] as const)
        expect(
          Buffer.compare(Buffer.from(sound[side].buffer), Buffer.from(expected[side].buffer)),
          `${blocks[0]}`,
        ).toBe(0);
    }
  });
});
