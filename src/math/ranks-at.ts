/**
 * Ranks of the values at some distinct positions among all values: 1 the largest, the earlier position first among
 * equals. Values are not NaN. O(N log n) for n positions: each value is looked up among the sorted positions.
 */
export function ranksAt(values: Float64Array, positions: readonly number[]): Int32Array {
  const order = positions
    .map((position, index) => ({ position, index }))
    .sort((a, b) => values[b.position]! - values[a.position]! || a.position - b.position);
  const counts = countUpTo(
    values,
    order.map(({ position }) => position),
  );
  const ranks = new Int32Array(positions.length);
  let rank = 0;
  order.forEach(({ index }, place) => {
    rank += counts[place]!;
    ranks[index] = rank;
  });
  return ranks;
}

/** How many values lie after the sorted position before, up to and with each one. */
function countUpTo(values: Float64Array, sorted: readonly number[]): Int32Array {
  const bounds = Float64Array.from(sorted, (position) => values[position]!);
  const counts = new Int32Array(sorted.length + 1);
  for (let position = 0; position < values.length; position++) {
    const value = values[position]!;
    let [first, end] = [0, sorted.length];
    while (first < end) {
      const middle = (first + end) >>> 1;
      const bound = bounds[middle]!;
      if (bound > value || (bound === value && sorted[middle]! < position)) first = middle + 1;
      else end = middle;
    }
    counts[first]!++;
  }
  return counts;
}
