/** Rows of four become columns: the two steps of a transposition, and the sum of a vector's lanes. */

@inline export function columns01(a: v128, b: v128): v128 { return v128.shuffle<f32>(a, b, 0, 4, 1, 5); }
@inline export function columns23(a: v128, b: v128): v128 { return v128.shuffle<f32>(a, b, 2, 6, 3, 7); }
@inline export function lows(a: v128, b: v128): v128 { return v128.shuffle<i64>(a, b, 0, 2); }
@inline export function highs(a: v128, b: v128): v128 { return v128.shuffle<i64>(a, b, 1, 3); }

/** (0 + 1) + (2 + 3). */
@inline export function laneSum(a: v128): f32 {
  return (f32x4.extract_lane(a, 0) + f32x4.extract_lane(a, 1)) + (f32x4.extract_lane(a, 2) + f32x4.extract_lane(a, 3));
}
