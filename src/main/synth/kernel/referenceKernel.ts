import type { Kernel } from './kernel.ts';
import * as at from './layout.ts';
import type { KernelMemory } from './memory.ts';

const { fround } = Math;
const TWO_32 = 2 ** 32;

/**
 * The kernel in plain TypeScript, rounding to 32 bits where the vectors do: sample for sample what WebAssembly gives.
 * The tests hold that against it, and it says in readable form what the vectors compute.
 */
export function createReferenceKernel(memory: KernelMemory): Kernel {
  return {
    clearMix(frames) {
      memory.f32.fill(0, at.MIX / 4, (at.MIX + frames * at.MIX_FRAME_BYTES) / 4);
    },

    renderVoices(kind, list, groups, frames) {
      for (let index = 0; index < 4 * groups; index++) {
        renderVoice(memory, memory.u32[list / 4 + index]!, kind, frames, index % 4);
      }
    },

    sumMix(frames) {
      const { f32 } = memory;
      for (let frame = 0; frame < frames; frame++) {
        for (let bus = 0; bus < 4; bus++) {
          const lanes = (at.MIX + frame * at.MIX_FRAME_BYTES) / 4 + bus * 4;
          f32[(at.BUS_LEFT + bus * at.BUS_BYTES) / 4 + frame] = laneSum(f32, lanes);
        }
      }
    },

    chorus: (state, frames) => chorus(memory, state, frames),
    reverb: (state, frames) => reverb(memory, state, frames),
  };
}

/** (0 + 1) + (2 + 3), rounded as the vectors do. */
function laneSum(values: ArrayLike<number>, from: number): number {
  return fround(fround(values[from]! + values[from + 1]!) + fround(values[from + 2]! + values[from + 3]!));
}

/** The cubic through four taps at `x` behind the second one, doubled, in the order of the vectors. */
function cubic(c0: number, c1: number, c2: number, c3: number, x: number): number {
  return fround(fround(fround(fround(fround(fround(c3 * x) + c2) * x) + c1) * x) + c0);
}

function floatCubic(y0: number, y1: number, y2: number, y3: number, x: number): number {
  const fall = fround(y1 - y2);
  const twice = fround(fall + fall);
  const c1 = fround(y2 - y0);
  const w = fround(c1 + twice);
  const c3 = fround(fround(w + twice) + fround(y3 - y1));
  return cubic(fround(y1 + y1), c1, -fround(w + c3), c3, x);
}

function renderVoice(
  { i16, i32, u32, f32 }: KernelMemory,
  voice: number,
  kind: number,
  frames: number,
  lane: number,
): void {
  const isFloat = kind >= at.KIND_FLOAT;
  const filter = kind % 9 < at.KIND_FILTERED ? 'open' : kind % 9 < at.KIND_SWEPT ? 'steady' : 'swept';
  const sends = kind % 3;
  const word = voice / 4;
  const gain = word + at.GAIN / 4;
  const gainStep = word + at.GAIN_STEP / 4;
  const coefficient = word + at.FILTER / 4;
  const coefficientStep = word + at.FILTER_STEP / 4;
  const state = word + at.FILTER_STATE / 4;

  for (let frame = 0; frame < frames; frame++) {
    wrap(i32, u32, word);
    const place = u32[word + at.PHASE / 4 + 1]!;
    const fraction = u32[word + at.PHASE / 4]!;
    const x = (fraction >>> 9) / 2 ** 23;
    let sound: number;
    if (isFloat) {
      sound = floatCubic(f32[place]!, f32[place + 1]!, f32[place + 2]!, f32[place + 3]!, x);
    } else {
      const y0 = i16[place]!;
      const y1 = i16[place + 1]!;
      const y2 = i16[place + 2]!;
      const y3 = i16[place + 3]!;
      sound = cubic(2 * y1, y2 - y0, 2 * y0 - 5 * y1 + 4 * y2 - y3, 3 * (y1 - y2) + y3 - y0, x);
    }

    if (filter !== 'open') {
      if (filter === 'swept')
        for (let index = 0; index < 3; index++) f32[coefficient + index]! += f32[coefficientStep + index]!;
      const feedback = f32[coefficient]!;
      const coupling = f32[coefficient + 1]!;
      const input = f32[coefficient + 2]!;
      const band = f32[state]!;
      const low = f32[state + 1]!;
      const u = fround(sound - low);
      f32[state + 1] = fround(low + fround(coupling * band)) + fround(input * u);
      f32[state] = fround(feedback * band) + fround(coupling * u);
      sound = fround(low + f32[state + 1]!);
    }

    const mix = (at.MIX + frame * at.MIX_FRAME_BYTES) / 4 + lane;
    for (let bus = 0; bus < 2 + sends; bus++) {
      f32[gain + bus]! += f32[gainStep + bus]!;
      f32[mix + bus * 4]! += fround(sound * f32[gain + bus]!);
    }

    const sum = fraction + u32[word + at.INCREMENT / 4]!;
    u32[word + at.PHASE / 4] = sum;
    u32[word + at.PHASE / 4 + 1] = place + u32[word + at.INCREMENT / 4 + 1]! + (sum >= TWO_32 ? 1 : 0);
  }
}

