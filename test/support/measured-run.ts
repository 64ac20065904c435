import type { LoadedConfig } from '../../src/config/load.ts';
import type { SplitMetrics } from '../../src/evaluation/metrics/split-metrics.ts';
import { openEventLog } from '../../src/ledger/event-log.ts';
import type { RunEvent } from '../../src/ledger/events.ts';
import { createRunDirectory, type RunPaths } from '../../src/ledger/run-directory.ts';

/** Plausible metrics of one split. */
export const TEST_METRICS: SplitMetrics = {
  count: 60,
  logLikelihood: -0.6,
  accuracy: 0.7,
  brier: 0.2,
  ece: 0.03,
  epistemic: 0.01,
  predictive: 0.6,
  aleatoric: 0.59,
  variance: 0.004,
  calibration: [],
};
/** The first round of a run, measured on one split. */
export const TEST_MEASURED: RunEvent & { readonly type: 'round.measured' } = {
  type: 'round.measured',
  seq: 3,
  time: '',
  seconds: 1,
  round: 0,
  labels: 16,
  labelsCharged: 56,
  splits: { test: TEST_METRICS },
  members: [],
};
const DATA = { datasetHash: 'd', labelsHash: 'l', storeId: 's' };

/** Writes the directory of a run whose every round is measured, `seconds` each, as if it had been run. */
export async function writeMeasuredRun(
  root: string,
  loaded: LoadedConfig,
  seconds = 1,
  data = DATA,
): Promise<RunPaths> {
  const paths = await createRunDirectory(root, loaded);
  const { seed, rounds } = loaded.config;
  const log = openEventLog(paths.events, () => new Date(0));
  log.append({ type: 'run.started', schemaVersion: 1, configHash: 'c', ...data, seed, rounds, pool: 9, validation: 0 });
  for (let round = 0; round < rounds; round++) {
    const labels = 16 + 8 * round;
    const splits = { test: TEST_METRICS };
    log.append({ type: 'round.measured', round, labels, labelsCharged: labels, splits, members: [] }, seconds);
  }
  log.append({ type: 'run.finished', reason: 'rounds', rounds, labels: 16 + 8 * (rounds - 1) });
  log.close();
  return paths;
}
