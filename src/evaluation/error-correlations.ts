import { averageRanks } from '../math/average-ranks.ts';
import { rankCorrelation } from '../math/rank-correlation.ts';
import { MEASURES } from '../measures/index.ts';
import type { SampleStatistics } from '../measures/sample-statistics.ts';
import { type ErrorCorrelations, SPLIT_MEASURES, type SplitMeasure } from './split-metrics.ts';

/** What went wrong on each item (N): the squared error of p̄, and 1 where the prediction missed, else 0. */
export interface ItemErrors {
  readonly brier: Float64Array;
  readonly error: Float64Array;
}

/** Whether uncertain items are those that go wrong: Spearman's correlation of every measure with both errors. */
export function errorCorrelations(statistics: SampleStatistics, { brier, error }: ItemErrors): ErrorCorrelations {
  const ranked = SPLIT_MEASURES.map((name) => [name, averageRanks(measureValues(statistics, name))] as const);
  const against = (errors: Float64Array) => {
    const ranks = averageRanks(errors);
    return Object.fromEntries(ranked.map(([name, of]) => [name, rankCorrelation(of, ranks)]));
  };
  return { brier: against(brier), error: against(error) } as ErrorCorrelations;
}

/** Variance that rounding alone leaves: the square of a few units in the last place of a probability. */
const ROUNDING = 1e-30;

/** Samples that agree everywhere leave nothing but rounding of their disagreement, which must not be ranked. */
function measureValues(statistics: SampleStatistics, name: SplitMeasure): Float64Array {
  const isDisagreement = name === 'epistemic' || name === 'variance';
  const doAgree = isDisagreement && statistics.variance.every((variance) => variance < ROUNDING);
  return doAgree ? new Float64Array(statistics.variance.length) : MEASURES[name].of(statistics);
}
