import { relative } from 'node:path';
import type { ExperimentConfig } from '../config/experiment.ts';
import type { EventLog } from '../ledger/event-log.ts';
import type { RunPaths } from '../ledger/run-directory.ts';
import { changedAnswers } from '../oracle/changed-answers.ts';
import { answersDirectory } from '../oracle/index.ts';
import { labelledBatches } from './labelled-batches.ts';
import type { SupervisedRun } from './supervised-run.ts';

/** Reports each change of labels that came after their batch was labelled, once. */
export function createAnswerReview(
  { paths, config }: SupervisedRun,
  log: EventLog,
  note: (sentence: string) => void,
): () => void {
  const dir = answersDirectory(config.oracle, { dir: paths.labels, runId: placeOf(paths, config) });
  const told = new Set<string>();
  return () => {
    for (const sentence of dir === null ? [] : changedAnswers(dir, labelledBatches(log.events()))) {
      if (!told.has(sentence)) note(sentence);
      told.add(sentence);
    }
  };
}

/** Where a run lies below the directory of runs (`first`, `grid/s1`): runs of two sweeps have different places. */
export function placeOf({ id, root }: RunPaths, { output }: ExperimentConfig): string {
  const place = relative(output.dir, root);
  return place === '' || place.startsWith('..') ? id : place;
}
