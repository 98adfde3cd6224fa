import { describe, expect, it } from 'vitest';
import { referenceTime } from '../../../src/contract/units.ts';
import { channelMatrix } from '../../../src/main/wave/mixing/channelMatrix.ts';
import { MixerInstance, type MixerInstanceOptions } from '../../../src/main/wave/mixing/mixerInstance.ts';
import { FilterBanks } from '../../../src/main/wave/resampling/filterBank.ts';
import { FLOAT_SAMPLES, integerSamples } from '../../../src/main/wave/samples/sampleFormat.ts';
import { newPlacement } from '../../../src/main/wave/space/directSound3d.ts';
import { pcmFormat } from '../../../src/main/engine/ks/format.ts';
import { KSPROPERTY_RTAUDIO } from '../../../src/main/engine/ks/properties/rtAudio.ts';
import { converterCard, type WavePortKind } from '../../fixtures/converterCard.ts';
import { PCM_OUT_PIN } from '../../fixtures/exampleAdapter/wave.ts';

const STEREO = 3;
const BLOCK = 512;
const banks = new FilterBanks();
const NOW = referenceTime(0);

/** Bytes one after the other, and when each block was said to be heard. */
function source(bytes: Uint8Array) {
  let at = 0;
  const times: number[] = [];
  const transfer = (block: Uint8Array, time: number) => {
    block.fill(0);
    block.set(bytes.subarray(at, at + block.length));
    at += block.length;
    times.push(time);
  };
  return { transfer, times };
}

function instance(options: Partial<MixerInstanceOptions> & Pick<MixerInstanceOptions, 'source'>) {
  return new MixerInstance({
    format: integerSamples(16),
    channels: 2,
    inputRate: 48_000,
    outputRate: 48_000,
    outputs: 2,
    matrix: channelMatrix(STEREO, STEREO),
    quality: 'advanced',
    banks,
    maxFrames: BLOCK,
    ...options,
  });
}

/** `blocks` blocks of what instances make together. */
function render(instances: readonly MixerInstance[], blocks: number): Float32Array[] {
  const outputs = [new Float32Array(blocks * BLOCK), new Float32Array(blocks * BLOCK)];
  for (let block = 0; block < blocks; block++) {
    const time = referenceTime((block * BLOCK * 10_000_000) / 48_000);
    for (const each of instances) each.render(outputs, block * BLOCK, BLOCK, time);
  }
  return outputs;
}

function noise(length: number, seed: number): Int16Array {
  let state = seed;
  return Int16Array.from({ length }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) | 0;
    return state >> 16;
  });
}
const bytesOf = (samples: Int16Array | Float32Array) =>
  new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
/** The same on both channels. */
const sine = (frequency: number, rate: number, frames: number) =>
  Float32Array.from(
    { length: 2 * frames },
    (_, index) => 0.5 * Math.sin((2 * Math.PI * frequency * Math.floor(index / 2)) / rate),
  );
const steps = (samples: Float32Array) => Array.from(samples, (value) => value * 0x8000);

