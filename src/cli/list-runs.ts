import { basename, relative } from 'node:path';
import { messageOf } from '../base/errors.ts';
import { findRunDirectories } from '../ledger/find-run-directories.ts';
import { readRunRecord } from '../ledger/read-run-record.ts';
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
  return Promise.all(
    findRunDirectories(directory).map((path) => summarise(path, relative(directory, path) || basename(path))),
  );
}

async function summarise(path: string, id: string): Promise<RunSummary | DamagedRun> {
  try {
    return { ...summariseRecord(await readRunRecord(path)), id };
  } catch (error) {
    return { id, path, status: 'damaged', problem: messageOf(error) };
  }
}
