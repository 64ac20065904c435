import { usageError } from '../base/errors.ts';
import { quotePath } from '../base/files/files.ts';
import { hashOf } from '../base/text/canonical-json.ts';
import { armName } from '../config/arm.ts';
import type { ExperimentConfig } from '../config/experiment.ts';
import { sharedIdentity } from '../config/identity.ts';
import { readDiagnostics } from '../diagnostics/read-diagnostics.ts';
import { controlEstimate } from '../evaluation/control/control-estimate.ts';
import { batchStatistics } from '../evaluation/metrics/batch-statistics.ts';
import type { BatchRecord, RoundRecord, RunRecord } from '../evaluation/run-record.ts';
import { controlObservations } from './control-observations.ts';
import { digestEvents } from './digest.ts';
import type { RunEvent } from './events.ts';
import { findRunDirectories } from './find-run-directories.ts';
import { readLedger } from './read-ledger.ts';
import { type RunPaths, readEnding, readRunConfig, runPaths } from './run-directory.ts';

type EventOf<Type extends RunEvent['type']> = Extract<RunEvent, { type: Type }>;

/** Reads a run directory as comparison and report need it. */
export async function readRunRecord(path: string): Promise<RunRecord> {
  const paths = runPaths(path);
  const config = await readRunConfig(paths);
  const events = readLedger(paths);
  const diagnostics = readDiagnostics(paths.diagnostics);
  return { ...recordOf(config, events), id: paths.id, path, status: statusOf(paths, events), diagnostics };
}

/** The record of a run from its configuration and events, without its path. */
export function recordOf(config: ExperimentConfig, events: readonly RunEvent[]): RunRecord {
  const started = events.find((event): event is EventOf<'run.started'> => event.type === 'run.started');
  return {
    id: `${armName(config)}-s${config.seed}`,
    path: '',
    status: isFinished(events) ? 'done' : 'incomplete',
    policy: armName(config),
    seed: config.seed,
    comparisonKey: comparisonKeyOf(config, started),
    itemFiles: { columns: started?.columnsHash ?? null, groups: started?.groupsHash ?? null },
    config,
    digest: digestEvents(events),
    rounds: roundRecords(events),
    control: controlEstimate(controlObservations(events)),
  };
}

/** Hash of what two runs must share to be compared; the data's part is unknown until a run has started. */
export function comparisonKeyOf(
  config: ExperimentConfig,
  data: Pick<EventOf<'run.started'>, 'datasetHash' | 'labelsHash' | 'storeId' | 'memberStoreIds'> | undefined,
): string {
  return hashOf({
    shared: sharedIdentity(config),
    dataset: data?.datasetHash,
    labels: data?.labelsHash,
    store: data?.storeId,
    memberStores: data?.memberStoreIds,
  });
}

/**
 * Reads runs named by path; a directory that is not a run stands for the runs in it and in its sweeps.
 * @throws BalpmError (usage)
 */
export async function findRunRecords(paths: readonly string[]): Promise<RunRecord[]> {
  const roots = paths.flatMap(findRoots);
  return Promise.all([...new Set(roots)].map(readRunRecord));
}

function findRoots(path: string): string[] {
  const roots = findRunDirectories(path);
  if (roots.length > 0) return roots;
  throw usageError(`Cannot read runs of ${quotePath(path)}: it has no run; give a run or a directory of runs`);
}

function statusOf(paths: RunPaths, events: readonly RunEvent[]): RunRecord['status'] {
  if (isFinished(events)) return 'done';
  switch (readEnding(paths)) {
    case 'PAUSED':
      return 'paused';
    case 'FAILED':
      return 'failed';
    case 'DONE':
    case null:
      return 'incomplete';
  }
}

const isFinished = (events: readonly RunEvent[]): boolean => events.at(-1)?.type === 'run.finished';

/** Measured rounds, each with the batch that was selected after it. */
function roundRecords(events: readonly RunEvent[]): RoundRecord[] {
  const batches = new Map(
    events.filter((event) => event.type === 'batch.selected').map((event) => [event.round, event]),
  );
  return events
    .filter((event) => event.type === 'round.measured')
    .map(({ round, labels, labelsCharged, splits, seconds, covariateShare }) => {
      const next = batches.get(round + 1);
      return {
        round,
        labels,
        labelsCharged,
        splits,
        ...(covariateShare !== undefined && { covariateShare }),
        batch: next ? batchRecord(next) : null,
        seconds,
      };
    });
}

function batchRecord(batch: EventOf<'batch.selected'>): BatchRecord {
  const { ids, uniquePrompts, uniquePromptsSoFar } = batch;
  return { size: ids.length, uniquePrompts, uniquePromptsSoFar, statistics: batchStatistics(batch) };
}
