import { messageOf } from '../base/errors.ts';
import type { RunRecord } from '../evaluation/run-record.ts';
import { findRunDirectories } from './find-run-directories.ts';
import { readRunRecord } from './read-run-record.ts';

/** A run that was found: its record, or why it cannot be read. */
export type FoundRun =
  | { readonly path: string; readonly record: RunRecord }
  | { readonly path: string; readonly problem: string };

/** Reads every run of a directory and of the sweeps in it; a damaged run does not hide the others. */
export async function surveyRuns(directory: string): Promise<FoundRun[]> {
  return Promise.all(findRunDirectories(directory).map(survey));
}

async function survey(path: string): Promise<FoundRun> {
  try {
    return { path, record: await readRunRecord(path) };
  } catch (error) {
    return { path, problem: messageOf(error) };
  }
}
