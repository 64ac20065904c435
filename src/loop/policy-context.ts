import type { PolicyContext, PolicyNeeds } from '../acquisition/policy.ts';
import { armName } from '../config/arm.ts';
import { computeMeasures } from '../measures/compute-measures.ts';
import { isSampleMeasure } from '../measures/index.ts';
import { openStream } from '../random/stream.ts';
import { columnMeasures, columnOf } from './pool-columns.ts';
import { acquiredItems, pairsOf, remainingPool } from './pool-views.ts';
import type { Run } from './run.ts';
import type { RunState } from './state.ts';

/** What a policy's choice depends on; a finished run can be looked at again with these alone. */
export type Chooser = Pick<Run, 'config' | 'problem' | 'model' | 'note'>;

/** What a policy with these needs sees when it chooses the batch of `round`, after `state`. No labels. */
export async function policyContext(
  round: number,
  needs: PolicyNeeds,
  state: RunState,
  run: Chooser,
): Promise<PolicyContext> {
  const { config, problem } = run;
  const pool = remainingPool(state, problem.pool);
  return {
    round,
    batch: config.acquisition.batch,
    pool,
    acquired: acquiredItems(state, problem.pool),
    promptOf: problem.pool.promptOf,
    measures: await measuresFor(needs, round - 1, pool, state, run),
    neighbours: needs.neighbours > 0 ? await run.model.neighbours(needs.neighbours) : null,
    samples: null,
    features: null,
    groups: problem.groups,
    note: run.note,
    stream: openStream([config.seed, 'acquisition', armName(config), round]),
  };
}

/** The measures a policy needs, aligned with the remaining pool, from the posterior of `round`. */
async function measuresFor({ measures }: PolicyNeeds, round: number, pool: Int32Array, state: RunState, run: Chooser) {
  const external = columnMeasures(measures, run.problem.columns, pool);
  const ofPosterior = measures.filter((measure) => columnOf(measure) === null);
  if (ofPosterior.length === 0) return external;
  const posterior = await run.model.fit(round, state);
  const { samples, logits, measures: own } = await posterior.predict(pairsOf(run.problem.pool, pool));
  // prepareProblem() has refused every measure the posterior does not give.
  return { ...external, ...own, ...computeMeasures(logits, samples, measures.filter(isSampleMeasure)) };
}
