/**
 * The voice kernel: four voices in the four lanes of a vector, frame after frame. Each frame is four taps of every
 * voice's sample, a cubic through them, a state-variable low-pass filter where a voice has one, and gains that move
 * by a step per frame. What a lane computes does not depend on how a stretch of frames is cut into calls.
 *
 * Memory: ../layout.ts. The same in plain TypeScript: ../referenceKernel.ts.
 */
import {
  CHORUS, CONSTANTS, FILTER, FILTER_STATE, FILTER_STEP, FINISHED, GAIN, GAIN_STEP, INCREMENT, JUMP, LEFT, MIX,
  MIX_FRAME_BYTES, NEXT_JUMP, NEXT_WRAP_AT, PHASE, REVERB, RIGHT, WRAP_AT,
} from '../layout.ts';
import { columns01, columns23, highs, lows } from './vectors.ts';

/** Filter kinds. */
const OPEN: i32 = 0;
const STEADY: i32 = 1;
const SWEPT: i32 = 2;

/** Frames that a voice has before its place jumps; at most `frames`. */
@inline function framesLeft(phase: u64, increment: u64, wrapAt: u32, frames: i32): i32 {
  const end: u64 = <u64>wrapAt << 32;
  if (phase + increment * <u64>frames <= end) return frames;
  if (phase >= end) return 0;
  return <i32>((end - phase + increment - 1) / increment);
}

/** Carries a voice over its wrapping point, as far as the next frame needs it; the new place. */
function wrap(voice: usize, place: u64): u64 {
  let phase = place;
  while (<u32>(phase >> 32) >= load<u32>(voice, WRAP_AT)) {
    const jump = load<i32>(voice, JUMP);
    if (jump == 0) {
      store<i32>(voice, 1, FINISHED);
      store<u64>(voice, 0, INCREMENT);
      store<u32>(voice, 0xffffffff, WRAP_AT);
      return <u64>4 << 32;
    }
    phase += <u64>(<i64>jump << 32);
    store<i32>(voice, load<i32>(voice, NEXT_WRAP_AT), WRAP_AT);
    store<i32>(voice, load<i32>(voice, NEXT_JUMP), JUMP);
  }
  return phase;
}

