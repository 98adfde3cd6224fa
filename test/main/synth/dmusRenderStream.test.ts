import { describe, expect, it } from 'vitest';
import { framesToReferenceTime, referenceTime } from '../../../src/contract/units.ts';
import { EventRecordWriter } from '../../../src/main/engine/portcls/dmus/eventRecords.ts';
import { DmusRenderStream } from '../../../src/main/synth/dmusRenderStream.ts';
import { findClicks } from '../../support/audio/click.ts';
import { seededRandom } from '../../support/smfRandom.ts';
import { firstSound, peakOf, RATE, sineSynth, StreamRig, type TimedMessage } from './support.ts';

const ORGAN: TimedMessage = [0, 0xc0, 16];
const note = (seconds: number, key = 60, velocity = 100): TimedMessage => [seconds, 0x90, key, velocity];
const off = (seconds: number, key = 60): TimedMessage => [seconds, 0x80, key, 0];

function running(options: ConstructorParameters<typeof StreamRig>[0], messages: TimedMessage[]): StreamRig {
  return new StreamRig(options).go('ACQUIRE', 'PAUSE').write(messages).go('RUN');
}

describe('DmusRenderStream: time', () => {
  it.each([44_100, 48_000, 96_000])('starts each event on its exact frame at %d Hz', (rate) => {
    for (const block of [64, 480, 512, 2048, 4096]) {
      for (const frame of [0, 1, 63, 64, 511, 512, 513, 5000, 12_345]) {
        const seconds = Math.round((frame / rate) * 1e7) / 1e7;
        const { left } = running({ seconds: 0.4, block, rate }, [note(seconds)]).render(0.4);
        // The attack rises from 0 on the frame of the event.
        expect(firstSound(left), `frame ${frame} in blocks of ${block}`).toBe(frame + 1);
      }
    }
  });

  it('sounds the same to the bit in blocks of any length', () => {
    const random = seededRandom(7);
    const messages: TimedMessage[] = [];
    for (let count = 0; count < 150; count++) {
      const at = random.between(0, 1500) / 1000;
      const channel = random.between(0, 15);
      const key = random.between(30, 90);
      messages.push([at, 0x90 | channel, key, random.between(1, 127)], [at + 0.2, 0x80 | channel, key, 0]);
      if (count % 5 === 0) messages.push([at, 0xe0 | channel, 0, random.between(0, 127)]);
      if (count % 7 === 0) messages.push([at, 0xc0 | channel, random.between(0, 127)]);
      if (count % 9 === 0)
        messages.push([at, 0xb0 | channel, random.pick([1, 7, 10, 11, 64]), random.between(0, 127)]);
    }
    for (const rate of [44_100, 48_000]) {
      const reference = running({ seconds: 2, block: 4096, rate }, messages).render(2);
      expect(peakOf(reference.left)).toBeGreaterThan(0.1);
      for (const block of [64, 100, 128, 512, 2048]) {
        const other = running({ seconds: 2, block, rate }, messages).render(2);
        const length = Math.min(reference.left.length, other.left.length);
        expect(Buffer.compare(bytesOf(other.left, length), bytesOf(reference.left, length)), `${block}`).toBe(
          0,
        );
        expect(
          Buffer.compare(bytesOf(other.right, length), bytesOf(reference.right, length)),
          `${block}`,
        ).toBe(0);
      }
    }
  });

  it('adds to what is in the buffers', () => {
    const left = new Float32Array(512).fill(0.25);
    const right = new Float32Array(512).fill(-0.25);
    const { stream } = running({ seconds: 0.1 }, [note(0)]);
    stream.render(left, right, 512, referenceTime(0));
    const alone = running({ seconds: 0.1 }, [note(0)]).render(0.01);
    expect(left[300]).toBeCloseTo(0.25 + alone.left[300]!, 6);
    expect(right[300]).toBeCloseTo(-0.25 + alone.right[300]!, 6);
  });

  it('plays late events at the start of the next block, in order', () => {
    const rig = running({ seconds: 1 }, []).render(0.1);
    const from = rig.frames;
    rig.write([note(0.05), off(0.06), note(0.02, 72)]).render(0.2);
    expect(firstSound(rig.left)).toBe(from + 1);
    expect(rig.stream.eventsPlayed).toBe(3);
  });

  it('counts presentation time from the first frame in RUN, whenever that is', () => {
    const rig = new StreamRig({ seconds: 1 })
      .go('ACQUIRE', 'PAUSE')
      .render(0.2)
      .write([note(0)]);
    const from = rig.frames;
    rig.go('RUN').render(0.1);
    expect(firstSound(rig.left)).toBe(from + 1);
    expect(rig.stream.position).toBeCloseTo(framesToReferenceTime(rig.frames - from, RATE), 3);
  });

  it('follows the device through noisy and drifting block times: notes stay in time and evenly spaced', () => {
    const random = seededRandom(3);
    const period = 0.25;
    const seconds = 40;
    const messages: TimedMessage[] = [];
    for (let count = 0; count < seconds / period - 2; count++) {
      messages.push(note(count * period, 60), [count * period + 0.05, 0xb0, 120, 0]);
    }
    // The device runs 150 ppm fast: its frames are over sooner than they should be.
    const drift = 1 / (1 + 150e-6);
    const rig = running({ seconds }, messages);
    rig.render(
      seconds,
      (frames) => framesToReferenceTime(frames, RATE) * drift + (random.next() * 2 - 1) * 10_000,
    );
    const onsets: number[] = [];
    for (let frame = firstSound(rig.left); frame >= 0; frame = firstSound(rig.left, frame)) {
      onsets.push(((frame - 1) / RATE) * drift);
      frame += Math.round(0.15 * RATE);
    }
    expect(onsets).toHaveLength(messages.length / 2);
    onsets.forEach((onset, index) => {
      expect(Math.abs(onset - index * period), `note ${index}`).toBeLessThan(0.0015);
      if (index > 0) expect(Math.abs(onset - onsets[index - 1]! - period)).toBeLessThan(0.0003);
    });
    // Without the correction the last note would be 6 ms off.
    expect(Math.abs(onsets.at(-1)! - (onsets.length - 1) * period)).toBeLessThan(0.001);
  });

  it('goes on where it was when the device stood still for seconds', () => {
    const rig = running({ seconds: 1 }, [note(0.1)]).render(0.05);
    const lost = 50_000_000;
    rig.render(0.2, (frames) => framesToReferenceTime(frames, RATE) + lost);
    expect(firstSound(rig.left)).toBe(4801);
  });
});

