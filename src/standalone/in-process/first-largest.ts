// Rounding of sums of some thousand terms stays far below; real differences hardly ever do.
const TIE = 1e-9;

/**
 * Position of the largest of some values that are not negative, the first of equals: values within a billionth of the
 * largest are equal, since sums taken in another order are. NaN marks what cannot be chosen; −1 when all is NaN.
 */
export function firstLargest(values: Float64Array): number {
  let most = -1;
  for (let position = 0; position < values.length; position++) {
    if (values[position]! > most) most = values[position]!;
  }
  const enough = most === Infinity ? most : most * (1 - TIE);
  return values.findIndex((value) => value >= enough);
}
