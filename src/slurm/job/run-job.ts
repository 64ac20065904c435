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
 * Works on the units of a job in their order; those that are done are passed over, so a job that is started once more
 * ends at once. After a warning of Slurm (USR2) it stops at the next safe point and puts itself back into the queue.
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

/** A warning may be a cancel: then nothing is to come back for. */
const mayComeBack = ({ campaign, shape }: Job, units: readonly Unit[]): boolean =>
  shape.requeue && !units.every(({ id }) => isCancelled(campaign.paths, id));

/** The units of a job that are not done; that they rested, in a start before, is forgotten: nobody else needs to take them. */
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

/** What keeps a job from any work is said of each of its units. */
const idleWorker = (outcome: UnitOutcome): UnitWorker => ({
  lanes: 1,
  work: async () => outcome,
  close: async () => undefined,
});

/** How a job came to rest. */
interface Rest {
  readonly exitStatus: number;
  readonly isStopped: boolean;
  /** Whether another process works on one of them, maybe another start of this job, which uses the same directory. */
  readonly isFenced: boolean;
  /** Units that are not done and were not refused either, in order. */
  readonly rest: readonly string[];
}

/** What units are worked on with. */
interface Shift {
  readonly worker: UnitWorker;
  readonly job: Job;
  /** Aborted once the job is back in the queue. */
  readonly back: AbortSignal;
}

/** Takes one unit after the other, in their order, as many at the same time as there are lanes. */
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
