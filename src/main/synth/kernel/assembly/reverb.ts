/**
 * Reverb: the sum of all sends goes through four diffusers (allpasses in a row) into eight delay lines that feed each
 * other through a Householder matrix. Each line loses some level, more of it in the highs, and its length wanders a
 * little, so that no two echoes meet in the same place twice.
 */
import {
  BUS_LEFT, BUS_REVERB, BUS_RIGHT, DIFFUSER_FRAMES, DIFFUSERS, REVERB_AT, REVERB_COSINE, REVERB_DELAY,
  REVERB_DEPTH, REVERB_DIFFUSER_LENGTHS, REVERB_DIFFUSERS, REVERB_DIFFUSION, REVERB_FEEDBACK, REVERB_LOWPASS,
  REVERB_MASK, REVERB_OPENNESS, REVERB_RING, REVERB_ROTATION, REVERB_SINE, REVERB_TO_LEFT, REVERB_TO_RIGHT,
} from '../layout.ts';
import { laneSum } from './vectors.ts';

/** Sample of line `lane` that was written `delay` frames before frame `at`. */
@inline function line(ring: usize, at: i32, mask: i32, delay: i32, lane: usize): f32 {
  return load<f32>(ring + (<usize>((at - delay) & mask) << 5) + (lane << 2));
}

/** Four lines, beginning with line `first`, delayed by `delay` frames, between two frames linearly. */
@inline function lines(ring: usize, at: i32, mask: i32, delay: v128, first: usize): v128 {
  const whole = i32x4.trunc_sat_f32x4_s(delay);
  const share = f32x4.sub(delay, f32x4.convert_i32x4_s(whole));
  const d0 = i32x4.extract_lane(whole, 0), d1 = i32x4.extract_lane(whole, 1);
  const d2 = i32x4.extract_lane(whole, 2), d3 = i32x4.extract_lane(whole, 3);
  let near = f32x4.splat(line(ring, at, mask, d0, first));
  near = f32x4.replace_lane(near, 1, line(ring, at, mask, d1, first + 1));
  near = f32x4.replace_lane(near, 2, line(ring, at, mask, d2, first + 2));
  near = f32x4.replace_lane(near, 3, line(ring, at, mask, d3, first + 3));
  let far = f32x4.splat(line(ring, at, mask, d0 + 1, first));
  far = f32x4.replace_lane(far, 1, line(ring, at, mask, d1 + 1, first + 1));
  far = f32x4.replace_lane(far, 2, line(ring, at, mask, d2 + 1, first + 2));
  far = f32x4.replace_lane(far, 3, line(ring, at, mask, d3 + 1, first + 3));
  return f32x4.add(near, f32x4.mul(f32x4.sub(far, near), share));
}

/** Adds the reverb of BUS_REVERB to left and right. */
export function reverb(state: usize, frames: i32): void {
  const mask = load<i32>(state, REVERB_MASK);
  let at = load<i32>(state, REVERB_AT);
  const ring = <usize>load<u32>(state, REVERB_RING);
  const diffusers = <usize>load<u32>(state, REVERB_DIFFUSERS);
  const openness = f32x4.splat(load<f32>(state, REVERB_OPENNESS));
  const diffusion = load<f32>(state, REVERB_DIFFUSION);
  const rotation = f32x4.splat(load<f32>(state, REVERB_ROTATION));
  const delayA = v128.load(state, REVERB_DELAY), delayB = v128.load(state, REVERB_DELAY + 16);
  const depthA = v128.load(state, REVERB_DEPTH), depthB = v128.load(state, REVERB_DEPTH + 16);
  const feedbackA = v128.load(state, REVERB_FEEDBACK), feedbackB = v128.load(state, REVERB_FEEDBACK + 16);
  const leftA = v128.load(state, REVERB_TO_LEFT), leftB = v128.load(state, REVERB_TO_LEFT + 16);
  const rightA = v128.load(state, REVERB_TO_RIGHT), rightB = v128.load(state, REVERB_TO_RIGHT + 16);
  let lowpassA = v128.load(state, REVERB_LOWPASS), lowpassB = v128.load(state, REVERB_LOWPASS + 16);
  let sine = v128.load(state, REVERB_SINE), cosine = v128.load(state, REVERB_COSINE);

  const end = <usize>(frames << 2);
  for (let bus: usize = 0; bus < end; bus += 4) {
    let input = load<f32>(bus, BUS_REVERB);
    for (let index: usize = 0; index < <usize>DIFFUSERS; index++) {
      const length = load<i32>(state + (index << 2), REVERB_DIFFUSER_LENGTHS);
      const diffuser = diffusers + index * (DIFFUSER_FRAMES << 2);
      const delayed = load<f32>(diffuser + (<usize>((at - length) & (DIFFUSER_FRAMES - 1)) << 2));
      const fed = input - diffusion * delayed;
      store<f32>(diffuser + (<usize>(at & (DIFFUSER_FRAMES - 1)) << 2), fed);
      input = delayed + diffusion * fed;
    }

    sine = f32x4.add(sine, f32x4.mul(rotation, cosine));
    cosine = f32x4.sub(cosine, f32x4.mul(rotation, sine));
    const a = lines(ring, at, mask, f32x4.add(delayA, f32x4.mul(depthA, sine)), 0);
    const b = lines(ring, at, mask, f32x4.add(delayB, f32x4.mul(depthB, cosine)), 4);
    lowpassA = f32x4.add(lowpassA, f32x4.mul(openness, f32x4.sub(a, lowpassA)));
    lowpassB = f32x4.add(lowpassB, f32x4.mul(openness, f32x4.sub(b, lowpassB)));
    const outA = f32x4.mul(lowpassA, feedbackA), outB = f32x4.mul(lowpassB, feedbackB);
    const common = f32x4.splat(laneSum(f32x4.add(outA, outB)) * 0.25 - input);
    const write = ring + (<usize>(at & mask) << 5);
    v128.store(write, f32x4.sub(outA, common));
    v128.store(write, f32x4.sub(outB, common), 16);
    const left = f32x4.add(f32x4.mul(outA, leftA), f32x4.mul(outB, leftB));
    const right = f32x4.add(f32x4.mul(outA, rightA), f32x4.mul(outB, rightB));
    store<f32>(bus, load<f32>(bus, BUS_LEFT) + laneSum(left), BUS_LEFT);
    store<f32>(bus, load<f32>(bus, BUS_RIGHT) + laneSum(right), BUS_RIGHT);
    at++;
  }

  store<i32>(state, at & 0x7fffffff, REVERB_AT);
  v128.store(state, lowpassA, REVERB_LOWPASS);
  v128.store(state, lowpassB, REVERB_LOWPASS + 16);
  v128.store(state, sine, REVERB_SINE);
  v128.store(state, cosine, REVERB_COSINE);
}
