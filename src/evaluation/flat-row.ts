import { metricValues } from './metrics/metric-values.ts';
import { uniqueRatios } from './metrics/unique-ratios.ts';
import type { BatchRecord, RoundRecord } from './run-record.ts';

/** A round as one flat row: `SPLIT.METRIC`, and `batch.…` of the batch it acquired next (none after the last round). */
export function flatRow(round: RoundRecord): Readonly<Record<string, number | null>> {
  const { labels, labelsCharged, seconds, splits, batch } = round;
  const metrics = Object.entries(splits).flatMap(([split, of]) =>
    [['count', of.count] as const, ...metricValues(of)].map(([name, value]) => [`${split}.${name}`, value] as const),
  );
  return {
    round: round.round,
    labels,
    labelsCharged,
    seconds,
    ...Object.fromEntries(metrics),
    ...(batch === null ? {} : batchColumns(batch, labels)),
  };
}

function batchColumns({ statistics, ...prompts }: BatchRecord, labels: number): Readonly<Record<string, number>> {
  const columns = Object.entries({ ...prompts, ...uniqueRatios(prompts, labels) });
  const spreads = Object.entries(statistics).flatMap(([term, spread]) =>
    Object.entries(spread).map(([statistic, value]) => [`${term}.${statistic}`, value as number] as const),
  );
  return Object.fromEntries([...columns, ...spreads].map(([name, value]) => [`batch.${name}`, value]));
}