/** Carries a voice over its wrapping point, as far as the next frame needs it. */
function wrap(i32: Int32Array, u32: Uint32Array, word: number): void {
  const phase = word + at.PHASE / 4 + 1;
  while (u32[phase]! >= u32[word + at.WRAP_AT / 4]!) {
    const jump = i32[word + at.JUMP / 4]!;
    if (jump === 0) {
      u32[word + at.FINISHED / 4] = 1;
      u32[word + at.INCREMENT / 4] = 0;
      u32[word + at.INCREMENT / 4 + 1] = 0;
      u32[word + at.WRAP_AT / 4] = 0xffffffff;
      u32[phase - 1] = 0;
      u32[phase] = 4;
      return;
    }
    u32[phase]! += jump;
    u32[word + at.WRAP_AT / 4] = u32[word + at.NEXT_WRAP_AT / 4]!;
    i32[word + at.JUMP / 4] = i32[word + at.NEXT_JUMP / 4]!;
  }
}

function chorus({ i32, u32, f32 }: KernelMemory, record: number, frames: number): void {
  const state = record / 4;
  const mask = i32[state + at.CHORUS_MASK / 4]!;
  const ring = u32[state + at.CHORUS_RING / 4]! / 4;
  const delay = f32[state + at.CHORUS_DELAY / 4]!;
  const depth = f32[state + at.CHORUS_DEPTH / 4]!;
  const rotation = f32[state + at.CHORUS_ROTATION / 4]!;
  const feedback = f32[state + at.CHORUS_FEEDBACK / 4]!;
  const left = new Float32Array(4);
  const right = new Float32Array(4);
  for (let frame = 0; frame < frames; frame++) {
    const now = i32[state + at.CHORUS_AT / 4]!;
    const place = now & mask;
    const input = fround(
      f32[at.BUS_CHORUS / 4 + frame]! + fround(feedback * f32[state + at.CHORUS_LAST / 4]!),
    );
    f32[ring + place] = input;
    if (place < 4) f32[ring + place + mask + 1] = input;
    for (let tap = 0; tap < 4; tap++) {
      rotate(f32, state + at.CHORUS_SINE / 4 + tap, state + at.CHORUS_COSINE / 4 + tap, rotation);
      const far = fround(delay + fround(depth * f32[state + at.CHORUS_SINE / 4 + tap]!));
      const whole = Math.trunc(far);
      const first = ring + ((now - 2 - whole) & mask);
      const sound = floatCubic(
        f32[first]!,
        f32[first + 1]!,
        f32[first + 2]!,
        f32[first + 3]!,
        fround(whole + 1 - far),
      );
      if (tap === 0) f32[state + at.CHORUS_LAST / 4] = sound;
      left[tap] = sound * f32[state + at.CHORUS_TO_LEFT / 4 + tap]!;
      right[tap] = sound * f32[state + at.CHORUS_TO_RIGHT / 4 + tap]!;
    }
    f32[at.BUS_LEFT / 4 + frame]! += laneSum(left, 0);
    f32[at.BUS_RIGHT / 4 + frame]! += laneSum(right, 0);
    i32[state + at.CHORUS_AT / 4] = (now + 1) & 0x7fffffff;
  }
}