@inline function render(list: usize, groups: i32, frames: i32, isFloat: bool, filter: i32, sends: i32): void {
  const last = list + (<usize>groups << 4);
  for (; list < last; list += 16) {
    const voice0 = <usize>load<u32>(list);
    const voice1 = <usize>load<u32>(list, 4);
    const voice2 = <usize>load<u32>(list, 8);
    const voice3 = <usize>load<u32>(list, 12);
    let phase0 = load<u64>(voice0, PHASE);
    let phase1 = load<u64>(voice1, PHASE);
    let phase2 = load<u64>(voice2, PHASE);
    let phase3 = load<u64>(voice3, PHASE);
    let increment0 = load<u64>(voice0, INCREMENT);
    let increment1 = load<u64>(voice1, INCREMENT);
    let increment2 = load<u64>(voice2, INCREMENT);
    let increment3 = load<u64>(voice3, INCREMENT);

    let a = columns01(v128.load(voice0, GAIN), v128.load(voice1, GAIN));
    let b = columns01(v128.load(voice2, GAIN), v128.load(voice3, GAIN));
    let left = lows(a, b);
    let right = highs(a, b);
    a = columns23(v128.load(voice0, GAIN), v128.load(voice1, GAIN));
    b = columns23(v128.load(voice2, GAIN), v128.load(voice3, GAIN));
    let reverb = lows(a, b);
    let chorus = highs(a, b);
    a = columns01(v128.load(voice0, GAIN_STEP), v128.load(voice1, GAIN_STEP));
    b = columns01(v128.load(voice2, GAIN_STEP), v128.load(voice3, GAIN_STEP));
    const leftStep = lows(a, b);
    const rightStep = highs(a, b);
    a = columns23(v128.load(voice0, GAIN_STEP), v128.load(voice1, GAIN_STEP));
    b = columns23(v128.load(voice2, GAIN_STEP), v128.load(voice3, GAIN_STEP));
    const reverbStep = lows(a, b);
    const chorusStep = highs(a, b);

    let feedback = i32x4.splat(0), coupling = feedback, input = feedback;
    let feedbackStep = feedback, couplingStep = feedback, inputStep = feedback;
    let band = feedback, low = feedback;
    if (filter != OPEN) {
      a = columns01(v128.load(voice0, FILTER), v128.load(voice1, FILTER));
      b = columns01(v128.load(voice2, FILTER), v128.load(voice3, FILTER));
      feedback = lows(a, b);
      coupling = highs(a, b);
      a = columns23(v128.load(voice0, FILTER), v128.load(voice1, FILTER));
      b = columns23(v128.load(voice2, FILTER), v128.load(voice3, FILTER));
      input = lows(a, b);
      a = columns01(v128.load64_zero(voice0, FILTER_STATE), v128.load64_zero(voice1, FILTER_STATE));
      b = columns01(v128.load64_zero(voice2, FILTER_STATE), v128.load64_zero(voice3, FILTER_STATE));
      band = lows(a, b);
      low = highs(a, b);
    }
    if (filter == SWEPT) {
      a = columns01(v128.load(voice0, FILTER_STEP), v128.load(voice1, FILTER_STEP));
      b = columns01(v128.load(voice2, FILTER_STEP), v128.load(voice3, FILTER_STEP));
      feedbackStep = lows(a, b);
      couplingStep = highs(a, b);
      a = columns23(v128.load(voice0, FILTER_STEP), v128.load(voice1, FILTER_STEP));
      b = columns23(v128.load(voice2, FILTER_STEP), v128.load(voice3, FILTER_STEP));
      inputStep = lows(a, b);
    }

    let mix: usize = MIX;
    const exponent = i32x4.splat(load<i32>(CONSTANTS));
    const one = f32x4.splat(load<f32>(CONSTANTS));
    const weights0 = i32x4.splat(load<i32>(CONSTANTS, 4));
    const weights1Low = i32x4.splat(load<i32>(CONSTANTS, 8));
    const weights1High = i32x4.splat(load<i32>(CONSTANTS, 12));
    const weights2Low = i32x4.splat(load<i32>(CONSTANTS, 16));
    const weights2High = i32x4.splat(load<i32>(CONSTANTS, 20));
    const weights3Low = i32x4.splat(load<i32>(CONSTANTS, 24));
    const weights3High = i32x4.splat(load<i32>(CONSTANTS, 28));
    let framesToGo = frames;
    while (true) {
      let run = framesLeft(phase0, increment0, load<u32>(voice0, WRAP_AT), framesToGo);
      run = framesLeft(phase1, increment1, load<u32>(voice1, WRAP_AT), run);
      run = framesLeft(phase2, increment2, load<u32>(voice2, WRAP_AT), run);
      run = framesLeft(phase3, increment3, load<u32>(voice3, WRAP_AT), run);
      framesToGo -= run;
      const runEnd = mix + <usize>(run * MIX_FRAME_BYTES);
      let fraction = i32x4.replace_lane(i32x4.replace_lane(i32x4.replace_lane(i32x4.splat(<i32>phase0), 1, <i32>phase1), 2, <i32>phase2), 3, <i32>phase3);
      const fractionStep = i32x4.replace_lane(i32x4.replace_lane(i32x4.replace_lane(i32x4.splat(<i32>increment0), 1, <i32>increment1), 2, <i32>increment2), 3, <i32>increment3);
      for (; mix < runEnd; mix += MIX_FRAME_BYTES) {
        // The upper 23 bits of the fraction behind the point of a float between 1 and 2.
        const x = f32x4.sub(v128.or(i32x4.shr_u(fraction, 9), exponent), one);
        // Twice the coefficients of the Catmull-Rom cubic through the taps.
        let c0: v128, c1: v128, c2: v128, c3: v128;
        if (isFloat) {
          const t0 = v128.load(<usize>(<u32>(phase0 >> 30) & 0xfffffffc));
          const t1 = v128.load(<usize>(<u32>(phase1 >> 30) & 0xfffffffc));
          const t2 = v128.load(<usize>(<u32>(phase2 >> 30) & 0xfffffffc));
          const t3 = v128.load(<usize>(<u32>(phase3 >> 30) & 0xfffffffc));
          const p01 = columns01(t0, t1), p23 = columns01(t2, t3);
          const q01 = columns23(t0, t1), q23 = columns23(t2, t3);
          const y0 = lows(p01, p23), y1 = highs(p01, p23), y2 = lows(q01, q23), y3 = highs(q01, q23);
          const fall = f32x4.sub(y1, y2);
          const twice = f32x4.add(fall, fall);
          c0 = f32x4.add(y1, y1);
          c1 = f32x4.sub(y2, y0);
          const w = f32x4.add(c1, twice);
          c3 = f32x4.add(f32x4.add(w, twice), f32x4.sub(y3, y1));
          c2 = f32x4.neg(f32x4.add(w, c3));
        } else {
          const t0 = v128.load64_zero(<usize>(<u32>(phase0 >> 31) & 0xfffffffe));
          const t1 = v128.load64_zero(<usize>(<u32>(phase1 >> 31) & 0xfffffffe));
          const t2 = v128.load64_zero(<usize>(<u32>(phase2 >> 31) & 0xfffffffe));
          const t3 = v128.load64_zero(<usize>(<u32>(phase3 >> 31) & 0xfffffffe));
          const t01 = v128.shuffle<i32>(t0, t1, 0, 4, 1, 5);
          const t23 = v128.shuffle<i32>(t2, t3, 0, 4, 1, 5);
          const p = lows(t01, t23), q = highs(t01, t23);
          c0 = f32x4.convert_i32x4_s(i32x4.dot_i16x8_s(p, weights0));
          c1 = f32x4.convert_i32x4_s(
            i32x4.add(i32x4.dot_i16x8_s(p, weights1Low), i32x4.dot_i16x8_s(q, weights1High)));
          c2 = f32x4.convert_i32x4_s(
            i32x4.add(i32x4.dot_i16x8_s(p, weights2Low), i32x4.dot_i16x8_s(q, weights2High)));
          c3 = f32x4.convert_i32x4_s(
            i32x4.add(i32x4.dot_i16x8_s(p, weights3Low), i32x4.dot_i16x8_s(q, weights3High)));
        }
        let sound = f32x4.add(f32x4.mul(f32x4.add(f32x4.mul(f32x4.add(f32x4.mul(c3, x), c2), x), c1), x), c0);
        if (filter != OPEN) {
          if (filter == SWEPT) {
            feedback = f32x4.add(feedback, feedbackStep);
            coupling = f32x4.add(coupling, couplingStep);
            input = f32x4.add(input, inputStep);
          }
          const u = f32x4.sub(sound, low);
          const lowBefore = low;
          low = f32x4.add(f32x4.add(low, f32x4.mul(coupling, band)), f32x4.mul(input, u));
          band = f32x4.add(f32x4.mul(feedback, band), f32x4.mul(coupling, u));
          sound = f32x4.add(lowBefore, low);
        }
        left = f32x4.add(left, leftStep);
        right = f32x4.add(right, rightStep);
        v128.store(mix, f32x4.add(v128.load(mix, LEFT), f32x4.mul(sound, left)), LEFT);
        v128.store(mix, f32x4.add(v128.load(mix, RIGHT), f32x4.mul(sound, right)), RIGHT);
        if (sends >= 1) {
          reverb = f32x4.add(reverb, reverbStep);
          v128.store(mix, f32x4.add(v128.load(mix, REVERB), f32x4.mul(sound, reverb)), REVERB);
        }
        if (sends == 2) {
          chorus = f32x4.add(chorus, chorusStep);
          v128.store(mix, f32x4.add(v128.load(mix, CHORUS), f32x4.mul(sound, chorus)), CHORUS);
        }
        fraction = i32x4.add(fraction, fractionStep);
        phase0 += increment0;
        phase1 += increment1;
        phase2 += increment2;
        phase3 += increment3;
      }
      if (framesToGo == 0) break;
      phase0 = wrap(voice0, phase0);
      phase1 = wrap(voice1, phase1);
      phase2 = wrap(voice2, phase2);
      phase3 = wrap(voice3, phase3);
      increment0 = load<u64>(voice0, INCREMENT);
      increment1 = load<u64>(voice1, INCREMENT);
      increment2 = load<u64>(voice2, INCREMENT);
      increment3 = load<u64>(voice3, INCREMENT);
    }

    store<u64>(voice0, phase0, PHASE);
    store<u64>(voice1, phase1, PHASE);
    store<u64>(voice2, phase2, PHASE);
    store<u64>(voice3, phase3, PHASE);
    a = columns01(left, right);
    b = columns01(reverb, chorus);
    v128.store(voice0, lows(a, b), GAIN);
    v128.store(voice1, highs(a, b), GAIN);
    a = columns23(left, right);
    b = columns23(reverb, chorus);
    v128.store(voice2, lows(a, b), GAIN);
    v128.store(voice3, highs(a, b), GAIN);
    if (filter == SWEPT) {
      a = columns01(feedback, coupling);
      b = columns01(input, i32x4.splat(0));
      v128.store(voice0, lows(a, b), FILTER);
      v128.store(voice1, highs(a, b), FILTER);
      a = columns23(feedback, coupling);
      b = columns23(input, i32x4.splat(0));
      v128.store(voice2, lows(a, b), FILTER);
      v128.store(voice3, highs(a, b), FILTER);
    }
    if (filter != OPEN) {
      a = columns01(band, low);
      b = columns23(band, low);
      v128.store64_lane(voice0, a, 0, FILTER_STATE);
      v128.store64_lane(voice1, a, 1, FILTER_STATE);
      v128.store64_lane(voice2, b, 0, FILTER_STATE);
      v128.store64_lane(voice3, b, 1, FILTER_STATE);
    }
  }
}

