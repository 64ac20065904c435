import { environmentError } from '../../base/errors.ts';
import type { UnitState } from './join-status.ts';
import type { Survey, SurveyedUnit } from './survey.ts';

/** Which units a submission hands in: those that are missing, those that failed, or both. */
export const SELECTIONS = ['missing', 'failed', 'all'] as const;
export type Selection = (typeof SELECTIONS)[number];

const MISSING: readonly UnitState[] = ['missing', 'lost', 'paused', 'blocked'];
const FAILED: readonly UnitState[] = ['failed'];
/** No job works on it any more. */
const IDLE: readonly UnitState[] = [...MISSING, ...FAILED, 'settling'];
/** Units that a merge need not be handed in again for. */
const ALIVE: readonly UnitState[] = ['done', 'running'];

/**
 * The units to hand in now: never one that is done, nor one whose job may still work on it. A merge comes along with
 * its shards, once each of them is done, has a job, or is handed in too.
 * @throws BalpmError (environment) when jobs were handed in before and the queue does not say what became of them.
 */
export function chooseUnits({ units, queueProblem }: Survey, selection: Selection): SurveyedUnit[] {
  if (queueProblem !== null)
    throw environmentError(
      `Cannot submit: what became of the jobs before is not known (${queueProblem}); wait until squeue answers`,
    );
  const states = { missing: MISSING, failed: FAILED, all: [...MISSING, ...FAILED] }[selection];
  const chosen = units.filter(({ unit, state }) => unit.kind !== 'merge' && states.includes(state));
  const isInVain = units.some(
    ({ unit, state }) => unit.kind === 'shard' && IDLE.includes(state) && !states.includes(state),
  );
  const merge = units.filter(
    ({ unit, state }) =>
      unit.kind === 'merge' && !isInVain && (chosen.length > 0 ? !ALIVE.includes(state) : states.includes(state)),
  );
  return [...chosen, ...merge];
}
