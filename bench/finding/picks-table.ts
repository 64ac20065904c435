import type { BatchDiagnostic } from '../../src/diagnostics/batch-diagnostic.ts';
import type { Representation } from '../../src/diagnostics/representation.ts';
import { mean } from '../../src/evaluation/statistics/student-interval.ts';
import { renderTable } from './render-table.ts';
import type { PlacedArm } from './uncertainty-table.ts';

type Cell = (batches: readonly BatchDiagnostic[]) => string;

const COLUMNS: readonly (readonly [string, Cell])[] = [
  ['distance, pool', (batches) => meanOf(batches, 'distance', ({ pool }) => pool.mean, 2)],
  ['distance, picks', (batches) => meanOf(batches, 'distance', ({ picks }) => picks.mean, 2)],
  ['farthest tenth ×', (batches) => meanOf(batches, 'distance', ({ ratios }) => ratios.at(-1) ?? null, 1)],
  ['shorter answer, pool', (batches) => meanOf(batches, 'shorterAnswer', ({ pool }) => pool.p50, 0)],
  ['shorter answer, picks', (batches) => meanOf(batches, 'shorterAnswer', ({ picks }) => picks.p50, 0)],
  ['pool they speak for', (batches) => meanOf(batches, 'distance', ({ effectiveShare }) => effectiveShare, 2)],
];

/** What the batches of an arm over-represent: means over all batches after the initial set and all seeds. */
export function picksTable(placed: readonly PlacedArm[]): string {
  const rows = placed.flatMap(({ world, arm }) => {
    const batches = arm.runs.flatMap(({ diagnostics = [] }) =>
      diagnostics.flatMap((line) => (line.type === 'batch' ? [line.batch] : [])),
    );
    return batches.length === 0 ? [] : [[world, arm.policy, ...COLUMNS.map(([, cell]) => cell(batches))]];
  });
  return renderTable(['world', 'arm', ...COLUMNS.map(([title]) => title)], rows);
}

function meanOf(
  batches: readonly BatchDiagnostic[],
  quantity: string,
  value: (of: Representation) => number | null,
  digits: number,
): string {
  const known = batches.flatMap(({ quantities }) => {
    const found = quantities[quantity];
    return found === undefined ? [] : (value(found) ?? []);
  });
  return known.length === 0 ? '–' : mean(known).toFixed(digits);
}
