import { setTimeout as sleep } from 'node:timers/promises';
import { EXIT_STATUS, environmentError, messageOf } from '../../base/errors.ts';
import { quotePath } from '../../base/files/files.ts';
import { callSlurm } from '../site/call-slurm.ts';
import { isAliveInQueue, type QueuedJob, readQueue } from '../site/queue.ts';
import { jobArguments } from '../submission/job-arguments.ts';
import { readAttempt } from './attempts.ts';
import { assertInPlace, type Campaign, jobNameOf } from './campaign.ts';
import { CANCELLED, markCancelled } from './cancel-marks.ts';
import type { UnitState } from './join-status.ts';
import { listStandings, writeResult } from './results.ts';
import { type Survey, surveyCampaign } from './survey.ts';
import { unitsOfJobs } from './units-of-job.ts';

/** Options for cancelling a campaign. */
export interface CancelRequest {
  /** Ids of units; null: all. */
  readonly cells: readonly string[] | null;
  /** Whether running jobs are killed at once, instead of being signalled to save and end. */
  readonly isNow: boolean;
  readonly signal: AbortSignal;
  readonly note: (sentence: string) => void;
}

/** Result of cancelling a campaign. */
export interface Cancelled {
  readonly units: readonly string[];
  /** Jobs that were signalled to end. */
  readonly jobs: number;
  /** Signalled jobs that are still in the queue. */
  readonly left: readonly QueuedJob[];
}

/** Seconds between looks at the queue after a cancel; after them `slurm status` shows the rest. */
const LOOKS = [1, 2, 4, 8, 15];
/** Slurm kills a job 30 s (KillWait) after signalling it to end. */
const LOOKS_NOW = [...LOOKS, 30];

/**
 * Cancels a campaign or some of its cells: first writes the marks, which keep jobs from coming back; then ends dependent
 * jobs, waiting jobs and running jobs. A unit that was begun keeps its files.
 * @throws BalpmError (environment) when the queue is unavailable; the marks stay. (usage) for a copy of a campaign.
 */
export async function cancelCampaign(campaign: Campaign, request: CancelRequest): Promise<Cancelled> {
  const { cells, signal } = request;
  assertInPlace(campaign);
  markCancelled(campaign.paths, cells);
  const survey = await surveyCampaign(campaign, signal);
  if (survey.queue === null) throw unasked(campaign, survey.queueProblem ?? '');
  const undone = new Set(survey.units.flatMap(({ unit, state }) => (IS_OVER.includes(state) ? [] : [unit.id])));
  const units = (cells ?? campaign.units.map(({ id }) => id)).filter((id) => undone.has(id));
  const unitsOf = unitsOfJobs(campaign, survey.submissions);
  const asked: Target = { campaign, survey, undone, units: new Set(units), unitsOf, told: new Set() };
  const left = await endJobs(asked, survey.queue, request);
  restUnits(asked, left);
  return { units, jobs: asked.told.size, left };
}

/** The jobs to end. */
interface Target {
  readonly campaign: Campaign;
  readonly survey: Survey;
  /** Units that a job works on, or that a queued job includes. */
  readonly undone: ReadonlySet<string>;
  /** The cancelled units among them. */
  readonly units: ReadonlySet<string>;
  readonly unitsOf: (job: QueuedJob) => readonly string[];
  /** Names of the jobs that were signalled. */
  readonly told: Set<string>;
}

/** Units that no job will work on any more, cancelled or not. */
const IS_OVER: readonly UnitState[] = ['done', 'failed', 'missing'];

const nameOf = ({ job, index }: QueuedJob): string => (index === null ? job : `${job}_${index}`);

/** Signals jobs to end, and checks the queue for a bounded time until none is left. */
async function endJobs(target: Target, first: readonly QueuedJob[], request: CancelRequest): Promise<QueuedJob[]> {
  const jobName = jobNameOf(target.campaign.manifest);
  let jobs = jobsToEnd(target, first, request);
  for (const seconds of request.isNow ? LOOKS_NOW : LOOKS) {
    if (jobs.length === 0) break;
    await tell(target, jobs, request);
    await sleep(1000 * seconds, undefined, { signal: request.signal }).catch(() => undefined);
    jobs = jobsToEnd(target, await readQueue(jobName, request.signal), request);
  }
  return jobs;
}

