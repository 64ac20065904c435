/** The n-th largest of at least n values, equal ones counted singly. Quick for a small n; values are not NaN. */
export function nthLargest(values: Float64Array, n: number): number {
  const descending = new Float64Array(n).fill(-Infinity);
  for (let position = 0; position < values.length; position++) {
    const value = values[position]!;
    if (value <= descending[n - 1]!) continue;
    let at = n - 1;
    while (at > 0 && descending[at - 1]! < value) {
      descending[at] = descending[at - 1]!;
      at--;
    }
    descending[at] = value;
  }
  return descending[n - 1]!;
}
