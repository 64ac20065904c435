import { type CellOutcome, type LaneOptions, openLane } from './lane.ts';
import type { OpenedRun } from './open-run.ts';

/** What a sweep is run with. */
export interface CellsOptions extends LaneOptions {
  readonly runs: readonly OpenedRun[];
  readonly jobs: number;
  readonly finished: (outcome: CellOutcome) => void;
}

/** Works through the runs in order, `jobs` at a time, each lane on one worker; one failed run does not stop the others. */
export async function runCells(options: CellsOptions): Promise<CellOutcome[]> {
  const outcomes: CellOutcome[] = options.runs
    .filter(({ isDone }) => isDone)
    .map(({ paths }) => ({ id: paths.id, status: 'skipped' }));
  outcomes.forEach(options.finished);
  const queue = options.runs.filter(({ isDone }) => !isDone);
  const lanes = Array.from({ length: Math.min(options.jobs, queue.length) }, (_value, lane) =>
    workThrough(queue, lane, options, outcomes),
  );
  await Promise.all(lanes);
  const byId = new Map(outcomes.map((outcome) => [outcome.id, outcome]));
  return options.runs.map(({ paths }) => byId.get(paths.id) ?? { id: paths.id, status: 'stopped' });
}

async function workThrough(
  queue: OpenedRun[],
  number: number,
  options: CellsOptions,
  outcomes: CellOutcome[],
): Promise<void> {
  const lane = openLane(number, options);
  try {
    while (queue.length > 0 && !options.signal.aborted) {
      const outcome = await lane.run(queue.shift() as OpenedRun);
      outcomes.push(outcome);
      options.finished(outcome);
    }
  } finally {
    await lane.close(outcomes.every(({ status }) => status === 'done' || status === 'skipped'));
  }
}
