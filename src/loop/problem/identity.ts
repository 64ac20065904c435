import { usageError } from '../../base/errors.ts';
import { canonicalJson, hashOf } from '../../base/text/canonical-json.ts';
import type { ExperimentConfig } from '../../config/experiment.ts';
import { experimentIdentity } from '../../config/identity.ts';
import type { NewEvent, RunEvent } from '../../ledger/events.ts';
import { hashColumns } from './pool-columns.ts';
import { hashGroups } from './pool-groups.ts';
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
    ...itemFileHashes(problem),
    seed: config.seed,
    rounds: config.rounds,
    pool: problem.pool.ids.length,
    validation: problem.validationLabels,
  };
}

function itemFileHashes({ columns, groups }: Problem): { columnsHash?: string; groupsHash?: string } {
  const [columnsHash, groupsHash] = [hashColumns(columns), hashGroups(groups)];
  return { ...(columnsHash === null ? {} : { columnsHash }), ...(groupsHash === null ? {} : { groupsHash }) };
}

type Facts = Readonly<Record<string, string | number | null | undefined | readonly string[]>>;

/** What the ledger adds to an event. */
const ENVELOPE = ['seq', 'time', 'seconds'];

/** Refuses to go on with a run whose data or settings are no longer those it was started with. @throws BalpmError (usage) */
export function assertSameRun(
  id: string,
  first: RunEvent | undefined,
  config: ExperimentConfig,
  problem: Problem,
): void {
  if (first?.type !== 'run.started') return;
  const before: Facts = first;
  const now: Facts = describeRun(config, problem);
  for (const key of new Set([...Object.keys(before), ...Object.keys(now)])) {
    if (ENVELOPE.includes(key) || canonicalJson(now[key] ?? null) === canonicalJson(before[key] ?? null)) continue;
    throw usageError(
      `Cannot go on with run '${id}': its ${key} was ${valueInWords(before[key])} and is ${valueInWords(now[key])} now, the data and settings it was started with (or another id) are needed`,
    );
  }
}

const valueInWords = (value: Facts[string]): string => (value === undefined ? 'none' : String(value));
