import { dataError } from '../../../base/errors.ts';
import { roundToFloat32 } from '../../../math/round-to-float32.ts';
import { measureOf } from '../../measure-of.ts';
import type { MeasureName, PolicyContext } from '../../policy.ts';
import type { KsgSwitches } from './switches.ts';

/** A measure of the pool in the precision that is asked for. @throws BalpmError (data) for a value that float32 cannot hold. */
export function uncertaintyOf(
  context: PolicyContext,
  measure: MeasureName,
  { precision }: Pick<KsgSwitches, 'precision'>,
): Float64Array {
  const values = measureOf(context, measure);
  if (precision === 'float64') return values;
  const rounded = roundToFloat32(values);
  const lost = rounded.findIndex((value) => !Number.isFinite(value));
  if (lost === -1) return rounded;
  throw dataError(
    `Cannot rank the pool by '${measure}': item ${context.pool[lost]} has ${values[lost]}, a number that float32 can hold (precision=float32) is needed`,
  );
}
