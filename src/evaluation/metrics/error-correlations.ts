import { averageRanks } from '../../math/average-ranks.ts';
import { rankCorrelation } from '../../math/rank-correlation.ts';
import type { SampleStatistics } from '../../measures/sample-statistics.ts';
import type { ItemErrors } from './item-errors.ts';
import { measureValues } from './measure-values.ts';
import { type ErrorCorrelations, SPLIT_MEASURES } from './split-metrics.ts';

/** Whether uncertain items are those that go wrong: Spearman's correlation of every measure with both errors. */
export function errorCorrelations(statistics: SampleStatistics, { brier, error }: ItemErrors): ErrorCorrelations {
  const ranked = SPLIT_MEASURES.map((name) => [name, averageRanks(measureValues(statistics, name))] as const);
  const against = (errors: Float64Array) => {
    const ranks = averageRanks(errors);
    return Object.fromEntries(ranked.map(([name, of]) => [name, rankCorrelation(of, ranks)]));
  };
  return { brier: against(brier), error: against(error) } as ErrorCorrelations;
}
