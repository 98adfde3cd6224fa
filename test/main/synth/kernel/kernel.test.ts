import { describe, expect, it } from 'vitest';
import type { Kernel } from '../../../../src/main/synth/kernel/kernel.ts';
import * as at from '../../../../src/main/synth/kernel/layout.ts';
import { KernelMemory } from '../../../../src/main/synth/kernel/memory.ts';
import { createReferenceKernel } from '../../../../src/main/synth/kernel/referenceKernel.ts';
import { createWasmKernel } from '../../../../src/main/synth/kernel/wasmKernel.ts';

const VOICES = 12;
const ELEMENTS = 6000;

/** Numbers that look random and are the same in every run. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

interface Rig {
  memory: KernelMemory;
  kernel: Kernel;
  list: number;
  voices: number[];
  reverb: number;
  chorus: number;
}

/** The same voices and effects on a memory of its own, for one of the two kernels. */
function rig(create: (memory: KernelMemory) => Kernel, isFloat: boolean): Rig {
  const memory = new KernelMemory();
  const random = randomNumbers(7);
  const samples = memory.allocate(ELEMENTS * 4);
  const first = samples / (isFloat ? 4 : 2);
  for (let index = 0; index < ELEMENTS; index++) {
    const value = Math.round(30_000 * Math.sin(index / 9) * random());
    if (isFloat) memory.f32[first + index] = value / 32_768;
    else memory.i16[first + index] = value;
  }
  const voices = Array.from({ length: VOICES }, () => memory.allocate(at.VOICE_BYTES));
  const list = memory.allocate(VOICES * 4);
  const { u32, i32, f32 } = memory;
  voices.forEach((voice, index) => {
    const word = voice / 4;
    u32[list / 4 + index] = voice;
    u32[word + at.PHASE / 4] = Math.floor(random() * 2 ** 32);
    u32[word + at.PHASE / 4 + 1] = first + Math.floor(random() * 3000);
    u32[word + at.INCREMENT / 4] = Math.floor(random() * 2 ** 32);
    u32[word + at.INCREMENT / 4 + 1] = Math.floor(random() * 6);
    // A loop, a single run, a loop that is left after two rounds.
    u32[word + at.WRAP_AT / 4] = first + 3100;
    i32[word + at.JUMP / 4] = index % 3 === 1 ? 0 : -40 - index;
    u32[word + at.NEXT_WRAP_AT / 4] = first + (index % 3 === 2 ? 5500 : 3100);
    i32[word + at.NEXT_JUMP / 4] = index % 3 === 2 ? 0 : -40 - index;
    for (let bus = 0; bus < 4; bus++) {
      f32[word + at.GAIN / 4 + bus] = random() / 1000;
      f32[word + at.GAIN_STEP / 4 + bus] = (random() - 0.5) / 100_000;
    }
    for (let index = 0; index < 3; index++) {
      f32[word + at.FILTER / 4 + index] = 0.2 + 0.2 * random();
      f32[word + at.FILTER_STEP / 4 + index] = (random() - 0.5) / 10_000;
    }
  });

  const reverb = memory.allocate(at.REVERB_BYTES);
  const reverbRing = memory.allocate(1024 * 32);
  const diffusers = memory.allocate(at.DIFFUSERS * at.DIFFUSER_FRAMES * 4);
  const chorus = memory.allocate(at.CHORUS_BYTES);
  const chorusRing = memory.allocate((1024 + 4) * 4);
  const views = memory;
  const word = reverb / 4;
  views.i32[word + at.REVERB_MASK / 4] = 1023;
  views.u32[word + at.REVERB_RING / 4] = reverbRing;
  views.u32[word + at.REVERB_DIFFUSERS / 4] = diffusers;
  views.f32[word + at.REVERB_OPENNESS / 4] = 0.7;
  views.f32[word + at.REVERB_DIFFUSION / 4] = 0.6;
  views.f32[word + at.REVERB_ROTATION / 4] = 0.003;
  for (let lane = 0; lane < 4; lane++) {
    views.i32[word + at.REVERB_DIFFUSER_LENGTHS / 4 + lane] = 30 + 17 * lane;
    views.f32[word + at.REVERB_COSINE / 4 + lane] = 1;
  }
  for (let line = 0; line < 8; line++) {
    views.f32[word + at.REVERB_DELAY / 4 + line] = 100 + 61 * line;
    views.f32[word + at.REVERB_DEPTH / 4 + line] = line % 2 ? 5 : -5;
    views.f32[word + at.REVERB_FEEDBACK / 4 + line] = 0.8;
    views.f32[word + at.REVERB_TO_LEFT / 4 + line] = random() - 0.5;
    views.f32[word + at.REVERB_TO_RIGHT / 4 + line] = random() - 0.5;
  }
  const chorusWord = chorus / 4;
  views.i32[chorusWord + at.CHORUS_MASK / 4] = 1023;
  views.u32[chorusWord + at.CHORUS_RING / 4] = chorusRing;
  views.f32[chorusWord + at.CHORUS_DELAY / 4] = 200;
  views.f32[chorusWord + at.CHORUS_DEPTH / 4] = 90;
  views.f32[chorusWord + at.CHORUS_ROTATION / 4] = 0.001;
  views.f32[chorusWord + at.CHORUS_FEEDBACK / 4] = 0.1;
  for (let tap = 0; tap < 4; tap++) {
    views.f32[chorusWord + at.CHORUS_TO_LEFT / 4 + tap] = random();
    views.f32[chorusWord + at.CHORUS_TO_RIGHT / 4 + tap] = random();
    views.f32[chorusWord + at.CHORUS_SINE / 4 + tap] = Math.sin((tap * Math.PI) / 2);
    views.f32[chorusWord + at.CHORUS_COSINE / 4 + tap] = Math.cos((tap * Math.PI) / 2);
  }
  return { memory, kernel: create(memory), list, voices, reverb, chorus };
}

