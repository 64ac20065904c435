import { existsSync, rmSync } from 'node:fs';
import { constants } from 'node:os';
import { EXIT_STATUS, messageOf } from '../base/errors.ts';
import { makeDirectory } from '../base/files.ts';
import { type Attempt, beginAttempt, listAttempts } from './attempts.ts';
import type { Campaign } from './campaign.ts';
import { CANCELLED, isCancelled, listCancelled } from './cancel-marks.ts';
import { openCellWorker } from './cell-worker.ts';
import { openExtractionWorker } from './extraction-worker.ts';
import { type JobPlace, reasonOfWarning } from './job-place.ts';
import { createRequeue, type JobSignals, type Requeue } from './requeue.ts';
import { capReached } from './restart-caps.ts';
import { clearResult, listStandings, type Standing, type UnitResult, writeResult } from './results.ts';
import { type Submission, submissionPaths } from './submission.ts';
import type { Unit } from './unit.ts';
import type { UnitOutcome } from './unit-outcome.ts';
import type { UnitWorker, UnitWorkerOptions } from './unit-worker.ts';

/** One job of a submission: element `task` of array `chunk`. */
export interface Job extends Pick<UnitWorkerOptions, 'note' | 'observe'> {
  readonly campaign: Campaign;
  readonly submission: Submission;
  readonly chunk: number;
  readonly task: number;
  readonly place: JobPlace;
  readonly signals: JobSignals;
}

/**
 * Works on the units of a job in their order; those that are done are passed over, so a job that is started once more
 * ends at once. After a warning of Slurm (USR2) it stops at the next safe point and puts itself back into the queue.
 * @returns the exit status: 0, that of the first unit that failed, or that of the signal.
 */
export async function runJob(job: Job): Promise<number> {
  const units = unfinishedUnits(job);
  if (units.length === 0) return 0;
  const requeue = createRequeue(job.place, () => mayComeBack(job, units), job.signals);
  const at = submissionPaths(job.campaign.paths, job.submission.plan.number).work(job.chunk, job.task);
  makeDirectory(at);
  const worker = await openWorker(job, at);
  const ended = await workThrough(units, worker, job).finally(() => worker.close(false));
  if (ended.rest.length === 0) rmSync(at, { recursive: true, force: true });
  return ended.stopped ? stop(ended, job, requeue) : ended.exitStatus;
}

/** A warning may be a cancel: then nothing is to come back for. */
const mayComeBack = ({ campaign, submission }: Job, units: readonly Unit[]): boolean =>
  submission.plan.job.requeue && !units.every(({ id }) => isCancelled(campaign.paths, id));

function unfinishedUnits({ campaign, submission, chunk, task }: Job): Unit[] {
  const ids = submission.plan.chunks[chunk]?.tasks[task] ?? [];
  const byId = new Map(campaign.units.map((unit) => [unit.id, unit]));
  const standings = listStandings(campaign.paths.results);
  const cancelled = listCancelled(campaign.paths);
  return ids.flatMap((id) => (standings.get(id) === 'done' || cancelled.has(id) ? [] : [byId.get(id) as Unit]));
}

async function openWorker({ campaign, submission, signals, note, observe }: Job, place: string): Promise<UnitWorker> {
  const options = { place, job: submission.plan.job, signal: signals.signal, note, observe };
  return campaign.manifest.extraction === null
    ? openCellWorker(campaign, options)
    : openExtractionWorker(campaign, options);
}

/** How a job came to rest. */
interface Rest {
  readonly exitStatus: number;
  readonly stopped: boolean;
  /** Units that are not done and were not refused either, in order. */
  readonly rest: readonly string[];
}

/** Takes one unit after the other, in their order, as many at the same time as there are lanes. */
async function workThrough(units: readonly Unit[], worker: UnitWorker, job: Job): Promise<Rest> {
  const queue = [...units];
  const rest = new Set(units.map(({ id }) => id));
  let exitStatus = 0;
  let isStopped = false;
  const work = async (): Promise<void> => {
    while (!isStopped && queue.length > 0) {
      isStopped ||= job.signals.signal.aborted || existsSync(job.campaign.paths.cancel);
      if (isStopped) return;
      const unit = queue.shift() as Unit;
      const outcome = isCancelled(job.campaign.paths, unit.id) ? null : await workOn(unit, worker, job);
      if (outcome?.type === 'stopped') isStopped = true;
      else rest.delete(unit.id);
      if (exitStatus === 0 && outcome !== null && outcome.type !== 'stopped') exitStatus = statusOf(outcome);
    }
  };
  await Promise.all(Array.from({ length: worker.lanes }, work));
  return { exitStatus, stopped: isStopped, rest: [...rest] };
}

