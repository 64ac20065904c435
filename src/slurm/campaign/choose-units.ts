import { environmentError } from '../../base/errors.ts';
import type { UnitState } from './join-status.ts';
import type { Survey, SurveyedUnit } from './survey.ts';

/** Units that a submission submits: those that are missing, those that failed, or both. */
export const SELECTIONS = ['missing', 'failed', 'all'] as const;
export type Selection = (typeof SELECTIONS)[number];

const MISSING: readonly UnitState[] = ['missing', 'lost', 'paused', 'blocked'];
const FAILED: readonly UnitState[] = ['failed'];
/** States of units that no job works on. */
const IDLE: readonly UnitState[] = [...MISSING, ...FAILED, 'settling'];
/** States of units for which a merge need not be submitted again. */
const ALIVE: readonly UnitState[] = ['done', 'running'];

/**
 * The units to submit now: never one that is done, nor one whose job may still work on it. A merge is submitted with
 * its shards, if each of them is done, has a job, or is submitted too.
 * @throws BalpmError (environment) when jobs were submitted before and their state in the queue is unknown.
 */
export function chooseUnits({ units, queueProblem }: Survey, selection: Selection): SurveyedUnit[] {
  if (queueProblem !== null)
    throw environmentError(
      `Cannot submit: the state of the earlier jobs is unknown (${queueProblem}); wait until squeue works`,
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
