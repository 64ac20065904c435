import type { RandomStream } from '../random/stream.ts';

/** Draws 0..count−1 with probability proportional to (index + 1)^−exponent; exponent 0 is uniform. */
export function createZipf(count: number, exponent: number): (stream: RandomStream) => number {
  const cumulative = new Float64Array(count);
  let total = 0;
  for (let index = 0; index < count; index++) {
    total += (index + 1) ** -exponent;
    cumulative[index] = total;
  }
  return (stream) => firstAbove(cumulative, stream.uniform() * total);
}

/** Binary search: the first index whose value exceeds `target`. */
function firstAbove(ascending: Float64Array, target: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] as number) > target) high = middle;
    else low = middle + 1;
  }
  return low;
}
