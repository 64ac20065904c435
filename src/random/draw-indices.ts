import type { RandomStream } from './stream.ts';

/** `count` distinct numbers of 0..size−1 in random order; the same draws as `drawWithoutReplacement` of a list of them. */
export function drawIndices(stream: RandomStream, size: number, count: number): Int32Array {
  const remaining = new Int32Array(size);
  for (let index = 0; index < size; index++) remaining[index] = index;
  const drawn = Math.min(count, size);
  for (let index = 0; index < drawn; index++) {
    const other = index + stream.below(size - index);
    const chosen = remaining[other]!;
    remaining[other] = remaining[index]!;
    remaining[index] = chosen;
  }
  return remaining.subarray(0, drawn);
}