function integerOpenDry(list: usize, groups: i32, frames: i32): void {
  render(list, groups, frames, false, OPEN, 0);
}
function integerOpenReverb(list: usize, groups: i32, frames: i32): void {
  render(list, groups, frames, false, OPEN, 1);
}
function integerOpenReverbAndChorus(list: usize, groups: i32, frames: i32): void {
  render(list, groups, frames, false, OPEN, 2);
}
function integerFilteredDry(list: usize, groups: i32, frames: i32): void {
  render(list, groups, frames, false, STEADY, 0);
}
function integerFilteredReverb(list: usize, groups: i32, frames: i32): void {
  render(list, groups, frames, false, STEADY, 1);
}
function integerFilteredReverbAndChorus(list: usize, groups: i32, frames: i32): void {
  render(list, groups, frames, false, STEADY, 2);
}
function integerSweptDry(list: usize, groups: i32, frames: i32): void {
  render(list, groups, frames, false, SWEPT, 0);
}
function integerSweptReverb(list: usize, groups: i32, frames: i32): void {
  render(list, groups, frames, false, SWEPT, 1);
}
function integerSweptReverbAndChorus(list: usize, groups: i32, frames: i32): void {
  render(list, groups, frames, false, SWEPT, 2);
}
function floatOpenDry(list: usize, groups: i32, frames: i32): void {
  render(list, groups, frames, true, OPEN, 0);
}
function floatOpenReverb(list: usize, groups: i32, frames: i32): void {
  render(list, groups, frames, true, OPEN, 1);
}
function floatOpenReverbAndChorus(list: usize, groups: i32, frames: i32): void {
  render(list, groups, frames, true, OPEN, 2);
}
function floatFilteredDry(list: usize, groups: i32, frames: i32): void {
  render(list, groups, frames, true, STEADY, 0);
}
function floatFilteredReverb(list: usize, groups: i32, frames: i32): void {
  render(list, groups, frames, true, STEADY, 1);
}
function floatFilteredReverbAndChorus(list: usize, groups: i32, frames: i32): void {
  render(list, groups, frames, true, STEADY, 2);
}
function floatSweptDry(list: usize, groups: i32, frames: i32): void {
  render(list, groups, frames, true, SWEPT, 0);
}
function floatSweptReverb(list: usize, groups: i32, frames: i32): void {
  render(list, groups, frames, true, SWEPT, 1);
}
function floatSweptReverbAndChorus(list: usize, groups: i32, frames: i32): void {
  render(list, groups, frames, true, SWEPT, 2);
}

