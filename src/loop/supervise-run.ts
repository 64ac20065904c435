import { copyFileSync, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { BalpmError, messageOf } from '../base/errors.ts';
import { appendText } from '../base/files.ts';
import { removeLeftOver } from '../base/temporary-files.ts';
import type { ExperimentConfig } from '../config/experiment.ts';
import { readTexts } from '../data/dataset.ts';
import { openEventLog } from '../ledger/event-log.ts';
import type { RunEvent } from '../ledger/events.ts';
import { takeLock } from '../ledger/lock.ts';
import { type Ending, markEnding, type RunPaths } from '../ledger/run-directory.ts';
import { openRunViews } from '../ledger/run-views.ts';
import { changedAnswers } from '../oracle/changed-answers.ts';
import { answersDirectory, createOracle } from '../oracle/index.ts';
import { removeStaleSockets } from '../worker/socket-directory.ts';
import { assertSameRun } from './identity.ts';
import { labelledBatches } from './labelled-batches.ts';
import { openOwnModel, recordOwnModel } from './own-model.ts';
import { createRoundModel } from './posterior-model.ts';
import { type Outcome, runSteps } from './run.ts';
import { writeRunEnvironment } from './run-environment.ts';
import { type RunState, replay } from './state.ts';
import type { Workbench } from './workbench.ts';

/** What a supervised run needs. */
export interface SupervisedRun {
  readonly paths: RunPaths;
  readonly isNew: boolean;
  readonly config: ExperimentConfig;
  readonly workbench: Workbench;
  readonly signal: AbortSignal;
  readonly observe: (event: RunEvent, state: RunState) => void;
  readonly note: (sentence: string) => void;
}

/** Runs an experiment in its directory: locked, its derived files kept in step, its ending marked whatever happens. */
export async function superviseRun(supervised: SupervisedRun): Promise<Outcome> {
  const { paths } = supervised;
  const release = takeLock(paths.lock);
  removeLeftOver(paths.root);
  try {
    const outcome = await workOn(supervised);
    markEnding(paths, outcome.status === 'done' ? 'DONE' : 'PAUSED', outcome.status);
    return outcome;
  } catch (error) {
    if (isRefused(supervised, error)) throw withdraw(paths, error);
    tryToMark(paths, isStop(error) ? 'PAUSED' : 'FAILED', messageOf(error));
    throw error;
  } finally {
    release();
  }
}

/** Whether something was thrown because the run was asked to stop. */
export const isStop = (error: unknown): boolean => error instanceof BalpmError && error.kind === 'stopped';

/** Whether a new run could not even begin because of what it was given. */
function isRefused({ paths, isNew, config }: SupervisedRun, error: unknown): error is BalpmError {
  const isInput = error instanceof BalpmError && ['usage', 'data', 'environment'].includes(error.kind);
  if (config.worker.listen !== null) return false; // what a worker elsewhere refuses may be its own mistake
  return isNew && isInput && (!existsSync(paths.events) || statSync(paths.events).size === 0);
}

/** Removes a run that never began; a worker's log that the message names is kept outside, and named there. */
function withdraw(paths: RunPaths, error: BalpmError): BalpmError {
  const isNamed = error.message.includes(paths.workerLog) && existsSync(paths.workerLog);
  const kept = isNamed ? keepLog(paths.workerLog) : paths.workerLog;
  rmSync(paths.root, { recursive: true, force: true });
  return new BalpmError(error.kind, error.message.replaceAll(paths.workerLog, kept), { cause: error });
}

function keepLog(log: string): string {
  const kept = join(mkdtempSync(join(tmpdir(), 'balpm-')), 'worker.log');
  copyFileSync(log, kept);
  return kept;
}

/** A full disk must not hide the failure that is being marked. */
function tryToMark(paths: RunPaths, ending: Ending, reason: string): void {
  try {
    markEnding(paths, ending, reason);
  } catch (error) {
    process.stderr.write(`Cannot mark run '${paths.id}' ${ending}: ${messageOf(error)}\n`);
  }
}

/** Replays what is there; only a run that is not finished needs data and a worker. */
async function workOn(supervised: SupervisedRun): Promise<Outcome> {
  const log = openEventLog(supervised.paths.events, () => new Date());
  try {
    const state = replay(log.events());
    if (state.finished) {
      answerReview(supervised, log, createNote(supervised))();
      openRunViews(supervised.paths, log.events());
      await removeStaleSockets(); // no worker starts, which would do it
      return { status: 'done', state };
    }
    markEnding(supervised.paths, null);
    return await goOn(supervised, log);
  } finally {
    log.close();
  }
}

async function goOn(supervised: SupervisedRun, log: ReturnType<typeof openEventLog>): Promise<Outcome> {
  const { paths, config, workbench, signal, observe } = supervised;
  const problem = await workbench.prepare(config);
  assertSameRun(paths.id, log.events()[0], config, problem);
  const note = createNote(supervised);
  workbench.noteTo(note);
  await writeRunEnvironment(paths, problem, workbench, note);
  const ownModel = await openOwnModel(config, workbench);
  if (ownModel !== null) recordOwnModel(paths, ownModel, note);
  const views = openRunViews(paths, log.events());
  return runSteps({
    config,
    problem,
    model: createRoundModel({ config, problem, workbench, ownModel }),
    oracle: createOracle(config.oracle, {
      indexOf: problem.pool.indexOf,
      labels: problem.pool.labels,
      dir: paths.labels,
      runId: placeOf(paths, config),
      readTexts: (ids) => readTexts(problem.dataset, ids),
      logFile: paths.oracleLog,
      signal,
    }),
    log,
    signal,
    seconds: () => performance.now() / 1000,
    note,
    reviewAnswers: answerReview(supervised, log, note),
    observe: (event, state) => {
      views.append(event);
      observe(event, state);
    },
  });
}

/** Tells each change of answers once. */
function answerReview(
  { paths, config }: SupervisedRun,
  log: ReturnType<typeof openEventLog>,
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
function placeOf({ id, root }: RunPaths, { output }: ExperimentConfig): string {
  const place = relative(output.dir, root);
  return place === '' || place.startsWith('..') ? id : place;
}

/** Tells the person and the run's own log. */
function createNote({ paths, note }: SupervisedRun): (sentence: string) => void {
  return (sentence) => {
    note(sentence);
    appendText(paths.log, `${JSON.stringify({ time: new Date().toISOString(), message: sentence })}\n`);
  };
}
