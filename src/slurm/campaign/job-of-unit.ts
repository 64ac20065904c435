import { join } from 'node:path';
import { submissionPaths } from '../submission/submission.ts';
import { readAttempt } from './attempts.ts';
import type { Campaign } from './campaign.ts';
import type { SurveyedUnit } from './survey.ts';

/** The job that was last submitted for a unit, as Slurm's commands name it, and its log. */
export interface JobOfUnit {
  /** 123, or 123_4 for an element of an array. */
  readonly job: string;
  /** Exists once the job has begun. */
  readonly log: string;
}

/** Null if no job is known: none was submitted, or its receipt was lost and it has left the queue. */
export function jobOfUnit({ paths }: Pick<Campaign, 'paths'>, surveyed: SurveyedUnit): JobOfUnit | null {
  const { place } = surveyed;
  const job = place === null ? null : nameOfJob(surveyed);
  if (place === null || job === null) return null;
  return { job, log: join(submissionPaths(paths, place.submission).logs, `${job}.out`) };
}

/** From the receipt; without it from the queue, or from what the job itself wrote. */
function nameOfJob({ unit, place, queued, attempts }: SurveyedUnit): string | null {
  const id = place?.job ?? queued?.job ?? null;
  if (id !== null) return unit.kind === 'merge' ? id : `${id}_${place?.task}`;
  const last = attempts.filter(({ submission }) => submission === place?.submission).at(-1);
  return last === undefined ? null : readAttempt(last).job;
}
