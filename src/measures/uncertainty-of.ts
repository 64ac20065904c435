import { OWN_MEASURE_NAMES, type OwnMeasureName } from './index.ts';

/** Measures that may stand for the uncertainty of a pair: the posterior's own where it has one, else epistemic. */
export const UNCERTAINTIES = ['epistemic', ...OWN_MEASURE_NAMES] as const;

/** The measure that stands for the uncertainty of N pairs, and its values; null where neither is known. */
interface Uncertainty {
  readonly name: 'epistemic' | OwnMeasureName;
  readonly values: Float64Array;
}

/** Finds it among measures by name. */
export function uncertaintyOf(measures: Readonly<Record<string, Float64Array | undefined>>): Uncertainty | null {
  for (const name of UNCERTAINTIES.toReversed()) {
    const values = measures[name];
    if (values !== undefined) return { name, values };
  }
  return null;
}
