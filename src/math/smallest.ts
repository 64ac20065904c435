/**
 * Positions of the `count` smallest values, ascending by (value, position); all of them when there are fewer.
 * Values are numbers, not NaN.
 */
export function smallest(values: Float64Array, count: number): Int32Array {
  const size = Math.min(count, values.length);
  const ascending = values.slice().sort().subarray(0, size);
  const threshold = ascending[size - 1]!;
  const positions = new Int32Array(size);
  const equals = new Int32Array(size);
  for (let position = 0; position < values.length; position++) {
    const value = values[position]!;
    if (!(value <= threshold)) continue;
    const first = firstNotBelow(ascending, value);
    const place = first + equals[first]!++;
    if (place < size) positions[place] = position;
  }
  return positions;
}

function firstNotBelow(ascending: Float64Array, value: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