/** For a whole campaign every job; otherwise jobs that have no other units or work on a cancelled cell right now. */
function jobsToEnd(target: Target, queue: readonly QueuedJob[], { cells }: CancelRequest): QueuedJob[] {
  const alive = queue.filter(isAliveInQueue);
  if (cells === null) return alive;
  return alive.filter((job) => {
    const left = target.unitsOf(job).filter((id) => target.undone.has(id));
    const cancelled = left.filter((id) => target.units.has(id));
    return cancelled.length > 0 && (cancelled.length === left.length || worksOn(target, job, cancelled));
  });
}

/** Whether a job that also has other cells works on a cancelled one; the job comes back for the others by itself. */
function worksOn({ survey, told }: Target, job: QueuedJob, units: readonly string[]): boolean {
  if (job.state !== 'RUNNING' || told.has(nameOf(job))) return false;
  const last = survey.units.filter(({ unit }) => units.includes(unit.id)).flatMap(({ attempts }) => attempts.slice(-1));
  return last.map(readAttempt).some((attempt) => attempt.job === nameOf(job) && attempt.ended === null);
}

/** Dependent, then waiting, then running jobs: in this order because the end of one starts the next. */
async function tell(target: Target, jobs: readonly QueuedJob[], request: CancelRequest): Promise<void> {
  const fresh = jobs.filter((job) => !target.told.has(nameOf(job)) || job.state === 'PENDING');
  const running = fresh.filter(({ state }) => state === 'RUNNING');
  const waiting = fresh.filter(({ state }) => state !== 'RUNNING' && state !== 'COMPLETING');
  const isEnded = (job: QueuedJob): boolean => request.isNow && !isShared(job, target, request);
  await scancel([], waiting.filter(isDependent), request);
  await scancel(
    [],
    waiting.filter((job) => !isDependent(job)),
    request,
  );
  await scancel([], running.filter(isEnded), request);
  await scancel(
    ['-b', '-s', 'USR2'],
    running.filter((job) => !isEnded(job)),
    request,
  );
  for (const job of [...running, ...waiting]) target.told.add(nameOf(job));
}

const isDependent = ({ reason }: QueuedJob): boolean => reason.startsWith('Dependency');

/** A job that also has cells that are not cancelled is never killed at once. */
const isShared = (job: QueuedJob, { undone, units, unitsOf }: Target, { cells }: CancelRequest): boolean =>
  cells !== null && unitsOf(job).some((id) => !units.has(id) && undone.has(id));

/**
 * Without `-t STATE`: for a waiting array that would cancel every element, whichever are named. If scancel rejects a
 * job that has just ended, the queue is read again.
 */
async function scancel(
  options: readonly string[],
  jobs: readonly QueuedJob[],
  { signal, note }: CancelRequest,
): Promise<void> {
  if (jobs.length === 0) return;
  try {
    await callSlurm('scancel', [...options, ...jobArguments(jobs)], { act: 'cancel jobs', signal });
  } catch (error) {
    if (signal.aborted) throw error;
    note(messageOf(error));
  }
}

/** Records units that no job will work on as paused, so that they are not reported as lost. */
function restUnits({ campaign, survey, units, unitsOf }: Target, left: readonly QueuedJob[]): void {
  const working = new Set(left.flatMap(unitsOf));
  const standings = listStandings(campaign.paths.results);
  const about = {
    standing: 'paused',
    exitStatus: EXIT_STATUS.stopped,
    message: CANCELLED,
    digest: null,
    job: 'none',
  } as const;
  for (const { unit, place } of survey.units)
    if (units.has(unit.id) && place !== null && !working.has(unit.id) && !standings.has(unit.id))
      writeResult(campaign.paths.results, { unit: unit.id, ...about, time: new Date().toISOString() });
}

const unasked = ({ paths }: Campaign, problem: string) =>
  environmentError(
    `Cannot cancel the jobs of ${quotePath(paths.root)}: ${problem}; none of them will come back, but to end them run the same command again`,
  );
