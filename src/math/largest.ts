import { smallest } from './smallest.ts';

/** Positions of the `count` largest values, best first, the earlier position on ties. Values are not NaN. */
export function largest(values: Float64Array, count: number): Int32Array {
  return smallest(
    values.map((value) => -value),
    count,
  );
}
