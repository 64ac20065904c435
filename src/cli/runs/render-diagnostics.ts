import type { DiagnosticLine, LineOf } from '../../diagnostics/diagnostic-line.ts';
import { latestDiagnostics } from '../../diagnostics/latest-diagnostics.ts';
import { uncertaintyWarning } from '../../diagnostics/uncertainty-warning.ts';
import { renderTable } from '../terminal/render-table.ts';

/** The last diagnostics of a run as blocks of lines: what uncertainty tells, what the last batch over-represents, a warning. */
export function renderDiagnostics(lines: readonly DiagnosticLine[]): string[][] {
  const { measured, chosen } = latestDiagnostics(lines);
  const warning = measured === null ? null : uncertaintyWarning(measured.splits);
  return [
    ...(measured === null ? [] : [renderTable(splitRows(measured))]),
    ...(chosen === null ? [] : [[...renderTable(quantityRows(chosen)), effectiveShare(chosen)]]),
    ...(warning === null ? [] : [[warning]]),
  ];
}

const splitRows = ({ round, uncertainty, splits }: LineOf<'splits'>) =>
  Object.entries(splits).map(([name, { count, error, distance, partial, noise }]) => ({
    [`rank correlation of ${uncertainty}, round ${round + 1}`]: name,
    pairs: count,
    'with error': shown(error),
    'with distance': shown(distance),
    'with error given distance': shown(partial),
    'noise ±': shown(noise),
  }));

const quantityRows = ({ round, batch }: LineOf<'batch'>) =>
  Object.entries(batch.quantities).map(([name, { pool, picks, shift, ratios, effectiveShare: share }]) => ({
    [`batch of round ${round} against its pool`]: name,
    pool: pool.mean.toPrecision(4),
    picks: picks.mean.toPrecision(4),
    'shift (sd)': shown(shift, 2),
    'lowest tenth ×': shown(ratios[0] ?? null, 2),
    'highest tenth ×': shown(ratios.at(-1) ?? null, 2),
    'effective share': shown(share, 2),
  }));

const effectiveShare = ({ batch, uncertainty }: LineOf<'batch'>): string =>
  `effective share of the pool by ${uncertainty ?? 'distance'}: ${shown(batch.effectiveShare, 2)}`;

const shown = (value: number | null, digits = 3): string => (value === null ? '' : value.toFixed(digits));
