import { canonicalJson, hashOf } from '../base/canonical-json.ts';
import { usageError } from '../base/errors.ts';
import type { ExperimentConfig } from '../config/experiment.ts';
import { experimentIdentity } from '../config/identity.ts';
import type { NewEvent, RunEvent } from '../ledger/events.ts';
import type { Problem } from './problem.ts';

/** The first event of a run: what it is made of, by hashes. */
export function describeRun(config: ExperimentConfig, problem: Problem): NewEvent & { type: 'run.started' } {
  const { manifest } = problem.dataset;
  return {
    type: 'run.started',
    schemaVersion: 1,
    configHash: hashOf(experimentIdentity(config)),
    datasetHash: manifest.hash,
    labelsHash: config.oracle.type === 'dataset' ? manifest.labelsHash : null,
    storeId: problem.store.id,
    ...(problem.memberStores.length > 0 && { memberStoreIds: problem.memberStores.map(({ id }) => id) }),
    seed: config.seed,
    rounds: config.rounds,
    pool: problem.pool.ids.length,
    validation: problem.validation.length / 2,
  };
}

/** Refuses to go on with a run whose data or settings are no longer those it was started with. @throws BalpmError (usage) */
export function assertSameRun(
  id: string,
  first: RunEvent | undefined,
  config: ExperimentConfig,
  problem: Problem,
): void {
  if (first?.type !== 'run.started') return;
  const now: Readonly<Record<string, unknown>> = describeRun(config, problem);
  for (const [key, value] of Object.entries(first)) {
    if (!(key in now) || canonicalJson(now[key]) === canonicalJson(value)) continue;
    throw usageError(
      `Cannot go on with run '${id}': its ${key} was ${String(value)} and is ${String(now[key])} now, the data and settings it was started with (or another id) are needed`,
    );
  }
}
