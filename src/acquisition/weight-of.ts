import { dataError } from '../base/errors.ts';
import { measureOf } from './measure-of.ts';
import type { MeasureName, PolicyContext } from './policy.ts';

/**
 * A measure of the pool as weights to draw by: one number of at least 0 for every position.
 * @throws BalpmError (data) naming an item whose value is negative or not finite.
 */
export function weightOf(context: PolicyContext, name: MeasureName): Float64Array {
  const values = measureOf(context, name);
  const negative = values.findIndex((value) => value < 0);
  if (negative === -1) return values;
  throw dataError(
    `Cannot draw by '${name}': item ${context.pool[negative]} has ${values[negative]}, a number of at least 0 is needed`,
  );
}
