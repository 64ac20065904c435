import { appendText } from '../base/files/files.ts';
import type { ExperimentConfig } from '../config/experiment.ts';
import type { RunEvent } from '../ledger/events.ts';
import type { RunPaths } from '../ledger/run-directory.ts';
import type { RunState } from '../loop/state.ts';
import type { Workbench } from '../loop/workbench.ts';

/** A run and what it is supervised with. */
export interface SupervisedRun {
  readonly paths: RunPaths;
  readonly isNew: boolean;
  /** Displace an owner of whom it cannot be known whether it lives. */
  readonly takeOver?: boolean;
  readonly config: ExperimentConfig;
  readonly workbench: Workbench;
  readonly signal: AbortSignal;
  readonly observe: (event: RunEvent, state: RunState) => void;
  readonly note: (sentence: string) => void;
}

/** A listener that passes a sentence on to the person and appends it to the log of the run. */
export function createNote({ paths, note }: SupervisedRun): (sentence: string) => void {
  return (sentence) => {
    note(sentence);
    appendText(paths.log, `${JSON.stringify({ time: new Date().toISOString(), message: sentence })}\n`);
  };
}
