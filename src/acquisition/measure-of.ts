import { BalpmError } from '../base/errors.ts';
import type { MeasureName, PolicyContext } from './policy.ts';

/**
 * A measure of the pool, checked: one finite number for every position.
 * @throws BalpmError (internal when the loop did not provide it, data when a value is not finite).
 */
export function measureOf(context: PolicyContext, name: MeasureName): Float64Array {
  const values = context.measures[name];
  if (values?.length !== context.pool.length) throw missingMeasure(name, values?.length ?? 0, context.pool.length);
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong !== -1) throw notFinite(name, context.pool[wrong]!, values[wrong]!);
  return values;
}

const missingMeasure = (name: string, found: number, needed: number): BalpmError =>
  new BalpmError('internal', `Cannot rank the pool by '${name}': ${found} values were given, ${needed} are needed`);

const notFinite = (name: string, item: number, value: number): BalpmError =>
  new BalpmError('data', `Cannot rank the pool by '${name}': item ${item} has ${value}, a finite number is needed`);
