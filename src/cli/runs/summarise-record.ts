import type { RunRecord } from '../../evaluation/run-record.ts';

/** A run in one line; `rounds` counts those measured, `labels` those they were trained on. */
export interface RunSummary extends Pick<RunRecord, 'id' | 'path' | 'status' | 'policy' | 'seed' | 'digest'> {
  readonly rounds: number;
  readonly labels: number;
}

/** Sums a run up. */
export function summariseRecord({ id, path, status, policy, seed, rounds, digest }: RunRecord): RunSummary {
  return { id, path, status, policy, seed, rounds: rounds.length, labels: rounds.at(-1)?.labels ?? 0, digest };
}
