import { roundToFloat32 } from '../../math/round-to-float32.ts';
import { measureOf } from '../measure-of.ts';
import type { MeasureName, PolicyContext } from '../policy.ts';
import type { KsgSwitches } from './switches.ts';

/** A measure of the pool in the precision that is asked for. */
export function uncertaintyOf(
  context: PolicyContext,
  measure: MeasureName,
  { precision }: Pick<KsgSwitches, 'precision'>,
): Float64Array {
  const values = measureOf(context, measure);
  return precision === 'float32' ? roundToFloat32(values) : values;
}
