import type { PolicyContext, PolicyNeeds } from '../acquisition/policy.ts';
import { armName } from '../config/arm.ts';
import { computeMeasures } from '../measures/compute-measures.ts';
import { isSampleMeasure } from '../measures/index.ts';
import { openStream } from '../random/stream.ts';
import { columnMeasures, columnOf } from './pool-columns.ts';
import { acquiredItems, pairsOf, remainingPool } from './pool-views.ts';
import type { Prediction } from './round-model.ts';
import type { Run } from './run.ts';
import { createSampleSource } from './sample-source.ts';
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
  const judged = await judgePool(needs, round - 1, pool, state, run);
  return {
    round,
    batch: config.acquisition.batch,
    pool,
    acquired: acquiredItems(state, problem.pool),
    promptOf: problem.pool.promptOf,
    measures: {
      ...columnMeasures(needs.measures, problem.columns, pool),
      ...(judged === null ? {} : measuresOf(needs, judged.predicted)),
    },
    neighbours: needs.neighbours > 0 ? await run.model.neighbours(needs.neighbours) : null,
    samples:
      judged !== null && needs.samples ? createSampleSource({ ...judged, problem, pool, seed: config.seed }) : null,
    features: needs.features === null ? null : await run.model.features(needs.features, round - 1, state),
    groups: problem.groups,
    note: run.note,
    stream: openStream([config.seed, 'acquisition', armName(config), round]),
  };
}

/** What the posterior of `round` says of the remaining pool; null when the policy does not ask. */
async function judgePool(needs: PolicyNeeds, round: number, pool: Int32Array, state: RunState, run: Chooser) {
  if (!needs.samples && needs.measures.every((measure) => columnOf(measure) !== null)) return null;
  const posterior = await run.model.fit(round, state);
  return { posterior, predicted: await posterior.predict(pairsOf(run.problem.pool, pool)) };
}

/** The measures of the posterior a policy needs, aligned with the remaining pool. */
function measuresOf({ measures }: PolicyNeeds, { samples, logits, measures: own }: Prediction) {
  // prepareProblem() has refused every measure the posterior does not give.
  return { ...own, ...computeMeasures(logits, samples, measures.filter(isSampleMeasure)) };
}