describe('DmusRenderStream: states', () => {
  it('go one step at a time', () => {
    const { stream } = new StreamRig({ seconds: 0.1 });
    expect(() => stream.setState('RUN', referenceTime(0))).toThrow(/cannot go from STOP to RUN in one step/);
    expect(() => stream.setState('PAUSE', referenceTime(0))).toThrow(
      expect.objectContaining({ code: 'bad-state' }),
    );
    stream.setState('STOP', referenceTime(0));
    stream.setState('ACQUIRE', referenceTime(0));
    stream.setState('PAUSE', referenceTime(0));
    expect(() => stream.setState('STOP', referenceTime(0))).toThrow(/from PAUSE to STOP/);
    expect(stream.state).toBe('PAUSE');
  });

  it('check 72: PAUSE holds due events and STOP discards them', () => {
    const rig = new StreamRig({ seconds: 1 })
      .go('ACQUIRE', 'PAUSE')
      .write([note(0), note(0.01)])
      .render(0.2);
    expect([rig.stream.eventsHeld, rig.stream.eventsPlayed, peakOf(rig.left)]).toEqual([2, 0, 0]);
    rig.go('ACQUIRE', 'STOP');
    expect([rig.stream.eventsHeld, rig.stream.eventsPlayed]).toEqual([0, 0]);
    rig.go('ACQUIRE', 'PAUSE', 'RUN').render(0.2);
    expect(peakOf(rig.left)).toBe(0);
  });

  it('check 78: position 0 after STOP, frozen in PAUSE, moving in RUN', () => {
    const rig = running({ seconds: 2 }, [ORGAN, note(0)]).render(0.1);
    const paused = rig.stream.position;
    expect(paused).toBeCloseTo(framesToReferenceTime(rig.frames, RATE), 3);
    rig.go('PAUSE').render(0.1);
    expect(rig.stream.position).toBe(paused);
    rig.go('RUN').render(0.1);
    expect(rig.stream.position).toBeGreaterThan(paused);
    rig.go('PAUSE', 'ACQUIRE', 'STOP');
    expect(rig.stream.position).toBe(0);
    rig.go('ACQUIRE', 'PAUSE', 'RUN');
    expect(rig.stream.position).toBe(0);
  });

  it('PAUSE fades within 6 ms, keeps the voices, and RUN fades them in again: no click', () => {
    const rig = running({ seconds: 2 }, [ORGAN, note(0, 72), note(0.42, 76)]).render(0.3);
    const from = rig.frames;
    rig.go('PAUSE').render(0.3);
    expect(peakOf(rig.left, from, from + 100)).toBeGreaterThan(0.05);
    expect(peakOf(rig.left, from + Math.round(0.006 * RATE), rig.frames)).toBe(0);
    expect([rig.stream.idle, rig.stream.activeVoices]).toEqual([true, 1]);
    const to = rig.frames;
    rig.go('RUN').render(0.3);
    expect(peakOf(rig.left, to + Math.round(0.006 * RATE), to + 1000)).toBeGreaterThan(0.05);
    expect(findClicks(rig.left, RATE, { from: 2400, to: rig.frames })).toEqual([]);
    expect(rig.stream.eventsPlayed).toBe(3);
  });

  it('a fade that is turned round half way stays without a click', () => {
    const rig = running({ seconds: 2, block: 64 }, [ORGAN, note(0, 72)]).render(0.2);
    for (let count = 0; count < 10; count++) rig.go('PAUSE').render(0.002).go('RUN').render(0.003);
    rig.render(0.2);
    expect(findClicks(rig.left, RATE, { from: 2400, to: rig.frames })).toEqual([]);
  });

  it('STOP is silent within 50 ms without a click and releases the voices', () => {
    const rig = running({ seconds: 1 }, [ORGAN, note(0, 72), note(0, 79)]).render(0.3);
    const from = rig.frames;
    rig.go('PAUSE', 'ACQUIRE', 'STOP').render(0.3);
    expect(peakOf(rig.left, from, from + 20)).toBeGreaterThan(0.01);
    expect(peakOf(rig.left, from + Math.round(0.05 * RATE), rig.frames)).toBe(0);
    expect([rig.stream.activeVoices, rig.stream.idle]).toEqual([0, true]);
    expect(findClicks(rig.left, RATE, { from: 2400, to: rig.frames })).toEqual([]);
  });

  it('STOP out of a PAUSE that has faded releases in silence; a new RUN starts from power-on controllers', () => {
    const rig = running({ seconds: 2 }, [ORGAN, [0, 0xb0, 7, 0], note(0, 72)]).render(0.1);
    const paused = rig.go('PAUSE').render(0.1).frames;
    rig.go('ACQUIRE', 'STOP').render(0.05);
    expect([rig.stream.activeVoices, peakOf(rig.left, paused)]).toEqual([0, 0]);
    rig.go('ACQUIRE', 'PAUSE').write([note(0)]);
    const from = rig.frames;
    rig.go('RUN').render(0.2);
    expect(peakOf(rig.left, from)).toBeGreaterThan(0.15);
  });

  it('a song started over a dying one starts at full level on its frame', () => {
    const rig = running({ seconds: 2, block: 64 }, [ORGAN, note(0, 72)]).render(0.1);
    rig
      .go('PAUSE')
      .render(0.002)
      .go('ACQUIRE', 'STOP', 'ACQUIRE', 'PAUSE')
      .write([note(0, 60)]);
    const from = rig.frames;
    rig.go('RUN').render(0.3);
    const fresh = running({ seconds: 1, block: 64 }, [note(0, 60)]).render(0.3);
    // The last of the old song is gone after its fade; from then on both are the same performance.
    const at = Math.round(0.02 * RATE);
    for (let frame = at; frame < at + 4000; frame += 37) {
      expect(rig.left[from + frame]).toBeCloseTo(fresh.left[frame]!, 5);
    }
    expect(findClicks(rig.left, RATE, { from: 2400, to: from - 10 })).toEqual([]);
  });

  it('RUN and PAUSE again before a block was rendered lose nothing', () => {
    const rig = new StreamRig({ seconds: 1 }).go('ACQUIRE', 'PAUSE').write([note(0)]);
    rig.go('RUN', 'PAUSE');
    expect(rig.stream.position).toBe(0);
    rig.render(0.1);
    const from = rig.frames;
    rig.go('RUN').render(0.1);
    expect(firstSound(rig.left)).toBeGreaterThanOrEqual(from);
    expect(rig.stream.position).toBeCloseTo(framesToReferenceTime(rig.frames - from, RATE), 3);
  });

  it('is never idle in RUN, and idle elsewhere once nothing sounds', () => {
    const rig = new StreamRig({ seconds: 1 });
    expect(rig.stream.idle).toBe(true);
    rig.go('ACQUIRE', 'PAUSE', 'RUN');
    expect(rig.stream.idle).toBe(false);
    rig
      .write([note(0)])
      .render(0.1)
      .go('PAUSE');
    expect(rig.stream.idle).toBe(false);
    rig.render(0.1);
    expect(rig.stream.idle).toBe(true);
  });
});