/** Left and right of `frames` frames, rendered in spans of the given lengths in turn. */
function render(
  { memory, kernel, list, reverb, chorus }: Rig,
  kind: number,
  frames: number,
  spans: number[],
) {
  const left = new Float32Array(frames);
  const right = new Float32Array(frames);
  for (let done = 0, turn = 0; done < frames; turn++) {
    const span = Math.min(spans[turn % spans.length]!, frames - done);
    kernel.clearMix(span);
    kernel.renderVoices(kind, list, VOICES / 4, span);
    kernel.sumMix(span);
    kernel.chorus(chorus, span);
    kernel.reverb(reverb, span);
    left.set(memory.f32.subarray(at.BUS_LEFT / 4, at.BUS_LEFT / 4 + span), done);
    right.set(memory.f32.subarray(at.BUS_RIGHT / 4, at.BUS_RIGHT / 4 + span), done);
    done += span;
  }
  return { left, right };
}

describe('the WebAssembly kernel', () => {
  for (let kind = 0; kind < at.KINDS; kind++) {
    const isFloat = kind >= at.KIND_FLOAT;
    it(`renders voices of kind ${kind} as the reference does, bit for bit`, () => {
      const compiled = rig(createWasmKernel, isFloat);
      const reference = rig(createReferenceKernel, isFloat);
      const expected = render(reference, kind, 3000, [64]);
      expect(render(compiled, kind, 3000, [64])).toEqual(expected);
      expect(Math.max(...expected.left.map(Math.abs))).toBeGreaterThan(isFloat ? 1e-4 : 1);
      // Every voice stands where the reference's does, and the single runs have ended.
      compiled.voices.forEach((voice, index) => {
        const words = (rig: Rig) => rig.memory.u32.slice(voice / 4, (voice + at.VOICE_BYTES) / 4);
        expect(words(compiled)).toEqual(words(reference));
        if (index % 3 === 1) expect(compiled.memory.u32[(voice + at.FINISHED) / 4]).toBe(1);
      });
    });
  }

  it('gives the same in spans of any length', () => {
    const kind = at.KIND_SWEPT + at.KIND_REVERB_AND_CHORUS;
    const whole = render(rig(createWasmKernel, false), kind, 5000, [64]);
    expect(render(rig(createWasmKernel, false), kind, 5000, [1, 3, 37, 64, 2, 5])).toEqual(whole);
  });
});

describe('the memory', () => {
  it('gives out zeroed, separate stretches and takes them back', () => {
    const memory = new KernelMemory();
    const first = memory.allocate(100);
    const second = memory.allocate(5_000_000);
    const third = memory.allocate(64);
    expect(second).toBeGreaterThanOrEqual(first + 100);
    expect(third).toBeGreaterThanOrEqual(second + 5_000_000);
    memory.f32.fill(1, second / 4, second / 4 + 1000);
    memory.free(second);
    const again = memory.allocate(1000);
    expect(again).toBe(second);
    expect(memory.f32.subarray(again / 4, again / 4 + 250).every((value) => value === 0)).toBe(true);
    memory.free(first);
    memory.free(again);
    memory.free(third);
    expect(memory.bytesInUse).toBe(0);
    expect(memory.allocate(64)).toBe(first);
  });

  it('says when there is no more', () => {
    expect(() => new KernelMemory().allocate(2 ** 31)).toThrow(/no room/);
  });
});
