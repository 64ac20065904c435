/**
 * The position of the largest value of every prompt, the earlier on ties, ascending; `promptAt` is the prompt at every
 * position.
 */
export function bestPairs(promptAt: Int32Array, values: Float64Array): Int32Array {
  const best = new Map<number, number>();
  for (let position = 0; position < values.length; position++) {
    const known = best.get(promptAt[position]!);
    if (known === undefined || values[position]! > values[known]!) best.set(promptAt[position]!, position);
  }
  return Int32Array.from(best.values()).sort();
}
