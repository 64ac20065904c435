/** Least-squares non-decreasing fit of a sequence, equal weights (pool adjacent violators). */
export function isotonicFit(values: ArrayLike<number>): Float64Array {
  const means = new Float64Array(values.length);
  const sizes = new Int32Array(values.length);
  let blocks = 0;
  for (let index = 0; index < values.length; index++) {
    means[blocks] = values[index] as number;
    sizes[blocks++] = 1;
    while (blocks > 1 && (means[blocks - 2] as number) >= (means[blocks - 1] as number))
      mergeLast(means, sizes, --blocks);
  }
  return spread(means, sizes, blocks, values.length);
}

function mergeLast(means: Float64Array, sizes: Int32Array, last: number): void {
  const left = sizes[last - 1] as number;
  const right = sizes[last] as number;
  means[last - 1] = ((means[last - 1] as number) * left + (means[last] as number) * right) / (left + right);
  sizes[last - 1] = left + right;
}

function spread(means: Float64Array, sizes: Int32Array, blocks: number, length: number): Float64Array {
  const fit = new Float64Array(length);
  let start = 0;
  for (let block = 0; block < blocks; block++) {
    const end = start + (sizes[block] as number);
    fit.fill(means[block] as number, start, end);
    start = end;
  }
  return fit;
}
