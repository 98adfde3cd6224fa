/** Frames of the longest run of the recording that is bit by bit a run of 16-bit samples that were written. */
export function longestRun(recorded: Float32Array, written: Int16Array): number {
  const places = new Map<string, number>();
  const print = (samples: ArrayLike<number>, at: number) =>
    [0, 1, 2, 3].map((index) => samples[at + index]!).join();
  for (let at = 0; at + 4 <= written.length; at++) places.set(print(written, at), at);
  const steps = recorded.map((sample) => sample * 0x8000);
  let longest = 0;
  for (let at = 0; at + 4 <= steps.length; at++) {
    const place = places.get(print(steps, at));
    if (place === undefined) continue;
    let run = 0;
    while (at + run < steps.length && steps[at + run] === written[place + run]) run++;
    longest = Math.max(longest, run);
    at += Math.max(0, run - 1);
  }
  return longest;
}
