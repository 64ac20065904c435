/** Ranks 1..N of some values, ascending; equal values share the mean of their ranks. Values are not NaN. */
export function averageRanks(values: Float64Array): Float64Array {
  const ascending = values.slice().sort();
  return values.map((value) => {
    const below = countWhere(ascending, (other) => other < value);
    const upTo = countWhere(ascending, (other) => other <= value);
    return (below + 1 + upTo) / 2;
  });
}

/** How many of the first values hold, all of which come before those that do not. */
function countWhere(ascending: Float64Array, holds: (value: number) => boolean): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(ascending[middle]!)) low = middle + 1;
    else high = middle;
  }
  return low;
}
