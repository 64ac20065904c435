import { messageOf } from '../../base/errors.ts';
import type { ExperimentConfig } from '../../config/experiment.ts';
import type { RunPaths } from '../run-directory.ts';
import { namedCode } from './named-code.ts';
import { runMark } from './run-mark.ts';

/** Marks a run as this user's, if it names code and is not marked; prints a note if that fails. */
export function trustRun(paths: RunPaths, config: ExperimentConfig, note: (sentence: string) => void): void {
  if (namedCode(config).length === 0 || runMark.holds(paths)) return;
  try {
    runMark.write(paths);
  } catch (error) {
    note(`The run could not be marked as yours (${messageOf(error)}): resuming it needs --trust`);
  }
}
