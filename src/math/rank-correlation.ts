import { moments } from './moments.ts';

/** Correlation in [−1, 1] of two rankings of the same values, as averageRanks() gives them; null where one is constant. */
export function rankCorrelation(left: Float64Array, right: Float64Array): number | null {
  const [one, other] = [moments(left), moments(right)];
  if (!(one.deviation > 0 && other.deviation > 0)) return null;
  let sum = 0;
  for (let index = 0; index < left.length; index++) sum += (left[index]! - one.mean) * (right[index]! - other.mean);
  return Math.max(-1, Math.min(1, sum / left.length / (one.deviation * other.deviation)));
}
