import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, usageError } from '../base/errors.ts';
import { keepTemporaryDirectory, makeTemporaryDirectory } from '../base/files/temporary-directory.ts';
import type { ExperimentConfig } from '../config/experiment.ts';
import { openWorkbench } from '../experiment/open-workbench.ts';
import type { RunEvent } from '../ledger/events.ts';
import { readLedger } from '../ledger/read-ledger.ts';
import { type RunPaths, readRunConfig } from '../ledger/run-directory.ts';
import { assertTrusted } from '../ledger/trust/assert-trusted.ts';
import { openOwnModel } from '../loop/model/own-model.ts';
import { createRoundModel } from '../loop/model/posterior-model.ts';
import type { Chooser } from '../loop/policy-context.ts';
import { assertSameRun } from '../loop/problem/identity.ts';
import { type RunState, replay } from '../loop/state.ts';
import type { Workbench } from '../loop/workbench.ts';

type BatchSelected = Extract<RunEvent, { type: 'batch.selected' }>;

/** A batch of a run, and everything as it was just before a policy chose it. */
export interface Revisit extends Chooser {
  /** Id of the run. */
  readonly id: string;
  /** Without the items that were drawn at random before the policy chose. */
  readonly batch: BatchSelected;
  /** What the run knew when the batch was chosen. */
  readonly state: RunState;
  /** Batches before this one, the initial set first; last the control items of its own batch, if any. */
  readonly earlier: readonly BatchSelected[];
  readonly workbench: Workbench;
}

/** Which batch to look at again: `round` as in events.jsonl, 1 being the first that a policy chose. */
export interface RevisitOptions {
  readonly round: number;
  readonly signal: AbortSignal;
  readonly note: (sentence: string) => void;
  /** Whether code that the directory names may run although this user did not start the run on this machine. */
  readonly trust: boolean;
}

/**
 * Rebuilds what a run's policy saw when it chose the batch of a round, and looks at it. Nothing is written into the run's
 * directory: the worker lives here, with its log and caches in a directory that is removed again.
 * @throws BalpmError (usage) for a round without a chosen batch and for data or settings that have changed; as loadInputs.
 */
export async function revisitBatch<Result>(
  paths: RunPaths,
  options: RevisitOptions,
  look: (revisit: Revisit) => Promise<Result>,
): Promise<Result> {
  const config = onThisHost(await readRunConfig(paths));
  if (!options.trust) assertTrusted(paths, { ...config, oracle: { type: 'dataset', answers: 'soft' } });
  const events = readLedger(paths);
  const index = findBatch(events, paths.id, options.round);
  return withWorkbench(config, options, async (workbench) => {
    const problem = await workbench.prepare(config);
    assertSameRun(paths.id, events[0], config, problem);
    const ownModel = await openOwnModel(config, workbench);
    const before = events.slice(0, index);
    const { control, picks } = withoutControl(events[index] as BatchSelected);
    return look({
      id: paths.id,
      config,
      problem,
      model: createRoundModel({ config, problem, workbench, ownModel }),
      note: options.note,
      batch: picks,
      state: replay(before),
      earlier: [...before.filter((event) => event.type === 'batch.selected'), ...control],
      workbench,
    });
  });
}

/** A batch as its policy chose it, and apart from that the items drawn at random before. */
function withoutControl(batch: BatchSelected): { readonly control: BatchSelected[]; readonly picks: BatchSelected } {
  const items = batch.control?.items ?? 0;
  const cut = (first: number, end?: number): BatchSelected => ({
    ...batch,
    ids: batch.ids.slice(first, end),
    scores: batch.scores.slice(first, end),
    terms: Object.fromEntries(Object.entries(batch.terms).map(([name, values]) => [name, values.slice(first, end)])),
  });
  return items === 0 ? { control: [], picks: batch } : { control: [cut(0, items)], picks: cut(items) };
}

/** A look takes a worker of this host. */
const onThisHost = (config: ExperimentConfig): ExperimentConfig => ({
  ...config,
  worker: { ...config.worker, listen: null, connectionFile: null, rendezvous: null },
});

/** Position of the event in which a policy chose the batch of `round`. @throws BalpmError (usage) */
function findBatch(events: readonly RunEvent[], id: string, round: number): number {
  const index = events.findIndex((event) => event.type === 'batch.selected' && event.round === round);
  if (index !== -1 && round > 0) return index;
  const last = events.reduce((most, event) => (event.type === 'batch.selected' ? event.round : most), 0);
  const found = round === 0 ? 'its batch is the initial set, which no policy chose' : 'no batch was chosen for it';
  const needed = last === 0 ? 'a run in which a policy has chosen one is' : `a round from 1 to ${last} is`;
  throw usageError(`Cannot look at round ${round} of run '${id}' again: ${found}, ${needed} needed`);
}

/** Lends a worker of this host, as the run would start it; its log is kept only when a failure names it. */
async function withWorkbench<Result>(
  { worker, output }: ExperimentConfig,
  { signal, note }: RevisitOptions,
  use: (workbench: Workbench) => Promise<Result>,
): Promise<Result> {
  const scratch = makeTemporaryDirectory('revisit');
  const at = (name: string): string => join(scratch, name);
  const workbench = openWorkbench({
    worker,
    cacheDir: output.dir,
    workerLog: at('worker.log'),
    calls: at('calls.jsonl'),
    work: at('work'),
    connectionFile: at('connection.json'),
    signal,
    note,
  });
  let isNamed = false;
  try {
    return await use(workbench);
  } catch (error) {
    isNamed = messageOf(error).includes(scratch);
    throw error;
  } finally {
    await workbench.close(true);
    if (isNamed) keepTemporaryDirectory(scratch);
    else rmSync(scratch, { recursive: true, force: true });
  }
}
