import { existsSync, statSync } from 'node:fs';
import { noInclusion } from '../acquisition/no-inclusion.ts';
import { BalpmError, messageOf } from '../base/errors.ts';
import { removeLeftOver } from '../base/files/temporary-files.ts';
import { assertLedger } from '../ledger/assert-ledger.ts';
import { type EventLog, openEventLog } from '../ledger/event-log.ts';
import type { RunLock } from '../ledger/lock/hold-lock.ts';
import { takeLock } from '../ledger/lock/lock.ts';
import { type Ending, markEnding } from '../ledger/run-directory.ts';
import { openRunViews } from '../ledger/run-views.ts';
import { type Outcome, runSteps } from '../loop/run.ts';
import { replay } from '../loop/state.ts';
import { resolvePython } from '../worker/links/local/interpreter.ts';
import { removeStaleSockets } from '../worker/links/local/socket-directory.ts';
import { assembleRun } from './assemble-run.ts';
import { createAnswerReview } from './review-answers.ts';
import { createNote, type SupervisedRun } from './supervised-run.ts';
import { withdrawRun } from './withdraw-run.ts';

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
    if (isRefused(supervised, log, error)) throw withdrawRun(paths, error);
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
    createAnswerReview(supervised, log, createNote(supervised))();
    openRunViews(supervised.paths, log.events(), noInclusion(supervised.config.acquisition.policy));
    await removeStaleSockets(); // no worker starts, which would do it
    return { status: 'done', state };
  }
  markEnding(supervised.paths, null);
  return runSteps(await assembleRun(supervised, log));
}
