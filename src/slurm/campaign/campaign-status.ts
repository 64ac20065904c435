import { EXIT_STATUS } from '../../base/errors.ts';
import { type Accounting, type JobEnding, NO_ACCOUNTING, readAccounting } from '../site/accounting.ts';
import type { Campaign } from './campaign.ts';
import { jobOfUnit } from './job-of-unit.ts';
import { STATES, type UnitState } from './join-status.ts';
import { readResult } from './results.ts';
import { type Survey, type SurveyedUnit, surveyCampaign } from './survey.ts';

/** Number of units per state, in the order of the states; states without units are left out. */
export type StateCounts = Readonly<Partial<Record<UnitState, number>>>;

/** Status of a campaign, as reported by `balpm slurm status`. */
export interface CampaignStatus {
  readonly campaign: Campaign;
  readonly survey: Survey;
  readonly counts: StateCounts;
  readonly accounting: Accounting;
  /** 0: all units are done; 75: some are pending or missing; 5: some failed, and no job works on any other. */
  readonly exitStatus: number;
}

/** Joins the disk with one call of squeue, and with one of sacct if jobs are lost and the site has accounting. */
export async function readCampaignStatus(campaign: Campaign, signal?: AbortSignal): Promise<CampaignStatus> {
  const survey = await surveyCampaign(campaign, signal);
  const accounting = hasAccounting(survey) ? await readAccounting(lostJobs(survey), signal) : NO_ACCOUNTING;
  const counts = countStates(survey.units);
  return { campaign, survey, counts, accounting, exitStatus: exitStatusOf(counts) };
}

const hasAccounting = ({ submissions }: Survey): boolean => submissions.some(({ plan }) => plan.accounting);

const lostJobs = ({ units }: Survey): string[] => [
  ...new Set(units.flatMap(({ state, place }) => (state === 'lost' && place?.job ? [place.job] : []))),
];

function countStates(units: readonly SurveyedUnit[]): StateCounts {
  const counts = new Map<UnitState, number>();
  for (const { state } of units) counts.set(state, (counts.get(state) ?? 0) + 1);
  return Object.fromEntries(STATES.flatMap((state) => (counts.has(state) ? [[state, counts.get(state)]] : [])));
}

/** States that change by themselves: a job works, will work, or may have worked. */
const TO_COME: readonly UnitState[] = ['running', 'pending', 'requeued', 'settling', 'unknown'];

/** Whether waiting may change anything. */
export const isToCome = (counts: StateCounts): boolean => TO_COME.some((state) => counts[state] !== undefined);

function exitStatusOf(counts: StateCounts): number {
  if (Object.keys(counts).every((state) => state === 'done')) return 0;
  return counts.failed !== undefined && !isToCome(counts) ? EXIT_STATUS.worker : EXIT_STATUS.stopped;
}

/** Status of one unit. */
export interface UnitStatus {
  readonly unit: string;
  readonly state: UnitState;
  /** Number of jobs that have begun it. */
  readonly attempts: number;
  readonly job: string | null;
  readonly node: string | null;
  /** Slurm's reason why it waits. */
  readonly reason: string | null;
  /** Seconds since its files last changed. */
  readonly quietSeconds: number | null;
  /** Why it failed or is paused, and the exit status of a run that ends so. */
  readonly message: string | null;
  readonly exitStatus: number | null;
  readonly log: string | null;
  readonly accounting: JobEnding | null;
}

/** All that is known of a unit; reads a file only if the unit failed or is paused. */
export function describeUnit({ campaign, accounting }: CampaignStatus, surveyed: SurveyedUnit): UnitStatus {
  const { unit, state, queued, attempts, quietSeconds } = surveyed;
  const { job, log } = jobOfUnit(campaign, surveyed) ?? { job: null, log: null };
  const rests = state === 'failed' || state === 'paused';
  const result = rests ? readResult(campaign.paths.results, unit.id, state) : null;
  return {
    unit: unit.id,
    state,
    attempts: attempts.length,
    job,
    node: queued?.nodes || null,
    reason: ['pending', 'requeued', 'blocked'].includes(state) ? (queued?.reason ?? null) : null,
    quietSeconds: quietSeconds === null ? null : Math.round(quietSeconds),
    message: result?.message ?? null,
    exitStatus: result?.exitStatus ?? null,
    log,
    accounting: state === 'lost' && job !== null ? (accounting.endings.get(job) ?? null) : null,
  };
}
