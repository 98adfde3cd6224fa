/** Chorus: the sum of all sends goes into one delay line in which four taps wander on sines a quarter apart. */
import {
  BUS_CHORUS, BUS_LEFT, BUS_RIGHT, CHORUS_AT, CHORUS_COSINE, CHORUS_DELAY, CHORUS_DEPTH, CHORUS_FEEDBACK, CHORUS_LAST,
  CHORUS_MASK, CHORUS_RING, CHORUS_ROTATION, CHORUS_SINE, CHORUS_TO_LEFT, CHORUS_TO_RIGHT,
} from '../layout.ts';
import { columns01, columns23, highs, laneSum, lows } from './vectors.ts';

/** Adds the chorus of BUS_CHORUS to left and right. */
export function chorus(state: usize, frames: i32): void {
  const mask = load<i32>(state, CHORUS_MASK);
  let at = load<i32>(state, CHORUS_AT);
  const ring = <usize>load<u32>(state, CHORUS_RING);
  const delay = f32x4.splat(load<f32>(state, CHORUS_DELAY));
  const depth = f32x4.splat(load<f32>(state, CHORUS_DEPTH));
  const rotation = f32x4.splat(load<f32>(state, CHORUS_ROTATION));
  const feedback = load<f32>(state, CHORUS_FEEDBACK);
  const toLeft = v128.load(state, CHORUS_TO_LEFT), toRight = v128.load(state, CHORUS_TO_RIGHT);
  let sine = v128.load(state, CHORUS_SINE), cosine = v128.load(state, CHORUS_COSINE);
  let last = load<f32>(state, CHORUS_LAST);

  const end = <usize>(frames << 2);
  for (let bus: usize = 0; bus < end; bus += 4) {
    const place = at & mask;
    const input = load<f32>(bus, BUS_CHORUS) + feedback * last;
    store<f32>(ring + (<usize>place << 2), input);
    if (place < 4) store<f32>(ring + (<usize>(place + mask + 1) << 2), input);

    sine = f32x4.add(sine, f32x4.mul(rotation, cosine));
    cosine = f32x4.sub(cosine, f32x4.mul(rotation, sine));
    const far = f32x4.add(delay, f32x4.mul(depth, sine));
    const whole = i32x4.trunc_sat_f32x4_s(far);
    // From the older frame to the newer one.
    const x = f32x4.sub(f32x4.convert_i32x4_s(i32x4.add(whole, i32x4.splat(1))), far);
    const first = i32x4.sub(i32x4.splat(at - 2), whole);
    const t0 = v128.load(ring + (<usize>(i32x4.extract_lane(first, 0) & mask) << 2));
    const t1 = v128.load(ring + (<usize>(i32x4.extract_lane(first, 1) & mask) << 2));
    const t2 = v128.load(ring + (<usize>(i32x4.extract_lane(first, 2) & mask) << 2));
    const t3 = v128.load(ring + (<usize>(i32x4.extract_lane(first, 3) & mask) << 2));
    const p01 = columns01(t0, t1), p23 = columns01(t2, t3);
    const q01 = columns23(t0, t1), q23 = columns23(t2, t3);
    const y0 = lows(p01, p23), y1 = highs(p01, p23), y2 = lows(q01, q23), y3 = highs(q01, q23);
    // Twice the Catmull-Rom cubic; the gains of the taps are half of what they look like.
    const fall = f32x4.sub(y1, y2);
    const twice = f32x4.add(fall, fall);
    const c1 = f32x4.sub(y2, y0);
    const w = f32x4.add(c1, twice);
    const c3 = f32x4.add(f32x4.add(w, twice), f32x4.sub(y3, y1));
    const c2 = f32x4.neg(f32x4.add(w, c3));
    const sound = f32x4.add(
      f32x4.mul(f32x4.add(f32x4.mul(f32x4.add(f32x4.mul(c3, x), c2), x), c1), x), f32x4.add(y1, y1));
    last = f32x4.extract_lane(sound, 0);
    store<f32>(bus, load<f32>(bus, BUS_LEFT) + laneSum(f32x4.mul(sound, toLeft)), BUS_LEFT);
    store<f32>(bus, load<f32>(bus, BUS_RIGHT) + laneSum(f32x4.mul(sound, toRight)), BUS_RIGHT);
    at++;
  }

  store<i32>(state, at & 0x7fffffff, CHORUS_AT);
  v128.store(state, sine, CHORUS_SINE);
  v128.store(state, cosine, CHORUS_COSINE);
  store<f32>(state, last, CHORUS_LAST);
}
