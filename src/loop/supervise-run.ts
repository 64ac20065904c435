import { copyFileSync, existsSync, rmSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { noInclusion } from '../acquisition/no-inclusion.ts';
import { BalpmError, messageOf } from '../base/errors.ts';
import { appendText } from '../base/files.ts';
import { keepTemporaryDirectory, makeTemporaryDirectory } from '../base/temporary-directory.ts';
import { removeLeftOver } from '../base/temporary-files.ts';
import { describeMethod } from '../config/describe-method.ts';
import type { ExperimentConfig } from '../config/experiment.ts';
import { readTexts } from '../data/read-texts.ts';
import { openDiagnostics } from '../diagnostics/diagnostics-file.ts';
import { assertLedger } from '../ledger/assert-ledger.ts';
import { type EventLog, openEventLog } from '../ledger/event-log.ts';
import type { RunEvent } from '../ledger/events.ts';
import type { RunLock } from '../ledger/hold-lock.ts';
import { takeLock } from '../ledger/lock.ts';
import { methodRecord } from '../ledger/method-record.ts';
import { type Ending, markEnding, type RunPaths } from '../ledger/run-directory.ts';
import { openRunViews } from '../ledger/run-views.ts';
import { changedAnswers } from '../oracle/changed-answers.ts';
import { answersDirectory, createOracle } from '../oracle/index.ts';
import { resolvePython } from '../python/interpreter.ts';
import { trustRun } from '../trust/trust-run.ts';
import { removeStaleSockets } from '../worker/socket-directory.ts';
import { createDiagnoser } from './diagnose.ts';
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
  /** Displace an owner of whom it cannot be known whether it lives. */
  readonly takeOver?: boolean;
  readonly config: ExperimentConfig;
  readonly workbench: Workbench;
  readonly signal: AbortSignal;
  readonly observe: (event: RunEvent, state: RunState) => void;
  readonly note: (sentence: string) => void;
}

/** Runs an experiment in its directory: locked, its derived files kept in step, its ending marked whatever happens. */
export async function superviseRun(supervised: SupervisedRun): Promise<Outcome> {
  const { paths, takeOver, signal, note } = supervised;
  const python = resolvePython(); // not the run's own, which may not be trusted: a run that is done is opened without
  const lock = await takeLock(paths.lock, { python, takeOver: takeOver ?? false, signal, note });
  try {
    assertLedger(paths);
    removeLeftOver(paths.root);
    return await workLocked(supervised, lock);
  } finally {
    await lock.release();
  }
}

async function workLocked(supervised: SupervisedRun, lock: RunLock): Promise<Outcome> {
  const { paths } = supervised;
  let log: EventLog | undefined;
  try {
    log = openEventLog(paths.events, () => new Date(), lock);
    const outcome = await workOn(supervised, log);
    log.verify();
    markEnding(paths, outcome.status === 'done' ? 'DONE' : 'PAUSED', outcome.status);
    return outcome;
  } catch (thrown) {
    const error = changeOf(log, thrown);
    if (lock.lost() !== undefined) throw error; // it is another's run by now: nothing of it is touched
    if (isRefused(supervised, log, error)) throw withdraw(paths, error);
    tryToMark(supervised, isStop(error) ? 'PAUSED' : 'FAILED', messageOf(error));
    throw error;
  } finally {
    log?.close();
  }
}

/** What is wrong with the ledger comes before what was thrown, be it a stop: what was known must be kept. */
function changeOf(log: EventLog | undefined, thrown: unknown): unknown {
  try {
    if (log !== undefined && log.events().length > 0) log.verify();
    return thrown;
  } catch (error) {
    return error;
  }
}

/** Whether something was thrown because the run was asked to stop. */
export const isStop = (error: unknown): boolean => error instanceof BalpmError && error.kind === 'stopped';

