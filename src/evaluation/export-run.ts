import { renderCsv } from '../base/text/render-csv.ts';
import { metricValues } from './metrics/metric-values.ts';
import { uniqueRatios } from './metrics/unique-ratios.ts';
import { referenceRow } from './reference-row.ts';
import type { BatchRecord, RoundRecord, RunRecord } from './run-record.ts';

/** How a run is exported: a JSON line a round under the reference's keys or our own, or our own as CSV. */
export const EXPORT_FORMATS = ['reference', 'jsonl', 'csv'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** The measured rounds of a run as text, one line a round, each line ended. */
export function exportRun({ rounds, config }: RunRecord, format: ExportFormat): string {
  switch (format) {
    case 'reference':
      return renderLines(rounds.map((round) => referenceRow(round, digammaDivisorOf(config))));
    case 'jsonl':
      return renderLines(rounds.map(flatRow));
    case 'csv':
      return renderCsv(rounds.map(flatRow));
  }
}

const renderLines = (rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

/** d of a policy that has one; 1 for any other. */
function digammaDivisorOf(config: RunRecord['config']): number {
  const acquisition = config['acquisition'] as Readonly<Record<string, unknown>> | undefined;
  const options = acquisition?.[String(acquisition['policy'])] as Readonly<Record<string, unknown>> | undefined;
  const divisor = options?.['digammaDivisor'];
  return typeof divisor === 'number' ? divisor : 1;
}

/** A round as one flat row: `SPLIT.METRIC`, and `batch.…` of the batch it acquired next (none after the last round). */
function flatRow(round: RoundRecord): Readonly<Record<string, number | null>> {
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
