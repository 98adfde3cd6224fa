/** The mix: one vector per bus and frame, whose lanes are the sums of every fourth voice. */
import { BUS_CHORUS, BUS_LEFT, BUS_REVERB, BUS_RIGHT, CHORUS, LEFT, MIX, MIX_FRAME_BYTES, REVERB, RIGHT } from '../layout.ts';
import { columns01, columns23, highs, lows } from './vectors.ts';

export function clearMix(frames: i32): void {
  memory.fill(MIX, 0, frames * MIX_FRAME_BYTES);
}

@inline function sumBus(mix: usize, bus: usize): void {
  const a = v128.load(mix), b = v128.load(mix, MIX_FRAME_BYTES);
  const c = v128.load(mix, 2 * MIX_FRAME_BYTES), d = v128.load(mix, 3 * MIX_FRAME_BYTES);
  const ab = columns01(a, b), cd = columns01(c, d);
  const ef = columns23(a, b), gh = columns23(c, d);
  v128.store(bus, f32x4.add(
    f32x4.add(lows(ab, cd), highs(ab, cd)),
    f32x4.add(lows(ef, gh), highs(ef, gh))));
}

/** Adds the lanes up and stores the sums in the buses. Frames up to the next multiple of four are written, too. */
export function sumMix(frames: i32): void {
  const end = <usize>(MIX + frames * MIX_FRAME_BYTES);
  let at: usize = 0;
  for (let mix: usize = MIX; mix < end; mix += 4 * MIX_FRAME_BYTES) {
    sumBus(mix + LEFT, at + <usize>BUS_LEFT);
    sumBus(mix + RIGHT, at + <usize>BUS_RIGHT);
    sumBus(mix + REVERB, at + <usize>BUS_REVERB);
    sumBus(mix + CHORUS, at + <usize>BUS_CHORUS);
    at += 16;
  }
}