/** One step of a sine and its cosine. */
function rotate(f32: Float32Array, sine: number, cosine: number, rotation: number): void {
  f32[sine]! += fround(rotation * f32[cosine]!);
  f32[cosine]! -= fround(rotation * f32[sine]!);
}

function reverb({ i32, u32, f32 }: KernelMemory, record: number, frames: number): void {
  const state = record / 4;
  const mask = i32[state + at.REVERB_MASK / 4]!;
  const ring = u32[state + at.REVERB_RING / 4]! / 4;
  const openness = f32[state + at.REVERB_OPENNESS / 4]!;
  const diffusion = f32[state + at.REVERB_DIFFUSION / 4]!;
  const rotation = f32[state + at.REVERB_ROTATION / 4]!;
  const out = new Float32Array(8);
  const weighted = new Float32Array(4);
  const sumOf = (value: (line: number) => number): number => {
    for (let lane = 0; lane < 4; lane++) weighted[lane] = fround(value(lane)) + fround(value(lane + 4));
    return laneSum(weighted, 0);
  };
  for (let frame = 0; frame < frames; frame++) {
    const now = i32[state + at.REVERB_AT / 4]!;
    let input = f32[at.BUS_REVERB / 4 + frame]!;
    for (let index = 0; index < at.DIFFUSERS; index++) {
      const length = i32[state + at.REVERB_DIFFUSER_LENGTHS / 4 + index]!;
      const diffuser = u32[state + at.REVERB_DIFFUSERS / 4]! / 4 + index * at.DIFFUSER_FRAMES;
      const delayed = f32[diffuser + ((now - length) & (at.DIFFUSER_FRAMES - 1))]!;
      const fed = fround(input - fround(diffusion * delayed));
      f32[diffuser + (now & (at.DIFFUSER_FRAMES - 1))] = fed;
      input = fround(delayed + fround(diffusion * fed));
    }
    for (let lane = 0; lane < 4; lane++)
      rotate(f32, state + at.REVERB_SINE / 4 + lane, state + at.REVERB_COSINE / 4 + lane, rotation);
    for (let line = 0; line < 8; line++) {
      // The cosines lie behind the sines: lines 4 to 7 take them.
      const swing = f32[state + at.REVERB_SINE / 4 + line]!;
      const delay = fround(
        f32[state + at.REVERB_DELAY / 4 + line]! + fround(f32[state + at.REVERB_DEPTH / 4 + line]! * swing),
      );
      const whole = Math.trunc(delay);
      const near = f32[ring + ((now - whole) & mask) * 8 + line]!;
      const far = f32[ring + ((now - whole - 1) & mask) * 8 + line]!;
      const read = fround(near + fround(fround(far - near) * fround(delay - whole)));
      const lowpass = state + at.REVERB_LOWPASS / 4 + line;
      f32[lowpass]! += fround(openness * fround(read - f32[lowpass]!));
      out[line] = f32[lowpass]! * f32[state + at.REVERB_FEEDBACK / 4 + line]!;
    }
    const common = fround(fround(sumOf((line) => out[line]!) * 0.25) - input);
    for (let line = 0; line < 8; line++) f32[ring + (now & mask) * 8 + line] = out[line]! - common;
    f32[at.BUS_LEFT / 4 + frame]! += sumOf((line) => out[line]! * f32[state + at.REVERB_TO_LEFT / 4 + line]!);
    f32[at.BUS_RIGHT / 4 + frame]! += sumOf(
      (line) => out[line]! * f32[state + at.REVERB_TO_RIGHT / 4 + line]!,
    );
    i32[state + at.REVERB_AT / 4] = (now + 1) & 0x7fffffff;
  }
}