describe('DmusRenderStream: records', () => {
  it('malformed ones are refused with their offset, and what was written before plays on', () => {
    const rig = running({ seconds: 1 }, [note(0.05)]);
    const records = new EventRecordWriter()
      .begin(referenceTime(0))
      .append(referenceTime(0), Uint8Array.of(0x90, 40, 100))
      .append(referenceTime(0), Uint8Array.of(0x90, 41, 100))
      .take();
    expect(() => rig.stream.write(referenceTime(0), records.subarray(0, 40))).toThrow(
      expect.objectContaining({ code: 'bad-input', offset: 24 }),
    );
    rig.render(0.2);
    expect(rig.stream.eventsPlayed).toBe(1);
    expect(firstSound(rig.left)).toBe(2401);
  });

  it('are not taken in STOP', () => {
    const rig = new StreamRig({ seconds: 0.1 });
    expect(() => rig.write([note(0)])).toThrow(expect.objectContaining({ code: 'bad-state' }));
  });

  it('SysEx in pieces reaches the synthesizer whole', () => {
    const rig = running({ seconds: 1 }, [
      ORGAN,
      note(0),
      [0.1, 0xf0, 0x7e, 0x7f],
      [0.1, 0xf8],
      [0.1, 0x09, 0x01, 0xf7],
    ]).render(0.3);
    expect(rig.stream.activeVoices).toBe(0);
  });

  it('of other channel groups have no destination', () => {
    const rig = running({ seconds: 1 }, []);
    const records = new EventRecordWriter()
      .begin(referenceTime(0))
      .append(referenceTime(0), Uint8Array.of(0x90, 60, 100), 0, 3, 2);
    rig.stream.write(referenceTime(0), records.take());
    rig.render(0.1);
    expect([peakOf(rig.left), rig.stream.eventsPlayed]).toEqual([0, 1]);
  });

  it('a block longer than agreed on is refused', () => {
    const stream = new DmusRenderStream({
      sampleRate: RATE,
      maxBlockFrames: 128,
      synth: sineSynth(),
    });
    const buffer = new Float32Array(256);
    expect(() => stream.render(buffer, buffer, 256, referenceTime(0))).toThrow(RangeError);
    stream.dispose();
  });
});

function bytesOf(samples: Float32Array, length: number): Buffer {
  return Buffer.from(samples.buffer, samples.byteOffset, length * 4);
}
