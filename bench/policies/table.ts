import { compareRuns } from '../../src/evaluation/compare-runs.ts';
import type { PolicyResult } from '../../src/evaluation/comparison.ts';
import { findRunRecords } from '../../src/ledger/read-run-record.ts';

/** One row: an arm on one world, its area under the test log-likelihood curve, and its difference to random. */
export interface TableRow {
  readonly arm: string;
  readonly area: string;
  readonly test: string;
  readonly ood: string;
}

/** The rows of the runs below a directory, the largest difference to random first. */
export async function tableRows(directory: string): Promise<readonly TableRow[]> {
  const { results } = compareRuns(await findRunRecords([directory]));
  const on = (split: string): readonly PolicyResult[] =>
    results.find((result) => result.split === split && result.metric === 'logLikelihood')?.policies ?? [];
  return [...on('test')]
    .toSorted((left, right) => gain(right) - gain(left))
    .map((result) => ({
      arm: result.policy,
      area: result.area.value.toFixed(4),
      test: describe(result),
      ood: describe(on('ood').find(({ policy }) => policy === result.policy)),
    }));
}

const gain = ({ againstBaseline }: PolicyResult): number => againstBaseline?.difference.value ?? 0;

function describe(result: PolicyResult | undefined): string {
  const versus = result?.againstBaseline;
  if (!versus) return '–';
  const { value, low, high } = versus.difference;
  return `${signed(value)} [${signed(low)}, ${signed(high)}] ${versus.verdict.answer}`;
}

const signed = (value: number | null): string =>
  value === null ? '?' : `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`;

/** Rows as a Markdown table. */
export function renderRows(rows: readonly TableRow[]): string {
  const lines = rows.map(({ arm, area, test, ood }) => `| ${arm} | ${area} | ${test} | ${ood} |`);
  return [
    '| arm | area, test | against random, test | against random, ood |',
    '| --- | --- | --- | --- |',
    ...lines,
  ].join('\n');
}
