import { readEvents } from '../ledger/event-log.ts';
import type { RunPaths } from '../ledger/run-directory.ts';
import type { Outcome } from '../loop/run.ts';
import { showPath } from './show-path.ts';

/** The closing document of `run --json` and `resume --json`; `metrics` are the last measured round's, by split. */
export function summariseRun(paths: RunPaths, outcome: Outcome): Readonly<Record<string, unknown>> {
  const measured = readEvents(paths.events).filter((event) => event.type === 'round.measured');
  const last = measured.at(-1);
  return {
    run: showPath(paths.root),
    id: paths.id,
    status: outcome.status,
    rounds: outcome.state.measuredRounds,
    labels: outcome.state.labelled.length,
    labelsCharged: last?.labelsCharged ?? outcome.state.labelled.length,
    metrics: last?.splits ?? {},
    ...(outcome.status === 'waiting' ? { waiting: outcome.waiting } : {}),
  };
}
