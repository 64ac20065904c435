import { basename, relative } from 'node:path';
import { surveyRuns } from '../../ledger/survey-runs.ts';
import { type RunSummary, summariseRecord } from './summarise-record.ts';

/** A run that could not be read, and why. */
export interface DamagedRun {
  readonly id: string;
  readonly path: string;
  readonly status: 'damaged';
  readonly problem: string;
}

/** Every run in a directory and in its sweeps, damaged ones too; ids are paths relative to the directory. */
export async function listRuns(directory: string): Promise<(RunSummary | DamagedRun)[]> {
  const found = await surveyRuns(directory);
  return found.map((run) => {
    const id = relative(directory, run.path) || basename(run.path);
    return 'record' in run
      ? { ...summariseRecord(run.record), id }
      : { id, path: run.path, status: 'damaged', problem: run.problem };
  });
}
