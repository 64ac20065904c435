import type { DiagnosticLine, LineOf } from './diagnostic-line.ts';

/** What a run's diagnostics say in the end: its last measured round and its last batch; null where there is none. */
export interface LatestDiagnostics {
  readonly measured: LineOf<'splits'> | null;
  readonly chosen: LineOf<'batch'> | null;
}

/** The last line of each type. */
export const latestDiagnostics = (lines: readonly DiagnosticLine[]): LatestDiagnostics => ({
  measured: lines.findLast((line) => line.type === 'splits') ?? null,
  chosen: lines.findLast((line) => line.type === 'batch') ?? null,
});