async function workOn(unit: Unit, worker: UnitWorker, job: Job): Promise<UnitOutcome> {
  const { campaign, submission, chunk, task, place, note } = job;
  const { attempts, results } = campaign.paths;
  const cap = capReached(listAttempts(attempts).get(unit.id) ?? [], submission.plan.number, submission.plan.job);
  if (cap !== null) return record(unit, { type: 'failed', exitStatus: EXIT_STATUS.environment, message: cap }, job);
  clearResult(results, unit.id);
  const end = beginAttempt(attempts, {
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
  const outcome = await worker.work(unit);
  if (outcome.type !== 'fenced') record(unit, outcome, job);
  tryTo(() => end(endingOf(outcome, job)), note);
  if ('message' in outcome) note(`${unit.id}: ${outcome.message}`);
  else note(`${unit.id}: ${outcome.type}`);
  return outcome;
}

const statusOf = (outcome: UnitOutcome): number => {
  switch (outcome.type) {
    case 'done':
      return 0;
    case 'stopped':
      return EXIT_STATUS.stopped;
    case 'fenced':
      return EXIT_STATUS.usage;
    case 'waiting':
    case 'failed':
      return outcome.exitStatus;
  }
};

const STANDING = { done: 'done', failed: 'failed', waiting: 'paused' } as const;

/** Writes how the unit stands; a stop says so later, once it is known whether the job goes on by itself. */
function record(unit: Unit, outcome: UnitOutcome, { campaign, place, note }: Job): UnitOutcome {
  if (outcome.type === 'stopped' || outcome.type === 'fenced') return outcome;
  const standing: Standing = STANDING[outcome.type];
  const message = 'message' in outcome ? outcome.message : '';
  const digest = outcome.type === 'done' ? outcome.digest : null;
  const about = { unit: unit.id, standing, exitStatus: statusOf(outcome), message, digest };
  tryTo(() => writeResult(campaign.paths.results, { ...about, job: place.job, time: new Date().toISOString() }), note);
  return outcome;
}

function endingOf(outcome: UnitOutcome, { signals, place, submission }: Job): NonNullable<Attempt['ending']> {
  if (outcome.type !== 'stopped') return outcome.type;
  if (signals.reason() !== 'SIGUSR2') return 'terminated';
  return reasonOfWarning(place, submission.plan.job, performance.timeOrigin / 1000);
}

/** A job that was warned goes on by itself when it can; all others say that their units rest. */
async function stop(ended: Rest, job: Job, requeue: Requeue): Promise<number> {
  const { campaign, signals, place, note } = job;
  const rest = ended.rest.filter((unit) => !isCancelled(campaign.paths, unit));
  const cancelled = ended.rest.filter((unit) => !rest.includes(unit));
  restUnits(cancelled, { exitStatus: EXIT_STATUS.stopped, message: CANCELLED }, job);
  if (rest.length === 0) return EXIT_STATUS.stopped;
  const isWarned = signals.reason() === 'SIGUSR2';
  const refused = isWarned ? await requeue.ask() : null;
  if (isWarned && refused === null) {
    note(`${place.job} is back in the queue`);
    await requeue.untilEnded();
    return EXIT_STATUS.stopped;
  }
  const exitStatus = statusOfSignal(signals.reason());
  restUnits(rest, { exitStatus, message: describeStop(refused, signals.reason()) }, job);
  return exitStatus;
}

/** Says that units rest, and why. */
function restUnits(units: readonly string[], why: Pick<UnitResult, 'exitStatus' | 'message'>, job: Job): void {
  const { campaign, place, note } = job;
  if (units.length > 0) note(why.message);
  const about = { standing: 'paused', ...why, digest: null, job: place.job } as const;
  for (const unit of units)
    tryTo(() => writeResult(campaign.paths.results, { unit, ...about, time: new Date().toISOString() }), note);
}

/** What a process that such a signal stopped ends with. */
function statusOfSignal(reason: NodeJS.Signals | undefined): number {
  const asked: readonly (NodeJS.Signals | undefined)[] = ['SIGUSR1', 'SIGUSR2', undefined];
  return asked.includes(reason) ? EXIT_STATUS.stopped : 128 + constants.signals[reason as NodeJS.Signals];
}

function describeStop(refused: string | null, reason: string | undefined): string {
  if (refused !== null)
    return `it was stopped before its time was over and could not begin again by itself: ${refused}; \`balpm slurm submit\` goes on`;
  return `it was stopped by ${reason ?? 'a signal'}; \`balpm slurm submit\` goes on`;
}

/** A disk that is full must not hide what there is to say. */
function tryTo(write: () => void, note: (sentence: string) => void): void {
  try {
    write();
  } catch (error) {
    note(messageOf(error));
  }
}
