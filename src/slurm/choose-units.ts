import { environmentError } from '../base/errors.ts';
import type { UnitState } from './join-status.ts';
import type { Survey, SurveyedUnit } from './survey.ts';

/** Which units a submission hands in: those that are missing, those that failed, or both. */
export const SELECTIONS = ['missing', 'failed', 'all'] as const;
export type Selection = (typeof SELECTIONS)[number];

const MISSING: readonly UnitState[] = ['missing', 'lost', 'paused', 'blocked'];
const FAILED: readonly UnitState[] = ['failed'];

/**
 * The units to hand in now: never one that is done, nor one whose job may still work on it. A merge comes along with
 * its shards.
 * @throws BalpmError (environment) when jobs were handed in before and the queue does not say what became of them.
 */
export function chooseUnits({ units, queueProblem }: Survey, selection: Selection): SurveyedUnit[] {
  if (queueProblem !== null)
    throw environmentError(
      `Cannot submit: what became of the jobs before is not known (${queueProblem}); wait until squeue answers`,
    );
  const states = { missing: MISSING, failed: FAILED, all: [...MISSING, ...FAILED] }[selection];
  const chosen = units.filter(({ state }) => states.includes(state));
  const isMerged = chosen.some(({ unit }) => unit.kind === 'shard');
  if (!isMerged) return chosen;
  const merge = units.filter(({ unit, state }) => unit.kind === 'merge' && !['done', 'running'].includes(state));
  return [...chosen.filter(({ unit }) => unit.kind !== 'merge'), ...merge];
}
