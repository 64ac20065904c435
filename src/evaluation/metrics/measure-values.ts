import { MEASURES } from '../../measures/index.ts';
import type { SampleStatistics } from '../../measures/sample-statistics.ts';
import type { SplitMeasure } from './split-metrics.ts';

/** Variance that rounding alone leaves: the square of a few units in the last place of a probability. */
const ROUNDING = 1e-30;

/** A measure to rank items by (N): samples that agree everywhere leave nothing but rounding of their disagreement, which must not be ranked. */
export function measureValues(statistics: SampleStatistics, name: SplitMeasure): Float64Array {
  const isDisagreement = name === 'epistemic' || name === 'variance';
  const doAgree = isDisagreement && statistics.variance.every((variance) => variance < ROUNDING);
  return doAgree ? new Float64Array(statistics.variance.length) : MEASURES[name].of(statistics);
}
