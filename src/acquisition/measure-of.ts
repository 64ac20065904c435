import { BalpmError } from '../base/errors.ts';
import type { MeasureName, PolicyContext } from './policy.ts';

/**
 * A measure of the pool, checked: one finite number for every position.
 * @throws BalpmError (internal when the loop did not provide it, data when a value is not finite).
 */
export function measureOf(context: PolicyContext, name: MeasureName): Float64Array {
  const values = context.measures[name];
  if (values?.length !== context.pool.length) throw missingMeasure(name, values?.length ?? 0, context.pool.length);
  for (let position = 0; position < values.length; position++) {
    if (!Number.isFinite(values[position]!)) throw notFinite(name, context.pool[position]!, values[position]!);
  }
  return values;
}

const missingMeasure = (name: string, found: number, needed: number): BalpmError =>
  new BalpmError('internal', `Cannot rank the pool by '${name}': ${found} values were given, ${needed} are needed`);

const notFinite = (name: string, item: number, value: number): BalpmError =>
  new BalpmError('data', `Cannot rank the pool by '${name}': item ${item} has ${value}, a finite number is needed`);
