/**
 * Tops of a column of boxes in the given order, without overlap and `gap` apart, with the smallest weighted sum of
 * squared distances to where each would like to be (isotonic regression by pooling adjacent violators).
 */
export function separate(
  desired: readonly number[],
  weights: readonly number[],
  heights: readonly number[],
  gap: number,
): number[] {
  const offsets: number[] = [];
  let offset = 0;
  for (const height of heights) {
    offsets.push(offset);
    offset += height + gap;
  }
  // With the boxes pushed together to points, "no overlap" is "not decreasing".
  const pools: { value: number; weight: number; count: number }[] = [];
  desired.forEach((each, index) => {
    let pool = { value: each - offsets[index]!, weight: weights[index]!, count: 1 };
    for (let before = pools.at(-1); before && before.value > pool.value; before = pools.at(-1)) {
      pools.pop();
      const weight = before.weight + pool.weight;
      pool = {
        value: (before.value * before.weight + pool.value * pool.weight) / weight,
        weight,
        count: before.count + pool.count,
      };
    }
    pools.push(pool);
  });
  const points = pools.flatMap(({ value, count }) => Array.from({ length: count }, () => value));
  return points.map((point, index) => point + offsets[index]!);
}
