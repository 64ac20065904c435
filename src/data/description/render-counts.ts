import { printableLine } from '../../base/text/printable-line.ts';
import type { DatasetManifest } from '../dataset-format.ts';
import { excerpt } from './excerpt.ts';

/** The counts of a dataset as an aligned table, one line per split and one for all. */
export function renderCounts({ splits, counts }: Pick<DatasetManifest, 'splits' | 'counts'>): string[] {
  const labelled = splits.reduce((sum, split) => sum + split.counts.labelled, 0);
  const rows = [
    ['split', 'pairs', 'labelled', 'prompts', 'responses'],
    ...splits.map(({ name, counts: own }) => [
      printableLine(excerpt(name)),
      ...[own.items, own.labelled, own.prompts, own.responses].map(inGroups),
    ]),
    ['all', ...[counts.items, labelled, counts.prompts, counts.responses].map(inGroups)],
  ];
  return align(rows);
}

/** Digits in groups of three: 12353 is '12,353'. */
const inGroups = (count: number): string => count.toLocaleString('en-US');

/** First column to the left, numbers to the right. */
function align(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] as string).length)));
  const cell = (text: string, column: number): string =>
    column === 0 ? text.padEnd(widths[column] as number) : text.padStart(widths[column] as number);
  return rows.map((row) => `  ${row.map(cell).join('  ')}`);
}
