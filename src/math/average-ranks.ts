/** Ranks 1..N of some values, ascending; equal values share the mean of their ranks. Values are not NaN. */
export function averageRanks(values: Float64Array): Float64Array {
  const order = Int32Array.from(values.keys()).sort((left, right) => values[left]! - values[right]!);
  const ranks = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    const end = afterTies(values, order, start);
    for (let at = start; at < end; at++) ranks[order[at]!] = (start + 1 + end) / 2;
    start = end;
  }
  return ranks;
}

/** The first place behind `start` that holds another value. */
function afterTies(values: Float64Array, order: Int32Array, start: number): number {
  let end = start + 1;
  while (end < order.length && values[order[end]!] === values[order[start]!]) end++;
  return end;
}
