import { mean } from './mean.ts';

/** Standard error of the mean: sample standard deviation (n − 1) over √n. NaN below two values. */
export function standardError(values: readonly number[]): number {
  const centre = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1) / values.length);
}
