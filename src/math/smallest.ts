/**
 * Positions of the `count` smallest values, ascending by (value, position); all of them when there are fewer.
 * Values are numbers, not NaN.
 */
export function smallest(values: Float64Array, count: number): Int32Array {
  const size = Math.min(count, values.length);
  if (size === 0) return new Int32Array(0);
  const threshold = values.slice().sort()[size - 1]!;
  const positions = positionsBelow(values, threshold);
  return Int32Array.from(positions.sort((a, b) => values[a]! - values[b]! || a - b).slice(0, size));
}

function positionsBelow(values: Float64Array, threshold: number): number[] {
  const positions: number[] = [];
  for (let position = 0; position < values.length; position++) {
    if (values[position]! <= threshold) positions.push(position);
  }
  return positions;
}