describe('a mixer instance', () => {
  it('passes 16-bit samples through unchanged at unity and its own rate', () => {
    const data = noise(8 * BLOCK, 1);
    const [left, right] = render([instance({ source: source(bytesOf(data)) })], 4) as [
      Float32Array,
      Float32Array,
    ];
    expect(steps(left)).toEqual(Array.from(data).filter((_, index) => index % 2 === 0));
    expect(steps(right)).toEqual(Array.from(data).filter((_, index) => index % 2 === 1));
  });

  it('eight at once sum exactly', () => {
    const parts = Array.from({ length: 8 }, (_, index) => noise(8 * BLOCK, index + 1));
    const [left] = render(
      parts.map((data) => instance({ source: source(bytesOf(data)) })),
      4,
    );
    const sums = Array.from({ length: 4 * BLOCK }, (_, frame) =>
      parts.reduce((sum, data) => sum + data[2 * frame]!, 0),
    );
    expect(steps(left!)).toEqual(sums);
  });

  it('takes volume and pan within a ramp, without a step', () => {
    const ones = new Float32Array(2 * BLOCK * 8).fill(1);
    const each = instance({ source: source(bytesOf(ones)), format: FLOAT_SAMPLES });
    render([each], 1);
    each.setVolume(0, 0.25);
    each.setVolume(1, 0.25);
    each.setSide(1, 0);
    each.setPlacement({ ...newPlacement(), left: 1, right: 0 });
    const [left, right] = render([each], 4) as [Float32Array, Float32Array];
    expect(left[0]).toBeGreaterThan(0.99);
    expect(left.at(-1)).toBe(0.25);
    expect(right.at(-1)).toBe(0);
    for (const side of [left, right]) {
      for (let index = 1; index < side.length; index++) {
        expect(Math.abs(side[index]! - side[index - 1]!)).toBeLessThan(0.01);
      }
    }
  });

  it('takes what is set before it plays at once', () => {
    const ones = new Float32Array(2 * BLOCK).fill(1);
    const each = instance({ source: source(bytesOf(ones)), format: FLOAT_SAMPLES });
    each.setVolume(0, 0.25);
    each.setSide(0, 0.5);
    const [left, right] = render([each], 1) as [Float32Array, Float32Array];
    expect([left[0], right[0]]).toEqual([0.125, 1]);
  });

  it('turns its mix without a step', () => {
    const ones = new Float32Array(2 * BLOCK * 8).fill(1);
    const each = instance({ source: source(bytesOf(ones)), format: FLOAT_SAMPLES });
    render([each], 1);
    each.setMatrix([0, 0.5, 1, 0]);
    const [left, right] = render([each], 4) as [Float32Array, Float32Array];
    expect([left.at(-1), right.at(-1)]).toEqual([1, 0.5]);
    for (let index = 1; index < right.length; index++) {
      expect(Math.abs(right[index]! - right[index - 1]!)).toBeLessThan(0.01);
    }
  });

  it('changes converter while it plays: what is heard goes on without a seam', () => {
    const data = sine(1_000, 44_100, 60_000);
    for (const inputRate of [44_100, 48_000]) {
      const each = instance({ source: source(bytesOf(data)), format: FLOAT_SAMPLES, inputRate });
      const [before] = render([each], 20);
      each.setQuality('pc');
      const [converted] = render([each], 20);
      // A hair above the stream's own rate: the converter whose rate can be bent comes in.
      each.setRate(inputRate + 1e-6);
      const [bent] = render([each], 20);
      const heard = [...before!, ...converted!, ...bent!];
      const turn = (2 * Math.PI * 1_000 * inputRate) / 44_100 / 48_000;
      let worst = 0;
      for (let index = 2_000; index < heard.length; index++) {
        worst = Math.max(worst, Math.abs(heard[index]! - 0.5 * Math.sin(turn * index)));
      }
      expect(20 * Math.log10(worst / 0.5)).toBeLessThan(-70);
    }
  });

  it('converts the rate: a sine arrives with its level and no jump between blocks', () => {
    const data = sine(1_000, 44_100, 20_000);
    const each = instance({ source: source(bytesOf(data)), format: FLOAT_SAMPLES, inputRate: 44_100 });
    const [left, right] = render([each], 30) as [Float32Array, Float32Array];
    expect(right).toEqual(left);
    let worst = 0;
    // Behind the start, where the filter hears the sine come out of silence.
    for (let index = 1_000; index < left.length; index++) {
      worst = Math.max(
        worst,
        Math.abs(left[index]! - 0.5 * Math.sin((2 * Math.PI * 1_000 * index) / 48_000)),
      );
    }
    expect(20 * Math.log10(worst / 0.5)).toBeLessThan(-120);
  });

  it('tells its source when what it takes is heard', () => {
    const from = source(new Uint8Array(0));
    const each = instance({ source: from, inputRate: 44_100 });
    render([each], 3);
    // Output frame n sounds input time n · 44.1 / 48, so the data of a block is heard when its frames are due.
    const taken = [0];
    let resamplerInput = 0;
    for (let block = 1; block <= 3; block++) {
      resamplerInput = Math.floor(((block * BLOCK - 1) * 44_100) / 48_000) + each.latency + 1;
      taken.push(resamplerInput);
    }
    from.times.forEach((time, block) => expect(time).toBeCloseTo((taken[block]! * 1e7) / 44_100, 3));
  });

  it('places its sound: distance, side and pitch', () => {
    const frames = 20_000;
    const data = Float32Array.from({ length: frames }, (_, index) =>
      Math.sin((2 * Math.PI * 1_000 * index) / 48_000),
    );
    const each = instance({
      source: source(bytesOf(data)),
      format: FLOAT_SAMPLES,
      channels: 1,
      matrix: channelMatrix(4, STEREO),
    });
    each.setPlacement({ ...newPlacement(), gain: 0.5, left: 1, right: 0.25, doppler: 1.5 });
    const [left, right] = render([each], 20) as [Float32Array, Float32Array];
    const tail = left.subarray(2_000);
    expect(Math.max(...tail)).toBeCloseTo(0.5, 3);
    expect(Math.max(...right.subarray(2_000))).toBeCloseTo(0.125, 3);
    let crossings = 0;
    for (let index = 1; index < tail.length; index++)
      if (tail[index - 1]! < 0 && tail[index]! >= 0) crossings++;
    expect(crossings / (tail.length / 48_000)).toBeCloseTo(1_500, -1);
  });
});

it('the three ports give the same samples', () => {
  const data = bytesOf(noise(4 * BLOCK * 2, 5));
  const heard = (kind: WavePortKind) => {
    const card = converterCard(kind, { blockFrames: BLOCK });
    const pin = card.filter.createPin(PCM_OUT_PIN, pcmFormat(2, 48_000, 16));
    if (kind === 'rt') {
      const { bufferAddress } = pin.get(KSPROPERTY_RTAUDIO.BUFFER, {
        baseAddress: 0,
        requestedBufferSize: data.length,
      });
      card.rtPort.memoryAt(bufferAddress).set(data);
    } else {
      pin.write(NOW, data);
    }
    pin.setState('RUN');
    const stream = card.streams[0]!;
    const each = instance({
      source: {
        transfer(block, time) {
          stream.transfer(block, time);
          card.scheduler.advance((BLOCK * 1e7) / 48_000);
        },
      },
    });
    return render([each], 4);
  };
  const expected = heard('rt');
  expect(steps(expected[0]!)[0]).toBe(new Int16Array(data.buffer)[0]);
  expect(heard('cyclic')).toEqual(expected);
  expect(heard('pci')).toEqual(expected);
});