/**
 * Adds `frames` frames, at most SPAN_FRAMES, of the voices of `groups` groups of one kind to the mix. `list`: address
 * of their addresses.
 */
export function renderVoices(kind: i32, list: usize, groups: i32, frames: i32): void {
  switch (kind) {
    case 0: integerOpenDry(list, groups, frames); break;
    case 1: integerOpenReverb(list, groups, frames); break;
    case 2: integerOpenReverbAndChorus(list, groups, frames); break;
    case 3: integerFilteredDry(list, groups, frames); break;
    case 4: integerFilteredReverb(list, groups, frames); break;
    case 5: integerFilteredReverbAndChorus(list, groups, frames); break;
    case 6: integerSweptDry(list, groups, frames); break;
    case 7: integerSweptReverb(list, groups, frames); break;
    case 8: integerSweptReverbAndChorus(list, groups, frames); break;
    case 9: floatOpenDry(list, groups, frames); break;
    case 10: floatOpenReverb(list, groups, frames); break;
    case 11: floatOpenReverbAndChorus(list, groups, frames); break;
    case 12: floatFilteredDry(list, groups, frames); break;
    case 13: floatFilteredReverb(list, groups, frames); break;
    case 14: floatFilteredReverbAndChorus(list, groups, frames); break;
    case 15: floatSweptDry(list, groups, frames); break;
    case 16: floatSweptReverb(list, groups, frames); break;
    case 17: floatSweptReverbAndChorus(list, groups, frames); break;
  }
}
