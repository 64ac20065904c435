import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../base/errors.ts';
import { isAliveInQueue, type QueuedJob, readQueue } from '../site/queue.ts';
import {
  commentOf,
  listSubmissions,
  readSubmission,
  type Submission,
  submissionPaths,
} from '../submission/submission.ts';
import { type AttemptFile, listAttempts } from './attempts.ts';
import { type Campaign, jobNameOf } from './campaign.ts';
import { listCancelled } from './cancel-marks.ts';
import { joinStatus, type UnitState } from './join-status.ts';
import { listStandings, type Standing } from './results.ts';
import type { Unit } from './unit.ts';

/** The job that was last submitted for a unit. */
interface UnitPlace {
  readonly submission: string;
  readonly chunk: number;
  readonly task: number;
  /** Id of the array, or of a job outside an array; null if the receipt does not have it. */
  readonly job: string | null;
  /** Seconds that the site's disk may take to show what a node wrote. */
  readonly settleSeconds: number;
}

/** Survey of one unit. */
export interface SurveyedUnit {
  readonly unit: Unit;
  readonly state: UnitState;
  readonly standing: Standing | null;
  readonly place: UnitPlace | null;
  readonly queued: QueuedJob | null;
  /** Attempts of all submissions, in order. */
  readonly attempts: readonly AttemptFile[];
  /** Seconds since its files last changed; null if they were not checked. */
  readonly quietSeconds: number | null;
}

/** Survey of a campaign. */
export interface Survey {
  readonly units: readonly SurveyedUnit[];
  readonly submissions: readonly Submission[];
  /** The jobs of the campaign; null if the queue was unavailable. */
  readonly queue: readonly QueuedJob[] | null;
  /** Why the queue was unavailable; null if it was read, or if there was nothing to query. */
  readonly queueProblem: string | null;
}

/** Joins the files on the disk with one query of the queue; no other state is kept. */
export async function surveyCampaign(campaign: Campaign, signal?: AbortSignal): Promise<Survey> {
  const { paths, manifest, units } = campaign;
  const numbers = listSubmissions(paths);
  const submissions = await Promise.all(numbers.map((number) => readSubmission(paths, number)));
  const { queue, queueProblem } = submissions.every(({ receipt }) => receipt.jobs.every((job) => job === ''))
    ? NOTHING
    : await askQueue(jobNameOf(manifest), signal);
  const places = findPlaces(submissions);
  const [standings, attempts] = [listStandings(paths.results), listAttempts(paths.attempts)];
  const cancelled = listCancelled(paths);
  const find = queue === undefined ? () => undefined : findJobs(queue, manifest.id);
  const surveyed = units.map((unit) =>
    surveyUnit(unit, {
      campaign,
      standing: standings.get(unit.id) ?? null,
      place: places.get(unit.id) ?? null,
      attempts: attempts.get(unit.id) ?? [],
      isCancelled: cancelled.has(unit.id),
      find,
    }),
  );
  return { units: surveyed, submissions, queue: queue ?? null, queueProblem };
}

/** Slurm accepted no job, so there is nothing to query. */
const NOTHING = { queue: [], queueProblem: null };

async function askQueue(jobName: string, signal: AbortSignal | undefined) {
  try {
    return { queue: await readQueue(jobName, signal), queueProblem: null };
  } catch (error) {
    if (signal?.aborted) throw error;
    return { queue: undefined, queueProblem: messageOf(error) };
  }
}

/** The last submission of a unit determines its job. */
function findPlaces(submissions: readonly Submission[]): Map<string, UnitPlace> {
  const places = new Map<string, UnitPlace>();
  for (const { plan, receipt } of submissions)
    for (const [chunk, { tasks }] of plan.chunks.entries()) {
      const job = receipt.jobs[chunk] ?? null;
      if (job === '') continue; // Slurm rejected it
      for (const [task, ids] of tasks.entries())
        for (const id of ids)
          places.set(id, { submission: plan.number, chunk, task, job, settleSeconds: plan.settleSeconds });
    }
  return places;
}

type FindJob = (place: UnitPlace) => QueuedJob | null | undefined;

/** Finds jobs by their comment, which needs no receipt, or by their id if a site has changed the comment. */
function findJobs(queue: readonly QueuedJob[], campaign: string): FindJob {
  const known = new Map<string, QueuedJob>();
  for (const job of queue)
    for (const key of [`${job.comment}#${job.index ?? 0}`, `${job.job}#${job.index ?? 0}`]) {
      const other = known.get(key);
      if (other === undefined || !isAliveInQueue(other)) known.set(key, job);
    }
  return ({ submission, chunk, task, job }) =>
    known.get(`${commentOf(campaign, submission, chunk)}#${task}`) ?? known.get(`${job}#${task}`) ?? null;
}

interface UnitSigns {
  readonly campaign: Campaign;
  readonly standing: Standing | null;
  readonly place: UnitPlace | null;
  readonly attempts: readonly AttemptFile[];
  /** The mark of this unit by its name, because the job may have other units. */
  readonly isCancelled: boolean;
  readonly find: FindJob;
}

function surveyUnit(unit: Unit, signs: UnitSigns): SurveyedUnit {
  const { campaign, standing: noted, place, attempts, isCancelled, find } = signs;
  const standing = noted !== 'done' && isDoneByHand(campaign, unit) ? 'done' : noted;
  const queued = place === null ? null : find(place);
  const ofPlace = attempts.filter(({ submission }) => submission === place?.submission).length;
  const isOver = queued === null || (queued !== undefined && !isAliveInQueue(queued));
  const isQuiet = standing === null && place !== null && isOver;
  const isRunning = queued?.state === 'RUNNING' && ofPlace > 0;
  const quietSeconds = isQuiet || isRunning ? quietFor(campaign, { unit, place, attempts }) : null;
  const joined = joinStatus({
    standing,
    isSubmitted: place !== null,
    attempts: ofPlace,
    quietSeconds: quietSeconds ?? 0,
    settleSeconds: place?.settleSeconds ?? 0,
    queued,
  });
  const state = isCancelled && ['pending', 'requeued'].includes(joined) ? 'paused' : joined;
  return { unit, state, standing, place, queued: queued ?? null, attempts, quietSeconds };
}

/** Whether a run was completed without Slurm. */
const isDoneByHand = ({ paths }: Campaign, unit: Unit): boolean =>
  unit.kind === 'cell' && existsSync(join(paths.root, unit.id, 'DONE'));

interface Traces {
  readonly unit: Unit;
  readonly place: UnitPlace | null;
  readonly attempts: readonly AttemptFile[];
}

/** Seconds since the newest of a unit's ledger, last attempt and receipt. */
function quietFor({ paths }: Campaign, { unit, place, attempts }: Traces): number {
  const signs = [
    join(paths.root, unit.id, 'events.jsonl'),
    ...attempts.slice(-1).map(({ path }) => path),
    ...(place === null ? [] : [submissionPaths(paths, place.submission).receipt]),
  ];
  const last = Math.max(...signs.map((path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0));
  return Math.max(0, (Date.now() - last) / 1000);
}
