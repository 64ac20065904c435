/** Mean and standard deviation of a population (ddof 0). */
export interface Moments {
  readonly mean: number;
  readonly deviation: number;
}

/** Moments of some values, summed in order over two passes; both NaN without values. */
export function moments(values: Float64Array): Moments {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += values[index]!;
  const mean = sum / values.length;
  let squares = 0;
  for (let index = 0; index < values.length; index++) squares += (values[index]! - mean) ** 2;
  return { mean, deviation: Math.sqrt(squares / values.length) };
}
