import type { ExperimentResult } from '../../experiment/run-experiment.ts';
import { readEvents } from '../../ledger/event-log.ts';
import { runPaths } from '../../ledger/run-directory.ts';
import { showPath } from '../terminal/show-path.ts';

/** The closing document of `run --json` and `resume --json`; `metrics` are the last measured round's, by split. */
export function summariseRun(result: ExperimentResult): Readonly<Record<string, unknown>> {
  const { id, directory, status, state } = result;
  const measured = readEvents(runPaths(directory).events).filter((event) => event.type === 'round.measured');
  const last = measured.at(-1);
  return {
    run: showPath(directory),
    id,
    status,
    rounds: state.measuredRounds,
    labels: state.labelled.length,
    labelsCharged: last?.labelsCharged ?? state.labelled.length,
    metrics: last?.splits ?? {},
    ...(status === 'waiting' ? { waiting: result.waiting } : {}),
  };
}
