import { type BalpmError, dataError, usageError } from '../base/errors.ts';

// As in the worker's noise model: nearer answers than this share of the mean distance count as that near.
const NEAREST = 0.1;
const MOST_EXPONENT = 2;

/** How decisive a pair is by the distance of its two answers. */
export interface DistanceNoise {
  readonly type: 'distance';
  /** γ in [0, 2]; 0 leaves logits as they are. */
  readonly exponent: number;
}

/**
 * What logits are multiplied by, s = (d̄ / max(d, d̄/10))^γ of every item (N), d̄ the mean of all distances.
 * @throws BalpmError (usage) for an exponent outside [0, 2]; (data) when there is not one distance at least 0 for every
 * item, or all are 0.
 */
export function distanceScales(distances: ArrayLike<number>, size: number, { exponent }: DistanceNoise): Float64Array {
  if (!(exponent >= 0 && exponent <= MOST_EXPONENT))
    throw usageError(`Cannot use exponent ${exponent} of distance noise: a number in [0, ${MOST_EXPONENT}] is needed`);
  if (distances.length !== size)
    throw refusal(`there are ${distances.length}`, `one for each of ${size} items, also the acquired, is needed`);
  const values = Float64Array.from(distances);
  const bad = values.findIndex((value) => !(Number.isFinite(value) && value >= 0));
  if (bad !== -1) throw refusal(`item ${bad} has ${values[bad]}`, 'a finite number of at least 0 is needed');
  const mean = values.reduce((sum, value) => sum + value, 0) / size;
  if (mean === 0) throw refusal('all are 0', 'features that tell the two answers of some item apart are needed');
  return values.map((value) => (mean / Math.max(value, NEAREST * mean)) ** exponent);
}

const refusal = (found: string, needed: string): BalpmError =>
  dataError(`Cannot use the distances: ${found}, ${needed}`);
