import { EXIT_STATUS } from '../../base/errors.ts';
import { type Attempt, beginAttempt, listAttempts } from '../campaign/attempts.ts';
import { isCancelled } from '../campaign/cancel-marks.ts';
import { clearResult, type Standing, writeResult } from '../campaign/results.ts';
import type { Unit } from '../campaign/unit.ts';
import { exitStatusOf } from './exit-status-of.ts';
import type { Job } from './job.ts';
import { reasonOfWarning } from './job-place.ts';
import { capReached } from './restart-caps.ts';
import { tryTo } from './try-to.ts';
import { outcomeOf, type UnitOutcome } from './unit-outcome.ts';
import type { UnitWorker } from './unit-worker.ts';

/**
 * Works on one unit of a job and records the outcome on disk. Never throws: a failure of one unit does not affect the
 * others. Once the job is `back` in the queue Slurm may end this process before the step is over.
 */
export async function workOnUnit(unit: Unit, worker: UnitWorker, job: Job, back: AbortSignal): Promise<UnitOutcome> {
  try {
    const cap = capOf(unit, job);
    if (cap !== null) return tell(record(unit, cap, job), unit, job);
    const end = begin(unit, job);
    const endAs = (outcome: UnitOutcome): void => tryTo(() => end(endingOf(outcome, unit, job)), job.note);
    const onBack = (): void => endAs({ type: 'stopped' });
    back.addEventListener('abort', onBack, { once: true });
    const outcome = record(unit, await worker.work(unit), job);
    back.removeEventListener('abort', onBack);
    endAs(outcome);
    return tell(outcome, unit, job);
  } catch (error) {
    return tell(record(unit, outcomeOf(error), job), unit, job);
  }
}

function capOf(unit: Unit, { campaign, submission, shape }: Job): UnitOutcome | null {
  const attempts = listAttempts(campaign.paths.attempts).get(unit.id) ?? [];
  const message = capReached(attempts, submission.plan.number, shape);
  return message === null ? null : { type: 'failed', exitStatus: EXIT_STATUS.environment, message };
}

/** Records the start of an attempt; the returned function records how it ended. */
function begin(unit: Unit, { campaign, submission, chunk, task, place, note }: Job): ReturnType<typeof beginAttempt> {
  clearResult(campaign.paths.results, unit.id);
  const end = beginAttempt(campaign.paths.attempts, {
    unit: unit.id,
    submission: submission.plan.number,
    chunk,
    task,
    job: place.job,
    restart: place.restart,
    host: place.host,
    pid: process.pid,
    begun: new Date().toISOString(),
  });
  note(`${unit.id}: begins`);
  return end;
}

/** Logs the outcome of a unit. */
function tell(outcome: UnitOutcome, unit: Unit, { note }: Job): UnitOutcome {
  note(`${unit.id}: ${'message' in outcome ? outcome.message : outcome.type}`);
  return outcome;
}

const STANDING = { done: 'done', failed: 'failed', waiting: 'paused' } as const;

/**
 * Records the `Standing` of a unit; that of a stopped unit is recorded later, once it is known whether the job was
 * requeued.
 */
function record(unit: Unit, outcome: UnitOutcome, { campaign, place, note }: Job): UnitOutcome {
  if (outcome.type === 'stopped' || outcome.type === 'fenced') return outcome;
  const standing: Standing = STANDING[outcome.type];
  const message = 'message' in outcome ? outcome.message : '';
  const digest = outcome.type === 'done' ? outcome.digest : null;
  const about = { unit: unit.id, standing, exitStatus: exitStatusOf(outcome), message, digest };
  tryTo(() => writeResult(campaign.paths.results, { ...about, job: place.job, time: new Date().toISOString() }), note);
  return outcome;
}

function endingOf(outcome: UnitOutcome, unit: Unit, job: Job): NonNullable<Attempt['ending']> {
  const { campaign, signals, place, shape } = job;
  if (outcome.type !== 'stopped') return outcome.type;
  if (signals.reason() !== 'SIGUSR2' || isCancelled(campaign.paths, unit.id)) return 'terminated';
  return reasonOfWarning(place, shape, performance.timeOrigin / 1000);
}
