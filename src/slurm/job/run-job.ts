import { existsSync, rmSync } from 'node:fs';
import { constants } from 'node:os';
import { EXIT_STATUS } from '../../base/errors.ts';
import { makeDirectory } from '../../base/files/files.ts';
import { CANCELLED, isCancelled, listCancelled } from '../campaign/cancel-marks.ts';
import { clearResult, listStandings, type UnitResult, writeResult } from '../campaign/results.ts';
import type { Unit } from '../campaign/unit.ts';
import { submissionPaths } from '../submission/submission.ts';
import { openCellWorker } from './cell-worker.ts';
import { exitStatusOf } from './exit-status-of.ts';
import { openExtractionWorker } from './extraction-worker.ts';
import type { Job } from './job.ts';
import { createRequeue, type Requeue } from './requeue.ts';
import { tryTo } from './try-to.ts';
import { outcomeOf, type UnitOutcome } from './unit-outcome.ts';
import type { UnitWorker } from './unit-worker.ts';
import { workOnUnit } from './work-on-unit.ts';

/**
 * Works on the units of a job in their order; skips those that are done, so a job that is started once more ends at
 * once. After a warning from Slurm (USR2) it stops at the next safe point and requeues itself.
 * @returns the exit status: 0, that of the first unit that failed, or that of the signal.
 */
export async function runJob(job: Job): Promise<number> {
  const units = takeUp(job);
  if (units.length === 0) return 0;
  const requeue = createRequeue(job.place, () => mayComeBack(job, units), job.signals);
  const at = submissionPaths(job.campaign.paths, job.submission.plan.number).work(job.chunk, job.task);
  const worker = await openWorker(job, at).catch((error: unknown) => idleWorker(outcomeOf(error)));
  const ended = await workThrough(units, { worker, job, back: requeue.back }).finally(worker.close);
  if (ended.rest.length === 0 && !ended.isFenced) rmSync(at, { recursive: true, force: true });
  return ended.isStopped ? stop(ended, job, requeue) : ended.exitStatus;
}

/** A warning may be part of a cancel: then the job must not come back. */
const mayComeBack = ({ campaign, shape }: Job, units: readonly Unit[]): boolean =>
  shape.requeue && !units.every(({ id }) => isCancelled(campaign.paths, id));

/** The units of a job that are not done; removes the record that they paused at an earlier start. */
function takeUp({ campaign, ids, note }: Job): Unit[] {
  const { results } = campaign.paths;
  const byId = new Map(campaign.units.map((unit) => [unit.id, unit]));
  const standings = listStandings(results);
  const cancelled = listCancelled(campaign.paths);
  const left = ids.filter((id) => standings.get(id) !== 'done' && !cancelled.has(id));
  for (const id of left) if (standings.has(id)) tryTo(() => clearResult(results, id), note);
  return left.map((id) => byId.get(id) as Unit);
}

async function openWorker({ campaign, shape, signals, note, observe }: Job, place: string): Promise<UnitWorker> {
  makeDirectory(place);
  const options = { place, job: shape, signal: signals.signal, note, observe };
  return campaign.manifest.extraction === null
    ? openCellWorker(campaign, options)
    : openExtractionWorker(campaign, options);
}

/** Records a failure that keeps the job from any work for each of its units. */
const idleWorker = (outcome: UnitOutcome): UnitWorker => ({
  lanes: 1,
  work: async () => outcome,
  close: async () => undefined,
});

/** How the work of a job ended. */
interface Rest {
  readonly exitStatus: number;
  readonly isStopped: boolean;
  /** Whether another process works on one of them, perhaps another start of this job, which uses the same directory. */
  readonly isFenced: boolean;
  /** Units that are neither done nor failed, in order. */
  readonly rest: readonly string[];
}

/** Inputs to the work on units. */
interface Shift {
  readonly worker: UnitWorker;
  readonly job: Job;
  /** Aborted once the job is back in the queue. */
  readonly back: AbortSignal;
}

/** Takes one unit after the other, in their order, as many at a time as there are lanes. */
async function workThrough(units: readonly Unit[], { worker, job, back }: Shift): Promise<Rest> {
  const queue = [...units];
  const rest = new Set(units.map(({ id }) => id));
  let exitStatus = 0;
  let isStopped = false;
  let isFenced = false;
  const work = async (): Promise<void> => {
    while (!isStopped && queue.length > 0) {
      isStopped ||= job.signals.signal.aborted || existsSync(job.campaign.paths.cancel);
      if (isStopped) return;
      const unit = queue.shift() as Unit;
      const outcome = isCancelled(job.campaign.paths, unit.id) ? null : await workOnUnit(unit, worker, job, back);
      if (outcome?.type === 'stopped') isStopped = true;
      else rest.delete(unit.id);
      isFenced ||= outcome?.type === 'fenced';
      if (exitStatus === 0 && outcome !== null && outcome.type !== 'stopped') exitStatus = exitStatusOf(outcome);
    }
  };
  await Promise.all(Array.from({ length: worker.lanes }, work));
  return { exitStatus, isStopped, isFenced, rest: [...rest] };
}

/** Requeues a job that was warned, if possible; otherwise records its units as paused. */
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

/** Records units as paused, with the reason. */
function restUnits(units: readonly string[], why: Pick<UnitResult, 'exitStatus' | 'message'>, job: Job): void {
  const { campaign, place, note } = job;
  if (units.length > 0) note(why.message);
  const about = { standing: 'paused', ...why, digest: null, job: place.job } as const;
  for (const unit of units)
    tryTo(() => writeResult(campaign.paths.results, { unit, ...about, time: new Date().toISOString() }), note);
}

/** Exit status of a process that such a signal stopped. */
function statusOfSignal(reason: NodeJS.Signals | undefined): number {
  const asked: readonly (NodeJS.Signals | undefined)[] = ['SIGUSR1', 'SIGUSR2', undefined];
  return asked.includes(reason) ? EXIT_STATUS.stopped : 128 + constants.signals[reason as NodeJS.Signals];
}

function describeStop(refused: string | null, reason: string | undefined): string {
  if (refused !== null)
    return `it was stopped before its time limit and could not requeue itself: ${refused}; run \`balpm slurm submit\` to continue`;
  return `it was stopped by ${reason ?? 'a signal'}; run \`balpm slurm submit\` to continue`;
}
