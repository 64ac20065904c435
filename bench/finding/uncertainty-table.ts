import { latestDiagnostics } from '../../src/diagnostics/latest-diagnostics.ts';
import type { SplitDiagnostic } from '../../src/diagnostics/split-diagnostic.ts';
import type { Arm } from '../../src/evaluation/arms.ts';
import { mean } from '../../src/evaluation/statistics/student-interval.ts';
import { renderTable } from './render-table.ts';

/** An arm in a world. */
export interface PlacedArm {
  readonly world: string;
  readonly arm: Arm;
}

const COLUMNS = [
  ['U with distance', 'distance'],
  ['error with distance', 'errorWithDistance'],
  ['U with error', 'error'],
  ['U with error, given distance', 'partial'],
  ['chance ±', 'noise'],
] as const satisfies readonly (readonly [string, keyof SplitDiagnostic])[];

/** What uncertainty tells of errors on a split after the last round: rank correlations, means over seeds. */
export function uncertaintyTable(placed: readonly PlacedArm[], split: string): string {
  const rows = placed.flatMap(({ world, arm }) => {
    const found = arm.runs.flatMap(
      ({ diagnostics = [] }) => latestDiagnostics(diagnostics).measured?.splits[split] ?? [],
    );
    if (found.length === 0) return [];
    return [[world, arm.policy, `${found.length}`, ...COLUMNS.map(([, key]) => cell(found.map((one) => one[key])))]];
  });
  return renderTable(['world', 'arm', 'seeds', ...COLUMNS.map(([title]) => title)], rows);
}

function cell(values: readonly (number | null)[]): string {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? '–' : mean(known).toFixed(2).replace('-', '−');
}