/** Whether a new run could not even begin because of what it was given. */
function isRefused(
  { paths, isNew, config }: SupervisedRun,
  log: EventLog | undefined,
  error: unknown,
): error is BalpmError {
  const isInput = error instanceof BalpmError && ['usage', 'data', 'environment'].includes(error.kind);
  if (config.worker.listen !== null) return false; // what a worker elsewhere refuses may be its own mistake
  if (log !== undefined && log.events().length > 0) return false; // its file may be gone, what it did is not
  return isNew && isInput && (!existsSync(paths.events) || statSync(paths.events).size === 0);
}

/** Removes a run that never began; a worker's log that the message names is kept outside, and named there. */
function withdraw(paths: RunPaths, error: BalpmError): BalpmError {
  const isNamed = error.message.includes(paths.workerLog) && existsSync(paths.workerLog);
  const kept = isNamed ? keepLog(paths.workerLog) : paths.workerLog;
  rmSync(paths.root, { recursive: true, force: true });
  return new BalpmError(error.kind, error.message.replaceAll(paths.workerLog, kept), { cause: error });
}

/** Where the log is kept; where it was when there is no room for it, which must not hide the failure. */
function keepLog(log: string): string {
  try {
    const directory = makeTemporaryDirectory('log');
    const kept = join(directory, 'worker.log');
    copyFileSync(log, kept);
    keepTemporaryDirectory(directory);
    return kept;
  } catch {
    return log;
  }
}

/** A full disk must not hide the failure that is being marked. */
function tryToMark({ paths, note }: SupervisedRun, ending: Ending, reason: string): void {
  try {
    markEnding(paths, ending, reason);
  } catch (error) {
    note(`Cannot mark run '${paths.id}' ${ending}: ${messageOf(error)}`);
  }
}

/** Replays what is there; only a run that is not finished needs data and a worker. */
async function workOn(supervised: SupervisedRun, log: EventLog): Promise<Outcome> {
  const state = replay(log.events());
  if (state.finished) {
    answerReview(supervised, log, createNote(supervised))();
    openRunViews(supervised.paths, log.events(), noInclusion(supervised.config.acquisition.policy));
    await removeStaleSockets(); // no worker starts, which would do it
    return { status: 'done', state };
  }
  markEnding(supervised.paths, null);
  return goOn(supervised, log);
}

async function goOn(supervised: SupervisedRun, log: EventLog): Promise<Outcome> {
  const { paths, config, workbench, signal, observe } = supervised;
  const problem = await workbench.prepare(config);
  assertSameRun(paths.id, log.events()[0], config, problem);
  supervised.note(describeMethod(config, await methodRecord.read(paths.method)));
  const note = createNote(supervised);
  workbench.noteTo(note);
  if (supervised.isNew) trustRun(paths, config, note);
  await writeRunEnvironment(paths, problem, workbench, note);
  const ownModel = await openOwnModel(config, workbench);
  if (ownModel !== null) recordOwnModel(paths, ownModel, note);
  const views = openRunViews(paths, log.events(), noInclusion(config.acquisition.policy));
  const { measuredRounds: measured, labelledRounds, pending } = replay(log.events());
  const file = openDiagnostics(paths.diagnostics, { measured, chosen: labelledRounds + (pending === null ? 0 : 1) });
  return runSteps({
    config,
    problem,
    model: createRoundModel({ config, problem, workbench, ownModel }),
    oracle: createOracle(config.oracle, {
      indexOf: problem.pool.indexOf,
      labels: problem.pool.labels,
      seed: config.seed,
      dir: paths.labels,
      runId: placeOf(paths, config),
      readTexts: (ids) => readTexts(problem.dataset, ids),
      logFile: paths.oracleLog,
      signal,
    }),
    log,
    diagnose: createDiagnoser({ problem, workbench, file, note }),
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
function answerReview({ paths, config }: SupervisedRun, log: EventLog, note: (sentence: string) => void): () => void {
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
